/** Tables of passkeys and of sessions, which officers and citizens have alike. */
import type { DatabaseSync } from "node:sqlite";
import type { PasskeyRow, PasskeyUse, SessionRow } from "../sign-in-rows.ts";
import { first, onLedger, statement, transaction, type Row } from "./database.ts";
import { replaceSealed, unsealed } from "./seals.ts";

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

export function columnsOfPasskey(passkey: PasskeyRow): Row {
  return {
    credential_id: passkey.credentialId,
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    created_at: passkey.createdAt,
    used_at: passkey.usedAt,
  };
}

export function passkeyIn(row: Row): PasskeyRow {
  return {
    credentialId: row["credential_id"] as string,
    publicKey: row["public_key"] as Uint8Array,
    counter: row["counter"] as number,
    transports: JSON.parse(row["transports"] as string) as string[],
    createdAt: row["created_at"] as number,
    usedAt: row["used_at"] as number | null,
  };
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

export function columnsOfSession({ sessionId, secretHash, begunAt, seenAt }: SessionRow): Row {
  return { session_id: sessionId, secret_hash: secretHash, begun_at: begunAt, seen_at: seenAt };
}

export function sessionIn(row: Row): SessionRow {
  return {
    sessionId: row["session_id"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    begunAt: row["begun_at"] as number,
    seenAt: row["seen_at"] as number,
  };
}

export function endSessionsIn(db: DatabaseSync, table: SessionTable, sessionIds: readonly string[]): void {
  for (const id of sessionIds) statement(db, `DELETE FROM ${table} WHERE session_id = ?`).run(id);
}

export function noteSessionUseIn(db: DatabaseSync, table: SessionTable, uses: ReadonlyMap<string, number>): void {
  for (const [id, seenAt] of uses) {
    const row = first(statement(db, `SELECT * FROM ${table} WHERE session_id = ?`), id);
    if (row) replaceSealed(db, table, { ...unsealed(row), seen_at: seenAt });
  }
}
