/**
 * What the witnesses have seen, asked at the start: they remember a size that was put under their cosignature, wherever the
 * data folder was copied from. A log that is behind one of them has lost what it has acknowledged.
 */
import { WarifuError, codeOf, messageOf } from "../core/errors.ts";
import { signCheckpoint, type Checkpoint, type LogSigner } from "../core/checkpoint.ts";
import type { AskWitness } from "../core/tlog-witness.ts";
import type { WitnessEndpoint } from "./cosign.ts";
import type { LogTree } from "../write/log-tree.ts";

export interface WitnessedSizeParts {
  readonly witnesses: readonly WitnessEndpoint[];
  readonly ask: AskWitness;
  readonly signer: LogSigner;
  readonly tree: Pick<LogTree, "size" | "rootHash">;
  /** Told of each witness that gave no size, and why: that says nothing about the log. */
  readonly onSilence: (witness: string, reason: string) => void;
}

/**
 * Asks every witness, all at once, for the size that it cosigned last.
 * @throws STORE_BEHIND when one has cosigned more than this log has
 */
export async function assertNotBehindWitnesses(parts: WitnessedSizeParts): Promise<void> {
  const { witnesses, signer, tree } = parts;
  if (witnesses.length === 0) return;
  const { size: treeSize } = tree;
  // Of size 0 as well: a folder that kept nothing but its key is the furthest behind.
  const head = { origin: signer.key.name, treeSize, rootHash: tree.rootHash() };
  const checkpoint = signCheckpoint(head, signer.key, signer.sign);
  const sizes = await Promise.all(witnesses.map((witness) => sizeToldBy(witness, checkpoint, parts)));
  for (const [at, told] of sizes.entries())
    if (told !== undefined && told > treeSize)
      throw new WarifuError(
        "STORE_BEHIND",
        `the witness ${(witnesses[at] as WitnessEndpoint).key.name} has cosigned ${told} entries of this log, the store has ${treeSize}: ` +
          "an older copy was put back. Restore the newest copy; nothing was written. " +
          "If the witness is wrong, take it out of WARIFU_WITNESSES",
        { details: { stored: treeSize, cosigned: told } },
      );
}

/** A witness that cosigned another size than it is told says so; one that cosigned this one cosigns it again. */
async function sizeToldBy(
  { key, url }: WitnessEndpoint,
  checkpoint: Checkpoint,
  { ask, onSilence }: WitnessedSizeParts,
): Promise<number | undefined> {
  const { treeSize } = checkpoint;
  try {
    const answer = await ask(url, { oldSize: treeSize, proof: [], checkpoint });
    if (answer.kind === "size") return answer.treeSize;
    if (answer.kind === "refused") onSilence(key.name, `it answered ${answer.status}`);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    onSilence(key.name, messageOf(error));
  }
  return undefined;
}
