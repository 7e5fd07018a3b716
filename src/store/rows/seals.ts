/**
 * Seals: hashes stored with rows that nothing in the log vouches for, so that the audit notices a changed byte. They protect
 * against damage, not malice.
 */
import { toHex, utf8 } from "../../core/bytes.ts";
import { canonicalJson, type JsonValue } from "../../core/json.ts";
import { sha256 } from "../../core/sha256.ts";
import type { Row } from "./row.ts";

/** Tables whose rows carry a seal over their other columns. */
export const SEALED_TABLES = [
  "log",
  "anchor",
  "anchor_course",
  "anchor_left_block",
  "contract",
  "api_key",
  "api_key_scope",
  "api_key_use",
  "sender",
  "alias",
  "officer",
  "passkey",
  "invitation",
  "session",
  "citizen",
  "former_citizen",
  "citizen_passkey",
  "citizen_session",
] as const;

/** SHA-256 over a row's columns other than `seal`, with bytes as hexadecimal. */
export function sealOf(row: Row): Uint8Array {
  const columns = Object.entries(row).filter(([name]) => name !== "seal");
  const plain = columns.map(([name, value]): [string, JsonValue] => [
    name,
    value instanceof Uint8Array ? toHex(value) : (value as string | number | null),
  ]);
  return sha256(utf8(canonicalJson(Object.fromEntries(plain))));
}

/** A row without its seal, to be changed and sealed again. */
export function unsealed({ seal: _, ...columns }: Row): Row {
  return columns;
}

/**
 * Seal of a checkpoint: SHA-256 over its note, over id and key of each entry that came with it, and over the sender where a
 * new one begins.
 */
export function checkpointSeal(
  note: string,
  entries: readonly { leafIndex: number; id: Uint8Array; key?: string | undefined }[],
  firstOfSender: ReadonlyMap<number, number>,
): Uint8Array {
  const parts = entries.flatMap(({ leafIndex, id, key = "" }) => {
    const sender = firstOfSender.get(leafIndex);
    return [id, utf8(sender === undefined ? `${key}\n` : `${key}\t${sender}\n`)];
  });
  return sha256(Buffer.concat([utf8(note), ...parts]));
}

/**
 * The part of an entry that the seal of its checkpoint covers, in hexadecimal, as id and key are given. The key is empty if
 * an entry has none.
 */
export function sealedInHex(id: string, key: string, sender: number | null): string {
  return sender === null ? `${id}${key}0a` : `${id}${key}09${toHex(utf8(String(sender)))}0a`;
}

/** {@link checkpointSeal} from what {@link sealedInHex} gave for each entry. */
export function checkpointSealOf(note: string, sealed: string): Uint8Array {
  return sha256(Buffer.concat([utf8(note), Buffer.from(sealed, "hex")]));
}
