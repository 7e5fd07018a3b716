/**
 * `warifu prove`: fetches the proof bundle of a record and saves it as a file, byte for byte. For many records, see
 * prove-many.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseBundle } from "../core/bundle.ts";
import { utf8 } from "../core/bytes.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { parseRecordId } from "../core/record-id.ts";
import { createClient } from "../client/client.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { withRecordOptions } from "./listed-records.ts";
import { writeNamedFile } from "./named-files.ts";
import { address, seconds, treeSize } from "./option-values.ts";
import { counted, inertJson, type Output } from "./output.ts";
import { asksForMany, proveMany } from "./prove-many.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface ProveOptions extends CommonOptions {
  readonly output?: string;
  readonly openings?: boolean;
  readonly original?: string;
  readonly size?: number;
  readonly forContract?: boolean;
  readonly source?: string;
  readonly type?: string;
  readonly since?: number;
  readonly until?: number;
  readonly wait?: number;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const POLL_MS = 500;

const EXAMPLES = `
Of several records, -o names a folder, which gets a file ID.json for each, or a file that ends in .ndjson, which gets a
bundle on each line. What is there already is not fetched again.

Exit code 2: wrong use, no such record, or none that fits, 3: no final anchor covers a record yet (see --wait), or the service does not answer.

Examples:
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --wait 60 | warifu verify - --policy policy.json
  warifu prove --source santander/env-419 --since 2d -o proofs
  warifu prove --type citizen-report --since 2026-11-01 --until 2026-12-01 --wait 60 -o november.ndjson
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --openings -o for-the-citizen.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f -o bundle.json --original notification.json
  warifu prove 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --for-contract -o condition.json`;

export const defineProve: DefineVerb = (program, act) => {
  withRecordOptions(program.command("prove"))
    .summary("fetch the proof bundles of records")
    .description(
      "Writes the proof bundle of a record to a file or to stdout, or those of many records to a folder or file.",
    )
    .argument("[ids...]", "ids of records, as their acknowledgements gave them")
    .option("-o, --output <path>", "write there: a file, for many a folder or a file .ndjson (default: stdout)")
    .option("--openings", "with the openings of its concealed claims; needs the key of an officer")
    .option(
      "--original <file>",
      "write there what the record was made of, as it was received; needs the key of an auditor, or of an officer",
    )
    .option(
      "--size <entries>",
      "against the final anchor of exactly this tree size (default: the smallest that serves)",
      treeSize,
    )
    .option(
      "--for-contract",
      "instead of a bundle: the proof that the contract's verifyInclusion takes, against its present head",
    )
    .option("--wait <seconds>", "wait so long for the record to be anchored", seconds)
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "the API key (default: WARIFU_API_KEY, else this machine's)")
    .option("--key-file <file>", "a file that holds the API key; unlike --key, nobody else on the machine sees it")
    .option("--json", "print one JSON document: the bundle itself, or with --output where it is")
    .addHelpText("after", EXAMPLES)
    .action((ids: readonly string[], options: ProveOptions) => act(options, (output) => prove(ids, options, output)));
};

async function prove(ids: readonly string[], options: ProveOptions, output: Output): Promise<ExitCode> {
  if (asksForMany(ids, options)) return proveMany(ids, assertForMany(options), output);
  const id = oneOf(ids);
  if (options.original !== undefined) await saveOriginal(id, options.original, options, output);
  const text = options.forContract ? await fetchContractProof(id, options) : await fetchBundle(id, options, output);
  if (options.output === undefined) {
    process.stdout.write(process.stdout.isTTY ? inertJson(text) : text);
    return EXIT.holds;
  }
  const isPersonal = options.openings === true;
  const what = options.forContract ? "proof for the contract" : "proof bundle";
  writeNamedFile(options.output, text, what, isPersonal ? 0o600 : undefined);
  const bytes = utf8(text).length;
  const openings = isPersonal ? parseBundle(utf8(text)).openings.length : 0;
  output.document({ id, file: options.output, bytes, openings });
  const opened = isPersonal ? `, ${counted(openings, "opening")}` : "";
  output.say(`${options.output}: ${what} of ${id}, ${counted(bytes)} bytes${opened}`, { mark: "holds" });
  if (isPersonal && openings === 0) output.hint("there is nothing to open: the record conceals nothing, or was erased");
  if (openings > 0)
    output.hint("these are all claims that the record conceals, as the service says; the other digests are decoys");
  if (!options.forContract) output.say(`verify it: ${verifyCommand(options.output, options.original)}`);
  return EXIT.holds;
}

function verifyCommand(bundle: string, original: string | undefined): string {
  const command = `warifu verify ${shellWord(bundle)} --policy FILE`;
  return original === undefined ? command : `${command} --original ${shellWord(original)}`;
}

function oneOf([id]: readonly string[]): string {
  if (id === undefined)
    throw new WarifuError("USAGE", "name a record by its id, or records by --source, --type, --since and --until");
  return id;
}

/** @throws USAGE */
function assertForMany(options: ProveOptions): ProveOptions {
  if (options.forContract) throw new WarifuError("USAGE", "--for-contract goes with one record");
  if (options.original !== undefined) throw new WarifuError("USAGE", "--original goes with one record");
  return options;
}

async function fetchBundle(id: string, options: ProveOptions, output: Output): Promise<string> {
  parseRecordId(id);
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  // Anybody may fetch a bundle without openings, so no key is sent for it.
  const apiKey = options.openings ? apiKeyFor(url, "officer", givenKey(options), config) : undefined;
  const client = createClient({ url, apiKey, attempts: 1 });
  const onMissingCosignatures = (missing: number): void =>
    output.hint(
      `the checkpoint lacks ${counted(missing, "cosignature")} of those that the service asks for: a policy with its quorum will refuse this bundle; try again after the next anchor`,
    );
  return onceAnchored(() => client.bundle(id, { ...options, onMissingCosignatures }), options);
}

/** Saves what a record was made of. It may hold what the record conceals, so it is nobody else's to read. */
async function saveOriginal(id: string, file: string, options: ProveOptions, output: Output): Promise<void> {
  parseRecordId(id);
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  const client = createClient({ url, apiKey: apiKeyFor(url, "officer", givenKey(options), config), attempts: 1 });
  const bytes = await client.original(id);
  writeNamedFile(file, bytes, "original", 0o600);
  output.hint(`${file}: what ${id} was made of, ${counted(bytes.length, "byte")}`);
}

async function fetchContractProof(id: string, options: ProveOptions): Promise<string> {
  if (options.openings || options.size !== undefined)
    throw new WarifuError(
      "USAGE",
      "--for-contract goes with neither --openings nor --size: it is against the present head",
    );
  parseRecordId(id);
  const client = createClient({ url: options.url ?? loadSettings().client.url, attempts: 1 });
  return `${JSON.stringify(await onceAnchored(() => client.contractProof(id), options), null, 2)}\n`;
}

interface WaitOptions {
  /** Seconds. */
  readonly wait?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the service returns for a record; repeats the request until the record is anchored or the time is over.
 * @throws NOT_ANCHORED_YET
 */
export async function onceAnchored<T>(get: () => Promise<T>, { wait = 0, signal }: WaitOptions): Promise<T> {
  const deadline = performance.now() + wait * 1_000;
  for (;;) {
    try {
      return await get();
    } catch (error) {
      if (codeOf(error) !== "NOT_ANCHORED_YET" || performance.now() >= deadline) throw error;
      await sleep(POLL_MS, undefined, signal && { signal });
    }
  }
}
