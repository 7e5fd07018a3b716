/**
 * Checks acknowledgements that somebody kept against the log: the leaf must be where the acknowledgement says, and its
 * checkpoint must be part of this log's history. If the log's key signed something that the log no longer has, that proves
 * that the log was rewritten.
 */
import { equalBytes, fromHex, utf8 } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { LogExtent, TreeObserver } from "./audited-log.ts";
import { errorFact } from "./error-fact.ts";
import type { AcknowledgementFact } from "./finding-fact.ts";
import { findingInEnglish } from "./findings-english.ts";

/** The result for an acknowledgement. */
export interface AcknowledgementCheck {
  /** Its position in what was handed in, from 1. */
  readonly item: number;
  readonly leafIndex?: number | undefined;
  /** `unusable`: it is not an acknowledgement of this log. `unchecked`: the audit did not get that far. */
  readonly outcome: "holds" | "refuted" | "unusable" | "unchecked";
  /** The fact in English. */
  readonly detail: string;
  readonly fact: AcknowledgementFact;
}

interface Kept {
  readonly item: number;
  readonly leafIndex: number;
  readonly leafHash: Uint8Array;
  readonly head: Checkpoint;
}

/** Follows a walk over the leaves, and picks the leaves and roots that the acknowledgements name. */
export class KeptAcknowledgements implements TreeObserver {
  readonly #kept: Kept[] = [];
  readonly #checks: AcknowledgementCheck[] = [];
  readonly #leaves = new Map<number, Uint8Array | undefined>();
  readonly #roots = new Map<number, Uint8Array | undefined>();

  /** @param values one per acknowledgement: as the API and `warifu submit` give it, or the error if it could not be read */
  constructor(values: readonly (JsonValue | WarifuError)[], logKey: LogKeys) {
    for (const [at, value] of values.entries()) this.#take(at + 1, value, logKey);
    for (const { leafIndex, head } of this.#kept) {
      this.#leaves.set(leafIndex, undefined);
      this.#roots.set(head.treeSize, undefined);
    }
  }

  sawLeaf(leafIndex: number, leafHash: Uint8Array): void {
    if (this.#leaves.has(leafIndex)) this.#leaves.set(leafIndex, leafHash);
  }

  /** Takes the root of the log's first `treeSize` leaves. */
  sawRoot(treeSize: number, root: () => Uint8Array): void {
    if (this.#roots.has(treeSize)) this.#roots.set(treeSize, root());
  }

  /** Reports on each; one that the log contradicts is a finding. */
  report(log: LogExtent, findings: AuditFindings): void {
    const checks = [...this.#checks, ...this.#kept.map((kept) => this.#check(kept, log))];
    for (const { item, outcome, fact } of checks) {
      const unchecked = { id: "acknowledgement-unchecked", item, because: fact } as const;
      if (outcome === "refuted") findings.refute("INCLUSION_MISMATCH", `acknowledgement ${item}`, fact);
      if (outcome === "unusable") findings.note(unchecked);
      if (outcome === "unchecked") findings.leaveOpen(unchecked);
    }
    findings.acknowledgements = checks.sort((a, b) => a.item - b.item);
  }

  #take(item: number, value: JsonValue | WarifuError, logKey: LogKeys): void {
    try {
      this.#kept.push({ item, ...readAcknowledgement(value, logKey) });
    } catch (error) {
      const fact = errorFact(error);
      this.#checks.push({ item, outcome: "unusable", detail: findingInEnglish(fact), fact });
    }
  }

  #check({ item, leafIndex, leafHash, head }: Kept, { size, mayGrow }: LogExtent): AcknowledgementCheck {
    const { treeSize, rootHash } = head;
    const so = (outcome: AcknowledgementCheck["outcome"], fact: AcknowledgementFact): AcknowledgementCheck => {
      return { item, leafIndex, outcome, detail: findingInEnglish(fact), fact };
    };
    if (treeSize > size)
      return so(mayGrow ? "unchecked" : "refuted", { id: "acknowledged-beyond", leafIndex, treeSize, size });
    const [leaf, root] = [this.#leaves.get(leafIndex), this.#roots.get(treeSize)];
    if (root && !equalBytes(root, rootHash))
      return so("refuted", { id: "acknowledged-root-differs", leafIndex, treeSize });
    if (leaf && !equalBytes(leaf, leafHash)) return so("refuted", { id: "acknowledged-leaf-differs", leafIndex });
    if (!leaf || !root) return so("unchecked", { id: "acknowledged-leaf-unread", leafIndex });
    return so("holds", { id: "acknowledged", leafIndex });
  }
}

/** @throws WarifuError if it is not an acknowledgement signed by that key */
function readAcknowledgement(value: JsonValue | WarifuError, logKey: LogKeys): Omit<Kept, "item"> {
  if (value instanceof WarifuError) throw value;
  const { leafIndex, leafHash, checkpoint } = isJsonObject(value) ? value : {};
  if (typeof leafIndex !== "number" || typeof leafHash !== "string" || typeof checkpoint !== "string")
    throw new WarifuError(
      "REQUEST_INVALID",
      "it is no acknowledgement: leafIndex, leafHash and checkpoint are missing",
    );
  const head = openCheckpoint(utf8(checkpoint), logKey).checkpoint;
  if (!Number.isSafeInteger(leafIndex) || leafIndex < 0 || leafIndex >= head.treeSize)
    throw new WarifuError("REQUEST_INVALID", "its checkpoint does not cover its leaf");
  return { leafIndex, leafHash: fromHex(leafHash, "leafHash", HASH_BYTES), head };
}
