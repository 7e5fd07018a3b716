/**
 * What the client takes and returns: plain types, which a test compares with the schemas of the routes.
 */
import type { AnchorFigures } from "../core/anchor-csv.ts";
import type { WarifuError } from "../core/errors.ts";
import type { EnteredNoticeContent } from "../core/notice-event.ts";
import type { Reputation } from "../core/reputation.ts";
import type { RevocationReason } from "../core/source-event.ts";
import type { SourceKey } from "../core/source-key.ts";
import type { Problem } from "../http/handling/problem.ts";
import type { ContractProof } from "../read/contract-proof.ts";
import type { StandingRestriction } from "../privacy/restriction-view.ts";
import type { ErasurePreview } from "../read/erasure-preview.ts";
import type { PersonRecord } from "../read/persons.ts";
import type { RecordView } from "../read/records.ts";
import type { Acknowledgement } from "../write/outcome.ts";

/** The result for one submitted record. */
export type SubmitResult =
  | { readonly ok: true; readonly acknowledgement: Acknowledgement }
  | { readonly ok: false; readonly error: WarifuError };

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** For the next page; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** The records of a person; subjects are pseudonyms. */
export interface PersonPage extends Page<PersonRecord> {
  readonly subjects: readonly string[];
}

/** The outcome of an erasure, or of a withholding, for one record. */
export type ErasedItem =
  | {
      readonly id: string;
      readonly leafIndex: number;
      /** Leaf index of the event that says so. */
      readonly event: number;
      /** Whether it entered now. */
      readonly isNew: boolean;
    }
  | { readonly id: string; readonly error: Problem };

/** The outcomes, and whether no file holds any of it any longer. */
export interface ErasuresAnswer {
  readonly items: readonly ErasedItem[];
  readonly gone: boolean;
}

/** What would go and what would stay, record by record. */
export interface ErasurePreviews {
  readonly items: readonly (ErasurePreview | { readonly id: string; readonly error: Problem })[];
}

/** Where an event entered the log. */
export interface Entered {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
}

/** A rectification that entered; `toTell` are events by which the wrong record was shown or given to others. */
export interface Rectified extends Entered {
  readonly toTell: readonly number[];
}

/** A consent that entered, and whose it is. */
export interface NotedConsent extends Entered {
  readonly subject: string;
  readonly receiptSha256: string;
}

/** A notice in force. Times are POSIX seconds. */
export interface ShownNotice {
  readonly leafIndex: number;
  readonly since: number;
  readonly languages: readonly string[];
  readonly notice: EnteredNoticeContent;
}

/** What somebody gave and withdrew, in the order of the log. */
export interface ConsentList {
  readonly items: readonly {
    readonly leafIndex: number;
    readonly at: number;
    readonly state: "given" | "withdrawn";
    readonly purpose: string;
    readonly country?: string;
    readonly notice: number;
  }[];
}

/** A restriction that entered. */
export interface EnteredRestriction extends Entered {
  /** Purposes among its own, of disclosures that go on all the same. */
  readonly stillShownFor: readonly string[];
}

/** What stands against the use of a record. */
export interface StandingRestrictions {
  readonly items: readonly StandingRestriction[];
}

/** A record of a list that is damaged in the store. */
export interface DamagedItem {
  /** Absent if it is lost too. */
  readonly id?: string;
  readonly leafIndex: number;
  readonly error: Problem;
}

/** A signing key of a source. */
export interface SourceKeyView {
  /** Leaf index of the event that added it; names the key when it is revoked. */
  readonly from: number;
  /** `null` for the key of a person's own device. */
  readonly key: SourceKey | null;
  /** RFC 7638, base64url. */
  readonly thumbprint: string | null;
  /** Leaf index of the event from which on it no longer counts; `null` while it does. */
  readonly endedAt: number | null;
  readonly why: RevocationReason | "replaced" | null;
}

/** An event about a source, entered in the log; `leafHash` in hexadecimal. */
export interface SourceEventEntered {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly name: string;
}

/** What is known about a source: which numbers it has used and skipped, and whether and with which keys it is registered. */
export interface SourceView {
  readonly name: string;
  readonly records: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** How many of the numbers from 0 to `lastSeq` are not in the log. */
  readonly missing: number;
  /** How many records it signed with the number of another record. */
  readonly conflicts: number;
  /** Leaf indexes of the newest events that keep such a record. */
  readonly conflictEvents: readonly number[];
  /** The lowest missing ranges, both ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Leaf index of its registration; `null` for a source known only by its records. */
  readonly registeredAt: number | null;
  readonly suspended: boolean;
  /** Oldest first. */
  readonly keys: readonly SourceKeyView[];
  /** What the log says about its newest records; only for a single source, if it has sent any. */
  readonly reputation?: Reputation | undefined;
  /** For more ranges; `null` when these are the last. */
  readonly nextCursor: string | null;
}

/** A published checkpoint; `rootHash` in hexadecimal. */
export interface CheckpointView {
  readonly treeSize: number;
  readonly rootHash: string;
  readonly checkpoint: string;
}

/** An anchor, as the service knows it. */
export interface AnchorView extends CheckpointView, AnchorFigures {
  readonly state: RecordView["state"];
  /** The same as `times.signed`. */
  readonly createdAt: string;
  /** Blocks that it was in until a reorg took them out of the chain, earliest first. */
  readonly leftBlocks: readonly { readonly blockNumber: number; readonly blockHash: string; readonly leftAt: string }[];
}

/** Where a list is read from. */
export interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which records are listed. */
export interface RecordsQuery extends PageQuery {
  readonly source?: string | undefined;
  /** Type of record. */
  readonly type?: string | undefined;
  /** Taken in at this time or later: RFC 3339, or POSIX seconds. */
  readonly since?: string | number | undefined;
  /** Taken in before this time. */
  readonly until?: string | number | undefined;
  /** Idempotency key of a record sent with one's own API key; goes with `source` and nothing else. */
  readonly key?: string | undefined;
  /** Leaf index, also of an event of the log; goes with nothing else. */
  readonly leaf?: number | undefined;
  /** Which come first: the oldest, unless the newest are asked for. */
  readonly order?: "oldest" | "newest" | undefined;
  /** Hash of the leaf or of the body, hexadecimal. */
  readonly hash?: string | undefined;
}

/** What a bundle is to hold. */
export interface BundleOptions {
  /** Whether to include the openings of concealed claims; needs an officer's key. */
  readonly openings?: boolean | undefined;
  /** Against the final anchor of exactly this tree size. */
  readonly size?: number | undefined;
  /** Called when the checkpoint has fewer cosignatures than the service asks for, with the number missing. */
  readonly onMissingCosignatures?: ((missing: number) => void) | undefined;
}

/** Arguments for the contract's `verifyInclusion`. */
export interface ContractProofView extends ContractProof {
  readonly chainId: number;
  readonly contract: string;
}

/** The entry of a repair. */
export interface RepairEntered {
  readonly id: string;
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly name: string;
  readonly from: number;
}
