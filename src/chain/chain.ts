/**
 * The chain as the stages see it. An answer is a claim by the node that gave it; stages compare claims before they act.
 * Addresses and hashes are lower-case hexadecimal after `0x`.
 */
import type { ChainEvidence } from "../core/chain-evidence.ts";
import type { HeaderForm } from "../core/header-form.ts";

/** What the contract holds. */
export interface AnchoredHead {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  readonly isClosed: boolean;
}

/** A call of `anchor`, before it is signed. */
export interface AnchorCall {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly consistencyProof: readonly Uint8Array[];
}

/** What a transaction offers per unit of gas, in wei: EIP-1559. One from before names the first alone, as its price. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What the chain currently asks per unit of gas, in wei. */
export interface MarketFees {
  readonly baseFee: bigint;
  /** What the nodes suggest on top. */
  readonly tip: bigint;
  /** The chain is from before EIP-1559: there is no base fee, and what is called tip here is the whole price. */
  readonly isLegacy?: true;
}

/** How a call is to be signed. Defaults come from the chain: the next nonce, twice the base fee. */
export interface SigningOrder {
  readonly nonce?: number | undefined;
  readonly fees?: Fees | undefined;
}

/** A signed transaction that has not been sent yet. Its hash is known, so it can be persisted first. */
export interface SignedAnchor {
  readonly transactionHash: string;
  readonly nonce: number;
  /** The signed transaction, hexadecimal after `0x`. */
  readonly raw: string;
}

/** Where a transaction stands. `failed`: mined, but it reverted. */
export type TransactionState =
  | { readonly state: "unknown" }
  | { readonly state: "waiting" }
  | {
      readonly state: "included" | "failed";
      readonly blockNumber: number;
      readonly blockHash: string;
      /** What it cost, in wei; `undefined` while too few nodes agree on it. */
      readonly paid: bigint | undefined;
    };

/** An included anchor: all but `dataFee` follows from the block's header, so it is as reliable as the block's hash. */
export interface ProvenAnchor {
  readonly evidence: ChainEvidence;
  /** What the transaction cost, in wei: gas used times price. */
  readonly paid: bigint;
  readonly gasUsed: number;
  /** What its receipt names beside gas, in wei, such as a rollup's L1 fee; `null` if none. One node's word. */
  readonly dataFee: bigint | null;
}

/** A block as a node reports it; the header's bytes were hashed again and have this hash. */
export interface BlockHeader {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  /** POSIX seconds. */
  readonly time: number;
  /** RLP, hexadecimal after `0x`. */
  readonly header: string;
}

/** The chain's own word; so many blocks on top where it has none; or every block, where validators seal them. */
export type FinalityRule = "tag" | `depth:${number}` | "bft";

/** Which block: the newest, the newest final one, or the canonical one at a height. */
export type BlockName = "latest" | "finalized" | number;

/** One recorded checkpoint, from the contract's events. */
export interface AnchorEvent {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
  readonly previousSize: number;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly transactionHash: string;
  /** Position of the event among all events of its block. */
  readonly logIndex: number;
}

/**
 * One contract on one chain, read-only: no key is needed. Every method throws CHAIN_UNREACHABLE when no usable answer comes.
 */
export interface ReadOnlyChain {
  readonly chainId: number;
  /** Address of the contract; the zero address when none was named and none was deployed yet. */
  readonly contract: string;
  /** Whether the chain is one on the operator's own machine: id 31337 or 1337, and every node at a loopback address. */
  readonly isLocal: boolean;
  /** When its blocks are taken for final, as settings write it. */
  readonly finality: FinalityRule;
  /**
   * The form of the chain's headers, from its newest blocks.
   * @throws CHAIN_WRONG when no anchor on this chain could be proven: asked before one is paid for
   */
  headerForm(): Promise<HeaderForm>;
  /** Whether there is code at the contract's address; there is none on a local chain that was restarted empty. */
  hasContract(): Promise<boolean>;
  /** Keccak-256 of the contract's code.
   * @throws CHAIN_WRONG when the operator's endpoints now serve another chain */
  codeHash(): Promise<string>;
  /**
   * Id of the log the contract was deployed for, 32 bytes.
   * @throws CHAIN_WRONG as for {@link ReadOnlyChain.head}
   */
  logId(): Promise<Uint8Array>;
  /**
   * Most leaves that one anchor may add; fixed for the life of the contract.
   * @throws CHAIN_WRONG as for {@link ReadOnlyChain.head}
   */
  maxGrowth(): Promise<number>;
  /** The head that the contract holds at the newest block, or at the block of that height.
   * @throws CHAIN_WRONG when there is no such contract at the address */
  head(height?: number): Promise<AnchoredHead>;
  transactionState(transactionHash: string): Promise<TransactionState>;
  /** A block by name or height; `undefined` when the node has none. On a chain that names no finalized block, `finalized` is
   * the newest block minus the configured confirmations, or the newest one itself where every block is final. */
  block(which: BlockName): Promise<BlockHeader | undefined>;
  /** A block by its hash, canonical or not; `undefined` when the node does not know it. */
  blockByHash(hash: string): Promise<BlockHeader | undefined>;
  /** The anchors in the blocks `from` to `to`, both included, in the order of the chain.
   * @throws NODE_REFUSED also when the node does not accept a range of that length; CHAIN_UNREACHABLE */
  anchorEventsIn(from: number, to: number): Promise<AnchorEvent[]>;
  /** Hash of the canonical block at that height. */
  blockHashAt(number: number): Promise<string | undefined>;
  /** Height of the newest final block. */
  finalizedHeight(): Promise<number>;
  /** All anchors of the contract from its events, oldest first, without gaps.
   * @throws CHAIN_UNREACHABLE also when the node leaves one out */
  anchorEvents(): Promise<AnchorEvent[]>;
  /** Proof of an included anchor, built from the node's answers and checked against the block hash.
   * @throws CHAIN_EVIDENCE_INVALID when the answers do not fit together; NO_ANCHOR_IN_RECEIPT when a block holds it but it
   * recorded nothing; NOT_ANCHORED_YET when no block holds it */
  evidenceOf(transactionHash: string): Promise<ProvenAnchor>;
  /** Ends open connections. */
  close(): Promise<void>;
}

