/**
 * `warifu key account`: keys of accounts on the chain, made on this machine without contacting any service.
 */
import type { Command } from "commander";
import { makeKeystoreFile } from "../keys/account-keys.ts";
import { EXIT } from "./exit-code.ts";
import type { Act, CommonOptions } from "./verb.ts";

interface NewOptions extends CommonOptions {
  readonly keystore: string;
  readonly passwordFile: string;
}

/** Adds the verb under `key`. */
export function defineKeyAccount(key: Command, act: Act): void {
  const account = key
    .command("account")
    .summary("make a key of an account on the chain")
    .description("Keys of accounts on the chain: one that anchors, one that may close, one that is admin.");
  account
    .command("new")
    .summary("make a key in an encrypted keystore, and print its address")
    .description(
      "Makes a key in an encrypted keystore (Web3 Secret Storage) and prints its address. A password file that is not there " +
        "is made with a random password. A keystore that is there is never replaced.",
    )
    .requiredOption("--keystore <file>", "the keystore to make")
    .requiredOption("--password-file <file>", "the file with its password")
    .option("--json", "print one JSON document")
    .action((options: NewOptions) =>
      act(options, async (output) => {
        const { keystore, passwordFile } = options;
        const { address, isPasswordNew } = await makeKeystoreFile(keystore, passwordFile);
        output.document({ address, keystore, passwordFile, isPasswordNew });
        output.say(address);
        if (isPasswordNew) output.hint(`its password was made as well: ${passwordFile}`);
        output.hint(`keep ${keystore} and ${passwordFile} apart, and a copy of each: without both the account is lost`);
        return EXIT.holds;
      }),
    );
}
