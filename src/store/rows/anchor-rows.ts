/** Anchors and the contract as rows: the names of their columns, and amounts as text. */
import type {
  AnchorCourse,
  AnchorState,
  LeftBlock,
  NewAnchor,
  StoredAnchor,
  StoredContract,
} from "../anchor-journal.ts";
import type { Row } from "./row.ts";

/** States of an anchor that counts, nearest to finality first. */
export const FINALITY: readonly AnchorState[] = ["finalized", "included", "submitted", "pending"];

/** Anchors with the times of their steps, if those were recorded. */
export const ANCHORS = "SELECT * FROM anchor LEFT JOIN anchor_course USING (anchor_id)";
/** Anchors of the contract that the log is anchored in at present. */
export const IS_PRESENT = "anchor_id > coalesce((SELECT max(after_anchor) FROM contract), 0)";

/** A new anchor. */
export function addedAnchor(anchor: NewAnchor, anchorId: number): StoredAnchor {
  return {
    ...anchor,
    anchorId,
    state: "pending",
    ...{ sentAt: null, paid: null, blockNumber: null, blockHash: null, evidence: null },
    ...{ firstSentAt: null, includedAt: null, finalAt: null, gasUsed: null, dataFee: null },
  };
}

export function leftBlockRow(anchorId: number, { blockNumber, blockHash, leftAt }: LeftBlock): Row {
  return { anchor_id: anchorId, block_hash: blockHash, block_number: blockNumber, left_at: leftAt };
}

/** @param afterAnchor the last anchor that was made in another contract */
export function contractRow(
  { chainId, contract, genesis, codeHash, startSize }: StoredContract,
  afterAnchor: number,
): Row {
  return {
    ...{ chain_id: chainId, contract, genesis, code_hash: codeHash },
    ...{ start_size: startSize, after_anchor: afterAnchor },
  };
}

export function contractOf(row: Row): StoredContract {
  return {
    chainId: row["chain_id"] as number,
    contract: row["contract"] as string,
    genesis: row["genesis"] as string,
    codeHash: row["code_hash"] as string,
    startSize: row["start_size"] as number,
  };
}

/** The columns of an anchor's fields. */
export const COLUMNS: Columns<Exclude<keyof StoredAnchor, keyof AnchorCourse>> = {
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
/** The columns for the times of its steps. */
export const COURSE_COLUMNS: Columns<"anchorId" | keyof AnchorCourse> = {
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

/** Maps the columns of an anchor, or of its times, to fields. */
export function rowOf<Field extends keyof StoredAnchor>(
  anchor: Pick<StoredAnchor, Field>,
  columns: Columns<Field>,
): Row {
  const values = (Object.entries(columns) as [Field, string][]).map(([field, column]) => {
    const value = anchor[field];
    return [column, typeof value === "bigint" ? String(value) : value];
  });
  return Object.fromEntries(values) as Row;
}

export function leftBlockOf(row: Row): LeftBlock {
  return {
    blockNumber: row["block_number"] as number,
    blockHash: row["block_hash"] as string,
    leftAt: row["left_at"] as number,
  };
}

export function anchorOf(row: Row): StoredAnchor {
  const values = Object.entries({ ...COLUMNS, ...COURSE_COLUMNS }).map(([field, column]) => {
    const value = row[column];
    return [field, AMOUNTS.has(field) && typeof value === "string" ? BigInt(value) : value];
  });
  return Object.fromEntries(values) as unknown as StoredAnchor;
}
