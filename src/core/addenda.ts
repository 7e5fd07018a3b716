/** Where a log serves the data that its entries name by hash: C2SP tlog-addenda. https://c2sp.org/tlog-addenda */
import { toHex } from "./bytes.ts";

/** The marker file, empty, below the log's prefix: it says that every entry names its addenda. */
export const ADDENDA_MARKER = "addenda.v1";

/** Path of an addendum below the log's prefix, by its SHA-256 (32 bytes). */
export function addendumPath(digest: Uint8Array): string {
  const hex = toHex(digest);
  return `addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}
