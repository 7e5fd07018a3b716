/** `warifu erase`: an officer erases what records conceal and came with. */
import { erase, GOES, withService, type EraseOptions } from "./erasing.ts";
import { counted } from "./output.ts";
import type { DefineVerb } from "./verb.ts";

const EXAMPLES = `
The basis is the id of a provision of law, such as gdpr-17-1-a or appi-35-3. The log says that and when a record was
erased, and on which basis. Older copies of the vault keep it until the vault's key is changed.

Examples:
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis gdpr-17-1-a
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis appi-35-3 --yes --json`;

export const defineErase: DefineVerb = (program, act) => {
  withService(program.command("erase"))
    .summary("erase what records conceal")
    .description("Erases what records conceal and came with, for good. Their leaves stay, and every proof.")
    .requiredOption("--basis <id>", "the provision of law on which they are erased")
    .option("--request <id>", "the request that it answers; the log states it for a single record")
    .addHelpText("after", EXAMPLES)
    .action((ids: string[], options: EraseOptions & { readonly basis: string; readonly request?: string }) =>
      act(options, (output) => {
        const stays =
          "its leaf, its public claims and the digests of what it conceals, so that all else still verifies";
        const consent = { question: `erase ${counted(ids.length, "record")} for good?`, goes: GOES, stays };
        return erase(ids, options, output, {
          ...{ consent, done: "erased" },
          send: (client, some) => client.eraseRecords(some, { basis: options.basis, request: options.request }),
        });
      }),
    );
};
