/** What the address of a receipt's QR code says, read strictly: anybody can make such an address. */
import { assertOrigin } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import { parseRecordId } from "../core/record-id.ts";
import type { ReceiptPlace } from "./verifier-address.ts";

/** What a fragment says; undefined unless it is that of a receipt and nothing more. */
export function placeOf(fragment: string): ReceiptPlace | undefined {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const [id, origin] = [said.get("id"), said.get("origin")];
  if (id === null || origin === null || said.size !== 2) return undefined;
  try {
    parseRecordId(id);
    return { id, origin: assertOrigin(origin) };
  } catch (error) {
    if (error instanceof WarifuError) return undefined;
    throw error;
  }
}
