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
import type { Output } from "./output.ts";
import { recordLine } from "./record-words.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import { isStdoutRead } from "./standard-streams.ts";
import { frame } from "./texts/frame/en.ts";
import { recordsTexts } from "./texts/records/en.ts";
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

export const defineList: DefineVerb = (program, act) => {
  withRecordOptions(program.command("list"))
    .summary(recordsTexts().list.summary)
    .description(recordsTexts().list.description)
    .option("--anchors", recordsTexts().list.anchors)
    .option("--csv", recordsTexts().list.csv)
    .option("--limit <n>", recordsTexts().list.limit, wholeNumber(MOST), DEFAULT_LIMIT)
    .option("--url <url>", frame().url, address)
    .option("--key <key>", frame().auditorKey)
    .option("--key-file <file>", frame().keyFile)
    .option("--json", recordsTexts().list.json)
    .addHelpText("after", recordsTexts().list.after)
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
  const progress = await output.progress(frame().leaves);
  const all: object[] = [];
  let [shown, damaged] = [0, 0];
  try {
    for await (const one of listedRecords(client, options, { limit: options.limit, progress })) {
      shown++;
      if (output.isJson) all.push(one);
      if (!("error" in one)) output.say(recordLine(one));
      else {
        damaged++;
        output.say(recordsTexts().damaged(one.leafIndex, one.error.detail ?? one.error.title), { mark: "undecided" });
      }
      if (!isStdoutRead()) break;
    }
  } finally {
    progress.end();
  }
  output.document(all);
  if (shown === options.limit) output.hint(recordsTexts().first(shown));
  if (shown === 0) output.hint(recordsTexts().none);
  return damaged > 0 ? EXIT.undecided : EXIT.holds;
}
