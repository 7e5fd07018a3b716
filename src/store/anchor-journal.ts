/**
 * The journal of anchors: what this service sent to the contract, the state of each anchor, and which contract it is. What
 * the contract recorded, whoever sent it, is in the index: anchor-index.ts.
 */

/** States of an anchor; a reorg or a lost chain moves it back to `pending`. */
export type AnchorState = "pending" | "submitted" | "included" | "finalized" | "orphaned";

/** An anchor from the moment it is signed. Never deleted: one that the chain dropped is marked `orphaned`. */
export interface StoredAnchor extends AnchorCourse {
  readonly anchorId: number;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  /** The signed checkpoint of exactly this tree size. */
  readonly note: string;
  /** The contract's tree size that the transaction's consistency proof starts from. */
  readonly baseSize: number;
  readonly chainId: number;
  readonly contract: string;
  /** Address of the sender. */
  readonly account: string;
  readonly transactionHash: string;
  readonly nonce: number;
  readonly raw: string;
  /** Wei. */
  readonly maxFeePerGas: bigint;
  /** Wei. */
  readonly maxPriorityFeePerGas: bigint;
  readonly state: AnchorState;
  /**
   * When it was first sent, POSIX milliseconds; 0 once a node has refused it as underpriced, `null` before it is sent. Once
   * it is mined: when that was noticed.
   */
  readonly sentAt: number | null;
  /** What it cost, in wei, once mined. */
  readonly paid: bigint | null;
  readonly blockNumber: number | null;
  readonly blockHash: string | null;
  /** JSON of the chain evidence, once included. */
  readonly evidence: string | null;
  /** When its transaction was signed, POSIX milliseconds. */
  readonly createdAt: number;
}

/**
 * When an anchor reached each step, and its costs: reported only, nothing is decided by it. All fields are `null` for
 * anchors made before this was recorded. Times are by this machine's clock, in POSIX milliseconds.
 */
export interface AnchorCourse {
  /** When the tree head that it anchors was signed. */
  readonly headSignedAt: number | null;
  /** When a node first accepted the transaction. */
  readonly firstSentAt: number | null;
  /** When it was noticed in the block that it is in. */
  readonly includedAt: number | null;
  /** When that block was noticed to be final. */
  readonly finalAt: number | null;
  readonly gasUsed: number | null;
  /** Fee that the receipt names in addition to gas, in wei. Only a node's word: no proof covers it. */
  readonly dataFee: bigint | null;
}

/** A block that an anchor was in until a reorg took it out of the chain. */
export interface LeftBlock {
  readonly blockNumber: number;
  readonly blockHash: string;
  /** When that was noticed, POSIX milliseconds. */
  readonly leftAt: number;
}

/** An anchor before it is stored. */
export type NewAnchor = Omit<
  StoredAnchor,
  | "anchorId"
  | "state"
  | "sentAt"
  | "paid"
  | "blockNumber"
  | "blockHash"
  | "evidence"
  | Exclude<Measured, "headSignedAt">
>;

/** What is known of an anchor after it was sent. */
export type AnchorChange = Partial<
  Pick<StoredAnchor, "note" | "state" | "sentAt" | "paid" | "blockNumber" | "blockHash" | "evidence" | Measured>
>;

type Measured = keyof AnchorCourse;

/** The contract that the log is anchored in. */
export interface StoredContract {
  readonly chainId: number;
  readonly contract: string;
  /** Hash of the chain's first block. */
  readonly genesis: string;
  /** Keccak-256 of the contract's code. */
  readonly codeHash: string;
  /** Tree size that the contract held when the log started to use it: anchors up to there were not made by this service. */
  readonly startSize: number;
}

/** The journal of anchors. All methods throw STORE_FAILED when the engine fails. */
export interface AnchorJournal {
  /** Durable when it returns: an anchor is added before its transaction is sent. */
  addAnchor(anchor: NewAnchor): Promise<StoredAnchor>;
  /** @param left a block that the anchor is no longer in; it is recorded in the same commit */
  updateAnchor(anchorId: number, change: AnchorChange, left?: LeftBlock): Promise<void>;
  /** The blocks that an anchor has left, earliest first. */
  leftBlocks(anchorId: number): Promise<readonly LeftBlock[]>;
  /** Anchors with an id below `belowId`, newest first. */
  anchors(belowId: number, limit: number): Promise<StoredAnchor[]>;
  /** Anchors of an account at a nonce that were made for an earlier contract or on a lost chain, oldest first. */
  formerAnchorsAt(account: string, nonce: number): Promise<StoredAnchor[]>;
  // The methods from here to `contract` consider only anchors in the present contract. Those from before a lost local chain
  // or a successor contract are kept, and listed by `anchors`, but nothing else counts them.
  /** Anchors in one of these states, oldest first. */
  anchorsIn(states: readonly AnchorState[]): Promise<StoredAnchor[]>;
  /** Anchors of an account from a nonce on, in any state, oldest first. */
  anchorsFrom(account: string, nonce: number): Promise<StoredAnchor[]>;
  /** Whether that transaction is one that an anchor was ever sent in. */
  hasTransaction(transactionHash: string): Promise<boolean>;
  /** The total cost of the anchors that were found to be mined since a time, in wei; POSIX milliseconds. */
  spentSince(time: number): Promise<bigint>;
  /** Final anchors by the height of their blocks, highest first. */
  highestFinalAnchors(limit: number): Promise<StoredAnchor[]>;
  /** The final anchor of the largest tree. */
  newestFinalAnchor(): Promise<StoredAnchor | undefined>;
  /** Final anchors of trees larger than `size`, smallest first. */
  finalAnchorsAbove(size: number, limit: number): Promise<StoredAnchor[]>;
  /** The smallest anchor above a leaf index among those nearest to finality; orphaned anchors do not count. */
  anchorAbove(leafIndex: number): Promise<StoredAnchor | undefined>;

  contract(): Promise<StoredContract | undefined>;
  /** Sets the contract. Earlier anchors were made in another contract or on a lost chain; later ones will be in this one. */
  setContract(contract: StoredContract): Promise<void>;
}
