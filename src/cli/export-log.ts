/** `warifu export-log`: a log as a folder of plain files, which any server of files can serve for ever. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { WarifuError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { loadPolicy } from "./named-policy.ts";
import type { Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import { exportLogTexts } from "./texts/export-log/en.ts";
import { frame } from "./texts/frame/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface ExportLogOptions extends CommonOptions {
  readonly dataDir?: string;
  readonly policy?: string;
  readonly bundles: boolean;
}

export const defineExportLog: DefineVerb = (program, act) => {
  const words = exportLogTexts();
  program
    .command("export-log")
    .summary(words.verb.summary)
    .description(words.verb.description)
    .argument("<folder>", words.verb.folder)
    .option("--data-dir <folder>", words.verb.dataDir)
    .option("--policy <file>", words.verb.policy)
    .option("--no-bundles", words.verb.noBundles)
    .option("--json", words.verb.json)
    .addHelpText("after", words.verb.after)
    .action((folder: string, options: ExportLogOptions) =>
      act(options, (output) => exportTo(resolve(folder), options, output)),
    );
};

async function exportTo(
  folder: string,
  { dataDir, policy, bundles }: ExportLogOptions,
  output: Output,
): Promise<ExitCode> {
  const words = exportLogTexts();
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new WarifuError("USAGE", `${folder} is a file: name a folder for the log's files`);
  const config = loadSettings(dataDir === undefined ? {} : dataFolder(dataDir), { needsSigner: false });
  const named = loadPolicy({ policy: policy ?? config.files.policy });
  // Loaded here, so that the other verbs do not have to load the store.
  const { exportLog } = await import("../administer/export-log.ts");
  const progress = await output.progress(frame().leaves);
  try {
    const onProgress = (done: number, total: number): void => progress.update(done, total);
    const exported = await exportLog({ config, policy: named.policy, folder, hasBundles: bundles, onProgress });
    progress.end();
    const { treeSize, finalizedSize, withheld } = exported;
    output.document(exported);
    output.say(words.exported(treeSize, folder), { mark: "holds" });
    output.say(words.proofs(exported.bundles, withheld));
    if (exported.stamped > 0) output.say(words.stamped(exported.stamped));
    if (finalizedSize < treeSize) output.hint(words.notFinal(treeSize - finalizedSize));
    output.say(words.next(folder));
    return EXIT.holds;
  } finally {
    progress.end();
  }
}
