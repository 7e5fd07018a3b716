/**
 * Keys of chain accounts as encrypted files: Web3 Secret Storage version 3, which geth, Besu and web3signer write and read.
 * https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/
 *
 * Invariant: no error contains the key or the password; what the library says about a file it cannot open is not passed on.
 */
import { scrypt as scryptOfNode, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";

import {
  decryptKeystoreJson,
  encryptKeystoreJson,
  isError,
  isKeystoreJson,
  scrypt as scryptOfEthers,
  Wallet,
  type EncryptOptions,
} from "ethers";

import { WarifuError } from "../../core/errors.ts";
import type { AnchorSigner } from "../signer.ts";
import { openLocalSigner } from "./local-signer.ts";

/** A file that asks for more is refused: geth's strength for servers takes 256 MiB. */
const MOST_MEMORY_BYTES = 2 ** 30;

const nativeScrypt = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(scryptOfNode);

// The same function, compiled and on another thread. The library's own is JavaScript: several times slower, and while it runs
// nothing else does.
scryptOfEthers.register((password, salt, N, r, p, length) =>
  nativeScrypt(password, salt, length, { N, r, p, maxmem: MOST_MEMORY_BYTES }),
);

/** A keystore's text and what opens it. */
export interface LockedKey {
  /** Where it is, for messages. */
  readonly name: string;
  readonly json: string;
  /** As bytes, the way other programs read it. */
  readonly password: Uint8Array;
}

/** A new key, locked. */
export interface NewKey {
  /** Lower case, after `0x`. */
  readonly address: string;
  readonly json: string;
}

/**
 * The signer of a keystore. Opening takes about half a second: that is what protects the password from being guessed.
 * @throws CONFIG_INVALID for a file that is not a keystore, a wrong password, or a key that everybody knows while the chain
 * is not local
 */
export async function openKeystoreSigner(locked: LockedKey, chainId: number): Promise<AnchorSigner> {
  return openLocalSigner(await unlock(locked), chainId);
}

async function unlock({ name, json, password }: LockedKey): Promise<string> {
  if (!isKeystoreJson(json)) refuse(`${name} is not an encrypted key (Web3 Secret Storage, version 3)`);
  try {
    return (await decryptKeystoreJson(json, password)).privateKey;
  } catch (error) {
    if (isError(error, "INVALID_ARGUMENT") && error.argument === "password")
      return refuse(`the password does not open ${name}`);
    return refuse(`${name} is damaged, or locked in a way that is not known here`);
  }
}

/**
 * Makes a key with fresh randomness and locks it.
 * @param scrypt how hard the password is to guess; by default the strength that geth uses for servers
 */
export async function makeKeystore(
  password: Uint8Array,
  scrypt: NonNullable<EncryptOptions["scrypt"]> = {},
): Promise<NewKey> {
  const { address, privateKey } = Wallet.createRandom();
  const written = JSON.parse(await encryptKeystoreJson({ address, privateKey }, password, { scrypt })) as {
    Crypto: unknown;
  };
  // The specification writes `crypto` in lower case, and some programs accept nothing else.
  const { Crypto: crypto, ...rest } = written;
  return { address: address.toLowerCase(), json: `${JSON.stringify({ ...rest, crypto })}\n` };
}

function refuse(reason: string): never {
  throw new WarifuError("CONFIG_INVALID", reason);
}
