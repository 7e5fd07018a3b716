/** `warifu migrate`: moves a log from a data folder into a PostgreSQL database. */
import { EXIT, type ExitCode } from "./exit-code.ts";
import { loadPolicy } from "./named-policy.ts";
import type { Output } from "./output.ts";
import { dataFolder, loadSettings } from "./settings.ts";
import { migrateTexts } from "./texts/migrate/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

interface MigrateOptions extends CommonOptions {
  readonly dataDir?: string;
  readonly policy?: string;
}

export const defineMigrate: DefineVerb = (program, act) => {
  const words = migrateTexts();
  program
    .command("migrate")
    .summary(words.verb.summary)
    .description(words.verb.description)
    .option("--data-dir <folder>", words.verb.dataDir)
    .option("--policy <file>", words.verb.policy)
    .option("--json", words.verb.json)
    .addHelpText("after", words.verb.after)
    .action((options: MigrateOptions) => act(options, (output) => move(options, output)));
};

async function move({ dataDir, policy }: MigrateOptions, output: Output): Promise<ExitCode> {
  const words = migrateTexts();
  const config = loadSettings(dataDir === undefined ? {} : dataFolder(dataDir), { needsSigner: false });
  const named = loadPolicy({ policy, dataDir: config.dataDir });
  // Loaded here, so that the other verbs do not have to load both engines.
  const { migrate } = await import("../administer/migrate.ts");
  const progress = await output.progress(words.copying);
  try {
    const { entries, audit } = await migrate({ config, policy: named.policy, onRows: (rows) => progress.update(rows) });
    progress.end();
    output.document({ entries, outcome: audit.outcome });
    output.say(words.moved(entries), { mark: "holds" });
    output.hint(words.next);
    return EXIT.holds;
  } finally {
    progress.end();
  }
}
