/**
 * Names for texts that may be personal: the same text has the same name, and nobody without the service's secret can find
 * out, by trying, which text a name stands for.
 */
import { createHmac, hkdfSync } from "node:crypto";

/** Gives each text a name of 43 characters. `purpose` keeps the names of one use apart from those of another. */
export function keyedNames(secret: Uint8Array, purpose: string): (text: string) => string {
  const key = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}
