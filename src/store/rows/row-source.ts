/**
 * The rows to copy from one engine into another, and the list of tables. Rows have the same columns and the same seals in
 * both engines.
 */
import type { Row } from "./row.ts";

/** A value of a key column. */
export type KeyValue = Row[string];

/** Tables of a database that nobody writes to. */
export interface RowSource {
  /** Rows above a key, in key order; none if there is no such table. */
  page(table: string, key: readonly string[], after: readonly KeyValue[] | undefined, limit: number): Row[];
  close(): void;
}

/** A table and the columns of its key. */
export interface CopiedTable {
  readonly table: string;
  readonly key: readonly string[];
  /** Rows per page: few where a row may be large. */
  readonly atOnce: number;
}

const tablesOf = (keys: Readonly<Record<string, string>>): CopiedTable[] =>
  Object.entries(keys).map(([table, key]) => ({ table, key: key.split(", "), atOnce: AT_ONCE[table] ?? 1_000 }));

const AT_ONCE: Readonly<Record<string, number>> = { entry: 500, tile: 100, attachment: 4 };

/** Tables of a ledger; the engine makes derived indexes and the name of the log itself. */
export const LEDGER_TABLES = tablesOf({
  source: "source_ref",
  entry: "leaf_index",
  submission: "source_ref, key",
  tile: "level, tile_index",
  checkpoint: "tree_size",
  sender: "sender_ref",
  sent: "leaf_index",
  alias: "source_ref, key",
  anchor: "anchor_id",
  anchor_course: "anchor_id",
  anchor_left_block: "anchor_id, block_hash",
  contract: "contract",
  api_key: "key_id",
  api_key_scope: "key_id",
  api_key_use: "key_id",
  officer: "officer_id",
  passkey: "credential_id",
  invitation: "invitation_id",
  session: "session_id",
  citizen: "citizen_id",
  former_citizen: "citizen_id",
  citizen_passkey: "credential_id",
  citizen_session: "session_id",
});

/** Tables of a vault. What was set aside belongs to no record, and stays where it is. */
export const VAULT_TABLES = tablesOf({
  opening: "leaf_index",
  attachment: "leaf_index, place",
  to_publish: "leaf_index",
  erased: "leaf_index",
  secret: "name",
  person: "leaf_index, digest",
});

/** Tables of what citizens arrange among themselves. */
export const CITY_TABLES = tablesOf({ listed: "place", invitation: "invitation_id" });
