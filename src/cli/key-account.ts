/**
 * `warifu key account`: keys of accounts on the chain, made on this machine without contacting any service.
 */
import type { Command } from "commander";
import { EXIT } from "./exit-code.ts";
import { accessTexts } from "./texts/access/en.ts";
import { frame } from "./texts/frame/en.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface NewOptions extends CommonOptions {
  readonly keystore: string;
  readonly passwordFile: string;
}

/** Adds the verb under `key`. */
export function defineKeyAccount(key: Command, act: Act): void {
  const account = key
    .command("account")
    .summary(accessTexts().account.summary)
    .description(accessTexts().account.description);
  account
    .command("new")
    .summary(accessTexts().newAccount.summary)
    .description(accessTexts().newAccount.description)
    .requiredOption("--keystore <file>", accessTexts().newAccount.keystore)
    .requiredOption("--password-file <file>", accessTexts().newAccount.passwordFile)
    .option("--json", frame().json)
    .action((options: NewOptions) =>
      act(options, async (output) => {
        const { keystore, passwordFile } = options;
        const { makeKeystoreFile } = await import("../keys/account-keys.ts");
        const { address, isPasswordNew } = await makeKeystoreFile(keystore, passwordFile);
        output.document({ address, keystore, passwordFile, isPasswordNew });
        output.say(address);
        if (isPasswordNew) output.hint(accessTexts().passwordMade(passwordFile));
        output.hint(accessTexts().keepApart(keystore, passwordFile));
        return EXIT.holds;
      }),
    );
}
