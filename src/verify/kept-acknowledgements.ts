/**
 * Acknowledgements that somebody kept, held against the log: the leaf must stand where it was acknowledged, and the
 * checkpoint that came with it must be one of this log's history. What the log's key signed and the log no longer has is
 * the proof that it was rewritten.
 */
import { equalBytes, fromHex, utf8 } from "../core/bytes.ts";
import { openCheckpoint, type Checkpoint } from "../core/checkpoint.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import type { VerifierKey } from "../core/note.ts";
import type { AuditFindings } from "./audit-findings.ts";
import type { LogExtent, TreeObserver } from "./audited-log.ts";

/** What became of an acknowledgement. */
export interface AcknowledgementCheck {
  /** Its number in what was handed in, from 1. */
  readonly item: number;
  readonly leafIndex?: number | undefined;
  /** `unusable`: it is no acknowledgement of this log. `unchecked`: the audit did not get that far. */
  readonly outcome: "holds" | "refuted" | "unusable" | "unchecked";
  readonly detail: string;
}

interface Kept {
  readonly item: number;
  readonly leafIndex: number;
  readonly leafHash: Uint8Array;
  readonly head: Checkpoint;
}

/** Goes with a walk over the leaves, and is told of each leaf and of the roots that it asks for. */
export class KeptAcknowledgements implements TreeObserver {
  readonly #kept: Kept[] = [];
  readonly #checks: AcknowledgementCheck[] = [];
  readonly #leaves = new Map<number, Uint8Array | undefined>();
  readonly #roots = new Map<number, Uint8Array | undefined>();

  /** @param values one for each acknowledgement: as the API and `warifu submit` give it, or an error where it is none */
  constructor(values: readonly (JsonValue | WarifuError)[], logKey: VerifierKey) {
    for (const [at, value] of values.entries()) this.#take(at + 1, value, logKey);
    for (const { leafIndex, head } of this.#kept) {
      this.#leaves.set(leafIndex, undefined);
      this.#roots.set(head.treeSize, undefined);
    }
  }

  sawLeaf(leafIndex: number, leafHash: Uint8Array): void {
    if (this.#leaves.has(leafIndex)) this.#leaves.set(leafIndex, leafHash);
  }

  /** Root of the log's first `treeSize` leaves. */
  sawRoot(treeSize: number, root: () => Uint8Array): void {
    if (this.#roots.has(treeSize)) this.#roots.set(treeSize, root());
  }

  /** Tells of each; what the log does not stand by is a finding. */
  report(log: LogExtent, findings: AuditFindings): void {
    const checks = [...this.#checks, ...this.#kept.map((kept) => this.#check(kept, log))];
    for (const { item, outcome, detail } of checks) {
      if (outcome === "refuted") findings.refute("INCLUSION_MISMATCH", `acknowledgement ${item}`, detail);
      if (outcome === "unusable") findings.note(`acknowledgement ${item} was not checked: ${detail}`);
      if (outcome === "unchecked") findings.leaveOpen(`acknowledgement ${item} was not checked: ${detail}`);
    }
    findings.acknowledgements = checks.sort((a, b) => a.item - b.item);
  }

  #take(item: number, value: JsonValue | WarifuError, logKey: VerifierKey): void {
    try {
      this.#kept.push({ item, ...readAcknowledgement(value, logKey) });
    } catch (error) {
      this.#checks.push({ item, outcome: "unusable", detail: messageOf(error) });
    }
  }

  #check({ item, leafIndex, leafHash, head }: Kept, { size, mayGrow }: LogExtent): AcknowledgementCheck {
    const { treeSize, rootHash } = head;
    const refuted = (detail: string): AcknowledgementCheck => ({ item, leafIndex, outcome: "refuted", detail });
    const unchecked = (detail: string): AcknowledgementCheck => ({ item, leafIndex, outcome: "unchecked", detail });
    if (treeSize > size) {
      const told = `the log's key signed for ${treeSize} entries when it acknowledged leaf ${leafIndex}, the log shows ${size}`;
      return mayGrow ? unchecked(told) : refuted(told);
    }
    const [leaf, root] = [this.#leaves.get(leafIndex), this.#roots.get(treeSize)];
    if (root && !equalBytes(root, rootHash))
      return refuted(
        `the signed checkpoint of ${treeSize} entries that came with leaf ${leafIndex} has another root than the log has at that size`,
      );
    if (leaf && !equalBytes(leaf, leafHash))
      return refuted(`the log has another leaf ${leafIndex} than the one that was acknowledged`);
    if (!leaf || !root) return unchecked(`leaf ${leafIndex} could not be read`);
    return { item, leafIndex, outcome: "holds", detail: `leaf ${leafIndex} is in the log as acknowledged` };
  }
}

/** @throws WarifuError when it is no acknowledgement by that key */
function readAcknowledgement(value: JsonValue | WarifuError, logKey: VerifierKey): Omit<Kept, "item"> {
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
