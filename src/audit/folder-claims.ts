/**
 * Compares what a data folder itself claims about the log with the log as derived: the head guard, every anchor, and the
 * rows of the vault. Its anchors are also compared with those that the contract recorded.
 */
import type { AnchorEvent } from "../chain/chain.ts";
import { parseBody } from "../core/body.ts";
import { equalBytes } from "../core/bytes.ts";
import { checkChainEvidence, type AnchorFact, type ChainEvidence } from "../core/chain-evidence.ts";
import { WarifuError } from "../core/errors.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import type { StoredCheckpoint } from "../store/log-store.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";
import { noneBetween, type TreeObserver } from "../verify/audited-log.ts";
import { anchorName, type ShownAnchors } from "../verify/shown-anchors.ts";
import type { AuditParts } from "./audit-ledger.ts";
import { checkErasedRows } from "./erased-rows.ts";
import { asDamage, faultOf } from "./signed-heads.ts";

const PAGE = 1_000;

/** What a data folder claims. Follows a walk, and notes the roots at the sizes that are claimed. */
export class FolderClaims implements TreeObserver {
  readonly #parts: AuditParts;
  readonly #findings: AuditFindings;
  readonly #anchors: readonly ClaimedAnchor[];
  // The heads found in the folder, by where they were found.
  readonly #heads: ReadonlyMap<string, StoredCheckpoint>;
  // Roots at their sizes; undefined where none could be derived.
  readonly #roots: Map<number, Uint8Array | undefined>;

  private constructor(parts: AuditParts, findings: AuditFindings, anchors: readonly ClaimedAnchor[]) {
    this.#parts = parts;
    this.#findings = findings;
    this.#anchors = anchors;
    const heads = new Map<string, StoredCheckpoint>(anchors.map((anchor) => [nameOf(anchor), anchor]));
    if (parts.guard) heads.set("head guard", parts.guard);
    this.#heads = heads;
    this.#roots = new Map([...heads.values()].map(({ treeSize }) => [treeSize, undefined]));
  }

  /** Reads what is claimed. */
  static async read(parts: AuditParts, findings: AuditFindings): Promise<FolderClaims> {
    const anchors = (await findings.attempt("anchors", () => readClaimedAnchors(parts.store))) ?? [];
    return new FolderClaims(parts, findings, anchors);
  }

  /**
   * Size of the newest anchor that is said to be final; infinite if it cannot be read, which {@link FolderClaims.read}
   * reports.
   */
  static async finalSize(store: Pick<AnchorJournal, "newestFinalAnchor">): Promise<number> {
    try {
      return (await store.newestFinalAnchor())?.treeSize ?? 0;
    } catch (error) {
      if (!(error instanceof WarifuError)) throw error;
      return Number.POSITIVE_INFINITY;
    }
  }

