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
import { concealedLine, profileOf } from "./claim-words.ts";
import { credentialLines } from "./credential-words.ts";
import { EXIT } from "./exit-code.ts";
import { address } from "./option-values.ts";
import { sayLineage } from "./lineage-words.ts";
import { counted, inSeconds, type Output } from "./output.ts";
import { erasureLines, STATE_WORDS, typeOf } from "./record-words.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface ShowOptions extends CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly lineage?: true;
  readonly prov?: true;
}

const EXAMPLES = `
By its id a record can be shown without a key; a leaf or a hash, and the keys of its source, need an auditor's.

Examples:
  warifu show 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f
  warifu show 1234 --lineage
  warifu show 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json`;

export const defineShow: DefineVerb = (program, act) => {
  program
    .command("show")
    .summary("show a record, its state and its anchor")
    .description("Shows a record: its public claims, how many are concealed, its state, anchor, and its source's keys.")
    .argument("<record>", "its id, its leaf index, or the hash of its leaf or body")
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "an auditor's API key (default: WARIFU_API_KEY, else this machine's)")
    .option("--key-file <file>", "a file that holds the API key")
    .option("--lineage", "show what happened to it too, as the public log tells it")
    .option("--prov", "print that alone, as PROV-JSON of the W3C")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
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

function sayRecord(record: RecordView, profile: ProfileDocument | undefined, output: Output): void {
  const { id, leafIndex, leafHash, source, seq, receivedAt, claims, signed } = record;
  output.say(`${typeOf(record)} ${id}`, { isBold: true });
  output.say(`leaf       ${leafIndex}, hash ${leafHash}`);
  output.say(`source     ${source}, seq ${seq}`);
  if (receivedAt !== undefined) output.say(`received   ${inSeconds(receivedAt * 1000)}`);
  if (signed !== undefined)
    output.say(
      `signed     ${signed ? "says that its source signed: `warifu verify` checks that" : "no: on the word of its API key"}`,
    );
  for (const [name, value] of Object.entries(claims ?? {})) output.say(`  ${name}  ${JSON.stringify(value)}`);
  for (const line of credentialLines(claims ?? {})) output.say(`  ${line}`);
  for (const line of erasureLines(record)) output.say(line, { mark: "undecided" });
  if (claims === undefined) return;
  output.say(concealedLine(record, profile));
}

function sayAnchor({ state }: RecordView, anchor: AnchorFact | undefined, output: Output): void {
  output.say(`state      ${state}: ${STATE_WORDS[state]}`, { mark: state === "finalized" ? "holds" : "undecided" });
  if (anchor)
    output.say(
      `anchor     ${counted(anchor.treeSize, "entry", "entries")}, block ${anchor.blockNumber} of chain ${anchor.chainId}, ` +
        `${inSeconds(anchor.blockTime * 1000)}, contract ${anchor.contract}`,
    );
}

function saySource({ keys, suspended, conflicts }: SourceView, output: Output): void {
  if (keys.length === 0) output.say("its source has no signing key");
  for (const { from, thumbprint, endedAt, why } of keys)
    output.say(
      `key        of leaf ${from}: ${thumbprint ?? "a person's own"}, ${endedAt === null ? "counts" : `to leaf ${endedAt} (${why})`}`,
    );
  if (suspended) output.say("its source is suspended", { mark: "undecided" });
  if (conflicts > 0) output.say(`its source contradicted itself ${counted(conflicts, "time")}`, { mark: "refuted" });
}
