/**
 * Stage judge: compares each anchor on the chain with this log. An anchor that this service did not send, or whose root
 * the log does not have, means that somebody else holds the anchoring key, or that this store is not the log.
 *
 * Rows are judged once they are durable: what a crash leaves unjudged is judged by the next round.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import { inEnglish } from "../alarms/english.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import { codeOf, messageOf } from "../core/errors.ts";
import type { ReadOnlyChain } from "../chain/chain.ts";
import type { AnchorIndex, AnchorKey, AnchorVerdict, IndexedAnchor, IndexedContract } from "../store/anchor-index.ts";

/** This log, as far as anchors are compared with it. */
export interface JudgedLog {
  /** Number of entries that are durable and under a checkpoint. */
  publishedSize(): number;
  /** Where other services write to the log and anchor it: reads what they have written. @throws STORE_FAILED, STORE_CORRUPT */
  follow?(): Promise<void>;
  /** Root of the tree when it had `size` leaves. Precondition: 0 <= size <= publishedSize. */
  rootAt(size: number): Promise<Uint8Array>;
  /** Signed checkpoint of that size. Precondition: as for `rootAt`. */
  checkpointAt(size: number): Promise<string>;
  /** Whether this service sent the transaction, or the operator knows of it. */
  isOurs(anchor: IndexedAnchor): Promise<boolean>;
}

/** What judging works with. */
export interface JudgeParts {
  readonly chain: ReadOnlyChain;
  readonly index: AnchorIndex;
  readonly log: JudgedLog;
}

/** Format of {@link AnchorEvidence}. */
const EVIDENCE_FORMAT = "warifu-anchor-evidence/1";

/** What others need in order to check for themselves that the chain holds an anchor that the log's operator did not send. */
export interface AnchorEvidence {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly verdict: AnchorVerdict;
  /** The finding in one sentence, for people. */
  readonly statement: string;
  readonly anchor: {
    readonly chainId: number;
    readonly contract: string;
    readonly transactionHash: string;
    readonly blockNumber: number;
    readonly blockHash: string;
    readonly treeSize: number;
    /** Hexadecimal. */
    readonly rootHash: string;
    readonly previousSize: number;
  };
  /** As in a proof bundle; `null` when it could not be assembled, for the reason given in `chainReason`. */
  readonly chain: ChainEvidence | null;
  readonly chainReason?: string;
  readonly log: {
    readonly publishedSize: number;
    /** Hexadecimal; `null` when the log does not reach that size. */
    readonly rootHash: string | null;
    /** Signed checkpoint at the anchor's size, or at the log's full size if the log does not reach that far. */
    readonly checkpoint: string;
  };
}

/** An anchor that is not ours, as stated by an alarm. */
export type SuspiciousAnchor = FactOf<"foreign-anchor" | "fork">;

const ROWS_AT_ONCE = 1_024;
/** Most rows that are not ours which a round judges again and reports. */
export const SUSPICIOUS_AT_ONCE = 64;

/**
 * Judges new rows, and judges rows that are not ours again: the operator may have declared a transaction as known, or
 * the log may have reached the size of an anchor that was beyond it.
 * @throws STORE_FAILED; as {@link JudgedLog.follow}
 */
export async function judgeAnchors({ index, log }: JudgeParts, of: IndexedContract): Promise<void> {
  const suspicious = await judged(await index.suspicious(of, SUSPICIOUS_AT_ONCE), log);
  const changed = suspicious.filter(({ verdict, before }) => verdict !== before);
  if (changed.length > 0) await index.judge(of, changed);
  for (;;) {
    const rows = await index.unjudged(of, ROWS_AT_ONCE);
    if (rows.length > 0) await index.judge(of, await judged(rows, log));
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

async function judged(
  rows: readonly IndexedAnchor[],
  log: JudgedLog,
): Promise<(AnchorKey & { verdict: AnchorVerdict; before: AnchorVerdict | null })[]> {
  // An anchor that another service has just sent is of entries that this one may not have read yet.
  if (rows.some(({ treeSize }) => treeSize > log.publishedSize())) await log.follow?.();
  const verdicts = [];
  for (const row of rows) verdicts.push({ ...row, verdict: await verdictOn(row, log), before: row.verdict });
  return verdicts;
}

async function verdictOn(anchor: IndexedAnchor, log: JudgedLog): Promise<AnchorVerdict> {
  const rootHash = await rootOf(anchor, log);
  // This applies to our own transactions too: then the store has changed since.
  if (rootHash === undefined || !equalBytes(rootHash, anchor.rootHash)) return "fork";
  return (await log.isOurs(anchor)) ? "ours" : "foreign";
}

async function rootOf({ treeSize }: IndexedAnchor, log: JudgedLog): Promise<Uint8Array | undefined> {
  return treeSize <= log.publishedSize() ? log.rootAt(treeSize) : undefined;
}

/** What is known about an anchor that is not ours. */
export async function factOn(anchor: IndexedAnchor, log: JudgedLog): Promise<SuspiciousAnchor> {
  return factOf(anchor, await rootOf(anchor, log), log.publishedSize());
}

/** `rootHash` is the log's own root at that size, if the log reaches that far. */
function factOf(anchor: IndexedAnchor, rootHash: Uint8Array | undefined, publishedSize: number): SuspiciousAnchor {
  const { treeSize, transactionHash, blockNumber, blockHash, state, verdict } = anchor;
  const recorded = { treeSize, rootHash: toHex(anchor.rootHash), transactionHash, blockNumber, blockHash, state };
  if (verdict === "foreign") return { id: "foreign-anchor", ...recorded };
  return { id: "fork", ...recorded, logRootHash: rootHash ? toHex(rootHash) : null, publishedSize };
}

/**
 * Evidence about an anchor that is not ours.
 * @throws CHAIN_UNREACHABLE, NOT_ANCHORED_YET when the block has been dropped meanwhile
 */
export async function evidenceOn({ chain, log }: JudgeParts, anchor: IndexedAnchor): Promise<AnchorEvidence> {
  const { transactionHash, blockNumber, blockHash, treeSize, previousSize } = anchor;
  const publishedSize = log.publishedSize();
  const rootHash = await rootOf(anchor, log);
  return {
    format: EVIDENCE_FORMAT,
    verdict: anchor.verdict ?? "fork",
    statement: inEnglish(factOf(anchor, rootHash, publishedSize)),
    anchor: {
      chainId: chain.chainId,
      contract: chain.contract,
      ...{ transactionHash, blockNumber, blockHash, treeSize, rootHash: toHex(anchor.rootHash), previousSize },
    },
    ...(await chainEvidence(chain, transactionHash)),
    log: {
      publishedSize,
      rootHash: rootHash ? toHex(rootHash) : null,
      checkpoint: await log.checkpointAt(Math.min(treeSize, publishedSize)),
    },
  };
}

/** A thief may anchor in a way that bundles cannot express, such as through another contract: the evidence then says so. */
async function chainEvidence(
  chain: ReadOnlyChain,
  transactionHash: string,
): Promise<Pick<AnchorEvidence, "chain" | "chainReason">> {
  try {
    return { chain: (await chain.evidenceOf(transactionHash)).evidence };
  } catch (error) {
    if (codeOf(error) !== "CHAIN_EVIDENCE_INVALID" && codeOf(error) !== "NO_ANCHOR_IN_RECEIPT") throw error;
    return { chain: null, chainReason: messageOf(error) };
  }
}
