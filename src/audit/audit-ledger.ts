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
  /** Does on other threads what can be done there. */
  readonly aside?: Pick<AuditThreads, "take" | "headAbove" | "faults"> | undefined;
  /** The newest checkpoint that was handed out, as kept next to the database. */
  readonly guard?: Checkpoint | undefined;
  /** What is wrong with what citizens arrange, which is outside the ledger. */
  readonly arrangements?: (() => Promise<AsyncIterable<StoreFault>>) | undefined;
  /** What time-stamping authorities gave; a sample leaves it out. */
  readonly timestamps?: TimestampFiles | undefined;
}

/** Audits a ledger, even while its service runs. Never throws for what it finds, only when it cannot read. */
export async function audit(parts: AuditParts): Promise<AuditReport> {
  const { store, policy } = parts;
  const findings = new AuditFindings();
  const log = new StoredLog(parts, findings);
  const audit = new LogAudit({ ...parts, ...log.source() }, findings);
  // Before the chain is asked: an anchor that becomes final meanwhile need not be among those that it shows.
  const finalSize = await FolderClaims.finalSize(store);
  const shown = await audit.askChain();
  if (store.origin !== policy.log.name)
    findings.refute("ORIGIN_MISMATCH", "log", {
      id: "origin-differs",
      origin: store.origin,
      expected: policy.log.name,
    });
  const newest = await log.newestHead();
  const leaves = newest && audit.draw(newest.treeSize);
  if (leaves) {
    findings.checked.checkpoints++;
    await audit.sample(leaves, newest);
    return audit.conclude(newest.treeSize);
  }
  const claims = await FolderClaims.read(parts, findings);
  const signedSize = Math.max(newest?.treeSize ?? 0, claims.signedSize());
  const bounds = {
    size: await log.present(signedSize),
    headAbove: (size: number) => log.headAbove(size),
    observers: [claims],
  };
  await log.checkCoverage(await audit.walk(bounds, signedSize));
  await claims.check(signedSize, shown && { ...shown, finalSize });
  await checkTimestamps(parts, findings);
  const faults = parts.aside?.faults(store) ?? store.check();
  for await (const { where, ...fault } of faults) findings.refuteBy(where, { ...fault, details: {} });
  for await (const { where, ...fault } of (await parts.arrangements?.()) ?? [])
    findings.refuteBy(where, { ...fault, details: {} });
  return audit.conclude(signedSize);
}
