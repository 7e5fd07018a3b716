/**
 * What is under the vault's master key: the keys of records, the notes of erasures, and the vault's own secrets. While the
 * master key is being changed there are two of them; what is new is put under the newer one.
 */
import { randomBytes as freshBytes, type KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/random.ts";
import { all, first, statement } from "./database.ts";
import { cipherKey, KEY_BYTES, seal, unseal, type Place } from "./vault-cipher.ts";
import { hasTable } from "./vault-tables.ts";

/** Table that is there while the master key is being changed. */
export const UNDER_WAY = "master_key_change";

const PROBED_ROWS = 3;
const SECRET_SCHEMA = "CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT";

/** The master key, or two of them. */
export interface MasterKeyBytes {
  readonly masterKey: Uint8Array;
  /** The one that it is taking the place of. */
  readonly formerKey?: Uint8Array | undefined;
}

/** Seals and opens what is under the master key. */
export class MasterKeys {
  readonly #newest: KeyObject;
  readonly #former: KeyObject | undefined;
  readonly #randomBytes: RandomBytes;

  /** @throws CONFIG_INVALID */
  constructor({ masterKey, formerKey }: MasterKeyBytes, randomBytes: RandomBytes) {
    for (const { length } of formerKey ? [masterKey, formerKey] : [masterKey])
      if (length !== KEY_BYTES)
        throw new WarifuError("CONFIG_INVALID", `the vault's master key has ${KEY_BYTES} bytes`);
    this.#newest = cipherKey(masterKey);
    this.#former = formerKey && cipherKey(formerKey);
    this.#randomBytes = randomBytes;
  }

  seal(plain: Uint8Array, place: Place): Uint8Array {
    return seal(this.#newest, plain, place, this.#randomBytes);
  }

  /** @throws VAULT_DAMAGED */
  unseal(sealed: Uint8Array, place: Place): Uint8Array {
    if (!this.#former) return unseal(this.#newest, sealed, place);
    return this.#tryNewest(sealed, place) ?? unseal(this.#former, sealed, place);
  }

  /** Whether it is under the newest key. */
  isUnderNewest(sealed: Uint8Array, place: Place): boolean {
    return this.#tryNewest(sealed, place) !== undefined;
  }

  /** `undefined` for what is under neither key. */
  tryUnseal(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return this.unseal(sealed, place);
    } catch {
      return undefined;
    }
  }

  /** Whether what is under a former key can be opened too. */
  get hasFormer(): boolean {
    return this.#former !== undefined;
  }

  #tryNewest(sealed: Uint8Array, place: Place): Uint8Array | undefined {
    try {
      return unseal(this.#newest, sealed, place);
    } catch {
      return undefined;
    }
  }
}

/**
 * With another key, what is kept from now on would be inaccessible: found out here, not when a citizen asks.
 * @throws VAULT_FAILED
 */
export function assertMasterKey(db: DatabaseSync, keys: MasterKeys): void {
  const readSome = db.prepare("SELECT leaf_index, wrapped_key FROM opening ORDER BY leaf_index DESC LIMIT ?");
  const probed: [Uint8Array, Place][] = all(readSome, PROBED_ROWS).map((row) => [
    row["wrapped_key"] as Uint8Array,
    { leafIndex: row["leaf_index"] as number },
  ]);
  for (const { name, wrapped } of secretRows(db)) probed.push([wrapped, { secret: name }]);
  // A changed row is for the audit to report: the key is wrong only if it opens none of several.
  if (probed.length > 0 && !probed.some(([sealed, place]) => keys.tryUnseal(sealed, place) !== undefined))
    throw new WarifuError("VAULT_FAILED", "the vault's master key is not the one that its rows are under", {
      details: { probed: probed.length },
    });
}

/**
 * With one of two keys, part of the vault would seem damaged.
 * @throws VAULT_FAILED
 */
export function assertNoChangeUnderWay(db: DatabaseSync, keys: MasterKeys): void {
  if (hasTable(db, UNDER_WAY) && !keys.hasFormer)
    throw new WarifuError(
      "VAULT_FAILED",
      "a change of the vault's master key was cut off: go on with it (warifu key rotate-vault), or name both keys",
    );
}

/** The vault's own secrets as they are stored. */
export function secretRows(db: DatabaseSync): { name: string; wrapped: Uint8Array }[] {
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

/** The same, made when there is none: of these bytes, or at random. */
export function ensureSecret(db: DatabaseSync, keys: MasterKeys, name: string, initial?: Uint8Array): Uint8Array {
  const known = readSecret(db, keys, name);
  if (known) return known;
  const secret = initial ?? freshBytes(KEY_BYTES);
  db.exec(SECRET_SCHEMA);
  db.prepare("INSERT INTO secret VALUES (?, ?)").run(name, keys.seal(secret, { secret: name }));
  return secret;
}
