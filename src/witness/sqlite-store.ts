/**
 * The witness's memory in SQLite: one row per log, compared and set in one statement, on disk when it returns. The
 * tables themselves reject a head that shrinks, changes its root or disappears, whatever the program asks for.
 *
 * The database names the key that it belongs to: another witness's memory proves nothing for this one.
 */
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../core/errors.ts";
import {
  all,
  closeDatabase,
  engineError,
  first,
  openDatabase,
  statement,
  transaction,
} from "../store/sqlite/database.ts";
import type { Row } from "../store/rows/row.ts";
import type { Conflict, ConflictKind, WitnessedHead, WitnessStore } from "./witness-store.ts";

/** Conflicts kept per log: the first ones that show a split view, and the last ones of those that show less. */
export const MAX_CONFLICTS = 64;

/** Version in `PRAGMA user_version`. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE witness (vkey TEXT NOT NULL) STRICT;

  CREATE TABLE head (
    origin TEXT PRIMARY KEY,
    tree_size INTEGER NOT NULL,
    root_hash BLOB NOT NULL,
    note TEXT NOT NULL,
    cosigned_at INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER head_never_goes_back BEFORE UPDATE ON head
    WHEN NEW.origin <> OLD.origin OR NEW.tree_size < OLD.tree_size OR NEW.cosigned_at < OLD.cosigned_at
      OR (NEW.tree_size = OLD.tree_size AND NEW.root_hash <> OLD.root_hash)
    BEGIN SELECT raise(ABORT, 'a cosigned head never goes back'); END;
  CREATE TRIGGER head_never_goes_away BEFORE DELETE ON head
    BEGIN SELECT raise(ABORT, 'a cosigned head never goes away'); END;

  CREATE TABLE conflict (
    conflict_id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    held_note TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    UNIQUE (origin, kind, note)
  ) STRICT;`;

/** A witness's memory, and the key that it was made for. */
export interface SqliteWitnessStore extends WitnessStore {
  /** `undefined` until {@link SqliteWitnessStore.bindTo}. */
  readonly vkey: string | undefined;
  /** Makes it the memory of this key, permanently. */
  bindTo(vkey: string): void;
}

/**
 * Opens the memory of a witness, or creates an empty one. Only one process should do so at a time: two would not
 * contradict each other, but each would answer for the other's requests.
 * @param mayMake whether the memory may be missing
 * @throws STORE_BEHIND when it is missing and must not be; STORE_CORRUPT when the file is something else; STORE_FAILED
 */
export function openSqliteWitness(path: string, mayMake = true): SqliteWitnessStore {
  if (!mayMake && !existsSync(path)) throw isGone(path);
  const db = openDatabase(path, "STORE_FAILED", { cacheKib: 2_048 });
  try {
    if (versionOf(db) === 0 && isEmpty(db)) {
      // An empty file counts as missing: it has forgotten just as much.
      if (!mayMake) throw isGone(path);
      makeTables(db);
    }
    if (versionOf(db) !== SCHEMA_VERSION)
      throw new WarifuError("STORE_CORRUPT", `${path} is not the memory of a witness, or of a newer version`);
    return new SqliteWitness(db);
  } catch (cause) {
    db.close();
    throw engineError("STORE_FAILED", `the witness's memory ${path} cannot be used`, cause);
  }
}

function versionOf(db: DatabaseSync): unknown {
  return first(db.prepare("PRAGMA user_version"))?.["user_version"];
}

function isGone(path: string): WarifuError {
  return new WarifuError("STORE_BEHIND", `the memory ${path} is gone`);
}

/** An empty file becomes a memory; a database with somebody else's tables does not. */
function isEmpty(db: DatabaseSync): boolean {
  return first(db.prepare("SELECT 1 FROM sqlite_schema")) === undefined;
}

function makeTables(db: DatabaseSync): void {
  transaction(db, () => db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`));
}

class SqliteWitness implements SqliteWitnessStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get vkey(): string | undefined {
    return this.#run(() => first(statement(this.#db, "SELECT vkey FROM witness"))?.["vkey"] as string | undefined);
  }

  bindTo(vkey: string): void {
    if (this.vkey !== undefined) throw new WarifuError("STORE_CORRUPT", "the memory belongs to a witness already");
    this.#run(() => statement(this.#db, "INSERT INTO witness VALUES (?)").run(vkey));
  }

  async head(origin: string): Promise<WitnessedHead | undefined> {
    return this.#run(() => {
      const row = first(statement(this.#db, "SELECT * FROM head WHERE origin = ?"), origin);
      return row && headOf(row);
    });
  }

  async heads(): Promise<WitnessedHead[]> {
    return this.#run(() => all(statement(this.#db, "SELECT * FROM head ORDER BY origin")).map(headOf));
  }

  async advance(from: WitnessedHead | undefined, to: WitnessedHead): Promise<boolean> {
    const { origin, treeSize, rootHash, note, cosignedAt } = to;
    const insert = "INSERT INTO head VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    const update =
      "UPDATE head SET tree_size = ?1, root_hash = ?2, note = ?3, cosigned_at = ?4 " +
      "WHERE origin = ?5 AND tree_size = ?6 AND root_hash = ?7 AND cosigned_at <= ?4";
    return this.#run(() => {
      const { changes } =
        from === undefined
          ? statement(this.#db, insert).run(origin, treeSize, rootHash, note, cosignedAt)
          : statement(this.#db, update).run(treeSize, rootHash, note, cosignedAt, origin, from.treeSize, from.rootHash);
      return changes === 1;
    });
  }

  async keepConflict({ origin, kind, note, heldNote, seenAt }: Conflict): Promise<boolean> {
    const ofKind = "FROM conflict WHERE origin = ?1 AND kind = ?2";
    const insert = `INSERT INTO conflict (origin, kind, note, held_note, seen_at) SELECT ?1, ?2, ?3, ?4, ?5
      WHERE ?2 <> 'split-view' OR (SELECT count(*) ${ofKind}) < ${MAX_CONFLICTS} ON CONFLICT DO NOTHING`;
    const prune = `DELETE FROM conflict WHERE conflict_id IN
      (SELECT conflict_id ${ofKind} ORDER BY conflict_id DESC LIMIT -1 OFFSET ${MAX_CONFLICTS})`;
    return this.#run(() => {
      let isNew = false;
      transaction(this.#db, () => {
        isNew = statement(this.#db, insert).run(origin, kind, note, heldNote, seenAt).changes === 1;
        statement(this.#db, prune).run(origin, kind);
      });
      return isNew;
    });
  }

  async conflicts(): Promise<Conflict[]> {
    return this.#run(() => all(statement(this.#db, "SELECT * FROM conflict ORDER BY conflict_id")).map(conflictOf));
  }

  async close(): Promise<void> {
    closeDatabase(this.#db);
  }

  #run<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw engineError("STORE_FAILED", "the witness's memory failed", cause);
    }
  }
}

function headOf(row: Row): WitnessedHead {
  return {
    origin: row["origin"] as string,
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    note: row["note"] as string,
    cosignedAt: row["cosigned_at"] as number,
  };
}

function conflictOf(row: Row): Conflict {
  return {
    origin: row["origin"] as string,
    kind: row["kind"] as ConflictKind,
    note: row["note"] as string,
    heldNote: row["held_note"] as string,
    seenAt: row["seen_at"] as number,
  };
}
