/**
 * Randomness for the stages and the vault, passed in so that a simulation can supply its own. The platform's randomness is
 * drawn in pages: a call for 32 bytes costs as much as one for 4,096, and salts are drawn by the thousand. No byte is handed
 * out twice, and bytes that were handed out are wiped from the page.
 */

/** Cryptographically random bytes, fresh at each call. */
export type RandomBytes = (length: number) => Uint8Array;

/** The most that the platform gives at once: https://www.w3.org/TR/webcrypto/#Crypto-method-getRandomValues */
const PAGE_BYTES = 65_536;

/** A source of cryptographically random bytes. @param fill fills up to 65,536 bytes with random ones */
export function pagedRandomBytes(
  fill: (bytes: Uint8Array<ArrayBuffer>) => unknown = (bytes) => crypto.getRandomValues(bytes),
): RandomBytes {
  const page = new Uint8Array(PAGE_BYTES);
  let used = PAGE_BYTES;
  return (length) => {
    if (length > PAGE_BYTES) return longer(length, fill);
    if (used + length > PAGE_BYTES) {
      fill(page);
      used = 0;
    }
    const bytes = page.slice(used, used + length);
    page.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}

function longer(length: number, fill: (bytes: Uint8Array<ArrayBuffer>) => unknown): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += PAGE_BYTES) fill(bytes.subarray(at, at + PAGE_BYTES));
  return bytes;
}
