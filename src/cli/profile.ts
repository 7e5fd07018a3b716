/**
 * `warifu profile check`: what a profile file would make public and what it would conceal, before a log takes it up.
 */
import { EXIT } from "./exit-code.ts";
import { readNamedFile } from "./named-files.ts";
import { frame } from "./texts/frame/en.ts";
import { profileTexts } from "./texts/profile/en.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

export const defineProfile: DefineVerb = (program, act) => {
  const profile = program
    .command("profile")
    .summary(profileTexts().profile.summary)
    .description(profileTexts().profile.description)
    .addHelpText("after", profileTexts().profile.after);
  profile
    .command("check")
    .argument("<file>", profileTexts().check.file)
    .summary(profileTexts().check.summary)
    .description(profileTexts().check.description)
    .option("--json", frame().json)
    .action((file: string, options: CommonOptions) =>
      act(options, async (output) => {
        const { profileIn } = await import("../profiles/profile-files.ts");
        const { document, vct, isPublic } = profileIn(readNamedFile(file, "profile"), file);
        const { type, version, concernsPeople, retentionDays, claims } = document;
        const names = Object.keys((claims["properties"] ?? {}) as object);
        const open = document.public === "*" ? "*" : names.filter(isPublic);
        const concealed = names.filter((name) => !isPublic(name));
        output.document({ type, version, vct, concernsPeople, retentionDays, public: open, concealed });
        const words = profileTexts();
        output.say(words.usable(vct), { mark: "holds" });
        output.say(`  ${words.publicForEver(open === "*" ? words.everyClaim : open.join(", ") || words.nothing)}`);
        output.say(`  ${words.concealed(concealed.join(", ") || words.nothing)}`);
        output.say(`  ${words.kept(retentionDays, concernsPeople)}`);
        return EXIT.holds;
      }),
    );
};
