/**
 * `warifu key rotate-log`, `retire-log` and `add-ml-dsa`: the log's own keys, in the data folder of a stopped service.
 */
import type { Command } from "commander";
import { keysOfLog } from "../core/log-keys.ts";
import { formatVerifierKey } from "../core/note.ts";
import type { LogKeyChange, LogKeyPlace } from "../keys/log-rotation.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { stopped } from "./access-options.ts";
import type { Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import { frame } from "./texts/frame/en.ts";
import { logKeysTexts } from "./texts/log-keys/en.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface LogKeyOptions extends CommonOptions {
  readonly dataDir?: string;
}

interface LogKeyVerb {
  readonly name: string;
  readonly texts: { readonly summary: string; readonly description: string };
  readonly change: (place: LogKeyPlace) => Promise<LogKeyChange>;
  readonly done: (change: LogKeyChange) => string;
  readonly isLast?: boolean;
}

/** What opens ledgers is loaded where one is opened, and not for each command about keys. */
const rotation = () => import("../keys/log-rotation.ts");

/** Adds the verbs under `key`. */
export function defineKeyLog(key: Command, act: Act): void {
  const words = logKeysTexts();
  const verbs: readonly LogKeyVerb[] = [
    {
      name: "rotate-log",
      texts: words.rotate,
      change: async (place) => (await rotation()).beginLogRotation(place),
      done: () => words.rotated,
    },
    {
      ...{
        name: "retire-log",
        texts: words.retire,
        change: async (place) => (await rotation()).endLogRotation(place),
        isLast: true,
      },
      done: ({ treeSize }) => words.retired(treeSize),
    },
    {
      name: "add-ml-dsa",
      texts: words.addMlDsa,
      change: async (place) => (await rotation()).addMlDsaKey(place),
      done: () => words.added,
    },
  ];
  for (const verb of verbs)
    key
      .command(verb.name)
      .summary(verb.texts.summary)
      .description(verb.texts.description)
      .option("--data-dir <folder>", words.dataDir)
      .option("--json", frame().json)
      .action((options: LogKeyOptions) => act(options, (output) => changeKeys(verb, options, output)));
}

async function changeKeys(verb: LogKeyVerb, options: LogKeyOptions, output: Output): Promise<ExitCode> {
  const words = logKeysTexts();
  const overrides = options.dataDir === undefined ? {} : dataFolder(options.dataDir);
  const config = loadSettings(overrides, { needsSigner: false });
  const { dataDir, database } = config;
  const keyFile = config.files.logKey;
  const change = await stopped(verb.change({ dataDir, database, keyFile }));
  const { keys, treeSize, isChanged } = change;
  const vkeys = keysOfLog(keys).map(formatVerifierKey);
  output.document({ origin: keys.name, keyFile, treeSize, changed: isChanged, keys: vkeys });
  output.say(isChanged ? verb.done(change) : words.nothingToDo, { mark: "holds" });
  for (const vkey of vkeys) output.say(vkey);
  output.hint(words.copyAndPublish(keyFile));
  if (verb.isLast) output.hint(words.destroyCopies);
  return EXIT.holds;
}
