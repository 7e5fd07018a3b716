/**
 * A receipt for a record: what was received, when, where it stands in which log, and how far it is from received to proven.
 * Whoever submitted keeps it. It holds no claim of the record, concealed or public, so it can be shown around.
 */
import { fromBase64, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { sha256 } from "../core/sha256.ts";

/** Value of the member `format`. */
const RECEIPT_FORMAT = "warifu-receipt/1";

/** The way of a record, in order. */
export const STAGES = ["received", "logged", "anchored", "proven"] as const;
export type Stage = (typeof STAGES)[number];

/** A receipt, in no language yet. Hashes are hexadecimal, times POSIX seconds. */
export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  readonly id: string;
  /** Absent once the body is withheld. */
  readonly type?: string;
  readonly source: string;
  readonly receivedAt: number;
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly origin: string;
  /** SHA-256 of the log's public key. */
  readonly keyFingerprint: string;
  /** The newest one that the log shows; `holds` says whether the record is under it. */
  readonly checkpoint: { readonly treeSize: number; readonly rootHash: string; readonly holds: boolean };
  /** Absent while the record waits for one. */
  readonly anchor?: ReceiptAnchor;
  readonly isProven: boolean;
  readonly madeAt: number;
}

/** The anchor that covers the record; in no block yet where there is none. */
export interface ReceiptAnchor {
  readonly treeSize: number;
  readonly chainId: number;
  readonly contract: string;
  readonly transactionHash: string;
  readonly block?: { readonly number: number; readonly hash: string; readonly at: number };
}

/** What a receipt needs of a record's life, as the API tells it. */
export interface ToldLife {
  readonly record: {
    readonly id: string;
    readonly leafIndex: number;
    readonly leafHash: string;
    readonly source: string;
    readonly vct?: string;
  };
  readonly steps: readonly {
    readonly what: string;
    readonly at: number;
    readonly says: Readonly<Record<string, unknown>>;
  }[];
}

/** What it needs of the log's state. */
export interface ToldLog {
  readonly origin: string;
  /** `<name>+<key id>+<base64>`. */
  readonly vkey: string;
  readonly treeSize: number;
  readonly rootHash: string;
}

/** The receipt of a record with that life, made at that time. @throws KEY_INVALID */
export function receiptOf({ record, steps }: ToldLife, log: ToldLog, madeAt: number): Receipt {
  const { id, leafIndex, leafHash, source, vct } = record;
  const type = vct?.split(":")[1];
  const anchor = anchorIn(steps);
  const { origin, vkey, treeSize, rootHash } = log;
  return {
    format: RECEIPT_FORMAT,
    id,
    ...(type !== undefined && { type }),
    source,
    receivedAt: steps.find(({ what }) => what === "received")?.at ?? 0,
    leafIndex,
    leafHash,
    origin,
    keyFingerprint: fingerprintOf(vkey),
    checkpoint: { treeSize, rootHash, holds: leafIndex < treeSize },
    ...(anchor && { anchor }),
    isProven: steps.some(({ what }) => what === "final"),
    madeAt,
  };
}

function anchorIn(steps: ToldLife["steps"]): ReceiptAnchor | undefined {
  const said = steps.find(({ what }) => what === "submitted")?.says as Omit<ReceiptAnchor, "block"> | undefined;
  if (!said) return undefined;
  const { treeSize, chainId, contract, transactionHash } = said;
  const inBlock = steps.find(({ what }) => what === "anchored");
  const { blockNumber, blockHash } = (inBlock?.says ?? {}) as { blockNumber: number; blockHash: string };
  return {
    ...{ treeSize, chainId, contract, transactionHash },
    ...(inBlock && { block: { number: blockNumber, hash: blockHash, at: inBlock.at } }),
  };
}

/** @throws KEY_INVALID */
function fingerprintOf(vkey: string): string {
  const typed = fromBase64(vkey.slice(vkey.lastIndexOf("+", vkey.length - KEY_CHARACTERS) + 1), "verifier key");
  if (typed.length !== KEY_BYTES) throw new WarifuError("KEY_INVALID", "the log's key is none that receipts can name");
  return toHex(sha256(typed.subarray(1)));
}

/** Type and public key; and as base64, in which a plus may stand. */
const [KEY_BYTES, KEY_CHARACTERS] = [33, 44];

/** Whether a stage is reached, and since when where it is known. */
export function reached(stage: Stage, { receivedAt, anchor, isProven }: Receipt): { readonly at?: number } | undefined {
  const block = anchor?.block;
  if (stage === "received" || stage === "logged") return { at: receivedAt };
  if (stage === "anchored") return block && { at: block.at };
  return isProven ? {} : undefined;
}
