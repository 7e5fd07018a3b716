/** `warifu withhold`: an officer takes public bodies of records away. */
import { Option } from "commander";
import { WITHHOLDING_REASONS, type WithholdingReason } from "../core/erasure-event.ts";
import { erase, withService, type EraseOptions } from "./erasing.ts";
import { erasingTexts } from "./texts/erasing/en.ts";
import type { DefineVerb } from "./verb.ts";

export const defineWithhold: DefineVerb = (program, act) => {
  withService(program.command("withhold"))
    .summary(erasingTexts().withhold.summary)
    .description(erasingTexts().withhold.description)
    .addOption(
      new Option("--reason <reason>", erasingTexts().withhold.reason)
        .choices(WITHHOLDING_REASONS)
        .makeOptionMandatory(),
    )
    .option("--basis <provision>", erasingTexts().withhold.basis)
    .addHelpText("after", erasingTexts().withhold.after)
    .action((ids: string[], options: EraseOptions & { readonly reason: WithholdingReason }) =>
      act(options, (output) => {
        const { reason, basis } = options;
        return erase(ids, options, output, {
          words: erasingTexts().withhold,
          send: (client, some) => client.withholdBodies(some, { reason, ...(basis !== undefined && { basis }) }),
        });
      }),
    );
};
