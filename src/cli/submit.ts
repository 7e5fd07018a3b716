/**
 * `warifu submit`: sends the records of a file or of stdin. Every item has its own key, derived from the file's bytes, so
 * submitting the same file again, even after it was only half submitted, adds nothing twice.
 */
import { Option } from "commander";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { parseProfile, type Profile } from "../profiles/profile.ts";
import { createClient, type Client } from "../client/client.ts";
import { openAcknowledgements } from "./acknowledgements.ts";
import { DOCUMENT_FORMATS } from "../sources/documents.ts";
import { parseCsvMap, type CsvMap } from "../sources/csv-map.ts";
import { Notes } from "../sources/notes.ts";
import { Originals } from "../sources/originals.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { INPUT_FORMATS, formatOf, openInput } from "./input.ts";
import { openItems, type Items, type ReadFormat } from "./items.ts";
import { readNamedFile } from "./named-files.ts";
import { address, delimiter, encoding, wholeNumber } from "./option-values.ts";
import type { Output } from "./output.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { openRefusedFile, refusedFormat } from "./refused-file.ts";
import { documentOf, linesOf, preview, type Preview } from "./preview.ts";
import { canAsk, confirms } from "./question.ts";
import { shellWord } from "./shell-word.ts";
import { emptyTally, submitItems, type Refusal, type Wrapping } from "./submission.ts";
import { brokenOff, respelledLine, sayRefusals, summarise } from "./submit-summary.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";
import { frame } from "./texts/frame/en.ts";
import { submitTexts } from "./texts/submit/en.ts";

interface SubmitOptions extends CommonOptions {
  readonly type?: string;
  readonly source?: string;
  readonly items?: string;
  readonly format?: ReadFormat;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly map?: string;
  readonly batch: number;
  readonly acks?: string;
  readonly refused?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const DEFAULT_SOURCE = "cli";
const DEFAULT_BATCH = 1_000;
const MAX_BATCH = 20_000;
const SHOWN_CHARACTERS = 400;
const SHOWN_LISTS = 3;

export const defineSubmit: DefineVerb = (program, act) => {
  program
    .command("submit")
    .summary(submitTexts().submit.summary)
    .description(submitTexts().submit.description)
    .argument("<file>", submitTexts().submit.file)
    .option("--type <type>", submitTexts().submit.type)
    .option("--source <name>", submitTexts().submit.source(DEFAULT_SOURCE))
    .option("--items <pointer>", submitTexts().submit.items)
    .addOption(
      new Option("--format <format>", submitTexts().submit.format).choices([...INPUT_FORMATS, ...DOCUMENT_FORMATS]),
    )
    .option("--encoding <name>", submitTexts().submit.encoding, encoding)
    .option("--delimiter <character>", submitTexts().submit.delimiter, delimiter)
    .option("--map <file>", submitTexts().submit.map)
    .option("--batch <n>", submitTexts().submit.batch, wholeNumber(MAX_BATCH), DEFAULT_BATCH)
    .option("--acks <file>", submitTexts().submit.acks)
    .option("--refused <file>", submitTexts().submit.refused)
    .option("--dry-run", submitTexts().submit.dryRun)
    .option("--yes", submitTexts().submit.yes)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().key)
    .option("--key-file <file>", frame().keyFileUnseen)
    .option("--json", submitTexts().submit.json)
    .addHelpText("after", submitTexts().submit.after)
    .action((file: string, options: SubmitOptions) => act(options, (output) => submit(file, options, output)));
};

async function submit(file: string, options: SubmitOptions, output: Output): Promise<ExitCode> {
  const config = loadSettings();
  const url = options.url ?? config.client.url;
  // A single attempt, so that a missing service is reported immediately.
  const anyone = createClient({ url, attempts: 1 });
  if (options.dryRun) return dryRun(file, options, anyone, output);
  const notes = new Notes();
  const originals = new Originals();
  const items = await openAll(file, options, anyone, notes, originals);
  // A pipe can be read only once, and the user has seen what they typed.
  const isAsked = !options.yes && items.isRepeatable && canAsk();
  if (isAsked && !(await isWanted(file, options, anyone, output))) {
    output.hint(submitTexts().nothingSent);
    return EXIT.wrongUse;
  }
  const { treeSize } = await anyone.status();
  const client = createClient({ url, apiKey: apiKeyFor(url, "submitter", givenKey(options), config) });
  const tally = emptyTally();
  const progress = await output.progress(frame().records);
  const acks = options.acks === undefined ? undefined : openAcknowledgements(options.acks);
  const refused = openRefused(file, options, items, originals);
  try {
    await submitItems({
      client,
      items,
      wrapping: wrappingOf(options, items),
      batchSize: options.batch,
      sizeBefore: treeSize,
      tally,
      onAcknowledged: (item, acknowledgement) => acks?.add(JSON.stringify({ item, ...acknowledgement })),
      onRefused: (item) => refused?.add(item),
      onBatch: () => progress.update(tally.new + tally.repeated + tally.refusals.length, items.total),
    });
  } catch (error) {
    progress.end();
    if (tally.new + tally.repeated > 0) output.hint(brokenOff(tally, file));
    throw error;
  } finally {
    progress.end();
    acks?.close();
    refused?.close();
    for (const note of notes.list()) output.hint(submitTexts().note(note));
  }
  hintAtLists(items, tally.refusals, output);
  return summarise({ ...options, url, type: options.type ?? items.type, file, tally, notes, refused }, output);
}

