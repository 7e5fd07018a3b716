/**
 * Anchors and the contract in the ledger's database. Nothing in the log vouches for their rows, so each is sealed when it is
 * written.
 */
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type {
  AnchorChange,
  AnchorJournal,
  AnchorState,
  LeftBlock,
  NewAnchor,
  StoredAnchor,
  StoredContract,
} from "../anchor-journal.ts";
import {
  addedAnchor,
  anchorOf,
  ANCHORS,
  COLUMNS,
  contractOf,
  contractRow,
  COURSE_COLUMNS,
  FINALITY,
  IS_PRESENT,
  leftBlockOf,
  leftBlockRow,
  rowOf,
} from "../rows/anchor-rows.ts";
import { AnchorsAbove } from "./anchors-above.ts";
import { all, first, onLedger, statement, transaction } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";

/** See {@link AnchorJournal}. */
export class SqliteJournal implements AnchorJournal {
  readonly #db: DatabaseSync;
  // Absent if another process may write.
  readonly #above: AnchorsAbove | undefined;

  /** @param isWriter whether this process alone writes */
  constructor(db: DatabaseSync, isWriter: boolean) {
    this.#db = db;
    this.#above = isWriter ? new AnchorsAbove() : undefined;
  }

  async addAnchor(anchor: NewAnchor): Promise<StoredAnchor> {
    return onLedger(() => {
      const stored = addedAnchor(anchor, 1 + this.#newestAnchorId());
      this.#replace(stored);
      return stored;
    });
  }

  /** One commit. */
  #replace(anchor: StoredAnchor, left?: LeftBlock): void {
    this.#above?.forget();
    transaction(this.#db, () => {
      replaceSealed(this.#db, "anchor", rowOf(anchor, COLUMNS));
      replaceSealed(this.#db, "anchor_course", rowOf(anchor, COURSE_COLUMNS));
      if (left) replaceSealed(this.#db, "anchor_left_block", leftBlockRow(anchor.anchorId, left));
    });
  }

  #newestAnchorId(): number {
    return Number(first(statement(this.#db, "SELECT coalesce(max(anchor_id), 0) AS id FROM anchor"))?.["id"]);
  }

  async updateAnchor(anchorId: number, change: AnchorChange, left?: LeftBlock): Promise<void> {
    onLedger(() => {
      const row = first(statement(this.#db, `${ANCHORS} WHERE anchor_id = ?`), anchorId);
      if (!row) throw new WarifuError("STORE_CORRUPT", `anchor ${anchorId} is not in the store`);
      this.#replace({ ...anchorOf(row), ...change }, left);
    });
  }

  async leftBlocks(anchorId: number): Promise<readonly LeftBlock[]> {
    const sql = "SELECT * FROM anchor_left_block WHERE anchor_id = ? ORDER BY left_at, block_number";
    return onLedger(() => all(statement(this.#db, sql), anchorId).map(leftBlockOf));
  }

  async anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    const sql = `${ANCHORS} WHERE anchor_id < ? ORDER BY anchor_id DESC LIMIT ?`;
    return onLedger(() => all(statement(this.#db, sql), belowId, limit).map(anchorOf));
  }

  async anchorsIn(states: readonly AnchorState[]): Promise<StoredAnchor[]> {
    const marks = states.map(() => "?").join(", ");
    const sql = `${ANCHORS} WHERE state IN (${marks}) AND ${IS_PRESENT} ORDER BY anchor_id`;
    return onLedger(() => all(statement(this.#db, sql), ...states).map(anchorOf));
  }

  async formerAnchorsAt(account: string, nonce: number): Promise<StoredAnchor[]> {
    const sql = `${ANCHORS} WHERE account = ? AND nonce = ? AND NOT ${IS_PRESENT} ORDER BY anchor_id`;
    return onLedger(() => all(statement(this.#db, sql), account, nonce).map(anchorOf));
  }

  async anchorsFrom(account: string, nonce: number): Promise<StoredAnchor[]> {
    const sql = `${ANCHORS} WHERE account = ? AND nonce >= ? AND ${IS_PRESENT} ORDER BY anchor_id`;
    return onLedger(() => all(statement(this.#db, sql), account, nonce).map(anchorOf));
  }

  async hasTransaction(transactionHash: string): Promise<boolean> {
    const sql = "SELECT 1 FROM anchor WHERE transaction_hash = ? LIMIT 1";
    return onLedger(() => first(statement(this.#db, sql), transactionHash) !== undefined);
  }

  async spentSince(time: number): Promise<bigint> {
    // Over all contracts and chains: the money is spent either way.
    const sql = "SELECT paid FROM anchor WHERE paid IS NOT NULL AND sent_at >= ?";
    return onLedger(() =>
      all(statement(this.#db, sql), time).reduce((sum, row) => sum + BigInt(row["paid"] as string), 0n),
    );
  }

  async highestFinalAnchors(limit: number): Promise<StoredAnchor[]> {
    const sql = `${ANCHORS} WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY block_number DESC LIMIT ?`;
    return onLedger(() => all(statement(this.#db, sql), limit).map(anchorOf));
  }

  async newestFinalAnchor(): Promise<StoredAnchor | undefined> {
    const sql = `${ANCHORS} WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size DESC LIMIT 1`;
    return onLedger(() => {
      const row = first(statement(this.#db, sql));
      return row && anchorOf(row);
    });
  }

  async finalAnchorsAbove(size: number, limit: number): Promise<StoredAnchor[]> {
    const sql = `${ANCHORS} WHERE tree_size > ? AND state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size LIMIT ?`;
    return onLedger(() => all(statement(this.#db, sql), size, limit).map(anchorOf));
  }

  async anchorAbove(leafIndex: number): Promise<StoredAnchor | undefined> {
    const known = this.#above?.over(leafIndex);
    if (known) return known.anchor;
    const found = this.#lookAbove(leafIndex);
    return this.#above ? this.#above.keep(leafIndex, found) : found;
  }

  #lookAbove(leafIndex: number): StoredAnchor | undefined {
    // One query per state, each along the index of sizes: for an old leaf, every later anchor is above it.
    const sql = `${ANCHORS} WHERE tree_size > ? AND state = ? AND ${IS_PRESENT} ORDER BY tree_size LIMIT 1`;
    return onLedger(() => {
      const look = statement(this.#db, sql);
      for (const state of FINALITY) {
        const row = first(look, leafIndex, state);
        if (row) return anchorOf(row);
      }
      return undefined;
    });
  }

  async contract(): Promise<StoredContract | undefined> {
    return onLedger(() => {
      const row = first(statement(this.#db, "SELECT * FROM contract"));
      return row && contractOf(row);
    });
  }

  async setContract(contract: StoredContract): Promise<void> {
    this.#above?.forget();
    onLedger(() =>
      transaction(this.#db, () => {
        this.#db.exec("DELETE FROM contract");
        replaceSealed(this.#db, "contract", contractRow(contract, this.#newestAnchorId()));
      }),
    );
  }
}
