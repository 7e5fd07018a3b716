/**
 * Keys of accounts on the chain, wherever they are stored: creating them, and opening them as signers. Files are read
 * here, since they must be private to their owner; what is in them is left to the chain folder.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { AnchorSigner } from "../chain/signer.ts";
import { openExternalSigner } from "../chain/signers/external-signer.ts";
import { makeKeystore, openKeystoreSigner } from "../chain/signers/keystore-signer.ts";
import { openLocalSigner } from "../chain/signers/local-signer.ts";
import { toBase64Url, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { readPrivateFile, writePrivateFile } from "./key-files.ts";

/** Where an account's key is. Holds secrets: never log it. */
export type SignerOptions =
  | {
      readonly kind: "key";
      /** 32 bytes, hexadecimal after `0x`. */
      readonly key: string;
    }
  | { readonly kind: "keystore"; readonly keystore: string; readonly passwordFile: string }
  | { readonly kind: "external"; readonly url: string; readonly address: string; readonly timeoutMs?: number }
  /** At a front end, which signs for nobody. */
  | { readonly kind: "named"; readonly address: string };

/**
 * Opens the signer of an account for one chain. A keystore takes about a second.
 * @throws CONFIG_INVALID for a key, file, password or address that cannot be used, a file that others can read, and a
 *   published development key on a chain that is not local
 */
export async function openAnchorSigner(options: SignerOptions, chainId: number): Promise<AnchorSigner> {
  switch (options.kind) {
    case "key":
      return openLocalSigner(options.key, chainId);
    case "keystore": {
      const { keystore: name, passwordFile } = options;
      return openKeystoreSigner({ name, json: readPrivateFile(name), password: readPassword(passwordFile) }, chainId);
    }
    case "external":
      return openExternalSigner(options, chainId);
    case "named":
      return { address: options.address, sign: signNothing };
  }
}

async function signNothing(): Promise<never> {
  throw new WarifuError("SIGNER_FAILED", "a front end has no key of the anchoring account, and signs nothing for it");
}

/** A key that was created. */
export interface MadeKey {
  /** Lower case, after `0x`. */
  readonly address: string;
  /** Whether the password was created as well; otherwise the file already existed. */
  readonly isPasswordNew: boolean;
}

/**
 * Creates a key in a keystore, and a password of 256 random bits if there is no password file yet. An existing keystore
 * is never replaced: its account may hold funds and roles.
 * @param scrypt as for {@link makeKeystore}
 * @throws CONFIG_INVALID
 */
export async function makeKeystoreFile(
  keystore: string,
  passwordFile: string,
  scrypt?: Parameters<typeof makeKeystore>[1],
): Promise<MadeKey> {
  // The key would overwrite the password that opens it.
  if (resolve(keystore) === resolve(passwordFile))
    throw new WarifuError("CONFIG_INVALID", `${keystore} cannot hold both, the key and its password: name two files`);
  if (existsSync(keystore))
    throw new WarifuError("CONFIG_INVALID", `${keystore} is there already, and a key that exists is not replaced`);
  const isPasswordNew = !existsSync(passwordFile);
  if (isPasswordNew) writePrivateFile(passwordFile, `${toBase64Url(randomBytes(32))}\n`);
  const { address, json } = await makeKeystore(readPassword(passwordFile), scrypt);
  writePrivateFile(keystore, json);
  return { address, isPasswordNew };
}

/** The whole file except its last line end, as other programs read it. */
function readPassword(path: string): Uint8Array {
  const password = utf8(readPrivateFile(path).replace(/\r?\n$/, ""));
  if (password.length === 0) throw new WarifuError("CONFIG_INVALID", `the password file ${path} is empty`);
  return password;
}
