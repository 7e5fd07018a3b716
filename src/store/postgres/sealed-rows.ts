/** Writes rows that carry a seal: see ../rows/seals.ts. */
import type { Row } from "../rows/row.ts";
import { sealOf, type SEALED_TABLES } from "../rows/seals.ts";
import type { Queries, Value } from "./sessions.ts";

/** A table whose rows are written one by one. */
type SealedTable = Exclude<(typeof SEALED_TABLES)[number], "log">;

/** Primary keys. */
const KEYS: Readonly<Record<SealedTable, string>> = {
  anchor: "anchor_id",
  anchor_course: "anchor_id",
  anchor_left_block: "anchor_id, block_hash",
  contract: "contract",
  api_key: "key_id",
  api_key_scope: "key_id",
  api_key_use: "key_id",
  sender: "sender_ref",
  alias: "source_ref, key",
  officer: "officer_id",
  passkey: "credential_id",
  invitation: "invitation_id",
  session: "session_id",
  citizen: "citizen_id",
  former_citizen: "citizen_id",
  citizen_passkey: "credential_id",
  citizen_session: "session_id",
};

/** Writes a row, replacing the one with the same key. */
export async function replaceSealed(queries: Queries, table: SealedTable, row: Row): Promise<void> {
  const sealed: Row = { ...row, seal: sealOf(row) };
  const names = Object.keys(sealed);
  const marks = names.map((_, at) => `$${at + 1}`).join(", ");
  const sets = names.map((name) => `${name} = excluded.${name}`).join(", ");
  const sql = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${marks})
    ON CONFLICT (${KEYS[table]}) DO UPDATE SET ${sets}`;
  await queries.run(sql, ...(Object.values(sealed) as Value[]));
}
