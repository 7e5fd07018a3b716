/**
 * What the verifier says about a bundle: types only.
 *
 * Invariant: a step `holds` only if it was checked. If nobody was asked, or there is nothing to check, the step is
 * `unchecked`, whether or not the policy requires it.
 */
import type { AnchorFact } from "../core/chain-evidence.ts";
import type { Entry } from "../core/entry.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { StepFact } from "./step-fact.ts";

/** The steps, in order. */
export const VERIFY_STEPS = [
  "bundle",
  "entry",
  "body",
  "openings",
  "source",
  "checkpoint",
  "witnesses",
  "inclusion",
  "anchor",
  "beacon",
  "chain",
] as const;
export type VerifyStep = (typeof VERIFY_STEPS)[number];
/** A further step, for those who have the bytes that the record is said to be made from. */
export const ORIGINAL_STEP = "original";

/**
 * A further step, if the policy names certificates of time-stamping authorities, or the bundle has a proof of
 * OpenTimestamps.
 */
export const TIME_STEP = "time";

/** How a step ended. */
export interface StepResult {
  readonly step: VerifyStep | typeof ORIGINAL_STEP | typeof TIME_STEP;
  readonly outcome: "holds" | "refuted" | "unchecked";
  /** What was found, for programs and for translation into other languages. */
  readonly fact: StepFact;
  /** The same as an English sentence. */
  readonly detail: string;
  /** Set if the step is refuted, or unchecked although the policy requires it. */
  readonly code?: ErrorCode;
}

/** A block as a point in time. */
export interface KnownBlock {
  readonly blockNumber: number;
  /** Hexadecimal with the prefix `0x`. */
  readonly blockHash: string;
  /** POSIX seconds. */
  readonly time: number;
  /** Whether a trusted block or a node of the verifier's choice confirms it. Otherwise it is only what the bundle claims. */
  readonly checked: boolean;
}

/** When a time-stamping authority saw the checkpoint, with all renewals of its timestamp. */
export interface StampedTime {
  /** Common name in its certificate. */
  readonly tsa: string;
  /** When it saw the checkpoint, POSIX seconds. */
  readonly time: number;
  /**
   * When the first certificate of the newest renewal expires, POSIX seconds: after that, the timestamp proves nothing
   * without another renewal.
   */
  readonly until: number;
}

/** A Bitcoin block that the checkpoint is older than. */
export interface BlockTime {
  /** Its height. */
  readonly bitcoinBlock: number;
  /** When its miner says it was made, POSIX seconds; accurate to about two hours. */
  readonly time: number;
}

/**
 * What a bundle shows of its source's signature.
 * - `verified`: it is shown, and verifies for what the record says.
 * - `partly-shown`: it is shown, but not everything that it covers.
 * - `not-shown`: the body commits to one that is not shown.
 * - `none`: the source did not sign.
 * - `unknown`: the body is withheld, or is an older one that conceals claims and does not say.
 */
export type SignatureState = "verified" | "partly-shown" | "not-shown" | "none" | "unknown";

/** What a bundle says about its record, as far as it was verified. */
export interface VerifiedRecord {
  readonly kind: Entry["kind"];
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly source: string;
  readonly seq: number;
  /** Absent for the log's own events, which the log signs as a whole. */
  readonly signature?: SignatureState;
  /** Public and opened claims; absent when the body is withheld. */
  readonly claims?: JsonObject;
  /** How many digests stay unopened, decoys included. */
  readonly concealed?: number;
  /** When the service says it took the record in, POSIX seconds. */
  readonly receivedAt?: number;
  readonly vct?: string;
  /** The block that the record is newer than; absent when the bundle has no beacon. */
  readonly after?: KnownBlock;
  /** The anchor's block, which the record is older than. */
  readonly before: KnownBlock;
  /** Timestamps by authorities and Bitcoin blocks of the policy, earliest first; absent if it names none. */
  readonly stamped?: readonly (StampedTime | BlockTime)[];
  readonly anchor: AnchorFact;
}

/** The verdict on a bundle. */
export interface Verdict {
  /** `undecided`: nothing is refuted, but something that the policy requires is unchecked. */
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly steps: readonly StepResult[];
  /** Set unless refuted. */
  readonly record?: VerifiedRecord;
}

/** What a verifier's own node says about the chain. */
export interface ChainView {
  /** The chain's id. */
  chainId(): Promise<number>;
  /** Hash of the canonical block at that height, or `undefined` when there is none (yet). */
  blockHashAt(number: number): Promise<string | undefined>;
  /** Time of the newest block, POSIX seconds: tells a node that lags behind from a chain that was restarted. */
  newestTime?(): Promise<number>;
  /** Height of the newest final block. */
  finalizedHeight(): Promise<number>;
  /** Keccak-256 of the code at that address. */
  codeHashOf(address: string): Promise<string>;
}
