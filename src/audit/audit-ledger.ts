/**
 * Stage audit: the whole-system oracle. Derives every leaf, tile, checkpoint and body digest anew from the stored
 * entries, opens every opening against its body, compares with every anchor, and says what is wrong and where. It
 * believes nothing that it can compute, and it never stops at the first fault.
 */
import type { AnchorEvent } from "../chain/chain.ts";
import type { Checkpoint } from "../core/checkpoint.ts";
import type { VerifierKey } from "../core/note.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import type { Vault } from "../store/vault.ts";
import type { AuditReport, Finding } from "../verify/audit-findings.ts";
import { compareBeacons } from "../verify/compare-beacons.ts";
import type { KeptAcknowledgements } from "../verify/kept-acknowledgements.ts";
import { drawLeaves, type Sample } from "../verify/sample.ts";
import { ClaimAudit } from "./claims.ts";
import { StoreFindings } from "./folder-findings.ts";
import { LeafAudit } from "./leaves.ts";

/** What the chain says, where it could be asked. */
export interface ChainTestimony {
  readonly chainId: number;
  readonly contract: string;
  readonly events: readonly AnchorEvent[];
  /** Further ones, which are not final yet by the auditor's rule. */
  readonly open?: readonly AnchorEvent[] | undefined;
  /** Hash of the canonical block at that height. Without it, beacons are not compared with the chain.
   * @throws CHAIN_UNREACHABLE */
  readonly blockHashAt?: ((number: number) => Promise<string | undefined>) | undefined;
}

export interface AuditParts {
  readonly store: LedgerStore;
  /** The log's key, from the auditor's policy. */
  readonly logKey: VerifierKey;
  /** Without it, openings are not checked. */
  readonly vault?: Vault | undefined;
  /** Without it, anchors are checked against their stored evidence only. */
  readonly chain?: ChainTestimony | undefined;
  /** The contract's address, where its code is another than the auditor's policy names. */
  readonly otherCodeAt?: string | undefined;
  /** Why there is no chain; "no chain was asked" when left out. */
  readonly whyNoChain?: string | undefined;
  /** Whether the chain is one of the auditor's own, which may have been started anew under the log. */
  readonly isOwnChain?: boolean | undefined;
  /** The newest checkpoint that was handed out, as kept beside the database. */
  readonly guard?: Checkpoint | undefined;
  /** What the storage engine found about itself: seals, indexes, pages. */
  readonly storageFindings: Iterable<Finding>;
  /** Check so many random leaves by inclusion proof instead of everything. */
  readonly sample?: Sample | undefined;
  /** Acknowledgements to hold against the log; only of use where every leaf is read. */
  readonly acknowledgements?: KeptAcknowledgements | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Audits a ledger, also beside a running service. Never throws for what it finds, only when it cannot read. */
export async function audit(parts: AuditParts): Promise<AuditReport> {
  const { store, logKey, chain, otherCodeAt, isOwnChain = false } = parts;
  const findings = new StoreFindings();
  findings.isChainCompared = chain !== undefined;
  findings.noteOpen(chain?.open ?? []);
  if (otherCodeAt !== undefined) findings.refuteCode(otherCodeAt);
  if (store.origin !== logKey.name)
    findings.refute("ORIGIN_MISMATCH", "log", `the ledger is of "${store.origin}", not of "${logKey.name}"`);
  const leaves = new LeafAudit(parts, findings);
  const drawn = parts.sample && drawLeaves(parts.sample, store.treeSize());
  if (drawn) await leaves.sample(drawn);
  else await auditEverything(parts, leaves, findings);
  if (chain?.events.length === 0 && store.treeSize() > 0) findings.leaveUnanchored(isOwnChain);
  await compareBeacons(leaves.beacons, { blockHashAt: chain?.blockHashAt, isOwnChain }, findings);
  return findings.report();
}

async function auditEverything(parts: AuditParts, leaves: LeafAudit, findings: StoreFindings): Promise<void> {
  const claims = new ClaimAudit(parts, findings);
  // Read first, so that nothing is claimed of entries that a running service adds after they are counted.
  const heads = await claims.claimedHeads();
  const size = await leaves.walk(heads);
  await claims.check(size, (treeSize) => leaves.rootAt(treeSize));
  parts.acknowledgements?.report({ size, mayGrow: false }, findings);
  for (const finding of parts.storageFindings) findings.add(finding);
}
