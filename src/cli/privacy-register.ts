/** `warifu privacy register`: the controller's register of processing, checked and printed. It asks no service. */
import type { Command } from "commander";
import { processingTable, readProcessing, type Activity } from "../privacy/processing.ts";
import { readProfileFolders } from "../profiles/profile-files.ts";
import { EXIT } from "./exit-code.ts";
import { frame } from "./texts/frame/en.ts";
import { privacyTexts } from "./texts/privacy/en.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface RegisterOptions extends CommonOptions {
  readonly profiles: readonly string[];
}

/** Adds the verbs about the register of processing. */
export function defineRegister(privacy: Command, act: Act): void {
  const { register: words } = privacyTexts();
  const register = privacy.command("register").summary(words.summary);
  onFolder(register.command("check"))
    .summary(words.check)
    .action((folder: string, options: RegisterOptions) =>
      act(options, async (output) => {
        const activities = await activitiesIn(folder, options);
        output.document({ activities: activities.map(({ id }) => id) });
        output.say(words.agrees(activities.length), { mark: "holds" });
        return EXIT.holds;
      }),
    );
  onFolder(register.command("export"))
    .summary(words.export)
    .action((folder: string, options: RegisterOptions) =>
      act(options, async (output) => {
        const activities = await activitiesIn(folder, options);
        output.document({ activities });
        for (const row of processingTable(activities).trimEnd().split("\r\n")) output.say(row);
        return EXIT.holds;
      }),
    );
}

function onFolder(verb: Command): Command {
  const { folder, profiles } = privacyTexts().register;
  return verb
    .argument("<folder>", folder)
    .requiredOption("--profiles <folders...>", profiles)
    .option("--json", frame().json);
}

async function activitiesIn(folder: string, { profiles }: RegisterOptions): Promise<readonly Activity[]> {
  return readProcessing(folder, await readProfileFolders(profiles));
}
