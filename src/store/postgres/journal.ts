/** Anchors and the contract in PostgreSQL. Nothing in the log vouches for their rows, so each is sealed when it is written. */
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
import type { Holding } from "./holding.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Queries, Sessions, Value } from "./sessions.ts";

/** See {@link AnchorJournal}. */
export class PostgresJournal implements AnchorJournal {
  readonly #sessions: Sessions;
  readonly #holding: Holding;

  /** @param holding what is written, is written under this lease */
  constructor(sessions: Sessions, holding: Holding) {
    this.#sessions = sessions;
    this.#holding = holding;
  }

  async addAnchor(anchor: NewAnchor): Promise<StoredAnchor> {
    return this.#change(async (queries) => {
      const stored = addedAnchor(anchor, 1 + (await newestAnchorId(queries)));
      await replace(queries, stored);
      return stored;
    });
  }

  async updateAnchor(anchorId: number, change: AnchorChange, left?: LeftBlock): Promise<void> {
    await this.#change(async (queries) => {
      const row = await queries.first(`${ANCHORS} WHERE anchor_id = $1`, anchorId);
      if (!row) throw new WarifuError("STORE_CORRUPT", `anchor ${anchorId} is not in the store`);
      await replace(queries, { ...anchorOf(row), ...change }, left);
    });
  }

  async leftBlocks(anchorId: number): Promise<readonly LeftBlock[]> {
    const sql = "SELECT * FROM anchor_left_block WHERE anchor_id = $1 ORDER BY left_at, block_number";
    return (await this.#sessions.all(sql, anchorId)).map(leftBlockOf);
  }

  anchors(belowId: number, limit: number): Promise<StoredAnchor[]> {
    return this.#all("WHERE anchor_id < $1 ORDER BY anchor_id DESC LIMIT $2", belowId, limit);
  }

  anchorsIn(states: readonly AnchorState[]): Promise<StoredAnchor[]> {
    return this.#all(`WHERE state = ANY($1::text[]) AND ${IS_PRESENT} ORDER BY anchor_id`, states);
  }

  formerAnchorsAt(account: string, nonce: number): Promise<StoredAnchor[]> {
    return this.#all(`WHERE account = $1 AND nonce = $2 AND NOT ${IS_PRESENT} ORDER BY anchor_id`, account, nonce);
  }

  anchorsFrom(account: string, nonce: number): Promise<StoredAnchor[]> {
    return this.#all(`WHERE account = $1 AND nonce >= $2 AND ${IS_PRESENT} ORDER BY anchor_id`, account, nonce);
  }

  async hasTransaction(transactionHash: string): Promise<boolean> {
    const sql = "SELECT 1 AS found FROM anchor WHERE transaction_hash = $1 LIMIT 1";
    return (await this.#sessions.first(sql, transactionHash)) !== undefined;
  }

  async spentSince(time: number): Promise<bigint> {
    // For every contract and every chain: the money is spent either way.
    const sql = "SELECT paid FROM anchor WHERE paid IS NOT NULL AND sent_at >= $1";
    return (await this.#sessions.all(sql, time)).reduce((sum, row) => sum + BigInt(row["paid"] as string), 0n);
  }

  highestFinalAnchors(limit: number): Promise<StoredAnchor[]> {
    return this.#all(`WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY block_number DESC LIMIT $1`, limit);
  }

  async newestFinalAnchor(): Promise<StoredAnchor | undefined> {
    return (await this.#all(`WHERE state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size DESC LIMIT 1`))[0];
  }

  finalAnchorsAbove(size: number, limit: number): Promise<StoredAnchor[]> {
    const where = `WHERE tree_size > $1 AND state = 'finalized' AND ${IS_PRESENT} ORDER BY tree_size LIMIT $2`;
    return this.#all(where, size, limit);
  }

  async anchorAbove(leafIndex: number): Promise<StoredAnchor | undefined> {
    // One query per state, each along the index of sizes: every later anchor is above an old leaf.
    const where = `WHERE tree_size > $1 AND state = $2 AND ${IS_PRESENT} ORDER BY tree_size LIMIT 1`;
    for (const state of FINALITY) {
      const [found] = await this.#all(where, leafIndex, state);
      if (found) return found;
    }
    return undefined;
  }

  async contract(): Promise<StoredContract | undefined> {
    const row = await this.#sessions.first("SELECT * FROM contract");
    return row && contractOf(row);
  }

  async setContract(contract: StoredContract): Promise<void> {
    await this.#change(async (queries) => {
      await queries.run("DELETE FROM contract");
      await replaceSealed(queries, "contract", contractRow(contract, await newestAnchorId(queries)));
    });
  }

  async #all(where: string, ...values: readonly Value[]): Promise<StoredAnchor[]> {
    return (await this.#sessions.all(`${ANCHORS} ${where}`, ...values)).map(anchorOf);
  }

  /** One commit, by whoever holds the lease, and one after the other: what is changed is first read. */
  #change<T>(change: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#sessions.transaction(async (queries) => {
      await queries.run("LOCK TABLE anchor IN SHARE ROW EXCLUSIVE MODE");
      await this.#holding.assertIn(queries);
      return change(queries);
    });
  }
}

async function replace(queries: Queries, anchor: StoredAnchor, left?: LeftBlock): Promise<void> {
  await replaceSealed(queries, "anchor", rowOf(anchor, COLUMNS));
  await replaceSealed(queries, "anchor_course", rowOf(anchor, COURSE_COLUMNS));
  if (left) await replaceSealed(queries, "anchor_left_block", leftBlockRow(anchor.anchorId, left));
}

async function newestAnchorId(queries: Queries): Promise<number> {
  return Number((await queries.first("SELECT coalesce(max(anchor_id), 0) AS id FROM anchor"))?.["id"]);
}
