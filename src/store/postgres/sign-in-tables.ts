/** Tables of passkeys and of sessions, which officers and citizens have alike. */
import { unsealed } from "../rows/seals.ts";
import type { PasskeyUse } from "../sign-in-rows.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Queries, Sessions } from "./sessions.ts";

/** Tables of sessions. */
type SessionTable = "session" | "citizen_session";

export async function notePasskeyUseIn(
  sessions: Sessions,
  table: "passkey" | "citizen_passkey",
  credentialId: string,
  { counter, usedAt }: PasskeyUse,
): Promise<void> {
  await sessions.transaction(async (queries) => {
    const row = await queries.first(`SELECT * FROM ${table} WHERE credential_id = $1 FOR UPDATE`, credentialId);
    if (row) await replaceSealed(queries, table, { ...unsealed(row), counter, used_at: usedAt });
  });
}

export async function endSessionsIn(queries: Queries, table: SessionTable, ids: readonly string[]): Promise<void> {
  await queries.run(`DELETE FROM ${table} WHERE session_id = ANY($1::text[])`, ids);
}

export async function noteSessionUseIn(
  sessions: Sessions,
  table: SessionTable,
  uses: ReadonlyMap<string, number>,
): Promise<void> {
  await sessions.transaction(async (queries) => {
    const sql = `SELECT * FROM ${table} WHERE session_id = ANY($1::text[]) ORDER BY session_id FOR UPDATE`;
    for (const row of await queries.all(sql, [...uses.keys()]))
      await replaceSealed(queries, table, {
        ...unsealed(row),
        seen_at: uses.get(row["session_id"] as string) as number,
      });
  });
}
