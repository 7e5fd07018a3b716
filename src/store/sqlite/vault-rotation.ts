/**
 * Puts everything under the vault's former master key under the new one: keys of records, notes of erasures, secrets. What
 * these protect stays as it is. It works in batches, each of them one transaction, and can be interrupted anywhere: while it
 * is in progress a table says so, and the vault is opened with both keys or not at all.
 */
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type { Row } from "../rows/row.ts";
import {
  all,
  checkpointWal,
  closeDatabase,
  engineError,
  first,
  openDatabase,
  statement,
  transaction,
} from "./database.ts";
import { MasterKeys } from "../rows/master-keys.ts";
import {
  BATCH_ROWS,
  rewrapped,
  WRAPPED,
  type RewrapOptions,
  type Rewrapped,
  type Wrapped,
} from "../rows/wrapped-values.ts";
import { assertMasterKey, UNDER_WAY } from "./vault-master.ts";
import { hasTable } from "./vault-tables.ts";

/**
 * Rewraps the vault at `path`. May be repeated, and continues where it was interrupted.
 * @throws VAULT_FAILED it cannot be opened, is under other keys, or another process reads it, so that the former key's
 *   values are still in its log
 */
export function rewrapSqliteVault(path: string, options: RewrapOptions): Rewrapped {
  const keys = new MasterKeys(options, options.randomBytes);
  const db = openDatabase(path, "VAULT_FAILED", { secureDelete: true, cacheKib: 16_384 });
  try {
    assertMasterKey(db, keys);
    db.exec(`CREATE TABLE IF NOT EXISTS ${UNDER_WAY} (begun INTEGER) STRICT`);
    const result = rewrapAll(db, keys, options);
    if (result.damaged === 0) db.exec(`DROP TABLE ${UNDER_WAY}`);
    // No need to wait for readers: the next attempt will do as well.
    db.exec("PRAGMA busy_timeout = 0");
    if (!checkpointWal(db))
      throw new WarifuError(
        "VAULT_FAILED",
        "another process reads the vault, which keeps what it was from going: try again",
      );
    return result;
  } catch (cause) {
    throw engineError("VAULT_FAILED", "the vault failed", cause);
  } finally {
    closeDatabase(db);
  }
}

/** Gives up damaged values, so that the vault opens with the new key alone. */
export function endRotation(path: string): void {
  const db = openDatabase(path, "VAULT_FAILED", { secureDelete: true });
  try {
    db.exec(`DROP TABLE IF EXISTS ${UNDER_WAY}`);
  } finally {
    closeDatabase(db);
  }
}

function rewrapAll(db: DatabaseSync, keys: MasterKeys, { onBatch, batchRows = BATCH_ROWS }: RewrapOptions): Rewrapped {
  const tables = WRAPPED.filter(({ table }) => hasTable(db, table));
  const total = tables.reduce((sum, { table }) => sum + rowsOf(db, table), 0);
  let [values, damaged] = [0, 0];
  for (const wrapped of tables) {
    const { table, column, id } = wrapped;
    const sql = `SELECT rowid AS row, ${id}, ${column} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`;
    for (let after = -1; ;) {
      const rows = all(statement(db, sql), after, batchRows);
      if (rows.length === 0) break;
      transaction(db, () => {
        for (const row of rows) if (!rewrap(db, keys, wrapped, row)) damaged++;
      });
      values += rows.length;
      onBatch?.(values, total);
      after = rows.at(-1)?.["row"] as number;
    }
  }
  return { values, damaged };
}

/** @returns whether the value opens */
function rewrap(db: DatabaseSync, keys: MasterKeys, wrapped: Wrapped, row: Row): boolean {
  const value = rewrapped(keys, wrapped, row);
  if (!(value instanceof Uint8Array)) return value !== undefined;
  const change = statement(db, `UPDATE ${wrapped.table} SET ${wrapped.column} = ? WHERE rowid = ?`);
  change.run(value, row["row"] as number);
  return true;
}

function rowsOf(db: DatabaseSync, table: string): number {
  return Number(first(db.prepare(`SELECT count(*) AS count FROM ${table}`))?.["count"]);
}
