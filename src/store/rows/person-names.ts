/**
 * How the vault's index of people names them: a value that identifies somebody by an HMAC; a subject, which has a number
 * inside, by the encryption of that number outside.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { toBase64Url } from "../../core/bytes.ts";
import { comparable, type PersonValue } from "../../core/person-value.ts";

/** Name of the vault's secret that the index's keys are derived from. */
export const INDEX_KEY = "person index";

const DIGEST_BYTES = 16;
const NAME = /^sub_([A-Za-z0-9_-]{22})$/;
const BLOCK_CIPHER = "aes-256-ecb";
const BLOCK_BYTES = 16;

/** The keys derived from the index key. */
export interface IndexKeys {
  readonly digests: KeyObject;
  readonly names: KeyObject;
}

/** The keys derived from the index key. */
export function derived(secret: Uint8Array): IndexKeys {
  const keyFor = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `warifu ${purpose}`, 32)));
  return { digests: keyFor("person digests"), names: keyFor("subject names") };
}

/** A digest for each value that identifies somebody, in order. */
export function digestsOf(values: readonly PersonValue[], { digests: key }: IndexKeys): Uint8Array[] {
  const texts = values.map(comparable).filter((value) => value !== undefined);
  const lines = new Set(texts.map(({ kind, text }) => `${kind}\n${text}`));
  return Array.from(lines, (line) => {
    // As a binary string: Node takes twice as long to make a buffer.
    const digest = createHmac("sha256", key).update(line).digest("binary");
    return Buffer.from(digest.slice(0, DIGEST_BYTES), "binary");
  });
}

/** A permutation of all blocks: names look random, and no two numbers have the same name. */
export function nameOf(subject: number, { names: key }: IndexKeys): string {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.writeBigUInt64BE(BigInt(subject), BLOCK_BYTES - 8);
  return `sub_${toBase64Url(createCipheriv(BLOCK_CIPHER, key, null).setAutoPadding(false).update(block))}`;
}

/** The number that has a name; `undefined` if none has. */
export function numberOf(name: string, keys: IndexKeys): number | undefined {
  const [, text = ""] = NAME.exec(name) ?? [];
  const sealed = Buffer.from(text, "base64url");
  if (sealed.length !== BLOCK_BYTES) return undefined;
  const block = createDecipheriv(BLOCK_CIPHER, keys.names, null).setAutoPadding(false).update(sealed);
  const subject = Number(block.readBigUInt64BE(BLOCK_BYTES - 8));
  return Number.isSafeInteger(subject) && nameOf(subject, keys) === name ? subject : undefined;
}
