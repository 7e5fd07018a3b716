/**
 * Checks the timestamps of a data folder against its ledger: each must be about the checkpoint that the log signed at that
 * size, and be valid under the certificates and Bitcoin blocks of the auditor's policy, if it names any.
 */
import type { TimestampFiles } from "../cosign/timestamp-files.ts";
import type { Timestamp } from "../core/bundle.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { keysOfLog } from "../core/log-keys.ts";
import type { Policy } from "../core/policy.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import type { LedgerReader } from "../store/ledger-store.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";
import { checkBlockProof } from "../verify/check-block-proof.ts";
import { checkSeries } from "../verify/check-time.ts";

/** What is checked. */
export interface TimestampParts {
  readonly store: Pick<LedgerReader, "anchors">;
  readonly policy: Policy;
  readonly timestamps?: TimestampFiles | undefined;
}

const ANCHORS_AT_ONCE = 256;

/** Reports each file that is not valid. */
export async function checkTimestamps(parts: TimestampParts, findings: AuditFindings): Promise<void> {
  const { policy, timestamps } = parts;
  if (timestamps === undefined) return;
  const sizes = new Set(timestamps.sizes());
  if (sizes.size === 0) return;
  for await (const { treeSize, note } of anchorsOf(parts)) {
    if (!sizes.delete(treeSize)) continue;
    await findings.attempt(`timestamps ${treeSize}`, () => checkFile(timestamps, treeSize, note, policy));
  }
  for (const treeSize of sizes)
    findings.refuteBy(`timestamps ${treeSize}`, {
      code: "TIMESTAMP_INVALID",
      details: {},
      message: "they are about a checkpoint that was never anchored",
    });
}

async function* anchorsOf({ store }: TimestampParts) {
  for (let below = Number.MAX_SAFE_INTEGER; ;) {
    const page = await store.anchors(below, ANCHORS_AT_ONCE);
    yield* page;
    if (page.length < ANCHORS_AT_ONCE) return;
    below = page.at(-1)?.anchorId ?? 0;
  }
}

async function checkFile(files: TimestampFiles, treeSize: number, note: string, policy: Policy): Promise<void> {
  const kept = files.read(treeSize);
  const stamped = stampedBytes(note, keysOfLog(policy.log));
  if (kept?.checkpoint !== fromUtf8(stamped, "note"))
    throw new WarifuError("TIMESTAMP_INVALID", "they are about another checkpoint than the log signed at that size");
  await checkStamps(kept.stamps, stamped, policy);
}

/**
 * Checks timestamps of a checkpoint under a policy.
 * @param stamped the bytes that they are about
 * @throws TIMESTAMP_INVALID
 */
export async function checkStamps(stamps: readonly Timestamp[], stamped: Uint8Array, policy: Policy): Promise<void> {
  const { certificates = [], bitcoin = [] } = policy.timestamps ?? {};
  for (const stamp of stamps)
    if ("tokens" in stamp) await checkSeries(stamp, stamped, certificates);
    else checkBlockProof(stamp, stamped, bitcoin);
}
