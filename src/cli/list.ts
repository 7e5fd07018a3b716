/**
 * `warifu list`: records by source, type and time, one per line. Pages are written as they arrive.
 */
import { createClient } from "../client/client.ts";
import { EXIT } from "./exit-code.ts";
import { listedRecords, withRecordOptions, type WhichRecords } from "./listed-records.ts";
import { address, wholeNumber } from "./option-values.ts";
import { counted } from "./output.ts";
import { recordLine } from "./record-words.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface ListOptions extends CommonOptions, WhichRecords {
  readonly limit: number;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const DEFAULT_LIMIT = 100;
const MOST = 100_000_000;

const EXAMPLES = `
Each line: when it was taken in, leaf, type, source, seq, state of its anchor. Times without a zone are UTC.

Exit code 3: a record is damaged in the store; the others are listed.

Examples:
  warifu list --since 2d
  warifu list --source santander/env-419 --since 2026-11-01 --until 2026-11-02T10:00Z
  warifu list --type citizen-report --limit 100000 --json`;

export const defineList: DefineVerb = (program, act) => {
  withRecordOptions(program.command("list"))
    .summary("list records")
    .description("Lists records by source, type and time of reception, in the log's order.")
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
      }),
    );
};
