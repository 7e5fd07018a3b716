/**
 * Checks the timestamps of an exported log, with nothing but its files: each must be about a checkpoint that the log signed,
 * of a tree that the newest one extends, and be valid under the certificates and Bitcoin blocks of the auditor's policy, if
 * it names any.
 */
import { utf8 } from "../core/bytes.ts";
import { openCheckpoint } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import { keysOfLog } from "../core/log-keys.ts";
import { verifyConsistency } from "../core/merkle.ts";
import type { Policy } from "../core/policy.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { TimestampFiles } from "../cosign/timestamp-files.ts";
import type { AuditFindings } from "../verify/audit-findings.ts";
import type { Head } from "../verify/audited-log.ts";
import type { LogReader } from "../verify/log-reader.ts";
import { TileTree } from "../verify/tile-tree.ts";
import { checkStamps } from "./timestamps.ts";

/** What is checked. */
export interface ExportedTimestampParts {
  /** Where the log lies, with its timestamps beside it. */
  readonly folder: string;
  readonly log: Pick<LogReader, "tile">;
  readonly policy: Policy;
}

/** Reports each file that is not valid. @param head of the log, as the audit found it */
export async function checkExportedTimestamps(
  { folder, log, policy }: ExportedTimestampParts,
  { treeSize: newSize, rootHash: newRoot }: Head,
  findings: AuditFindings,
): Promise<void> {
  const tree = new TileTree(log, newSize);
  const files = new TimestampFiles(folder);
  for (const oldSize of files.sizes())
    await findings.attempt(`timestamps ${oldSize}`, async () => {
      const { checkpoint: note = "", stamps = [] } = files.read(oldSize) ?? {};
      const { checkpoint } = openCheckpoint(utf8(note), policy.log);
      if (checkpoint.treeSize !== oldSize || oldSize > newSize)
        throw new WarifuError(
          "TIMESTAMP_INVALID",
          "they are about a checkpoint of another size, or of more than there is",
        );
      const proof = await tree.consistencyProof(oldSize);
      verifyConsistency({ oldSize, oldRoot: checkpoint.rootHash, newSize, newRoot, proof });
      await checkStamps(stamps, stampedBytes(note, keysOfLog(policy.log)), policy);
    });
}
