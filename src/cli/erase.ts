/** `warifu erase`: an officer erases what records conceal and came with. */
import { erase, withService, type EraseOptions } from "./erasing.ts";
import { erasingTexts } from "./texts/erasing/en.ts";
import type { DefineVerb } from "./verb.ts";

export const defineErase: DefineVerb = (program, act) => {
  withService(program.command("erase"))
    .summary(erasingTexts().erase.summary)
    .description(erasingTexts().erase.description)
    .requiredOption("--basis <provision>", erasingTexts().erase.basis)
    .option("--request <id>", erasingTexts().erase.request)
    .addHelpText("after", erasingTexts().erase.after)
    .action((ids: string[], options: EraseOptions & { readonly basis: string; readonly request?: string }) =>
      act(options, (output) =>
        erase(ids, options, output, {
          words: erasingTexts().erase,
          send: (client, some) => client.eraseRecords(some, { basis: options.basis, request: options.request }),
        }),
      ),
    );
};