/** Why a signed transaction is not accepted as it is, and what to do, in words. */
export interface SendRefusal {
  readonly reason: "nonce-used" | "no-funds" | "replacement-underpriced" | "fee-too-low" | "gas-limit";
  readonly message: string;
}

/**
 * One node, which may be wrong, late or lying; used where several are compared (nodes/quorum-chain.ts).
 */
export interface ChainNode extends ReadOnlyChain {
  /** Host and port, without the parts that may be secret. */
  readonly name: string;
  /** Requests sent to it so far, and how many of them it put off because it had had too many. */
  readonly counts: { readonly sent: number; readonly limited: number };
  /** Makes another contract the subject of further questions. */
  useContract(address: string): void;
  /** The chain it serves now, which may differ from the one it served when we connected. */
  chainIdNow(): Promise<number>;
  /** Number of the account's transactions up to the newest block, or up to that height. */
  transactionCount(account: string, height?: number): Promise<number>;
  /** Wei. */
  balance(account: string): Promise<bigint>;
  marketFees(): Promise<MarketFees>;
  /** Gas limit for a call by that account.
   * @throws CHAIN_REFUSED when the chain would refuse the call */
  estimatedGas(account: string, call: { readonly to: string | null; readonly data: string }): Promise<number>;
  /** As {@link Chain.send}. */
  send(anchor: SignedAnchor): Promise<SendRefusal | undefined>;
}

/** How an endpoint has answered recently. */
export interface EndpointHealth {
  readonly name: string;
  /** POSIX milliseconds of its last usable answer; `null` before the first. */
  readonly lastAnswerAt: number | null;
  /** Consecutive questions that it did not answer. */
  readonly failures: number;
  readonly lastError: string | null;
  /** Requests sent to it so far, and how many of them it put off, whether or not a retry succeeded. */
  readonly counts: ChainNode["counts"];
  /** Height of the newest block it has reported. */
  readonly height: number | null;
}

/** The health of all endpoints. */
export interface ChainHealth {
  readonly endpoints: readonly EndpointHealth[];
  /** What they contradict each other on; empty while they agree. */
  readonly conflicts: readonly string[];
}

/** The chain for the account that anchors: several nodes, whose answers are compared, and a signer. */
export interface Chain extends ReadOnlyChain {
  /** Address of the anchoring account, lower case. */
  readonly account: string;
  /** Gas limit of a call with this many hashes in its proof. */
  gasLimitOf(proofHashes: number): number;
  /** Signs a call; nothing is sent.
   * @throws CHAIN_WRONG when the endpoint now serves another chain; SIGNER_FAILED */
  sign(call: AnchorCall, order?: SigningOrder): Promise<SignedAnchor>;
  /** Sends a signed transaction. Safe to repeat: sending a transaction that the node already has is not an error.
   * @returns why it will not be accepted as it is, if so
   * @throws NODE_REFUSED when it is not accepted now; CHAIN_UNREACHABLE */
  send(anchor: SignedAnchor): Promise<SendRefusal | undefined>;
  /** The nonce of the anchoring account's next transaction, judged by what is mined. */
  nextNonce(): Promise<number>;
  /** The account's first nonce that no transaction up to that final height has used. */
  finalNonce(account: string, finalHeight: number): Promise<number>;
  /** Funds of the anchoring account, in wei. */
  balance(): Promise<bigint>;
  marketFees(): Promise<MarketFees>;
  health(): ChainHealth;
  /** Deploys a new contract for the log and makes it this object's contract. Local chains only.
   * @throws CHAIN_REFUSED on any other chain */
  deploy(logId: Uint8Array): Promise<void>;
}
