/**
 * `warifu report`: what is done with a report afterwards: its signature is checked, or it is entered into the log by its hash.
 */
import type { Command } from "commander";
import { EXIT } from "./exit-code.ts";
import { sourceName } from "./option-values.ts";
import { checkReport } from "./report-signature.ts";
import type { Act, CommonOptions, DefineVerb } from "./verb.ts";

const EXAMPLES = `
\`warifu audit --report FILE --sign KEY\` writes FILE and its signature, FILE.sig; \`warifu source keygen\` makes a key.
A report is about the log; its signature is about the report, and worth as much as what is known of the key.

Examples:
  warifu report verify audit.pdf --key auditor.jwk.pub
  warifu report record audit.pdf --source auditors/court-of-audit | warifu submit -`;

export const defineReport: DefineVerb = (program, act) => {
  const report = program
    .command("report")
    .summary("check a signed report, or enter it into the log")
    .description(
      "Checks the signature of an audit report, or makes the record that enters it into the log by its hash.",
    )
    .addHelpText("after", EXAMPLES);
  defineVerify(report, act);
  defineRecord(report, act);
};

function defineVerify(report: Command, act: Act): void {
  report
    .command("verify")
    .argument("<file>", "the report; FILE.sig beside it is its signature")
    .summary("check the signature of a report")
    .description("Checks that a report is the one that was signed, and by which key.")
    .option("--key <file>", "the auditor's public key, a JWK; without it, the key is only named")
    .option("--json", "print one JSON document")
    .action((file: string, options: CommonOptions & { readonly key?: string }) =>
      act(options, async (output) => {
        const signed = await checkReport(file, options.key);
        const isKnown = options.key !== undefined;
        output.document({ outcome: isKnown ? "holds" : "undecided", ...signed });
        output.say(`${file} was signed by the key ${signed.thumbprint}, at ${signed.signedAt} as it says`, {
          mark: isKnown ? "holds" : "undecided",
        });
        if (!isKnown) output.hint("whose key that is was not checked: give --key, or compare its name");
        return isKnown ? EXIT.holds : EXIT.undecided;
      }),
    );
}

function defineRecord(report: Command, act: Act): void {
  report
    .command("record")
    .argument("<file>", "the report; FILE.sig beside it is its signature")
    .summary("make the record that enters a report into the log")
    .description("Prints a record of type audit-report with the report's hash, for `warifu submit`.")
    .requiredOption("--source <name>", "the source of the record, such as auditors/court-of-audit", sourceName)
    .action((file: string, options: CommonOptions & { readonly source: string }) =>
      act(options, async (output) => {
        const { sha256, signedAt, thumbprint } = await checkReport(file, undefined);
        const claims = { observedAt: signedAt, sha256, signedBy: thumbprint };
        console.log(JSON.stringify({ type: "audit-report", source: options.source, key: sha256, claims }));
        output.hint("the log will hold the hash alone: keep the report and its signature");
        return EXIT.holds;
      }),
    );
}
