/**
 * The index of anchors in its own SQLite file, `chain-index.sqlite`. Derived data: a file that is damaged or of another
 * version is replaced by a new one, and the index is read from the chain again.
 *
 * Invariant: the table `anchor` is a function of the chain alone, so reading the chain again gives the same bytes. When
 * this program saw a row, and how it judged it, is kept in a separate table.
 */
import { rmSync } from "node:fs";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { codeOf, messageOf, WarifuError } from "../../core/errors.ts";
import type {
  AnchorIndex,
  AnchorKey,
  AnchorVerdict,
  IndexedAnchor,
  IndexedContract,
  IndexedState,
  IndexPosition,
  IndexUpdate,
  SeenAnchor,
} from "../anchor-index.ts";
import type { Row } from "../rows/row.ts";
import { all, closeDatabase, engineError, first, openDatabase, statement, transaction } from "./database.ts";

/** Name of the file in the data folder. */
export const ANCHOR_INDEX_FILE = "chain-index.sqlite";

const SCHEMA_VERSION = 1;
const CACHE_KIB = 4_096;

const SCHEMA = `
  CREATE TABLE anchor (
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    transaction_hash TEXT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    tree_size INTEGER NOT NULL,
    root_hash BLOB NOT NULL,
    previous_size INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (chain_id, contract, transaction_hash, block_hash, log_index)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX anchor_by_size ON anchor (chain_id, contract, tree_size);
  CREATE INDEX anchor_by_block ON anchor (chain_id, contract, block_number);
  CREATE INDEX anchor_provisional ON anchor (chain_id, contract, block_number) WHERE state = 'provisional';

  CREATE TABLE sighting (
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    transaction_hash TEXT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    verdict TEXT,
    PRIMARY KEY (chain_id, contract, transaction_hash, block_hash, log_index)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sighting_unjudged ON sighting (chain_id, contract) WHERE verdict IS NULL;
  CREATE INDEX sighting_suspicious ON sighting (chain_id, contract) WHERE verdict IN ('foreign', 'fork');

  CREATE TABLE block (
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    parent_hash TEXT NOT NULL,
    PRIMARY KEY (chain_id, contract, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE position (
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    start_block INTEGER NOT NULL,
    cursor_number INTEGER NOT NULL,
    cursor_hash TEXT NOT NULL,
    PRIMARY KEY (chain_id, contract)
  ) STRICT, WITHOUT ROWID;
`;

const KEY = ["chain_id", "contract", "transaction_hash", "block_hash", "log_index"] as const;
const BY_KEY = KEY.map((name) => `${name} = ?`).join(" AND ");
const OF = "a.chain_id = ? AND a.contract = ?";
const LIVE = "a.state <> 'orphaned'";
const COLUMNS = "SELECT a.*, s.first_seen_at, s.verdict";
const JOINED = `USING (${KEY.join(", ")})`;
// SQLite has no statistics on how rows are distributed, so every query names the order of tables and the index.
const rowsBy = (index: "anchor_by_size" | "anchor_by_block" | "anchor_provisional"): string =>
  `${COLUMNS} FROM anchor a INDEXED BY ${index} CROSS JOIN sighting s ${JOINED}`;
const sightedBy = (index: "sighting_unjudged" | "sighting_suspicious"): string =>
  `${COLUMNS} FROM sighting s INDEXED BY ${index} CROSS JOIN anchor a ${JOINED}`;
// The partial indexes are on columns of the sighting.
const SIGHTED_OF = "s.chain_id = ? AND s.contract = ?";
const CHAIN_ORDER = "ORDER BY a.block_number, a.log_index LIMIT ?";

/**
 * Opens the index at `path`, or starts a new one; says why an existing file could not be used.
 * @throws STORE_FAILED when no file can be created there
 */
export function openSqliteAnchorIndex(path: string): { index: AnchorIndex; discarded: string | undefined } {
  try {
    return { index: new SqliteAnchorIndex(openTables(path)), discarded: undefined };
  } catch (error) {
    if (codeOf(error) !== "STORE_CORRUPT") throw error;
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
    return { index: new SqliteAnchorIndex(openTables(path)), discarded: messageOf(error) };
  }
}

