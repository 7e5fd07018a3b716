/** `warifu withhold`: an officer takes public bodies of records away. */
import { Option } from "commander";
import { WITHHOLDING_REASONS, type WithholdingReason } from "../core/erasure-event.ts";
import { erase, GOES, withService, type EraseOptions } from "./erasing.ts";
import { counted } from "./output.ts";
import type { DefineVerb } from "./verb.ts";

const EXAMPLES = `
For a record whose public claims should never have been public. Others may have copies of what was public.

Example:
  warifu withhold 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --reason personal-data`;

export const defineWithhold: DefineVerb = (program, act) => {
  withService(program.command("withhold"))
    .summary("withhold the public bodies of records")
    .description("Takes the public bodies of records out of the log's store, for good, and erases the records.")
    .addOption(new Option("--reason <reason>", "why").choices(WITHHOLDING_REASONS).makeOptionMandatory())
    .option("--basis <id>", "the provision of law on which they are withheld")
    .addHelpText("after", EXAMPLES)
    .action((ids: string[], options: EraseOptions & { readonly reason: WithholdingReason }) =>
      act(options, (output) => {
        const stays = "its leaf, so that it can still be proven that it is in the log, and all else still verifies";
        const goes = `all that it says, and ${GOES}`;
        const consent = { question: `withhold ${counted(ids.length, "record")} for good?`, goes, stays };
        const { reason, basis } = options;
        return erase(ids, options, output, {
          ...{ consent, done: "withheld" },
          send: (client, some) => client.withholdBodies(some, { reason, ...(basis !== undefined && { basis }) }),
        });
      }),
    );
};
