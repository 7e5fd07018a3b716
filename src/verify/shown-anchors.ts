/**
 * What the contract recorded, as an auditor's nodes show it, compared with the log: the contract's roots must be the
 * log's roots at their sizes.
 */
import { equalBytes } from "../core/bytes.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import { verifyConsistency } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import type { AuditFindings } from "./audit-findings.ts";
import { noneBetween, type Head, type LogExtent, type TreeObserver } from "./audited-log.ts";
import type { NodesBehind, NoteFact } from "./finding-fact.ts";
import type { TileTree } from "./tile-tree.ts";

/** A checkpoint that the contract recorded. */
export interface RecordedAnchor {
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** Where the chain has it, if that is known. */
  readonly blockNumber?: number;
  readonly blockHash?: string;
}

/** The anchors of a contract as the auditor's nodes agree on them, without a gap. */
export interface ShownAnchors<Anchor extends RecordedAnchor = RecordedAnchor> {
  readonly anchors: readonly Anchor[];
  /** Anchors that are not final yet by the auditor's rule: a reorg may still remove them. */
  readonly open?: readonly Anchor[] | undefined;
  /** Set if later ones could not be compared, because some nodes do not have their blocks yet. */
  readonly lacking?: NodesBehind | undefined;
}

/**
 * The contract of the policy, as the nodes of the auditor's choice show it. Errors that its methods throw concern the
 * nodes, and leave the audit undecided.
 */
export interface AnchorEventReader<Anchor extends RecordedAnchor = RecordedAnchor> {
  /** Keccak-256 of the contract's code. */
  codeHash(): Promise<string>;
  anchorEvents(): Promise<ShownAnchors<Anchor>>;
  /** Hash of the canonical block at that height. If absent, beacons are not compared with the chain. */
  readonly blockHashAt?: ((number: number) => Promise<string | undefined>) | undefined;
  /** The chain's evidence of an anchor, for others to check. */
  evidenceOf?(anchor: Anchor): Promise<ChainEvidence>;
}

/**
 * Asks the auditor's nodes for the anchors, if there are any nodes.
 * @returns undefined if they gave no answer, which is noted
 */
export function readAnchors<Anchor extends RecordedAnchor>(
  reader: AnchorEventReader<Anchor> | undefined,
  { chain }: Policy,
  findings: AuditFindings,
): Promise<ShownAnchors<Anchor> | undefined> {
  return findings.ask(async () => {
    if (!reader) return void noteNoChain(chain, findings);
    const { codeHash, contract } = chain;
    if (codeHash !== undefined && (await reader.codeHash()) !== codeHash)
      findings.refute("CHAIN_MISMATCH", `contract ${contract}`, { id: "contract-code-differs" });
    const shown = await reader.anchorEvents();
    findings.noteOpen(shown.open ?? []);
    if (shown.lacking) findings.leaveOpen({ id: "nodes-behind", ...shown.lacking });
    findings.isChainCompared = true;
    return shown;
  });
}

/** Without an answer from the chain, a history that was rewritten with the log's key looks like any other. */
function noteNoChain({ accept }: Policy["chain"], findings: AuditFindings): void {
  const said: NoteFact = { id: "no-chain" };
  if (accept === "evidence") findings.note(said);
  else findings.leaveOpen(said);
}

/** The name of a recorded anchor in a report. */
export function anchorName(treeSize: number): string {
  return `anchor of size ${treeSize}`;
}

/** Compares the anchors that the contract recorded with the roots of the log. */
export class AnchoredRoots<Anchor extends RecordedAnchor = RecordedAnchor> implements TreeObserver {
  readonly #findings: AuditFindings;
  readonly #anchors: Map<number, Anchor>;
  /** The first anchor that the log contradicts. */
  contradicted: Anchor | undefined;

  constructor(anchors: readonly Anchor[], { size, mayGrow }: LogExtent, findings: AuditFindings) {
    this.#findings = findings;
    const isWithin = ({ treeSize }: Anchor): boolean => treeSize <= size;
    // A log has taken something back, or hides it from this auditor; a store is an older copy.
    for (const anchor of anchors.filter((one) => !isWithin(one))) {
      this.contradicted ??= anchor;
      findings.refute(mayGrow ? "ANCHOR_MISMATCH" : "STORE_BEHIND", anchorName(anchor.treeSize), {
        id: "anchored-beyond",
        treeSize: anchor.treeSize,
        size,
      });
    }
    this.#anchors = new Map(anchors.filter(isWithin).map((anchor) => [anchor.treeSize, anchor]));
  }

  seesNothing(above: number, below: number): boolean {
    return noneBetween(this.#anchors, above, below);
  }

  sawRoot(treeSize: number, root: () => Uint8Array): void {
    const recorded = this.#anchors.get(treeSize);
    if (!recorded) return;
    this.#findings.checked.anchors++;
    if (equalBytes(recorded.rootHash, root())) return;
    // Every later root depends on the same leaves; each of them would be reported too.
    this.#anchors.clear();
    this.contradicted = recorded;
    this.#findings.refute("ANCHOR_MISMATCH", anchorName(treeSize), { id: "anchored-root-differs" });
  }

  /** Compares the anchors of fewer than `below` entries by consistency proofs, when not every leaf is read. */
  async compareByProof(
    tree: TileTree,
    { treeSize: newSize, rootHash: newRoot }: Head,
    below = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    for (const [oldSize, anchor] of this.#anchors) {
      if (oldSize >= below) continue;
      const isProven = await this.#findings.attempt(anchorName(oldSize), async () => {
        const proof = await tree.consistencyProof(oldSize);
        verifyConsistency({ oldSize, oldRoot: anchor.rootHash, newSize, newRoot, proof });
        this.#findings.checked.anchors++;
        return true;
      });
      if (!isProven) this.contradicted ??= anchor;
    }
  }
}
