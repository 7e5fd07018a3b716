/**
 * What an audit over HTTP remembers: the newest checkpoint that it saw and, at a boundary between entry bundles, everything
 * that it needs to continue from there. The same state continues an audit that was cut off, and lets the next one start
 * where the last one ended.
 *
 * Invariant: a remembered history is never replaced by one that contradicts it, however the audit ends.
 */
import { equalBytes, utf8 } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import type { Policy } from "../core/policy.ts";
import type { KeptFindings } from "./audit-findings.ts";
import type { Head, TreeObserver } from "./audited-log.ts";
import type { KeptEntries } from "./entry-audit.ts";
import type { KeptWalk } from "./log-walk.ts";

/** The state of an audit; it survives JSON. */
export interface AuditState {
  /** Note of the newest checkpoint that was seen. */
  readonly checkpoint: string;
  readonly walk: KeptWalk;
  readonly entries: KeptEntries;
  readonly findings: KeptFindings;
}

/** Where the state of an audit is kept. */
export interface AuditMemory {
  /** What an earlier audit of the same log kept. */
  readonly before?: AuditState | undefined;
  /** Whether it is time to keep the state in the middle of a walk. */
  isDue(): boolean;
  keep(state: AuditState): void;
}

/** The checkpoint that an audit remembers. @throws as {@link openCheckpoint}, when it is not one of this log */
export function rememberedHead({ before }: AuditMemory, policy: Policy): Checkpoint | undefined {
  return before && openCheckpoint(utf8(before.checkpoint), policy.log).checkpoint;
}

/** Watches whether the leaves of a walk lead to a head. */
export class WatchedHead implements TreeObserver {
  readonly #head: Head;
  /** Whether the leaves led to the head; `undefined` if the walk did not get there, or could not tell. */
  isReached: boolean | undefined;

  constructor(head: Head) {
    this.#head = head;
  }

  seesNothing(above: number, below: number): boolean {
    const { treeSize } = this.#head;
    return treeSize <= above || treeSize >= below;
  }

  sawRoot(treeSize: number, root: () => Uint8Array): void {
    if (treeSize === this.#head.treeSize) this.isReached = equalBytes(root(), this.#head.rootHash);
  }
}
