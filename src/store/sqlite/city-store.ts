/** The store of a city in an SQLite file of its own, `city.sqlite`. Removed rows are overwritten. */
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type { CitizenList, CityStore, StoredThemeInvitation } from "../city-store.ts";
import { themeInvitationOf } from "../rows/city-rows.ts";
import {
  all,
  checkpointWal,
  closeDatabase,
  engineError,
  first,
  onLedger,
  openDatabase,
  statement,
  transaction,
} from "./database.ts";

/** Name of the file in the data folder. */
export const CITY_FILE = "city.sqlite";

const SCHEMA_VERSION = 1;
const CACHE_KIB = 4_096;

export const CITY_SCHEMA = `
  CREATE TABLE listed (
    place INTEGER PRIMARY KEY,
    citizen_id TEXT NOT NULL,
    list TEXT NOT NULL,
    item TEXT NOT NULL,
    UNIQUE (citizen_id, list, item)
  ) STRICT;

  CREATE TABLE invitation (
    invitation_id TEXT PRIMARY KEY,
    theme TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    uses INTEGER NOT NULL
  ) STRICT;
`;

/**
 * Opens the store at `path`, or makes one.
 * @throws STORE_FAILED, STORE_CORRUPT
 */
export function openSqliteCityStore(path: string): CityStore {
  const db = openDatabase(path, "STORE_FAILED", { cacheKib: CACHE_KIB, secureDelete: true });
  try {
    const version = first(db.prepare("PRAGMA user_version"))?.["user_version"];
    if (version === 0) transaction(db, () => db.exec(`${CITY_SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`));
    else if (version !== SCHEMA_VERSION)
      throw new WarifuError("STORE_FAILED", `the store of the city ${path} has version ${String(version)}`);
    return new SqliteCityStore(db);
  } catch (cause) {
    db.close();
    throw engineError("STORE_FAILED", `the store of the city ${path} cannot be opened`, cause);
  }
}

/** See {@link CityStore}. */
class SqliteCityStore implements CityStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async add(list: CitizenList, citizenId: string, item: string): Promise<boolean> {
    return this.#change("INSERT OR IGNORE INTO listed (citizen_id, list, item) VALUES (?, ?, ?)", [
      ...[citizenId, list, item],
    ]);
  }

  async remove(list: CitizenList, citizenId: string, item: string): Promise<boolean> {
    return this.#change("DELETE FROM listed WHERE citizen_id = ? AND list = ? AND item = ?", [citizenId, list, item]);
  }

  async list(list: CitizenList, citizenId: string): Promise<readonly string[]> {
    const sql = "SELECT item FROM listed WHERE citizen_id = ? AND list = ? ORDER BY place";
    return onLedger(() => all(statement(this.#db, sql), citizenId, list).map((row) => row["item"] as string));
  }

  async count(list: CitizenList, citizenId: string): Promise<number> {
    const sql = "SELECT count(*) AS n FROM listed WHERE citizen_id = ? AND list = ?";
    return onLedger(() => Number(first(statement(this.#db, sql), citizenId, list)?.["n"]));
  }

  async putInvitation(invitation: StoredThemeInvitation): Promise<void> {
    const { invitationId, theme, secretHash, expiresAt, uses } = invitation;
    const sql = "INSERT INTO invitation (invitation_id, theme, secret_hash, expires_at, uses) VALUES (?, ?, ?, ?, ?)";
    onLedger(() => statement(this.#db, sql).run(invitationId, theme, secretHash, expiresAt, uses));
  }

  async invitation(invitationId: string): Promise<StoredThemeInvitation | undefined> {
    const row = onLedger(() =>
      first(statement(this.#db, "SELECT * FROM invitation WHERE invitation_id = ?"), invitationId),
    );
    return row && themeInvitationOf(row);
  }

  async join(invitationId: string, citizenId: string): Promise<boolean> {
    return onLedger(() => {
      let isMember = false;
      transaction(this.#db, () => {
        const row = first(statement(this.#db, "SELECT * FROM invitation WHERE invitation_id = ?"), invitationId);
        if (!row) return;
        const theme = row["theme"] as string;
        const known = "SELECT 1 FROM listed WHERE citizen_id = ? AND list = 'theme' AND item = ?";
        isMember = first(statement(this.#db, known), citizenId, theme) !== undefined;
        if (isMember || Number(row["uses"]) < 1) return;
        const use = "UPDATE invitation SET uses = uses - 1 WHERE invitation_id = ?";
        statement(this.#db, use).run(invitationId);
        const join = "INSERT INTO listed (citizen_id, list, item) VALUES (?, 'theme', ?)";
        statement(this.#db, join).run(citizenId, theme);
        isMember = true;
      });
      return isMember;
    });
  }

  async forget(citizenId: string): Promise<void> {
    onLedger(() => {
      statement(this.#db, "DELETE FROM listed WHERE citizen_id = ?").run(citizenId);
      // Otherwise the engine's log would still have it.
      checkpointWal(this.#db);
    });
  }

  async close(): Promise<void> {
    onLedger(() => closeDatabase(this.#db));
  }

  #change(sql: string, values: readonly string[]): boolean {
    return onLedger(() => Number(statement(this.#db, sql).run(...values).changes) > 0);
  }
}
