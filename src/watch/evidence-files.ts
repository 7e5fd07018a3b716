/**
 * The folder of evidence about anchors that this service did not send: one JSON file per anchor, for others to check. A
 * file is either whole or not there; the program never removes anything from the folder.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WarifuError } from "../core/errors.ts";
import { formatForkEvidence, type ForkEvidence } from "../core/fork-evidence.ts";
import type { AnchorEvidence } from "./judge-anchors.ts";
import { writeWholeFile } from "../files/whole-file.ts";

/** Name of the folder in the data folder. */
export const EVIDENCE_FOLDER = "evidence";

type Named = Pick<AnchorEvidence["anchor"], "treeSize" | "transactionHash">;

/** Path of the file about an anchor. */
export function evidencePath(folder: string, { treeSize, transactionHash }: Named): string {
  return join(folder, `${treeSize}-${transactionHash}.json`);
}

/** Path of the fork evidence about an anchor, which proves by itself that the log has two histories. */
function forkPath(folder: string, { treeSize, transactionHash }: Named): string {
  return join(folder, `fork-${treeSize}-${transactionHash}.json`);
}

/**
 * Writes the evidence, and fork evidence where it proves a fork. If the transaction has moved to another block, its file is
 * replaced.
 * @throws STORE_FAILED
 */
export function writeEvidence(folder: string, evidence: AnchorEvidence): void {
  const path = evidencePath(folder, evidence.anchor);
  try {
    mkdirSync(folder, { recursive: true });
    const fork = forkEvidenceIn(evidence);
    if (fork) writeWholeFile(forkPath(folder, evidence.anchor), formatForkEvidence(fork));
    // Last: it says that there is nothing more to write.
    writeWholeFile(path, `${JSON.stringify(evidence, null, 2)}\n`);
  } catch (cause) {
    throw new WarifuError("STORE_FAILED", `the evidence ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Two roots for one size, one signed and one recorded; a log that does not reach the anchor's size has signed neither. */
function forkEvidenceIn({ verdict, chain, log }: AnchorEvidence): ForkEvidence | undefined {
  if (verdict !== "fork" || chain === null || log.rootHash === null) return undefined;
  return { smaller: { checkpoint: log.checkpoint }, larger: { anchor: chain } };
}

/** Hash of the block that the file at `path` is about; `undefined` when there is no such file, or it cannot be read. */
export function blockOfEvidence(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as AnchorEvidence).anchor.blockHash;
  } catch {
    return undefined;
  }
}
