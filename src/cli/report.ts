/**
 * `warifu report`: what is done with a report afterwards: its signature is checked, or it is entered into the log by its hash.
 */
import type { Command } from "commander";
import { EXIT } from "./exit-code.ts";
import { sourceName } from "./option-values.ts";
import { checkReport } from "./report-signature.ts";
import { frame } from "./texts/frame/en.ts";
import { reportsTexts } from "./texts/reports/en.ts";
import type { Act, CommonOptions, DefineVerb } from "./verb.ts";

export const defineReport: DefineVerb = (program, act) => {
  const report = program
    .command("report")
    .summary(reportsTexts().report.summary)
    .description(reportsTexts().report.description)
    .addHelpText("after", reportsTexts().report.after);
  defineVerify(report, act);
  defineRecord(report, act);
};

function defineVerify(report: Command, act: Act): void {
  report
    .command("verify")
    .argument("<file>", reportsTexts().file)
    .summary(reportsTexts().verify.summary)
    .description(reportsTexts().verify.description)
    .option("--key <file>", reportsTexts().verify.key)
    .option("--json", frame().json)
    .action((file: string, options: CommonOptions & { readonly key?: string }) =>
      act(options, async (output) => {
        const signed = await checkReport(file, options.key);
        const isKnown = options.key !== undefined;
        output.document({ outcome: isKnown ? "holds" : "undecided", ...signed });
        output.say(reportsTexts().signed(file, signed.thumbprint, signed.signedAt), {
          mark: isKnown ? "holds" : "undecided",
        });
        if (!isKnown) output.hint(reportsTexts().whoseKey);
        return isKnown ? EXIT.holds : EXIT.undecided;
      }),
    );
}

function defineRecord(report: Command, act: Act): void {
  report
    .command("record")
    .argument("<file>", reportsTexts().file)
    .summary(reportsTexts().record.summary)
    .description(reportsTexts().record.description)
    .requiredOption("--source <name>", reportsTexts().record.source, sourceName)
    .action((file: string, options: CommonOptions & { readonly source: string }) =>
      act(options, async (output) => {
        const { sha256, signedAt, thumbprint } = await checkReport(file, undefined);
        const claims = { observedAt: signedAt, sha256, signedBy: thumbprint };
        console.log(JSON.stringify({ type: "audit-report", source: options.source, key: sha256, claims }));
        output.hint(reportsTexts().hashAlone);
        return EXIT.holds;
      }),
    );
}
