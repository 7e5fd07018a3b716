/**
 * The file with the log's keys: one PEM block each (RFC 7468), private ones that sign, in their order, then the public ones
 * of keys that did. Lines between blocks, which readers of PEM pass over, say more about the key that follows:
 *
 *     Required-From: 1200       (a key that signs beside another) policies ask for it on heads of so many entries and more
 *     Outgoing: yes             (a private key) it is being replaced, and signs together with its successor
 *     Until: 3400               (a public key) a former key, which counts on heads of up to so many entries
 *
 * It is one file so that each step of replacing a key is one file that takes another's place: after a crash, all of the
 * keys are those before the step, or those after it.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { fromBase64Url } from "../core/bytes.ts";
import type { LogSigner } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import type { FurtherKey } from "../core/log-keys.ts";
import { verifierKey } from "../core/note.ts";
import type { NoteSigner } from "../core/note-signer.ts";

/** Algorithms that logs sign with, by their names in `node:crypto`. */
const TYPES = { ed25519: "ed25519", "ml-dsa-44": "mldsa44" } as const;
export type LogKeyAlgorithm = keyof typeof TYPES;

/** One key of the file. */
export interface KeptKey {
  readonly algorithm: LogKeyAlgorithm;
  readonly publicKey: Uint8Array;
  /** Without one, it is a former key. */
  readonly privateKey?: KeyObject;
  readonly requiredFrom?: number;
  readonly until?: number;
  readonly isOutgoing?: boolean;
}

const BLOCK = /-----BEGIN (PRIVATE|PUBLIC) KEY-----[^-]+-----END \1 KEY-----/g;
const ATTRIBUTE = /^(Required-From|Until): (0|[1-9][0-9]{0,15})$|^(Outgoing): yes$/;

/** A new private key, with nothing said about it. @throws CONFIG_INVALID where this Node cannot make one */
export function makeLogKey(algorithm: LogKeyAlgorithm): KeptKey {
  try {
    const privateKey = generated(algorithm);
    return { algorithm, privateKey, publicKey: publicBytes(createPublicKey(privateKey)) };
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `this Node makes no ${algorithm} keys: use Node 24.7 or newer`, { cause });
  }
}

function generated(algorithm: LogKeyAlgorithm): KeyObject {
  return algorithm === "ed25519"
    ? generateKeyPairSync("ed25519").privateKey
    : generateKeyPairSync("ml-dsa-44").privateKey;
}

/** Text of the file. */
export function formatLogKeys(keys: readonly KeptKey[]): string {
  return keys.map((key) => [...attributesOf(key), pemOf(key)].join("\n")).join("");
}

function attributesOf({ requiredFrom, until, isOutgoing }: KeptKey): string[] {
  return [
    ...(requiredFrom === undefined ? [] : [`Required-From: ${requiredFrom}`]),
    ...(until === undefined ? [] : [`Until: ${until}`]),
    ...(isOutgoing ? ["Outgoing: yes"] : []),
  ];
}

function pemOf({ algorithm, publicKey, privateKey }: KeptKey): string {
  if (privateKey) return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return importedPublic(algorithm, publicKey).export({ type: "spki", format: "pem" }).toString();
}

/**
 * The keys in a file's text.
 * @throws CONFIG_INVALID
 */
export function parseLogKeys(text: string, path: string): readonly [KeptKey, ...KeptKey[]] {
  const [first, ...rest] = keysIn(text, path);
  if (!first?.privateKey) throw new WarifuError("CONFIG_INVALID", `${path} is not a private key in PEM`);
  if (first.algorithm !== "ed25519") throw new WarifuError("CONFIG_INVALID", `${path} is not an Ed25519 key`);
  return [first, ...rest];
}

/**
 * The one private key in a file's text.
 * @throws CONFIG_INVALID
 */
