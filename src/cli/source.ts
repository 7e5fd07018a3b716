/**
 * `warifu source repair`: sets the numbers of a source right after a mistake, with the key of an officer.
 */
import { createClient } from "../client/client.ts";
import { EXIT } from "./exit-code.ts";
import { address, treeSize } from "./option-values.ts";
import { apiKeyFor, givenKey, loadSettings } from "./settings.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface RepairOptions extends CommonOptions {
  readonly from: number;
  readonly url?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

const EXAMPLES = `
When a source sent a number far too high by mistake, its later records are refused. The repair is an event in the log:
what was numbered stays, and numbering goes on from the number named, past those that are used.

Examples:
  warifu source repair santander/env-419 --from 1001`;

export const defineSource: DefineVerb = (program, act) => {
  const source = program
    .command("source")
    .summary("set the numbers of a source right")
    .description("Sets the numbers of a source right after a mistake.")
    .addHelpText("after", EXAMPLES);
  source
    .command("repair")
    .argument("<name>", "the source")
    .summary("let its numbering go on from a number")
    .description("Enters into the log that the numbering of a source continues from a number.")
    .requiredOption("--from <seq>", "the first number from now on; one that the source has not used", treeSize)
    .option("--url <url>", "the service (default: WARIFU_URL, else this machine's)", address)
    .option("--key <key>", "an officer's API key; other users of the machine can see it: prefer --key-file")
    .option("--key-file <file>", "a file that holds the officer's API key")
    .option("--json", "print one JSON document")
    .action((name: string, options: RepairOptions) =>
      act(options, async (output) => {
        const config = loadSettings();
        const url = options.url ?? config.client.url;
        const apiKey = apiKeyFor(url, "officer", givenKey(options), config);
        const entered = await createClient({ url, apiKey, attempts: 1 }).repairSource(name, options.from);
        output.document(entered);
        output.say(`${name} continues from ${options.from}: entered at leaf ${entered.leafIndex}`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
};
