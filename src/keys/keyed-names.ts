/**
 * Names for texts that may be personal: the same text has the same name, and nobody without the service's secret can find
 * out, by trying, which text a name stands for.
 */
import { createHmac, hkdfSync } from "node:crypto";

/** The key under which names of one use are given: the names of other uses are apart from them. */
export function nameKey(secret: Uint8Array, purpose: string): Uint8Array {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
}

/** Gives each text a name of 43 characters. */
export function keyedNames(key: Uint8Array): (text: string) => string {
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}
