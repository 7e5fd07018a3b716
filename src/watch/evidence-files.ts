/**
 * The folder of evidence about anchors that this service did not send: one JSON file per anchor, for others to check. A
 * file is either whole or not there; the program never removes anything from the folder.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { AnchorEvidence } from "./judge-anchors.ts";
import { writeWholeFile } from "../files/whole-file.ts";

/** Name of the folder in the data folder. */
export const EVIDENCE_FOLDER = "evidence";

type Named = Pick<AnchorEvidence["anchor"], "treeSize" | "transactionHash">;

/** Path of the file about an anchor. */
export function evidencePath(folder: string, { treeSize, transactionHash }: Named): string {
  return join(folder, `${treeSize}-${transactionHash}.json`);
}

/**
 * Writes the evidence; if a transaction has moved to another block, its file is replaced.
 * @throws STORE_FAILED
 */
export function writeEvidence(folder: string, evidence: AnchorEvidence): void {
  const path = evidencePath(folder, evidence.anchor);
  try {
    mkdirSync(folder, { recursive: true });
    writeWholeFile(path, `${JSON.stringify(evidence, null, 2)}\n`);
  } catch (cause) {
    throw new WarifuError("STORE_FAILED", `the evidence ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Hash of the block that the file at `path` is about; `undefined` when there is no such file, or it cannot be read. */
export function blockOfEvidence(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as AnchorEvidence).anchor.blockHash;
  } catch {
    return undefined;
  }
}
