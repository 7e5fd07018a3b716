/**
 * What an audit found, as data: programs decide by it, and a table for each language makes a sentence of it
 * (findings-english.ts). Every value survives JSON. Where it was found is part of the finding.
 */
import type { RegisteredKey } from "../core/source-state.ts";
import type { ErrorFact } from "./error-fact.ts";

/** What is wrong, with the values that the sentence names. */
export type FindingFact =
  // About any log.
  | { readonly id: "quorum-missing"; readonly cosigned: number; readonly quorum: number }
  | { readonly id: "seq-used-before"; readonly seq: number }
  | { readonly id: "body-missing" }
  | { readonly id: "nothing-served"; readonly leafIndex: number }
  /** The entry and the tile give different hashes for a leaf. */
  | { readonly id: "entry-against-tile"; readonly tileIndex: number }
  /** `position`: of the hash in the tile. */
  | { readonly id: "tile-hash-wrong"; readonly position: number }
  /** The log once showed a head of `treeSize` entries, and now shows one of `size`. */
  | { readonly id: "log-shrank"; readonly treeSize: number; readonly size: number }
  /** The root differs at a size whose signed root an earlier audit remembers. */
  | { readonly id: "history-differs"; readonly treeSize: number }
  /** `first` and `last`: the leaves since the last checkpoint whose root was right. */
  | { readonly id: "checkpoint-root-wrong"; readonly first: number; readonly last: number }
  // By comparison with the log's own events about the record's source.
  | { readonly id: "source-was-suspended"; readonly source: string }
  /** `since`: leaf index of the event with the source's first key. */
  | { readonly id: "signature-missing"; readonly source: string; readonly since: number }
  | ({ readonly id: "source-key-not-counting" } & KeyNotCounting)
  // By comparison with the chain.
  | { readonly id: "contract-code-differs" }
  | { readonly id: "anchored-beyond"; readonly treeSize: number; readonly size: number }
  | { readonly id: "anchored-root-differs" }
  | { readonly id: "beacon-block-differs"; readonly blockNumber: number }
  // About a data folder.
  | { readonly id: "origin-differs"; readonly origin: string; readonly expected: string }
  | { readonly id: "record-id-wrong" }
  | { readonly id: "entries-missing" }
  | { readonly id: "entries-uncovered" }
  | { readonly id: "head-beyond-store"; readonly treeSize: number; readonly size: number }
  | { readonly id: "head-root-differs"; readonly treeSize: number }
  | { readonly id: "anchor-unknown"; readonly transactionHash: string }
  | { readonly id: "final-anchor-not-on-chain" }
  // About acknowledgements that somebody kept.
  | AcknowledgementFact
  | ErrorFact;

/** A key that signed a record while it was not valid for its source. */
export interface KeyNotCounting {
  readonly source: string;
  /** RFC 7638 thumbprint, base64url. */
  readonly thumbprint: string;
  /** `null` if no event has given the source this key; `endedAt`: leaf index of the event that ended it. */
  readonly ended: { readonly endedAt: number; readonly why: NonNullable<RegisteredKey["ended"]>["why"] } | null;
}

/** The result for an acknowledgement that was checked against the log. */
export type AcknowledgementFact =
  | { readonly id: "acknowledged"; readonly leafIndex: number }
  | {
      readonly id: "acknowledged-beyond";
      readonly leafIndex: number;
      readonly treeSize: number;
      /** How many entries the log shows. */
      readonly size: number;
    }
  | { readonly id: "acknowledged-root-differs"; readonly leafIndex: number; readonly treeSize: number }
  | { readonly id: "acknowledged-leaf-differs"; readonly leafIndex: number }
  | { readonly id: "acknowledged-leaf-unread"; readonly leafIndex: number }
  | ErrorFact;

/** What was not checked, or is worth knowing without being a fault. */
export type NoteFact =
  // How much was checked.
  | {
      readonly id: "sampled";
      readonly leaves: number;
      readonly treeSize: number;
      /** The seed that the leaves were drawn from; `null` if the sample cannot be repeated. */
      readonly seed: string | null;
      /**
       * The share of altered leaves, in percent, that is ruled out with 95 % confidence if all leaves of the sample hold.
       */
      readonly mostAltered: number;
    }
  | { readonly id: "no-addenda" }
  /** According to the log's events. */
  | { readonly id: "bodies-withheld"; readonly count: number }
  /** According to events above the head that was audited. */
  | { readonly id: "bodies-withheld-since"; readonly count: number }
  /** In a sample, which does not read the log's events. */
  | { readonly id: "bodies-absent"; readonly count: number }
  | { readonly id: "not-all-read"; readonly because: ErrorFact }
  | { readonly id: "acknowledgement-unchecked"; readonly item: number; readonly because: AcknowledgementFact }
  | { readonly id: "findings-unlisted"; readonly count: number }
  // About the chain.
  | { readonly id: "no-chain" }
  | { readonly id: "unanchored" }
  /** `newestSizes`: sizes of the newest of them, rising. */
  | { readonly id: "anchors-open"; readonly count: number; readonly newestSizes: readonly number[] }
  | ({ readonly id: "nodes-behind" } & NodesBehind)
  | { readonly id: "beacons-uncompared" }
  | { readonly id: "beacons-partly-compared"; readonly compared: number; readonly count: number }
  | { readonly id: "beacons-unanswered"; readonly leafIndex: number; readonly because: ErrorFact }
  | { readonly id: "beacons-of-lost-chain"; readonly count: number }
  | { readonly id: "beacons-unknown"; readonly count: number }
  // About the entries.
  | { readonly id: "beacons-begin-again"; readonly count: number }
  | { readonly id: "entries-early"; readonly count: number; readonly toleranceSeconds: number }
  | ({ readonly id: "numbers-left-out" } & NumbersLeftOut)
  | { readonly id: "gaps-unlisted"; readonly count: number }
  // About sources that must sign: events that are not shown, so that the rules for those sources could not be applied.
  | { readonly id: "source-events-unread"; readonly count: number }
  | { readonly id: "source-signatures-hidden"; readonly count: number }
  | { readonly id: "source-keys-hidden"; readonly count: number }
  | { readonly id: "source-signatures-unchecked"; readonly count: number }
  // Numbers of a source that were asked for and are missing: those below its highest, and those above it.
  | ({ readonly id: "numbers-missing" } & NumbersAsked)
  | ({ readonly id: "numbers-not-yet" } & NumbersAsked)
  // About what a data folder lacks.
  | { readonly id: "no-head-guard" }
  | { readonly id: "evidence-only" }
  | { readonly id: "vault-closed" }
  | { readonly id: "openings-early"; readonly count: number };

/** Nodes without a block above `height`, and nodes with later anchors, by their hosts. */
export interface NodesBehind {
  readonly height: number;
  readonly ahead: readonly string[];
  readonly behind: readonly string[];
}

/** Numbers that a source skipped. */
interface NumbersLeftOut {
  /** Hexadecimal. */
  readonly sourceId: string;
  /** Its name, where that is known. */
  readonly source: string | null;
  readonly missing: number;
  readonly lastSeq: number;
  /** The lowest missing ranges, both ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly hasMoreRanges: boolean;
}

/** Numbers of a source that somebody asked for and the log does not have: the lowest ranges, both ends included. */
export interface NumbersAsked {
  readonly source: string;
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly hasMoreRanges: boolean;
}