  /** How many entries the log's key signed for, according to these claims. */
  signedSize(): number {
    const largestFirst = [...this.#heads.values()].sort((a, b) => b.treeSize - a.treeSize);
    return largestFirst.find((head) => !faultOf(head, this.#parts.policy.log))?.treeSize ?? 0;
  }

  seesNothing(above: number, below: number): boolean {
    return noneBetween(this.#roots, above, below);
  }

  sawRoot(treeSize: number, root: () => Uint8Array): void {
    if (this.#roots.has(treeSize)) this.#roots.set(treeSize, root());
  }

  /** Compares the claims with a log of `size` entries. */
  async check(size: number, shown: ShownBy | undefined): Promise<void> {
    await this.#findings.attempt("vault", () => this.#checkVaultRows(size));
    if (!this.#parts.guard) this.#findings.note({ id: "no-head-guard" });
    for (const [where, head] of this.#heads) this.#checkHead(where, head, size);
    if (this.#anchors.length > 0) await this.#findings.attempt("anchors", () => this.#checkEvidence());
    // Not added to the contract's anchors, which are the same ones.
    this.#findings.checked.anchors = this.#anchors.length;
    if (shown) this.#compareWithChain(shown);
    else this.#findings.note({ id: "evidence-only" });
  }

  /** Finds rows of the vault that belong to no record, or to an erased one. */
  async #checkVaultRows(size: number): Promise<void> {
    const { vault, store } = this.#parts;
    if (!vault) return this.#findings.note({ id: "vault-closed" });
    let early = 0;
    for await (const leafIndex of vault.leafIndexes()) {
      if (leafIndex >= size) early++;
      else
        await this.#findings.attempt(`vault row ${leafIndex}`, async () => {
          const [entry] = await store.entries(leafIndex, leafIndex + 1);
          if (!entry) throw new WarifuError("VAULT_DAMAGED", "there is no entry of that leaf index");
          const conceals = entry.body === null || parseBody(entry.body).digests.length > 0;
          if (!conceals && !(await vault.attachments(leafIndex))?.length)
            throw new WarifuError("VAULT_DAMAGED", "its record conceals nothing");
        });
    }
    // The vault is written before the ledger, so it may be a batch ahead: one in progress, or cut off by a crash.
    if (early > 0) this.#findings.note({ id: "openings-early", count: early });
    await checkErasedRows({ store, vault, findings: this.#findings }, size);
  }

  #checkHead(where: string, head: StoredCheckpoint, size: number): void {
    const { treeSize, rootHash } = head;
    const fault = faultOf(head, this.#parts.policy.log);
    if (fault) this.#findings.refuteBy(where, fault);
    if (treeSize > size) this.#findings.refute("STORE_BEHIND", where, { id: "head-beyond-store", treeSize, size });
    const derived = this.#roots.get(treeSize);
    if (derived && !equalBytes(derived, rootHash))
      this.#findings.refute("ANCHOR_MISMATCH", where, { id: "head-root-differs", treeSize });
  }

  /** Reads the claimed anchors again, with their evidence. Others are skipped: a running service may be adding some. */
  async #checkEvidence(): Promise<void> {
    const claimed = new Set(this.#anchors.map(({ anchorId }) => anchorId));
    for await (const anchor of anchorRows(this.#parts.store))
      if (claimed.has(anchor.anchorId) && (anchor.state === "included" || anchor.state === "finalized"))
        await this.#findings.attempt(nameOf(anchor), () => assertEvidenceOf(anchor));
  }

  /** Every event of the contract must be of an anchor that this service sent, and every final anchor among the events. */
  #compareWithChain({ anchors, open = [], finalSize }: ShownBy): void {
    const { id, contract } = this.#parts.policy.chain;
    const known = new Set(this.#anchors.map(({ transactionHash }) => transactionHash));
    for (const event of anchors) {
      const { transactionHash, treeSize } = event;
      if (!known.has(transactionHash) && !this.#isStart(event))
        this.#findings.refute("ANCHOR_MISMATCH", anchorName(treeSize), { id: "anchor-unknown", transactionHash });
    }
    const onChain = new Set([...anchors, ...open].map(({ transactionHash }) => transactionHash));
    for (const anchor of this.#anchors)
      if (
        anchor.state === "finalized" &&
        anchor.treeSize <= finalSize &&
        anchor.chainId === id &&
        anchor.contract === contract &&
        !onChain.has(anchor.transactionHash)
      )
        this.#findings.refute("ANCHOR_MISMATCH", nameOf(anchor), { id: "final-anchor-not-on-chain" });
  }

  /** A successor's first event comes from its deployment: a head that was anchored in the contract before it. */
  #isStart({ treeSize, previousSize }: AnchorEvent): boolean {
    const { contract } = this.#parts.policy.chain;
    return previousSize === 0 && this.#anchors.some((one) => one.contract !== contract && one.treeSize === treeSize);
  }
}

/** What the chain shows, and the size up to which anchors were said to be final before it was asked. */
type ShownBy = ShownAnchors<AnchorEvent> & { readonly finalSize: number };

function nameOf({ anchorId }: ClaimedAnchor): string {
  return `anchor ${anchorId}`;
}

/** An anchor without its largest columns, which have several KB: a log may have thousands of anchors a day. */
type ClaimedAnchor = Omit<StoredAnchor, "evidence" | "raw">;

async function readClaimedAnchors(store: AnchorJournal): Promise<ClaimedAnchor[]> {
  const anchors: ClaimedAnchor[] = [];
  for await (const { evidence: _evidence, raw: _raw, ...claimed } of anchorRows(store)) anchors.push(claimed);
  return anchors;
}

/** All anchors, the newest first. */
async function* anchorRows(store: AnchorJournal): AsyncGenerator<StoredAnchor> {
  for (let below = Number.MAX_SAFE_INTEGER; ;) {
    const page = await store.anchors(below, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    below = page.at(-1)?.anchorId ?? 0;
  }
}

function assertEvidenceOf(anchor: StoredAnchor): void {
  const fact = factIn(anchor.evidence);
  const fits =
    fact.treeSize === anchor.treeSize &&
    equalBytes(fact.rootHash, anchor.rootHash) &&
    fact.transactionHash === anchor.transactionHash &&
    fact.blockHash === anchor.blockHash &&
    fact.blockNumber === anchor.blockNumber &&
    fact.contract === anchor.contract &&
    fact.chainId === anchor.chainId;
  if (!fits) throw new WarifuError("ANCHOR_MISMATCH", "its evidence is of another anchor");
}

function factIn(evidence: string | null): AnchorFact {
  try {
    return checkChainEvidence(JSON.parse(evidence ?? "null") as ChainEvidence);
  } catch (error) {
    throw asDamage(error);
  }
}
