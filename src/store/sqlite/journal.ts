/**
 * Anchors and the contract in the ledger's database. Nothing in the log vouches for their rows, so each is sealed when it is
 * written.
 */
import type { DatabaseSync } from "node:sqlite";
import { WarifuError } from "../../core/errors.ts";
import type {
  AnchorChange,
  AnchorCourse,
  AnchorJournal,
  AnchorState,
  LeftBlock,
  NewAnchor,
  StoredAnchor,
  StoredContract,
} from "../anchor-journal.ts";
import { all, first, onLedger, statement, transaction, type Row } from "./database.ts";
import { replaceSealed } from "./seals.ts";

/** States of an anchor that counts, nearest to finality first. */
const FINALITY: readonly AnchorState[] = ["finalized", "included", "submitted", "pending"];

/** Anchors with their course, if that was recorded. */
export const ANCHORS = "SELECT * FROM anchor LEFT JOIN anchor_course USING (anchor_id)";
/** Anchors of the contract that the log is anchored in at present. */
const IS_PRESENT = "anchor_id > coalesce((SELECT max(after_anchor) FROM contract), 0)";

/** See {@link AnchorJournal}. */
export class SqliteJournal implements AnchorJournal {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async addAnchor(anchor: NewAnchor): Promise<StoredAnchor> {
    return onLedger(() => {
      const stored: StoredAnchor = {
        ...anchor,
        anchorId: 1 + this.#newestAnchorId(),
        state: "pending",
        ...{ sentAt: null, paid: null, blockNumber: null, blockHash: null, evidence: null },
        ...{ firstSentAt: null, includedAt: null, finalAt: null, gasUsed: null, dataFee: null },
      };
      this.#replace(stored);
      return stored;
    });
  }

  /** One commit. */
  #replace(anchor: StoredAnchor, left?: LeftBlock): void {
    transaction(this.#db, () => {
      replaceSealed(this.#db, "anchor", rowOf(anchor, COLUMNS));
      replaceSealed(this.#db, "anchor_course", rowOf(anchor, COURSE_COLUMNS));
      if (left === undefined) return;
      const { blockNumber, blockHash, leftAt } = left;
      const row = { anchor_id: anchor.anchorId, block_hash: blockHash, block_number: blockNumber, left_at: leftAt };
      replaceSealed(this.#db, "anchor_left_block", row);
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
    // For every contract and every chain: the money is spent either way.
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
    // One query per state, each along the index of sizes: every later anchor is above an old leaf.
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
      return (
        row && {
          chainId: row["chain_id"] as number,
          contract: row["contract"] as string,
          genesis: row["genesis"] as string,
          codeHash: row["code_hash"] as string,
          startSize: row["start_size"] as number,
        }
      );
    });
  }

  async setContract({ chainId, contract, genesis, codeHash, startSize }: StoredContract): Promise<void> {
    onLedger(() =>
      transaction(this.#db, () => {
        this.#db.exec("DELETE FROM contract");
        replaceSealed(this.#db, "contract", {
          chain_id: chainId,
          contract,
          genesis,
          code_hash: codeHash,
          start_size: startSize,
          after_anchor: this.#newestAnchorId(),
        });
      }),
    );
  }
}

/** The columns of an anchor's fields. */
const COLUMNS: Columns<Exclude<keyof StoredAnchor, keyof AnchorCourse>> = {
  anchorId: "anchor_id",
  treeSize: "tree_size",
  rootHash: "root_hash",
  note: "note",
  baseSize: "base_size",
  chainId: "chain_id",
  contract: "contract",
  account: "account",
  transactionHash: "transaction_hash",
  nonce: "nonce",
  raw: "raw",
  maxFeePerGas: "max_fee",
  maxPriorityFeePerGas: "max_tip",
  state: "state",
  sentAt: "sent_at",
  paid: "paid",
  blockNumber: "block_number",
  blockHash: "block_hash",
  evidence: "evidence",
  createdAt: "created_at",
};
/** The columns of its course. */
const COURSE_COLUMNS: Columns<"anchorId" | keyof AnchorCourse> = {
  anchorId: "anchor_id",
  headSignedAt: "head_signed_at",
  firstSentAt: "first_sent_at",
  includedAt: "included_at",
  finalAt: "final_at",
  gasUsed: "gas_used",
  dataFee: "data_fee",
};
/** Amounts in wei, kept as decimal text. */
const AMOUNTS: ReadonlySet<string> = new Set<keyof StoredAnchor>([
  ...(["maxFeePerGas", "maxPriorityFeePerGas", "paid", "dataFee"] as const),
]);

type Columns<Field extends keyof StoredAnchor> = Readonly<Record<Field, string>>;

function rowOf<Field extends keyof StoredAnchor>(anchor: Pick<StoredAnchor, Field>, columns: Columns<Field>): Row {
  const values = (Object.entries(columns) as [Field, string][]).map(([field, column]) => {
    const value = anchor[field];
    return [column, typeof value === "bigint" ? String(value) : value];
  });
  return Object.fromEntries(values) as Row;
}

function leftBlockOf(row: Row): LeftBlock {
  return {
    blockNumber: row["block_number"] as number,
    blockHash: row["block_hash"] as string,
    leftAt: row["left_at"] as number,
  };
}

function anchorOf(row: Row): StoredAnchor {
  const values = Object.entries({ ...COLUMNS, ...COURSE_COLUMNS }).map(([field, column]) => {
    const value = row[column];
    return [field, AMOUNTS.has(field) && typeof value === "string" ? BigInt(value) : value];
  });
  return Object.fromEntries(values) as unknown as StoredAnchor;
}
