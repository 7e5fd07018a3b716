/**
 * Secrets as files: created with fresh randomness at the first start, readable only by their owner, never logged. A
 * file that others can read is refused, not used. If one is missing although there is data that needs it, it is never
 * replaced: the right one would then have to be put back over it, and the next backup would lose it.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fromBase64Url, fromHex, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { Issuer } from "../core/sd-jwt.ts";
import { ed25519SourceKey } from "../core/source-key.ts";
import { verifierKey } from "../core/note.ts";
import type { NoteSigner } from "../core/note-signer.ts";
import { writeWholeFile } from "../files/whole-file.ts";
import type { LogSigner } from "../core/checkpoint.ts";
import { formatLogKeys, logSignerOf, makeLogKey, parseLogKeys, parseMlDsaKey } from "./log-key-file.ts";

/** Whether a key may be created if its file is missing. */
export interface KeyFileOptions {
  /** False if there is data that belongs to another key. */
  readonly mayMake?: boolean;
}

/**
 * The log's signing keys (log-key-file.ts): one of Ed25519, created if the file is missing, unless it was replaced or another
 * one signs as well.
 * @throws CONFIG_INVALID when the file holds no such key or is open to others, or is missing and must not be
 */
export function openLogSigner(path: string, origin: string, options?: KeyFileOptions): LogSigner {
  return logSignerOf(origin, parseLogKeys(readOrMake(path, newKeyPem, options), path));
}

/**
 * The signing key of a witness of that name, likewise.
 * @throws CONFIG_INVALID when the file is not such a key or is open to others; KEY_INVALID when the name is not valid
 */
export function openWitnessSigner(path: string, name: string): NoteSigner {
  const { privateKey, publicKey } = openKeyPair(path);
  return { key: verifierKey(name, publicKey, "cosignature"), sign: (message) => sign(null, message, privateKey) };
}

/**
 * The ML-DSA-44 key of a witness of that name, likewise. Nothing that is remembered depends on it.
 * @throws CONFIG_INVALID as well where this Node makes no such keys
 */
export function openMlDsaSigner(path: string, name: string): NoteSigner {
  const make = (): string => formatLogKeys([makeLogKey("ml-dsa-44")]);
  const { privateKey, publicKey } = parseMlDsaKey(readOrMake(path, make), path);
  return { key: verifierKey(name, publicKey, "mldsa44"), sign: (message) => sign(null, message, privateKey) };
}

/**
 * The key that signs SD-JWTs (Ed25519, PKCS #8 PEM), created if the file is missing: nothing that is stored depends on it.
 * @throws CONFIG_INVALID when the file is not such a key or is open to others
 */
export function openIssuer(path: string): Issuer {
  const { privateKey, publicKey } = openKeyPair(path);
  return { key: ed25519SourceKey(publicKey), sign: (message) => sign(null, message, privateKey) };
}

function newKeyPem(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function openKeyPair(path: string) {
  const privateKey = parsePrivateKey(readOrMake(path, newKeyPem), path);
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return { privateKey, publicKey: fromBase64Url(String(x), "public key", 32) };
}

/**
 * A 32-byte key as hexadecimal text, created if the file is missing.
 * @throws CONFIG_INVALID when the file is not such a key or is open to others, or is missing and must not be
 */
export function openSecretKey(path: string, options?: KeyFileOptions): Uint8Array {
  const text = readOrMake(path, () => `${toHex(randomBytes(32))}\n`, options);
  try {
    return fromHex(text.trim(), "key", 32);
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path} does not hold 32 bytes as hexadecimal`, { cause });
  }
}

/**
 * Writes a file that only its owner can read: durable when it returns, and after a crash either whole or not there. A
 * `.new` file left by a crash is removed, and a link is removed, not followed.
 * @throws CONFIG_INVALID when somebody else creates that `.new` at this very moment
 */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWholeFile(path, text);
}

function readOrMake(path: string, make: () => string, { mayMake = true }: KeyFileOptions = {}): string {
  if (!existsSync(path)) {
    if (!mayMake) throw missing(path);
    writePrivateFile(path, make());
  }
  return readPrivateFile(path);
}

function missing(path: string): WarifuError {
  return new WarifuError(
    "CONFIG_INVALID",
    `the key file ${path} is missing, and there is data that it is for: put it back from your copy. ` +
      "No new key was made, since it would fit nothing",
  );
}

/**
 * The text of a file that only its owner can read.
 * @throws CONFIG_INVALID when it is missing, or open to others
 */
export function readPrivateFile(path: string): string {
  return readSecretFile(path, 0o077);
}

/**
 * The text of a file that its owner can read, and perhaps its group: secrets mounted by a platform are such files.
 * @throws CONFIG_INVALID when it is missing, or open to all, or writable by its group
 */
export function readSharedSecret(path: string): string {
  return readSecretFile(path, 0o037);
}

function readSecretFile(path: string, forbidden: number): string {
  if (!existsSync(path)) throw new WarifuError("CONFIG_INVALID", `there is no file ${path}`);
  const others = statSync(path).mode & forbidden;
  if (others !== 0 && process.platform !== "win32")
    throw new WarifuError(
      "CONFIG_INVALID",
      `${path} is open to others than its owner: run \`chmod 600\` on it, and replace the key if it may have been read`,
    );
  return readFileSync(path, "utf8").replace(/^\ufeff/, "");
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `${path} is not a private key in PEM`, { cause });
  }
  throw new WarifuError("CONFIG_INVALID", `${path} is not an Ed25519 key`);
}
