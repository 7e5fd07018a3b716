// Keys of accounts in files, as an administrator keeps them, but quick to open.

import { join } from "node:path";

import { makeKeystoreFile, openAnchorSigner } from "../../src/keys/account-keys.ts";
import type { AnchorSigner } from "../../src/chain/signer.ts";

/** How hard the password is to guess is not what is tested. */
export const CHEAP = { N: 2, r: 1, p: 1 };

/** An account whose key lies in two files. */
export type TestAccount = {
  readonly address: string;
  /** Options of the command line that sign with it. */
  readonly signsWith: readonly string[];
  readonly keystore: string;
  readonly passwordFile: string;
  readonly open: (chainId: number) => Promise<AnchorSigner>;
};

/** Makes the account `name` in a folder. It has no funds. */
export async function makeAccount(folder: string, name: string): Promise<TestAccount> {
  const [keystore, passwordFile] = [join(folder, `${name}.json`), join(folder, `${name}.password`)];
  const { address } = await makeKeystoreFile(keystore, passwordFile, CHEAP);
  return {
    address,
    signsWith: ["--keystore", keystore, "--password-file", passwordFile],
    keystore,
    passwordFile,
    open: (chainId) => openAnchorSigner({ kind: "keystore", keystore, passwordFile }, chainId),
  };
}
