/**
 * `warifu prove`: fetches the proof bundle of a record and saves it as a file, byte for byte. For many records, see
 * prove-many.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import { parseBundle } from "../core/bundle.ts";
import { utf8 } from "../core/bytes.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { parseRecordId } from "../core/record-id.ts";
import { createClient } from "../client/client.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { withRecordOptions } from "./listed-records.ts";
import { writeNamedFile } from "./named-files.ts";
import { address, seconds, treeSize } from "./option-values.ts";
import { inertJson, type Output } from "./output.ts";
import { asksForMany, proveMany } from "./prove-many.ts";
import { saveTimestamps } from "./prove-timestamps.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { proveTexts } from "./texts/prove/en.ts";

interface ProveOptions extends CommonOptions {
  readonly output?: string;
  readonly openings?: boolean;
  readonly original?: string;
  readonly size?: number;
  readonly forContract?: boolean;
  readonly format: Format;
  readonly entry?: string;
  readonly timestamps?: string;
  readonly source?: string;
  readonly type?: string;
  readonly since?: number;
  readonly until?: number;
  readonly wait?: number;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** What the proof is written as: all of it, or the part that clients of any C2SP log read. */
const FORMATS = ["bundle", "tlog-proof"] as const;
type Format = (typeof FORMATS)[number];

const POLL_MS = 500;

export const defineProve: DefineVerb = (program, act) => {
  withRecordOptions(program.command("prove"))
    .summary(proveTexts().prove.summary)
    .description(proveTexts().prove.description)
    .argument("[ids...]", proveTexts().prove.ids)
    .option("-o, --output <path>", proveTexts().prove.output)
    .option("--openings", proveTexts().prove.openings)
    .option("--original <file>", proveTexts().prove.original)
    .option("--size <entries>", proveTexts().prove.size, treeSize)
    .option("--for-contract", proveTexts().prove.forContract)
    .addOption(new Option("--format <format>", proveTexts().prove.format).choices(FORMATS).default("bundle"))
    .option("--entry <file>", proveTexts().prove.entry)
    .option("--timestamps <folder>", proveTexts().prove.timestamps)
    .option("--wait <seconds>", proveTexts().prove.wait, seconds)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().key)
    .option("--key-file <file>", frame().keyFileUnseen)
    .option("--json", proveTexts().prove.json)
    .addHelpText("after", proveTexts().prove.after)
    .action((ids: readonly string[], options: ProveOptions) => act(options, (output) => prove(ids, options, output)));
};

async function prove(ids: readonly string[], options: ProveOptions, output: Output): Promise<ExitCode> {
  if (asksForMany(ids, options)) return proveMany(ids, assertForMany(options), output);
  const id = oneOf(ids);
  if (options.original !== undefined) await saveOriginal(id, options.original, options, output);
  if (options.format === "tlog-proof" || options.entry !== undefined) return proveAsNote(id, options, output);
  const text = options.forContract ? await fetchContractProof(id, options) : await fetchBundle(id, options, output);
  if (options.timestamps !== undefined) saveTimestamps(id, options.timestamps, text, output);
  if (options.output === undefined) {
    process.stdout.write(process.stdout.isTTY ? inertJson(text) : text);
    return EXIT.holds;
  }
  const texts = proveTexts();
  const isPersonal = options.openings === true;
  const what = options.forContract ? texts.contractProof : texts.bundle;
  writeNamedFile(options.output, text, what, isPersonal ? 0o600 : undefined);
  const bytes = utf8(text).length;
  const openings = isPersonal ? parseBundle(utf8(text)).openings.length : 0;
  output.document({ id, file: options.output, bytes, openings });
  output.say(texts.saved({ path: options.output, what, id, bytes, openings: isPersonal ? openings : undefined }), {
    mark: "holds",
  });
  if (isPersonal && openings === 0) output.hint(texts.nothingToOpen);
  if (openings > 0) output.hint(texts.allOpened);
  if (!options.forContract) output.say(texts.verifyIt(verifyCommand(options.output, options.original)));
  return EXIT.holds;
}

/** The bare proof of a record's entry, and the entry that it is of, for programs that know C2SP's formats alone. */
async function proveAsNote(id: string, options: ProveOptions, output: Output): Promise<ExitCode> {
  if (options.format !== "tlog-proof") throw new WarifuError("USAGE", "--entry goes with --format tlog-proof");
  if (options.openings || options.forContract || options.timestamps !== undefined)
    throw new WarifuError("USAGE", "a tlog-proof has no openings and no timestamps, and is none for the contract");
  const { proof, entry } = parseBundle(utf8(await fetchBundle(id, options, output)));
  const { output: path, entry: entryPath } = options;
  if (entryPath !== undefined) writeNamedFile(entryPath, entry, "entry");
  const texts = proveTexts();
  const saved = { id, openings: undefined };
  // What is written there is the proof and nothing else.
  if (path === undefined) process.stdout.write(proof);
  else {
    writeNamedFile(path, proof, "tlog-proof");
    output.document({ id, file: path, ...(entryPath !== undefined && { entry: entryPath }) });
  }
  if (path !== undefined)
    output.say(texts.saved({ ...saved, path, what: "tlog-proof", bytes: utf8(proof).length }), { mark: "holds" });
  if (entryPath !== undefined)
    output.hint(texts.saved({ ...saved, path: entryPath, what: texts.entry, bytes: entry.length }));
  return EXIT.holds;
}

function verifyCommand(bundle: string, original: string | undefined): string {
  const command = `npx warifu verify ${shellWord(bundle)} --policy FILE`;
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
  if (options.format !== "bundle" || options.entry !== undefined || options.timestamps !== undefined)
    throw new WarifuError("USAGE", "--format, --entry and --timestamps go with one record");
  return options;
}

async function fetchBundle(id: string, options: ProveOptions, output: Output): Promise<string> {
  parseRecordId(id);
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  // Anybody may fetch a bundle without openings, so no key is sent for it.
  const apiKey = options.openings ? apiKeyFor(url, "officer", givenKey(options), config) : undefined;
  const client = createClient({ url, apiKey, attempts: 1 });
  const onMissingCosignatures = (missing: number): void => output.hint(proveTexts().lacksCosignatures(missing));
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
  output.hint(proveTexts().original(file, id, bytes.length));
}

async function fetchContractProof(id: string, options: ProveOptions): Promise<string> {
  if (options.openings || options.size !== undefined || options.timestamps !== undefined)
    throw new WarifuError(
      "USAGE",
      "--for-contract goes with neither --openings, --size nor --timestamps: it is against the present head",
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
