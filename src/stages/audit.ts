/**
 * Stage audit: the whole-system oracle. Derives every leaf, tile, checkpoint and body digest anew from the stored
 * entries, opens every opening against its body, compares with every anchor, and says what is wrong and where. It
 * believes nothing that it can compute, and it never stops at the first fault.
 */
import type { AnchorEvent } from "../chain/chain.ts";
import type { Checkpoint } from "../core/checkpoint.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { VerifierKey } from "../core/note.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import type { Vault } from "../store/vault.ts";
import { auditBeacons } from "./audit-beacons.ts";
import { ClaimAudit } from "./audit-claims.ts";
import { AuditFindings } from "./audit-findings.ts";
import { LeafAudit } from "./audit-leaves.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly code: ErrorCode;
  /** The record, tile, checkpoint, anchor or table, such as "leaf 17" or "tile 0/2". */
  readonly where: string;
  readonly message: string;
}

/** What an audit found. */
export interface AuditReport {
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly checked: {
    readonly entries: number;
    readonly tiles: number;
    readonly checkpoints: number;
    readonly bodies: number;
    readonly openings: number;
    readonly anchors: number;
  };
  readonly findings: readonly Finding[];
  /** What was not checked, and why. */
  readonly notes: readonly string[];
}

/** What the chain says, where it could be asked. */
export interface ChainTestimony {
  readonly chainId: number;
  readonly contract: string;
  readonly events: readonly AnchorEvent[];
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
  /** Why there is no chain; "no chain was asked" when left out. */
  readonly whyNoChain?: string | undefined;
  /** Whether the chain is one of the auditor's own, which may have been started anew under the log. */
  readonly isOwnChain?: boolean | undefined;
  /** The newest checkpoint that was handed out, as kept beside the database. */
  readonly guard?: Checkpoint | undefined;
  /** What the storage engine found about itself: seals, indexes, pages. */
  readonly storageFindings: Iterable<Finding>;
  /** Check so many random leaves by inclusion proof instead of everything. */
  readonly sample?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Audits a ledger, also beside a running service. Never throws for what it finds, only when it cannot read. */
export async function audit(parts: AuditParts): Promise<AuditReport> {
  const findings = new AuditFindings();
  if (parts.store.origin !== parts.logKey.name)
    findings.refute(
      "ORIGIN_MISMATCH",
      "log",
      `the ledger is of "${parts.store.origin}", not of "${parts.logKey.name}"`,
    );
  if (parts.sample === undefined) await auditEverything(parts, findings);
  else await new LeafAudit(parts, findings).sample(parts.sample);
  return findings.report();
}

async function auditEverything(parts: AuditParts, findings: AuditFindings): Promise<void> {
  const claims = new ClaimAudit(parts, findings);
  // Read first, so that nothing is claimed of entries that a running service adds after they are counted.
  const heads = await claims.claimedHeads();
  const leaves = new LeafAudit(parts, findings);
  const size = await leaves.walk(heads);
  await claims.check(size, (treeSize) => leaves.rootAt(treeSize));
  await auditBeacons(leaves.beacons, parts, findings);
  for (const finding of parts.storageFindings) findings.add(finding);
}
