/**
 * What an alarm says, as data: programs decide on it, and one table per language turns it into a sentence (english.ts).
 *
 * Every value is a JSON value: wei are decimal text, times ISO 8601. Nothing personal, nothing secret.
 */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";

/** What went wrong, in the words of an error. `code` is `null` if the error is not one of ours; `message` is English. */
interface ErrorFact {
  readonly id: "error";
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** An anchor that the contract recorded but this service did not send. Hashes are hexadecimal. */
interface RecordedAnchor {
  readonly treeSize: number;
  readonly rootHash: string;
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly state: string;
  /** A file with evidence for others, once there is one. */
  readonly evidenceFile?: string;
}

interface DamagedLeaves {
  /** The first ones. */
  readonly leaves: readonly number[];
  /** How many more there are, or the least number of them. */
  readonly more: number;
  readonly isMoreAtLeast: boolean;
}

/** Of the newest block, or the newest final one. */
type AgeFact =
  | {
      readonly id: "block-old";
      readonly isFinal: boolean;
      readonly ageSeconds: number;
      readonly limitSeconds: number;
    }
  | { readonly id: "first-block-alone"; readonly isFinal: boolean };

/** The facts that each alarm may state. */
export interface FactsOf {
  readonly "log-stopped": { readonly id: "stopped"; readonly code: ErrorCode; readonly message: string };
  /** One of several logs came back by itself. `at`: when; `restarts`: how often, since the process began. */
  readonly "log-restarted": {
    readonly id: "restarted";
    /** Why it had stopped, or could not be started before. */
    readonly code: ErrorCode;
    readonly at: string;
    readonly restarts: number;
  };
  readonly "log-unwritable": { readonly id: "log-unwritable"; readonly message: string };
  readonly "anchor-late": { readonly id: "records-waiting"; readonly since: string };
  readonly "chain-unreachable":
    ErrorFact | { readonly id: "anchor-unreadable"; readonly transactionHash: string; readonly message: string };
  readonly "chain-wrong": ErrorFact;
  readonly "endpoint-down":
    | { readonly id: "endpoint-silent"; readonly endpoint: string; readonly message: string }
    | {
        readonly id: "endpoint-behind";
        readonly endpoint: string;
        readonly height: number;
        /** The height that two others have reached. */
        readonly reached: number;
      };
  readonly "chain-rate-limited": {
    readonly id: "rate-limited";
    readonly endpoint: string;
    readonly limited: number;
    readonly sent: number;
  };
  readonly "endpoints-disagree": ErrorFact | { readonly id: "endpoints-disagree"; readonly message: string };
  readonly "node-contradicts": {
    readonly id: "evidence-inconsistent";
    readonly transactionHash: string;
    readonly message: string;
  };
  readonly "node-behind": { readonly id: "node-behind"; readonly nodeHeight: number; readonly height: number };
  readonly "nonce-behind": { readonly id: "nonce-used" };
  readonly "index-behind": ErrorFact;
  readonly "head-stale": AgeFact;
  readonly "finality-stalled": AgeFact;
  readonly "fee-cap": { readonly id: "above-anchor-cap"; readonly costWei: string; readonly capWei: string };
  readonly "daily-cap": {
    readonly id: "above-daily-cap";
    readonly costWei: string;
    readonly capWei: string;
    readonly leftWei: string;
  };
  readonly "funds-low": {
    readonly id: "funds-low";
    readonly account: string;
    readonly balanceWei: string;
    readonly leastWei: string;
  };
  readonly "no-funds": ErrorFact;
  readonly "gas-limit": ErrorFact;
  readonly "signer-failed": ErrorFact;
  readonly "account-shared": { readonly id: "nonce-taken"; readonly account: string; readonly nonce: number };
  readonly "anchor-failed": {
    readonly id: "nothing-recorded";
    readonly transactionHash: string;
    readonly treeSize: number;
  };
  readonly "anchor-swallowed": {
    readonly id: "anchor-not-shown";
    readonly transactionHash: string;
    readonly treeSize: number;
    readonly since: string;
    /** How often it was sent again. */
    readonly tries: number;
  };
  readonly "contract-closed": ErrorFact;
  /** A log that has ended, all of which is final, and whose contract is open. */
  readonly "closing-due": { readonly id: "closing-due"; readonly endedAt: string; readonly treeSize: number };
  readonly "foreign-anchor": { readonly id: "foreign-anchor" } & RecordedAnchor;
  /** `logRootHash`: the log's own root at that size; `null` if the log does not reach that far. */
  readonly fork: {
    readonly id: "fork";
    readonly logRootHash: string | null;
    readonly publishedSize: number;
  } & RecordedAnchor;
  readonly "reorg-beyond-finality":
    | {
        readonly id: "final-block-replaced";
        readonly blockNumber: number;
        /** Hash of the block that was final. */
        readonly ours: string;
        readonly theirs: string;
        /** Whether it was seen often enough for rows to be rolled back. */
        readonly isConfirmed: boolean;
      }
    | { readonly id: "final-height-fell"; readonly height: number; readonly before: number }
    | { readonly id: "final-anchor-doubted"; readonly blockNumber: number | null; readonly treeSize: number }
    | { readonly id: "final-anchors-lost"; readonly treeSize: number };
  /** `from` and `to`: the blocks where the anchor was looked for, both included. */
  readonly "missed-anchor":
    | { readonly id: "anchor-withheld"; readonly treeSize: number; readonly from: number; readonly to: number }
    | {
        readonly id: "anchor-vanished";
        readonly treeSize: number;
        readonly blockNumber: number;
        readonly transactionHash?: string;
      };
  readonly "witness-quorum": {
    readonly id: "cosignatures-missing";
    readonly treeSize: number;
    readonly given: number;
    readonly quorum: number;
    /** What each of the others did instead. */
    readonly failures: readonly { readonly witness: string; readonly kind: string; readonly message: string }[];
  };
  readonly "timestamp-late": {
    readonly id: "authority-silent";
    /** As the settings call it. */
    readonly authority: string;
    readonly message: string;
  };
  /** What was promised or kept, and is not there. */
  readonly "timestamp-missing":
    | {
        readonly id: "proofs-overdue";
        /** The calendar, as the settings call it. */
        readonly authority: string;
        readonly count: number;
        /** When the first of them was promised. */
        readonly since: string;
      }
    /** `treeSize`: of the smallest anchor whose timestamps are gone. */
    | { readonly id: "timestamps-gone"; readonly count: number; readonly treeSize: number };
  readonly "witness-ahead": {
    readonly id: "witnesses-ahead";
    readonly treeSize: number;
    /** How much they say they have cosigned. */
    readonly claims: readonly { readonly witness: string; readonly treeSize: number }[];
  };
  readonly "store-damaged":
    ({ readonly id: "entries-damaged" } & DamagedLeaves) | ({ readonly id: "tiles-damaged" } & DamagedLeaves);
  readonly "vault-incomplete":
    ({ readonly id: "openings-damaged" } & DamagedLeaves) | ({ readonly id: "originals-damaged" } & DamagedLeaves);
  readonly "connector-down": {
    readonly id: "connector-silent";
    readonly connector: string;
    /** Its kind, such as `mqtt`. */
    readonly type: string;
    readonly since: string;
    /** Why, as far as it is known; otherwise empty. */
    readonly message: string;
  };
  /** `firstDue`: when the first of them was or is due. */
  readonly "request-overdue": { readonly id: "requests-overdue"; readonly count: number; readonly firstDue: string };
  readonly "request-due-soon": { readonly id: "requests-due-soon"; readonly count: number; readonly firstDue: string };
  readonly "breach-overdue": { readonly id: "breach-clocks-over"; readonly count: number; readonly firstDue: string };
  readonly "moderation-overdue": {
    readonly id: "moderation-overdue";
    readonly count: number;
    readonly firstDue: string;
  };
  /** A partner city that cannot be exchanged with, by its number in the register; -1 if it is not there. */
  readonly "partner-down": {
    readonly id: "partner-down";
    readonly partner: number;
    /** Such as `unreachable`, `refuses-us` or `other-version`. */
    readonly state: string;
    readonly since: string;
    readonly message: string;
  };
  /** What it sent or answered does not hold. */
  readonly "partner-doubted": {
    readonly id: "partner-doubted";
    readonly partner: number;
    readonly since: string;
    readonly message: string;
  };
  /** What a partner was given or told, and its log does not prove that it has or did. */
  readonly "exchange-late": {
    readonly id: "exchange-late";
    readonly partner: number;
    readonly count: number;
    readonly since: string;
  };
  readonly "breach-due-soon": {
    readonly id: "breach-clocks-end-soon";
    readonly count: number;
    readonly firstDue: string;
  };
  /** The copy of the log on object storage could not be brought up to date. `place`: the storage's address. */
  readonly "copy-late": {
    readonly id: "copy-late";
    readonly place: string;
    readonly since: string;
    readonly message: string;
  };
  /** What lies on object storage is not a beginning of this log. */
  readonly "copy-contradicts": { readonly id: "copy-contradicts"; readonly place: string; readonly message: string };
  /** That many mirrors were not brought up to what the log shows; of one of them, since when and why. */
  readonly "mirror-behind": {
    readonly id: "mirror-behind";
    readonly count: number;
    readonly mirror: string;
    readonly since: string;
    readonly message: string;
  };
  /** Within a minute. */
  readonly "openings-high": { readonly id: "openings-above"; readonly limit: number };
  /** Within a minute. */
  readonly "refusals-high": { readonly id: "refusals-above"; readonly limit: number };
}

/** A fact that the alarm of that code may state. */
export type FactOf<Code extends keyof FactsOf> = FactsOf[Code];

/** Any fact of any alarm. */
export type AlarmFact = FactsOf[keyof FactsOf];

/** What an error says, as a fact. */
export function errorFact(error: unknown): ErrorFact {
  return { id: "error", code: codeOf(error) ?? null, message: messageOf(error) };
}
