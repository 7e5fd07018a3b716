/**
 * `warifu profile check`: what a profile file would make public and what it would conceal, before a log takes it up.
 */
import { readProfileFile } from "../profiles/profile-files.ts";
import { EXIT } from "./exit-code.ts";
import type { CommonOptions, DefineVerb } from "./verb.ts";

const EXAMPLES = `
A profile says what records of a type may hold, which claims everybody sees and how long they are kept. It is checked here
as at the start of the service; docs/formats.md has the members, the profiles of this program are in the folder profiles.

Exit code 0: it can be used, 2: it cannot, and why.

Examples:
  warifu profile check profiles/noise-complaint.json`;

export const defineProfile: DefineVerb = (program, act) => {
  const profile = program
    .command("profile")
    .summary("check the profile of a type of record")
    .description("Checks the profile of a type of record.")
    .addHelpText("after", EXAMPLES);
  profile
    .command("check")
    .argument("<file>", "the profile, a JSON file")
    .summary("say whether a profile can be used, and what it makes public")
    .description("Says whether a profile can be used, what it would make public and what it would conceal.")
    .option("--json", "print one JSON document")
    .action((file: string, options: CommonOptions) =>
      act(options, async (output) => {
        const { document, vct, isPublic } = readProfileFile(file);
        const { type, version, concernsPeople, retentionDays, claims } = document;
        const names = Object.keys((claims["properties"] ?? {}) as object);
        const open = document.public === "*" ? "*" : names.filter(isPublic);
        const concealed = names.filter((name) => !isPublic(name));
        output.document({ type, version, vct, concernsPeople, retentionDays, public: open, concealed });
        output.say(`${vct} can be used`, { mark: "holds" });
        output.say(`  public for ever: ${open === "*" ? "every claim" : open.join(", ") || "nothing"}`);
        output.say(`  concealed:       ${concealed.join(", ") || "nothing"}`);
        output.say(
          `  ${retentionDays === null ? "kept without limit" : `kept for ${retentionDays} days`}; about ${concernsPeople ? "people" : "no person"}`,
        );
        return EXIT.holds;
      }),
    );
};
