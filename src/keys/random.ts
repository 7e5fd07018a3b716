/**
 * Random bytes from the operating system, drawn in pages: a call for 32 bytes costs as much as one for 4,096, and salts
 * are drawn by the thousand. No byte is handed out twice, and bytes that were handed out are wiped from the page.
 */
import { randomFillSync } from "node:crypto";
import type { RandomBytes } from "../core/random.ts";

const PAGE_BYTES = 65_536;

/** A source of cryptographically random bytes. @param fill fills bytes with random ones */
export function pagedRandomBytes(fill: (bytes: Uint8Array) => unknown = randomFillSync): RandomBytes {
  const page = new Uint8Array(PAGE_BYTES);
  let used = PAGE_BYTES;
  return (length) => {
    if (length > PAGE_BYTES) {
      const long = new Uint8Array(length);
      fill(long);
      return long;
    }
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
