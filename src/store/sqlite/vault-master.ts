/**
 * What is stored under the vault's master key: the keys of records, the notes of erasures, and the vault's own secrets.
 * While the master key is being changed there are two of them; new values are put under the newer one.
 */
import { randomBytes as freshBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import { all, first, statement } from "./database.ts";
import type { MasterKeys } from "../rows/master-keys.ts";
import { KEY_BYTES, type Place } from "../rows/vault-cipher.ts";
import { hasTable } from "./vault-tables.ts";

/** A table that exists while the master key is being changed. */
export const UNDER_WAY = "master_key_change";

const PROBED_ROWS = 3;
const SECRET_SCHEMA = "CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT";

/**
 * Checks the master key: with another one, whatever is kept from now on would be inaccessible, and it must not take a
 * citizen's request to find out.
 * @throws VAULT_FAILED
 */
export function assertMasterKey(db: DatabaseSync, keys: MasterKeys): void {
  const readSome = db.prepare("SELECT leaf_index, wrapped_key FROM opening ORDER BY leaf_index DESC LIMIT ?");
  const probed: [Uint8Array, Place][] = all(readSome, PROBED_ROWS).map((row) => [
    row["wrapped_key"] as Uint8Array,
    { leafIndex: row["leaf_index"] as number },
  ]);
  for (const { name, wrapped } of secretRows(db)) probed.push([wrapped, { secret: name }]);
  // A changed row is for the audit to report: the key is wrong only if it opens none of several values.
  if (probed.length > 0 && !probed.some(([sealed, place]) => keys.tryUnseal(sealed, place) !== undefined))
    throw new WarifuError("VAULT_FAILED", "the vault's master key is not the one that its rows are under", {
      details: { probed: probed.length },
    });
}

/** With one of two keys, part of the vault would seem to be damaged. @throws VAULT_FAILED */
export function assertNoChangeUnderWay(db: DatabaseSync, keys: MasterKeys): void {
  if (hasTable(db, UNDER_WAY) && !keys.hasFormer)
    throw new WarifuError(
      "VAULT_FAILED",
      "a change of the vault's master key was cut off: go on with it (warifu key rotate-vault), or name both keys",
    );
}

/** The vault's own secrets as they are stored. */
function secretRows(db: DatabaseSync): { name: string; wrapped: Uint8Array }[] {
  if (!hasTable(db, "secret")) return [];
  const rows = all(db.prepare("SELECT name, wrapped FROM secret ORDER BY name"));
  return rows.map((row) => ({ name: row["name"] as string, wrapped: row["wrapped"] as Uint8Array }));
}

/** A secret of the vault's own; `undefined` when it has none of that name. @throws VAULT_DAMAGED */
export function readSecret(db: DatabaseSync, keys: MasterKeys, name: string): Uint8Array | undefined {
  if (!hasTable(db, "secret")) return undefined;
  const row = first(statement(db, "SELECT wrapped FROM secret WHERE name = ?"), name);
  return row && keys.unseal(row["wrapped"] as Uint8Array, { secret: name });
}

/** The secret of that name, made if there is none: of these bytes, or at random. */
export function ensureSecret(db: DatabaseSync, keys: MasterKeys, name: string, initial?: Uint8Array): Uint8Array {
  const known = readSecret(db, keys, name);
  if (known) return known;
  const secret = initial ?? freshBytes(KEY_BYTES);
  db.exec(SECRET_SCHEMA);
  db.prepare("INSERT INTO secret VALUES (?, ?)").run(name, keys.seal(secret, { secret: name }));
  return secret;
}