function openRefused(input: string, { refused, acks }: SubmitOptions, items: Items, originals: Originals) {
  if (refused === undefined) return undefined;
  const format = refusedFormat(items.format);
  return openRefusedFile(refused, { input, acks, format, isDocument: items.isDocument === true, originals });
}

/** Says what submitting would do, and sends nothing. */
async function dryRun(file: string, options: SubmitOptions, client: Client, output: Output): Promise<ExitCode> {
  const notes = new Notes();
  const { items, seen } = await lookAt(file, options, client, notes, output);
  for (const note of notes.list()) output.hint(submitTexts().note(note));
  output.document({ ...documentOf(seen), respelled: notes.respelled, notes: notes.list() });
  sayRefusals(seen.refusals, output);
  for (const line of linesOf(seen)) output.say(line);
  if (notes.respelled > 0) output.say(respelledLine(notes));
  hintAtLists(items, seen.refusals, output);
  const isEmpty = seen.types.size + seen.refusals.length === 0;
  if (isEmpty) output.say(submitTexts().noItem, { mark: "refuted" });
  output.say(submitTexts().dryRunOver);
  if (isEmpty) return EXIT.wrongUse;
  return seen.refusals.length > 0 ? EXIT.refuted : EXIT.holds;
}

/** A single refused object may be the document around the intended items. */
function hintAtLists({ arraysAt }: Items, refusals: readonly Refusal[], output: Output): void {
  const [first] = arraysAt;
  if (refusals.length === 0 || first === undefined) return;
  output.hint(submitTexts().listsAt(arraysAt.slice(0, SHOWN_LISTS), shellWord(first)));
}

/** Shows what would be public, with the first record of each type, and asks. */
async function isWanted(file: string, options: SubmitOptions, client: Client, output: Output): Promise<boolean> {
  const { seen } = await lookAt(file, options, client, new Notes(), output);
  if (seen.types.size === 0) return true;
  for (const line of linesOf(seen)) output.hint(line);
  for (const [type, { first }] of seen.types) {
    const claims = JSON.stringify(first.claims).slice(0, SHOWN_CHARACTERS);
    output.hint(`  ${submitTexts().publicOfFirst(type, first.source, claims)}`);
  }
  return confirms(submitTexts().sendIt);
}

async function lookAt(
  file: string,
  options: SubmitOptions,
  client: Client,
  notes: Notes,
  output: Output,
): Promise<{ readonly items: Items; readonly seen: Preview }> {
  const items = await openAll(file, options, client, notes);
  const documents = await client.profiles();
  const profiles = new Map(documents.map((one) => [one.type, parseProfile(one as JsonObject)]));
  const progress = await output.progress(frame().records);
  try {
    const onItem = (count: number): void => progress.update(count, items.total);
    return { items, seen: await preview(items, wrappingOf(options, items), profiles, onItem) };
  } finally {
    progress.end();
  }
}

function wrappingOf({ type, source }: SubmitOptions, items: Items): Wrapping {
  return { type: type ?? items.type, source: source ?? DEFAULT_SOURCE };
}

async function openAll(
  file: string,
  options: SubmitOptions,
  client: Client,
  notes: Notes,
  originals?: Originals,
): Promise<Items> {
  const input = await openInput(file, options.encoding);
  const format = options.format ?? (options.items === undefined ? formatOf(input) : "json");
  if (format === "csv" || format === "ndjson") assertSourceFits(options);
  const map = format === "csv" ? mapOf(options) : undefined;
  if (options.map !== undefined && map === undefined)
    throw new WarifuError("USAGE", `--map is for CSV; ${input.name} is read as ${format.toUpperCase()}`);
  if (format === "csv" && options.type === undefined && map === undefined)
    throw new WarifuError(
      "USAGE",
      `${input.name} is read as CSV, whose rows are claims: name their type with --type, or say with --map what the columns are`,
    );
  if (options.delimiter !== undefined && format !== "csv")
    throw new WarifuError("USAGE", `--delimiter is for CSV; ${input.name} is read as ${format.toUpperCase()}`);
  const items = await openItems(input, format, {
    pointer: options.items,
    delimiter: options.delimiter,
    isFormatNamed: options.format !== undefined,
    type: options.type,
    map,
    source: options.source ?? DEFAULT_SOURCE,
    profileOf: (type) => profileOf(type, client),
    notes,
    originals,
  });
  assertSourceFits(options, items.type);
  return items;
}

/** @throws USAGE when the file is not a mapping, or an option repeats what it says */
function mapOf({ map, type, source }: SubmitOptions): CsvMap | undefined {
  if (map === undefined) return undefined;
  if (type !== undefined || source !== undefined)
    throw new WarifuError("USAGE", "the mapping names type and source: leave out --type and --source");
  return parseCsvMap(readNamedFile(map, "mapping"));
}

/** @throws USAGE when a source is named for records that name their own */
function assertSourceFits({ source, type }: SubmitOptions, typeOfDocument?: string): void {
  if (source !== undefined && type === undefined && typeOfDocument === undefined)
    throw new WarifuError("USAGE", "--source goes with --type; without --type, each item names its own source");
}

/** @throws PROFILE_UNKNOWN naming the existing types */
async function profileOf(type: string, client: Client): Promise<Profile> {
  const documents = await client.profiles();
  const document = documents.find((one) => one.type === type);
  if (document !== undefined) return parseProfile(document as JsonObject);
  const types = documents.map((one) => one.type).join(", ");
  throw new WarifuError(
    "PROFILE_UNKNOWN",
    `there is no profile for this type of record: the types in force are ${types}`,
  );
}
