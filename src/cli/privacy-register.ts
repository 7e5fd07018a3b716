/** `warifu privacy register`: the controller's register of processing, checked and printed. It asks no service. */
import type { Command } from "commander";
import { processingTable, readProcessing, type Activity } from "../privacy/processing.ts";
import { readProfileFolders } from "../profiles/profile-files.ts";
import { EXIT } from "./exit-code.ts";
import { counted } from "./output.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface RegisterOptions extends CommonOptions {
  readonly profiles: readonly string[];
}

/** Adds the verbs about the register of processing. */
export function defineRegister(privacy: Command, act: Act): void {
  const register = privacy.command("register").summary("check and print the register of processing");
  onFolder(register.command("check"))
    .summary("say whether the register is whole and agrees with the profiles")
    .action((folder: string, options: RegisterOptions) =>
      act(options, async (output) => {
        const activities = activitiesIn(folder, options);
        output.document({ activities: activities.map(({ id }) => id) });
        output.say(`${counted(activities.length, "record")} of processing, as the profiles say`, { mark: "holds" });
        return EXIT.holds;
      }),
    );
  onFolder(register.command("export"))
    .summary("print the register as CSV, or as JSON with --json")
    .action((folder: string, options: RegisterOptions) =>
      act(options, async (output) => {
        const activities = activitiesIn(folder, options);
        output.document({ activities });
        for (const row of processingTable(activities).trimEnd().split("\r\n")) output.say(row);
        return EXIT.holds;
      }),
    );
}

function onFolder(verb: Command): Command {
  return verb
    .argument("<folder>", "the register, a folder of JSON files")
    .requiredOption("--profiles <folders...>", "the folders of the profiles in force")
    .option("--json", "print one JSON document");
}

function activitiesIn(folder: string, { profiles }: RegisterOptions): readonly Activity[] {
  return readProcessing(folder, readProfileFolders(profiles));
}
