/**
 * The audit of a data folder, the oracle of the whole system: the audit of a log (verify/audit-log.ts) over the store, plus
 * what only the folder has: openings, every checkpoint and anchor ever made, the head guard, and the storage engine's own
 * check. It takes nothing on trust that it can compute, and it never stops at the first fault.
 */
import type { AnchorEvent } from "../chain/chain.ts";
import type { Checkpoint } from "../core/checkpoint.ts";
import type { TimestampFiles } from "../cosign/timestamp-files.ts";
import type { LedgerReader, StoreFault } from "../store/ledger-store.ts";
import type { Vault } from "../store/vault.ts";
import { AuditFindings, type AuditReport } from "../verify/audit-findings.ts";
import { LogAudit, type AuditOptions } from "../verify/audit-log.ts";
import { checkTimestamps } from "./timestamps.ts";
import { FolderClaims } from "./folder-claims.ts";
import type { AuditThreads } from "./audit-threads.ts";
import { StoredLog } from "./stored-log.ts";

/** What is audited, and with what. */
export interface AuditParts extends AuditOptions<AnchorEvent> {
  readonly store: LedgerReader;
  /** Without it, openings are not checked. */
  readonly vault?: Vault | undefined;
  /** Does part of the work ahead of the audit; without them, the audit does all of it. */
  readonly threads?: Pick<AuditThreads, "take" | "headAbove" | "faults"> | undefined;
  /** The newest checkpoint that was handed out, as the head guard has it. */
  readonly guard?: Checkpoint | undefined;
  /** The faults of what citizens arrange among themselves, which is stored outside the ledger. */
  readonly arrangements?: (() => Promise<AsyncIterable<StoreFault>>) | undefined;
  /** Timestamps of the log's checkpoints; a sample leaves them out. */
  readonly timestamps?: TimestampFiles | undefined;
}

/** Audits a ledger, even while its service runs. Throws nothing for what it finds, only if it cannot read at all. */
export async function audit(parts: AuditParts): Promise<AuditReport> {
  const { store, policy } = parts;
  const findings = new AuditFindings();
  const log = new StoredLog(parts, findings);
  const logAudit = new LogAudit({ ...parts, ...log.source() }, findings);
  // Read before the chain is asked: an anchor that becomes final meanwhile need not be among those that the chain shows.
  const finalSize = await FolderClaims.finalSize(store);
  const shown = await logAudit.askChain();
  if (store.origin !== policy.log.name)
    findings.refute("ORIGIN_MISMATCH", "log", {
      id: "origin-differs",
      origin: store.origin,
      expected: policy.log.name,
    });

  const newest = await log.newestHead();
  const leaves = newest && logAudit.draw(newest.treeSize);
  if (leaves) {
    findings.checked.checkpoints++;
    await logAudit.sample(leaves, newest);
    return logAudit.conclude(newest.treeSize);
  }

  const claims = await FolderClaims.read(parts, findings);
  const signedSize = Math.max(newest?.treeSize ?? 0, claims.signedSize());
  const bounds = {
    size: await log.present(signedSize),
    headAbove: (size: number) => log.headAbove(size),
    observers: [claims],
  };
  await log.checkCoverage(await logAudit.walk(bounds, signedSize));
  await claims.check(signedSize, shown && { ...shown, finalSize });
  await checkTimestamps(parts, findings);
  await refuteAll(parts.threads?.faults(store) ?? store.check(), findings);
  if (parts.arrangements) await refuteAll(await parts.arrangements(), findings);
  return logAudit.conclude(signedSize);
}

async function refuteAll(
  faults: Iterable<StoreFault> | AsyncIterable<StoreFault>,
  findings: AuditFindings,
): Promise<void> {
  for await (const { where, ...fault } of faults) findings.refuteBy(where, { ...fault, details: {} });
}
