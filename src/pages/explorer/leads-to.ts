/** What names a record exactly, and where that is shown. */
import { SHA256_HEX } from "../../core/bytes.ts";
import { addressOf } from "../app/router.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LEAF = /^(0|[1-9][0-9]{0,15})$/;

/** Where an id, a hash or a leaf index leads to; nothing else leads anywhere. */
export function leadsTo(typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (UUID.test(text)) return addressOf(`/records/${text}`);
  if (SHA256_HEX.test(text)) return addressOf("/records", { hash: text });
  return LEAF.test(text) ? addressOf("/records", { leaf: text }) : undefined;
}
