/**
 * The part of the audit that holds claims against the derived log: the head guard, every anchor, what the chain
 * recorded, and the rows of the vault. Each claim names a size; the roots at those sizes come from the walk over the
 * leaves (leaves.ts).
 */
import type { AnchorEvent } from "../chain/chain.ts";
import { equalBytes, utf8 } from "../core/bytes.ts";
import { parseBody } from "../core/body.ts";
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { openCheckpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import type { VerifierKey } from "../core/note.ts";
import type { StoredAnchor, StoredCheckpoint } from "../store/ledger-store.ts";
import type { AuditParts } from "./audit-ledger.ts";
import type { StoreFindings } from "./folder-findings.ts";

/** Root of the derived log at a size; `undefined` where it could not be derived. */
export type RootAt = (treeSize: number) => Uint8Array | undefined;

const PAGE = 1_000;

/**
 * Checks that the note of a head is signed and says what stands beside it.
 * @throws CHECKPOINT_INVALID, NOTE_INVALID, SIGNATURE_MISMATCH, ORIGIN_MISMATCH
 */
export function assertSignedHead({ treeSize, rootHash, note }: StoredCheckpoint, logKey: VerifierKey): void {
  const { checkpoint } = openCheckpoint(utf8(note), logKey);
  if (checkpoint.treeSize !== treeSize || !equalBytes(checkpoint.rootHash, rootHash))
    throw new WarifuError("CHECKPOINT_INVALID", "its size or root differ from those in its signed note");
}

/** Checks everything that somebody claims about the log. */
export class ClaimAudit {
  readonly #parts: AuditParts;
  readonly #findings: StoreFindings;
  #anchors: readonly StoredAnchor[] = [];

  constructor(parts: AuditParts, findings: StoreFindings) {
    this.#parts = parts;
    this.#findings = findings;
  }

  /** The heads that guard, anchors and chain speak of; `isSigned` where the log's own key vouches for the size. */
  async claimedHeads(): Promise<{ treeSize: number; isSigned: boolean }[]> {
    const { guard, chain, logKey } = this.#parts;
    this.#anchors = (await this.#findings.attempt("anchors", () => this.#readAnchors())) ?? [];
    const heads = [];
    for (const head of [...this.#anchors, ...(guard ? [guard] : [])])
      heads.push({ treeSize: head.treeSize, isSigned: isSignedHead(head, logKey) });
    return [...heads, ...(chain?.events ?? []).map(({ treeSize }) => ({ treeSize, isSigned: false }))];
  }

  /** Holds the claims against a log of `size` entries. */
  async check(size: number, rootAt: RootAt): Promise<void> {
    await this.#findings.attempt("vault", () => this.#checkVaultRows(size));
    await this.#checkGuard(size, rootAt);
    for (const anchor of this.#anchors) await this.#checkAnchor(anchor, size, rootAt);
    this.#checkChain(size, rootAt);
  }

  async #readAnchors(): Promise<StoredAnchor[]> {
    const anchors: StoredAnchor[] = [];
    for (let below = Number.MAX_SAFE_INTEGER; ;) {
      const page = await this.#parts.store.anchors(below, PAGE);
      anchors.push(...page);
      if (page.length < PAGE) return anchors;
      below = page.at(-1)?.anchorId ?? 0;
    }
  }

  /** Rows of the vault that belong to nothing. */
  async #checkVaultRows(size: number): Promise<void> {
    const { vault, store } = this.#parts;
    if (!vault) return this.#findings.note("the vault was not opened: openings were not checked");
    let early = 0;
    for await (const leafIndex of vault.leafIndexes()) {
      if (leafIndex >= size) early++;
      else
        await this.#findings.attempt(`vault row ${leafIndex}`, async () => {
          const [entry] = await store.entries(leafIndex, leafIndex + 1);
          if (!entry) throw new WarifuError("VAULT_FAILED", "there is no entry of that leaf index");
          if (entry.body && parseBody(entry.body).digests.length === 0)
            throw new WarifuError("VAULT_FAILED", "its record conceals nothing");
        });
    }
    // The vault is written before the ledger, so it may be a batch ahead: at work, or cut off by a crash.
    if (early > 0) this.#findings.note(`the vault holds openings of ${early} records that the log does not have (yet)`);
  }

  async #checkGuard(size: number, rootAt: RootAt): Promise<void> {
    const { guard, logKey } = this.#parts;
    const where = "head guard";
    if (!guard)
      return this.#findings.note("there is no head guard: without a chain, an older copy would not be noticed");
    await this.#findings.attempt(where, () => assertSignedHead(guard, logKey));
    if (guard.treeSize > size)
      this.#findings.refute(
        "STORE_BEHIND",
        where,
        `a checkpoint of ${guard.treeSize} entries was handed out, the store has ${size}: an older copy was put back`,
      );
    this.#compareRoot(where, guard, rootAt);
  }

  async #checkAnchor(anchor: StoredAnchor, size: number, rootAt: RootAt): Promise<void> {
    const where = `anchor ${anchor.anchorId}`;
    this.#findings.checked.anchors++;
    await this.#findings.attempt(where, () => assertSignedHead(anchor, this.#parts.logKey));
    if (anchor.treeSize > size)
      this.#findings.refute("STORE_BEHIND", where, `it covers ${anchor.treeSize} entries, the store has ${size}`);
    this.#compareRoot(where, anchor, rootAt);
    if (anchor.state === "included" || anchor.state === "finalized")
      await this.#findings.attempt(where, () => assertEvidenceOf(anchor));
  }

  /** A successor's first event comes from its deployment: a head that was anchored in the contract before it. */
  #isStart({ treeSize, previousSize }: AnchorEvent, contract: string): boolean {
    return previousSize === 0 && this.#anchors.some((one) => one.contract !== contract && one.treeSize === treeSize);
  }

  /** Every event of the contract is a head of this log that this service sent; every final anchor is among the events. */
  #checkChain(size: number, rootAt: RootAt): void {
    const { chain, whyNoChain = "no chain was asked" } = this.#parts;
    if (!chain) return this.#findings.note(`${whyNoChain}: anchors were checked against their stored evidence only`);
    const known = new Set(this.#anchors.map(({ transactionHash }) => transactionHash));
    for (const event of chain.events) {
      const where = `anchor of size ${event.treeSize} on chain ${chain.chainId}`;
      if (event.treeSize > size)
        this.#findings.refute("STORE_BEHIND", where, `the contract has ${event.treeSize} entries, the store ${size}`);
      this.#compareRoot(where, event, rootAt);
      if (!known.has(event.transactionHash) && !this.#isStart(event, chain.contract))
        this.#findings.refute(
          "ANCHOR_MISMATCH",
          where,
          `the store does not know its transaction ${event.transactionHash}: the row was removed, or somebody else holds the anchoring key`,
        );
    }
    const onChain = new Set([...chain.events, ...(chain.open ?? [])].map(({ transactionHash }) => transactionHash));
    for (const { anchorId, state, transactionHash, chainId, contract } of this.#anchors)
      if (
        state === "finalized" &&
        chainId === chain.chainId &&
        contract === chain.contract &&
        !onChain.has(transactionHash)
      )
        this.#findings.refute(
          "ANCHOR_MISMATCH",
          `anchor ${anchorId}`,
          "it is called final, but the chain does not have it",
        );
  }

  #compareRoot(
    where: string,
    { treeSize, rootHash }: { readonly treeSize: number; readonly rootHash: Uint8Array },
    rootAt: RootAt,
  ): void {
    const derived = rootAt(treeSize);
    if (derived && !equalBytes(derived, rootHash))
      this.#findings.refute("ANCHOR_MISMATCH", where, `its root is not the one this log has at size ${treeSize}`);
  }
}

function isSignedHead(head: StoredCheckpoint, logKey: VerifierKey): boolean {
  try {
    assertSignedHead(head, logKey);
    return true;
  } catch {
    return false;
  }
}

function assertEvidenceOf(anchor: StoredAnchor): void {
  const fact = checkChainEvidence(JSON.parse(anchor.evidence ?? "null") as ChainEvidence);
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
