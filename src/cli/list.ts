/**
 * `warifu list`: records by source, type and time, one per line, or anchors with what they took. Pages are written as they
 * arrive.
 */
import { createClient, type Client } from "../client/client.ts";
import { WarifuError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { listAnchors } from "./list-anchors.ts";
import { listedRecords, withRecordOptions, type WhichRecords } from "./listed-records.ts";
import { address, wholeNumber } from "./option-values.ts";
import { counted, type Output } from "./output.ts";
import { recordLine } from "./record-words.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface ListOptions extends CommonOptions, WhichRecords {
  readonly limit: number;
  readonly anchors?: boolean;
  readonly csv?: boolean;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const DEFAULT_LIMIT = 100;
const MOST = 100_000_000;

const EXAMPLES = `
Each line: when it was taken in, leaf, type, source, seq, state of its anchor. Times without a zone are UTC.

With --anchors, the newest first: when it was signed, number, the size it anchors, state, records it covers, block, gas,
gas a record, what it cost, and the time from the signed head to finality. --csv has a column for each time and step.

Exit code 3: a record is damaged in the store; the others are listed.

Examples:
  warifu list --since 2d
  warifu list --source santander/env-419 --since 2026-11-01 --until 2026-11-02T10:00Z
  warifu list --type citizen-report --limit 100000 --json
  warifu list --anchors
  warifu list --anchors --csv --limit 100000 > anchors.csv`;

export const defineList: DefineVerb = (program, act) => {
  withRecordOptions(program.command("list"))
    .summary("list records, or anchors with what they took")
    .description("Lists records by source, type and time of reception, in the log's order; or anchors.")
    .option("--anchors", "anchors, the newest first, with gas, cost and latency")
    .option("--csv", "of anchors: a table (CSV, RFC 4180)")
    .option("--limit <n>", "so many at most", wholeNumber(MOST), DEFAULT_LIMIT)
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "an auditor's API key (default: WARIFU_API_KEY, else this machine's)")
    .option("--key-file <file>", "a file that holds the API key")
    .option("--json", "print one JSON document: a list of records, each as the API gives it")
    .addHelpText("after", EXAMPLES)
    .action((options: ListOptions) =>
      act(options, async (output) => {
        const config = loadSettings();
        const url = options.url ?? config.client.url;
        const client = createClient({ url, apiKey: apiKeyFor(url, "auditor", givenKey(options), config) });
        assertFitting(options);
        return options.anchors === true
          ? listAnchors(client, output, { limit: options.limit, isCsv: options.csv === true })
          : listRecords(client, output, options);
      }),
    );
};

/** @throws USAGE */
function assertFitting({ anchors, csv, json, source, type, since, until }: ListOptions): void {
  if (csv === true && anchors !== true) throw new WarifuError("USAGE", "--csv is for anchors: give --anchors with it");
  if (csv === true && json === true) throw new WarifuError("USAGE", "give --csv or --json, not both");
  const ofRecords = [source, type, since, until].some((value) => value !== undefined);
  if (anchors === true && ofRecords)
    throw new WarifuError("USAGE", "--source, --type, --since and --until are for records, not for anchors");
}

async function listRecords(client: Client, output: Output, options: ListOptions): Promise<ExitCode> {
  const progress = await output.progress("leaves");
  const all: object[] = [];
  let [shown, damaged] = [0, 0];
  try {
    for await (const one of listedRecords(client, options, { limit: options.limit, progress })) {
      shown++;
      if (output.isJson) all.push(one);
      if (!("error" in one)) output.say(recordLine(one));
      else {
        damaged++;
        output.say(`leaf ${one.leafIndex}: ${one.error.detail ?? one.error.title}`, { mark: "undecided" });
      }
    }
  } finally {
    progress.end();
  }
  output.document(all);
  if (shown === options.limit) output.hint(`these are the first ${counted(shown)}: --limit N lists more`);
  if (shown === 0) output.hint("no record fits");
  return damaged > 0 ? EXIT.undecided : EXIT.holds;
}
