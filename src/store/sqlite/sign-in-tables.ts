/** Tables of passkeys and of sessions, which are the same for officers and citizens. */
import type { DatabaseSync } from "node:sqlite";
import { unsealed } from "../rows/seals.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import { first, onLedger, statement, transaction } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";

/** Changes rows, all or nothing. */
export function changeAll<T>(db: DatabaseSync, change: () => T): T {
  return onLedger(() => {
    let result: T | undefined;
    transaction(db, () => {
      result = change();
    });
    return result as T;
  });
}

export function notePasskeyUseIn(
  db: DatabaseSync,
  table: "passkey" | "citizen_passkey",
  credentialId: string,
  { counter, usedAt }: PasskeyUse,
): void {
  const row = first(statement(db, `SELECT * FROM ${table} WHERE credential_id = ?`), credentialId);
  if (row) replaceSealed(db, table, { ...unsealed(row), counter, used_at: usedAt });
}

/** Tables of sessions. */
type SessionTable = "session" | "citizen_session";

export function endSessionsIn(db: DatabaseSync, table: SessionTable, sessionIds: readonly string[]): void {
  for (const id of sessionIds) statement(db, `DELETE FROM ${table} WHERE session_id = ?`).run(id);
}

export function noteSessionUseIn(db: DatabaseSync, table: SessionTable, uses: ReadonlyMap<string, number>): void {
  for (const [id, seenAt] of uses) {
    const row = first(statement(db, `SELECT * FROM ${table} WHERE session_id = ?`), id);
    if (row) replaceSealed(db, table, { ...unsealed(row), seen_at: seenAt });
  }
}