export function parseMlDsaKey(text: string, path: string): KeptKey & { readonly privateKey: KeyObject } {
  const [key] = keysIn(text, path);
  if (key?.algorithm !== "ml-dsa-44" || !key.privateKey)
    throw new WarifuError("CONFIG_INVALID", `${path} is not a private ML-DSA-44 key in PEM`);
  return { ...key, privateKey: key.privateKey };
}

function keysIn(text: string, path: string): KeptKey[] {
  let from = 0;
  return [...text.matchAll(BLOCK)].map((match) => {
    const before = text.slice(from, match.index);
    from = match.index + match[0].length;
    return keyIn(match[0], before, path);
  });
}

function keyIn(pem: string, before: string, path: string): KeptKey {
  const said = before.split("\n").flatMap((line) => ATTRIBUTE.exec(line.trimEnd()) ?? []);
  const isPrivate = pem.startsWith("-----BEGIN PRIVATE");
  let key: KeyObject;
  try {
    key = isPrivate ? createPrivateKey(pem) : createPublicKey(pem);
  } catch (cause) {
    const hint = "or one of ML-DSA-44, which takes Node 24.7 or newer";
    throw new WarifuError("CONFIG_INVALID", `${path} is not a private key in PEM that can be read, ${hint}`, { cause });
  }
  const algorithm = key.asymmetricKeyType;
  if (algorithm !== "ed25519" && algorithm !== "ml-dsa-44")
    throw new WarifuError("CONFIG_INVALID", `${path} is not an Ed25519 key`);
  return {
    ...{ algorithm, publicKey: publicBytes(isPrivate ? createPublicKey(key) : key) },
    ...(isPrivate && { privateKey: key }),
    ...attributesIn(said),
  };
}

function attributesIn(said: readonly (string | undefined)[]): Pick<KeptKey, "requiredFrom" | "until" | "isOutgoing"> {
  const numberAfter = (name: string): number | undefined => {
    const at = said.indexOf(name);
    return at < 0 ? undefined : Number(said[at + 1]);
  };
  const [requiredFrom, until] = [numberAfter("Required-From"), numberAfter("Until")];
  return {
    ...(requiredFrom !== undefined && { requiredFrom }),
    ...(until !== undefined && { until }),
    ...(said.includes("Outgoing") && { isOutgoing: true }),
  };
}

function publicBytes(key: KeyObject): Uint8Array {
  const jwk = key.export({ format: "jwk" }) as { readonly x?: string; readonly pub?: string };
  return fromBase64Url(String(jwk.pub ?? jwk.x), "public key");
}

function importedPublic(algorithm: LogKeyAlgorithm, publicKey: Uint8Array): KeyObject {
  const bytes = Buffer.from(publicKey).toString("base64url");
  return algorithm === "ed25519"
    ? createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: bytes }, format: "jwk" })
    : createPublicKey({ key: { kty: "AKP", alg: "ML-DSA-44", pub: bytes }, format: "jwk" });
}

/**
 * Signs with all of the private keys, and knows the others, under the origin's name.
 * @throws CONFIG_INVALID
 */
export function logSignerOf(origin: string, keys: readonly [KeptKey, ...KeptKey[]]): LogSigner {
  const named = keys.map((kept) => ({ kept, key: verifierKey(origin, kept.publicKey, TYPES[kept.algorithm]) }));
  const [first, ...others] = named.flatMap(({ kept: { privateKey }, key }): NoteSigner[] =>
    privateKey ? [{ key, sign: (message) => sign(null, message, privateKey) }] : [],
  ) as [NoteSigner, ...NoteSigner[]];
  const further = named.slice(1).map(({ kept: { requiredFrom, until }, key }): FurtherKey => ({
    key,
    ...(until !== undefined && { until }),
    ...(requiredFrom !== undefined && { requiredFrom }),
  }));
  if (further.length === 0) return first;
  return { key: { ...first.key, further }, sign: first.sign, ...(others.length > 0 && { others }) };
}
