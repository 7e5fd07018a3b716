/**
 * Puts everything that is under the former master key of a vault in PostgreSQL under the new one, in batches, each of them one
 * transaction. It can be cut off anywhere: as long as it is under way a table says so, and the vault is opened with both keys or
 * not at all. No service has the log open meanwhile: all hold a lock together that is held here alone.
 *
 * What the values were before stays in pages, in the write-ahead log and in copies, and opens with the former key alone.
 */
import { WarifuError } from "../../core/errors.ts";
import { MasterKeys } from "../rows/master-keys.ts";
import type { Row } from "../rows/row.ts";
import {
  BATCH_ROWS,
  rewrapped,
  WRAPPED,
  type RewrapOptions,
  type Rewrapped,
  type Wrapped,
} from "../rows/wrapped-values.ts";
import { addressIn, lockKey } from "./address.ts";
import { hasTable } from "./prepare.ts";
import { openSession, openSessions, type Queries, type Sessions, type Value } from "./sessions.ts";
import { assertMasterKey } from "./vault-secrets.ts";

/** There while a rotation is under way. */
const UNDER_WAY = "key_change";

/**
 * Does something while no service has the log open.
 * @throws STORE_LOCKED one has
 */
export async function whileNoneIsOpen<T>(database: string, action: () => Promise<T>): Promise<T> {
  const address = addressIn(database);
  const { session, close } = await openSession(address, "STORE_FAILED", () => undefined);
  try {
    const row = await session.first(`SELECT pg_try_advisory_lock(${lockKey("open", address)}) AS is_alone`);
    if ((row?.["is_alone"] as unknown) !== true)
      throw new WarifuError("STORE_LOCKED", "a service has this log open: stop all of them, front ends too");
    return await action();
  } finally {
    await close();
  }
}

/**
 * Rewraps the vault. May be repeated, and goes on where it was cut off.
 * @throws VAULT_FAILED it cannot be opened, or is under other keys
 */
export async function rewrapPostgresVault(database: string, options: RewrapOptions): Promise<Rewrapped> {
  const keys = new MasterKeys(options, options.randomBytes);
  const sessions = await openSessions(database, { code: "VAULT_FAILED", most: 1 });
  try {
    await assertMasterKey(sessions, keys);
    await sessions.run(`CREATE TABLE IF NOT EXISTS ${flagOf(sessions)} (begun bigint)`);
    const result = await rewrapAll(sessions, keys, options);
    if (result.damaged === 0) await sessions.run(`DROP TABLE ${flagOf(sessions)}`);
    return result;
  } finally {
    await sessions.close();
  }
}

/** Declares damaged values given up, so that the vault opens with the new key alone. */
export async function endPostgresRotation(database: string): Promise<void> {
  const sessions = await openSessions(database, { code: "VAULT_FAILED", most: 1 });
  try {
    await sessions.run(`DROP TABLE IF EXISTS ${flagOf(sessions)}`);
  } finally {
    await sessions.close();
  }
}

/**
 * With one of two keys, part of the vault would seem damaged.
 * @throws VAULT_FAILED
 */
export async function assertNoChangeUnderWay(sessions: Sessions, keys: MasterKeys): Promise<void> {
  if (!keys.hasFormer && (await hasTable(sessions, sessions.address.vaultSchema, UNDER_WAY)))
    throw new WarifuError(
      "VAULT_FAILED",
      "a change of the vault's master key was cut off: go on with it (warifu key rotate-vault), or name both keys",
    );
}

const flagOf = ({ address }: Sessions): string => `${address.vaultSchema}.${UNDER_WAY}`;

async function rewrapAll(
  sessions: Sessions,
  keys: MasterKeys,
  { onBatch, batchRows = BATCH_ROWS }: RewrapOptions,
): Promise<Rewrapped> {
  let total = 0;
  for (const { table } of WRAPPED) total += Number((await sessions.first(`SELECT count(*) AS n FROM ${table}`))?.["n"]);
  let [values, damaged] = [0, 0];
  for (const wrapped of WRAPPED) {
    const { table, column, id } = wrapped;
    // Several rows of what was set aside may be of one leaf.
    const key = table === "set_aside" ? '"row"' : id;
    const page = `SELECT ${key} AS key, ${id}, ${column} FROM ${table}`;
    for (let after: Value | undefined; ;) {
      const from = after === undefined ? [] : [after];
      const above = after === undefined ? "" : `WHERE ${key} > $2`;
      const rows = await sessions.all(`${page} ${above} ORDER BY ${key} LIMIT $1`, batchRows, ...from);
      if (rows.length === 0) break;
      damaged += await rewrapRows(sessions, { keys, wrapped, key }, rows);
      values += rows.length;
      onBatch?.(values, total);
      after = rows.at(-1)?.["key"] as Value;
    }
  }
  return { values, damaged };
}

/** One statement. @returns how many open with neither key */
async function rewrapRows(
  queries: Queries,
  { keys, wrapped, key }: { readonly keys: MasterKeys; readonly wrapped: Wrapped; readonly key: string },
  rows: readonly Row[],
): Promise<number> {
  const results = rows.map((row) => ({ key: row["key"] as string | number, value: rewrapped(keys, wrapped, row) }));
  const changed = results.filter(({ value }) => value instanceof Uint8Array);
  const type = wrapped.id === "name" ? "text" : "bigint";
  const sql = `UPDATE ${wrapped.table} t SET ${wrapped.column} = n.value
    FROM unnest($1::${type}[], $2::bytea[]) n (key, value) WHERE t.${key} = n.key`;
  if (changed.length > 0)
    await queries.run(
      sql,
      changed.map((one) => one.key),
      changed.map(({ value }) => value as Uint8Array),
    );
  return results.filter(({ value }) => value === undefined).length;
}