/** @throws STORE_CORRUPT for a file that is not an index of this version */
function openTables(path: string): DatabaseSync {
  const db = openDatabase(path, "STORE_FAILED", { cacheKib: CACHE_KIB });
  try {
    const version = first(db.prepare("PRAGMA user_version"))?.["user_version"];
    if (version === 0) transaction(db, () => db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`));
    else if (version !== SCHEMA_VERSION) damaged(path, `it has version ${String(version)}`);
    // The file is small, and damage found here is repaired automatically.
    const found = first(db.prepare("PRAGMA quick_check(1)"))?.["quick_check"];
    if (found !== "ok") damaged(path, String(found));
    return db;
  } catch (cause) {
    db.close();
    throw engineError("STORE_FAILED", `the index of anchors ${path} cannot be used`, cause);
  }
}

function damaged(path: string, reason: string): never {
  throw new WarifuError("STORE_CORRUPT", `the index of anchors ${path} cannot be used: ${reason}`);
}

/** See {@link AnchorIndex}. */
class SqliteAnchorIndex implements AnchorIndex {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async position(of: IndexedContract): Promise<IndexPosition | undefined> {
    return this.#run(() => {
      const where = "WHERE chain_id = ? AND contract = ?";
      const place = first(statement(this.#db, `SELECT start_block FROM position ${where}`), of.chainId, of.contract);
      if (!place) return undefined;
      const sql = `SELECT number, hash, parent_hash FROM block ${where} ORDER BY number`;
      const blocks = all(statement(this.#db, sql), of.chainId, of.contract).map((row) => ({
        number: row["number"] as number,
        hash: row["hash"] as string,
        parentHash: row["parent_hash"] as string,
      }));
      return { startBlock: place["start_block"] as number, blocks };
    });
  }

  async apply(of: IndexedContract, update: IndexUpdate): Promise<void> {
    const { orphanAbove, orphaned = [], seen = [], final = [], position, seenAt } = update;
    this.#run(() =>
      transaction(this.#db, () => {
        if (orphanAbove !== undefined) {
          const sql = "UPDATE anchor SET state = 'orphaned' WHERE chain_id = ? AND contract = ? AND block_number > ?";
          statement(this.#db, sql).run(of.chainId, of.contract, orphanAbove);
        }
        for (const key of orphaned) this.#setState(of, key, "orphaned");
        for (const anchor of seen) this.#see(of, anchor, seenAt);
        for (const key of final) this.#setState(of, key, "final");
        if (position !== undefined) this.#setPosition(of, position);
      }),
    );
  }

  async judge(
    of: IndexedContract,
    judged: readonly (AnchorKey & { readonly verdict: AnchorVerdict })[],
  ): Promise<void> {
    this.#run(() =>
      transaction(this.#db, () => {
        const update = statement(this.#db, `UPDATE sighting SET verdict = ? WHERE ${BY_KEY}`);
        for (const { verdict, ...key } of judged) update.run(verdict, ...keyOf(of, key));
      }),
    );
  }

  async newest(of: IndexedContract): Promise<IndexedAnchor | undefined> {
    return this.#rows(`${rowsBy("anchor_by_size")} WHERE ${OF} AND ${LIVE} ORDER BY a.tree_size DESC LIMIT 1`, of)[0];
  }

  async below(of: IndexedContract, treeSize: number): Promise<IndexedAnchor | undefined> {
    const sql = `${rowsBy("anchor_by_size")} WHERE ${OF} AND ${LIVE} AND a.tree_size < ? ORDER BY a.tree_size DESC LIMIT 1`;
    return this.#rows(sql, of, treeSize)[0];
  }

  async hole(of: IndexedContract, from: number, to: number): Promise<IndexedAnchor | undefined> {
    const previous = `SELECT 1 FROM anchor b INDEXED BY anchor_by_size WHERE b.chain_id = a.chain_id
      AND b.contract = a.contract AND b.tree_size = a.previous_size AND b.state <> 'orphaned'`;
    const hasNone = `a.previous_size > 0 AND NOT EXISTS (${previous})`;
    const inRange = "a.block_number BETWEEN ? AND ?";
    const sql = `${rowsBy("anchor_by_block")} WHERE ${OF} AND ${LIVE} AND ${inRange} AND ${hasNone} ${CHAIN_ORDER}`;
    return this.#rows(sql, of, from, to, 1)[0];
  }

  async provisional(of: IndexedContract, height: number): Promise<IndexedAnchor[]> {
    const sql = `${rowsBy("anchor_provisional")} WHERE ${OF} AND a.state = 'provisional' AND a.block_number <= ? ${CHAIN_ORDER}`;
    return this.#rows(sql, of, height, -1);
  }

  async live(of: IndexedContract, height: number, limit: number): Promise<IndexedAnchor[]> {
    const order = "ORDER BY a.block_number DESC, a.log_index DESC LIMIT ?";
    return this.#rows(
      `${rowsBy("anchor_by_block")} WHERE ${OF} AND ${LIVE} AND a.block_number < ? ${order}`,
      of,
      height,
      limit,
    );
  }

  async unjudged(of: IndexedContract, limit: number): Promise<IndexedAnchor[]> {
    return this.#rows(
      `${sightedBy("sighting_unjudged")} WHERE ${SIGHTED_OF} AND ${LIVE} AND s.verdict IS NULL LIMIT ?`,
      of,
      limit,
    );
  }

  async suspicious(of: IndexedContract, limit: number): Promise<IndexedAnchor[]> {
    const sql = `${sightedBy("sighting_suspicious")} WHERE ${SIGHTED_OF} AND ${LIVE} AND s.verdict IN ('foreign', 'fork') ${CHAIN_ORDER}`;
    return this.#rows(sql, of, limit);
  }

  async close(): Promise<void> {
    this.#run(() => closeDatabase(this.#db));
  }

  #see(of: IndexedContract, anchor: SeenAnchor & { state: IndexedState }, seenAt: number): void {
    const key = keyOf(of, anchor);
    const { blockNumber, treeSize, rootHash, previousSize, state } = anchor;
    const add = `INSERT INTO anchor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
      state = CASE WHEN state = 'final' THEN state ELSE excluded.state END`;
    statement(this.#db, add).run(...key, blockNumber, treeSize, rootHash, previousSize, state);
    const sight = "INSERT INTO sighting VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING";
    statement(this.#db, sight).run(...key, seenAt);
  }

  #setState(of: IndexedContract, key: AnchorKey, state: IndexedState): void {
    statement(this.#db, `UPDATE anchor SET state = ? WHERE ${BY_KEY}`).run(state, ...keyOf(of, key));
  }

  #setPosition({ chainId, contract }: IndexedContract, position: IndexPosition | null): void {
    const cursor = position?.blocks.at(-1);
    const where = "WHERE chain_id = ? AND contract = ?";
    const kept = new Set((position?.blocks ?? []).map(({ number, hash }) => `${number} ${hash}`));
    const known = all(statement(this.#db, `SELECT number, hash FROM block ${where}`), chainId, contract);
    const names = new Set(known.map((row) => `${row["number"] as number} ${row["hash"] as string}`));
    const remove = statement(this.#db, `DELETE FROM block ${where} AND number = ?`);
    for (const row of known)
      if (!kept.has(`${row["number"] as number} ${row["hash"] as string}`))
        remove.run(chainId, contract, row["number"] as number);
    const add = statement(this.#db, "INSERT INTO block VALUES (?, ?, ?, ?, ?)");
    for (const { number, hash, parentHash } of position?.blocks ?? [])
      if (!names.has(`${number} ${hash}`)) add.run(chainId, contract, number, hash, parentHash);
    if (!position || !cursor) {
      statement(this.#db, `DELETE FROM position ${where}`).run(chainId, contract);
      return;
    }
    const put = "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?, ?)";
    statement(this.#db, put).run(chainId, contract, position.startBlock, cursor.number, cursor.hash);
  }

  #rows(sql: string, of: IndexedContract, ...parameters: number[]): IndexedAnchor[] {
    return this.#run(() => all(statement(this.#db, sql), of.chainId, of.contract, ...parameters).map(anchorOf));
  }

  #run<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw engineError(
        "STORE_FAILED",
        "the index of anchors failed (deleted, it is made again at the next start)",
        cause,
      );
    }
  }
}

function keyOf(of: IndexedContract, key: AnchorKey): SQLInputValue[] {
  return [of.chainId, of.contract, key.transactionHash, key.blockHash, key.logIndex];
}

function anchorOf(row: Row): IndexedAnchor {
  return {
    transactionHash: row["transaction_hash"] as string,
    blockHash: row["block_hash"] as string,
    logIndex: row["log_index"] as number,
    blockNumber: row["block_number"] as number,
    treeSize: row["tree_size"] as number,
    rootHash: row["root_hash"] as Uint8Array,
    previousSize: row["previous_size"] as number,
    state: row["state"] as IndexedState,
    firstSeenAt: row["first_seen_at"] as number,
    verdict: row["verdict"] as AnchorVerdict | null,
  };
}
