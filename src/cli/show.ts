/**
 * `warifu show`: everything the service says about one record (or event of the log), found by id, leaf or hash.
 */
import { createClient, type Client, type SourceView } from "../client/client.ts";
import { parseBundle } from "../core/bundle.ts";
import { utf8 } from "../core/bytes.ts";
import { checkChainEvidence, type AnchorFact } from "../core/chain-evidence.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { RecordView } from "../read/records.ts";
import { claimLines, concealedLine, profileOf } from "./claim-words.ts";
import { credentialLines } from "./credential-words.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { sayLineage } from "./lineage-words.ts";
import { inSeconds, type Mark, type Output } from "./output.ts";
import { erasureLines, typeOf } from "./record-words.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { recordsTexts, type RecordsTexts } from "./texts/records/en.ts";
import { padded, widest } from "./width.ts";

interface ShowOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly lineage?: true;
  readonly prov?: true;
}

export const defineShow: DefineVerb = (program, act) => {
  program
    .command("show")
    .summary(recordsTexts().show.summary)
    .description(recordsTexts().show.description)
    .argument("<record>", recordsTexts().show.record)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().auditorKey)
    .option("--key-file <file>", frame().keyFile)
    .option("--lineage", recordsTexts().show.lineage)
    .option("--prov", recordsTexts().show.prov)
    .option("--json", frame().json)
    .addHelpText("after", recordsTexts().show.after)
    .action((name: string, options: ShowOptions) =>
      act(options.prov ? { ...options, json: true } : options, async (output) => {
        const config = loadSettings();
        const url = options.url ?? config.client.url;
        const apiKey = apiKeyFor(url, "auditor", givenKey(options), config);
        const client = createClient({ url, apiKey, attempts: 1 });
        const record = await findRecord(name, client);
        if (options.prov) {
          output.document(await client.provenance(record.id));
          return EXIT.holds;
        }
        const lineage = options.lineage && (await client.lineage(record.id));
        const anchor = await anchorOf(record, client);
        const source = apiKey === undefined ? undefined : await sourceOf(record, client);
        output.document({
          ...{ record, anchor: anchor ?? null, sourceKeys: source?.keys ?? null },
          ...(lineage && { lineage: lineage.steps }),
        });
        sayRecord(record, await profileOf(record, client), output);
        sayAnchor(record, anchor, output);
        if (source) saySource(source, output);
        if (lineage) sayLineage(lineage, output);
        return EXIT.holds;
      }),
    );
};

/** @throws USAGE, NOT_FOUND, STORE_DAMAGED, and the service's refusals */
async function findRecord(name: string, client: Client): Promise<RecordView> {
  const wanted = name.toLowerCase().replace(/^0x(?=[0-9a-f]{64}$)/, "");
  if (/^[0-9a-f]{8}-/.test(wanted)) return client.record(wanted);
  if (!/^(?:[0-9a-f]{64}|0|[1-9][0-9]{0,15})$/.test(wanted))
    throw new WarifuError("USAGE", "a record is named by its id, its leaf index, or a hash of 64 hexadecimal digits");
  const query = wanted.length === 64 ? { hash: wanted } : { leaf: Number(wanted) };
  for (let cursor: string | undefined; ;) {
    const { items, nextCursor } = await client.records({ ...query, cursor });
    const [found] = items;
    if (found && "error" in found) throw new WarifuError("STORE_DAMAGED", found.error.detail ?? found.error.title);
    if (found) return found;
    if (nextCursor === null) throw new WarifuError("NOT_FOUND", "no entry of the log has that leaf index or hash");
    cursor = nextCursor;
  }
}

/** As its bundle shows it. Only the form of the bundle is checked here: verifying it is for `warifu verify`. */
async function anchorOf({ id, state }: RecordView, client: Client): Promise<AnchorFact | undefined> {
  if (state !== "finalized") return undefined;
  try {
    return checkChainEvidence(parseBundle(utf8(await client.bundle(id))).chain);
  } catch (error) {
    if (codeOf(error) === "NOT_ANCHORED_YET") return undefined;
    throw error;
  }
}

async function sourceOf({ kind, source }: RecordView, client: Client): Promise<SourceView | undefined> {
  if (kind !== "record") return undefined;
  try {
    return await client.source(source);
  } catch (error) {
    // The key may not allow this.
    if (["FORBIDDEN", "NOT_FOUND"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** A label and what is said, in columns. */
function sayLabelled(label: keyof RecordsTexts["labels"], what: string, output: Output, mark?: Mark): void {
  const { labels } = recordsTexts();
  // As wide as in English, or as the language needs.
  const width = Math.max(11, widest(Object.values(labels)) + 2);
  output.say(`${padded(labels[label], width)}${what}`, mark && { mark });
}

function sayRecord(record: RecordView, profile: ProfileDocument | undefined, output: Output): void {
  const { id, leafIndex, leafHash, source, seq, receivedAt, claims, signed } = record;
  const { leafOf, sourceOf, isSigned, isUnsigned } = recordsTexts();
  output.say(`${typeOf(record)} ${id}`, { isBold: true });
  sayLabelled("leaf", leafOf(leafIndex, leafHash), output);
  sayLabelled("source", sourceOf(source, seq), output);
  if (receivedAt !== undefined) sayLabelled("received", inSeconds(receivedAt * 1000), output);
  if (signed !== undefined) sayLabelled("signed", signed ? isSigned : isUnsigned, output);
  for (const line of claimLines(claims ?? {})) output.say(`  ${line}`);
  for (const line of credentialLines(claims ?? {})) output.say(`  ${line}`);
  for (const [label, what] of erasureLines(record)) sayLabelled(label, what, output, "undecided");
  if (claims === undefined) return;
  output.say(concealedLine(record, profile));
}

function sayAnchor({ state }: RecordView, anchor: AnchorFact | undefined, output: Output): void {
  const { stateOf, stateNames, states, anchorOf } = recordsTexts();
  sayLabelled(
    "state",
    stateOf(stateNames[state], states[state]),
    output,
    state === "finalized" ? "holds" : "undecided",
  );
  if (!anchor) return;
  const { treeSize, blockNumber: block, chainId: chain, blockTime, contract } = anchor;
  sayLabelled("anchor", anchorOf({ treeSize, block, chain, time: inSeconds(blockTime * 1000), contract }), output);
}

function saySource({ keys, suspended, conflicts }: SourceView, output: Output): void {
  const texts = recordsTexts();
  if (keys.length === 0) output.say(texts.noKey);
  for (const { from, thumbprint, endedAt, why } of keys) {
    const until = endedAt === null ? texts.counts : texts.endedAt(endedAt, why);
    sayLabelled("key", texts.keyOf(from, thumbprint ?? texts.personsKey, until), output);
  }
  if (suspended) output.say(texts.suspended, { mark: "undecided" });
  if (conflicts > 0) output.say(texts.contradicted(conflicts), { mark: "refuted" });
}
