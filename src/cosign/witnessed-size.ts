/**
 * Asks the witnesses at the start what they have seen: they remember the sizes that they cosigned, wherever the data folder
 * was copied from. A log that is behind them has lost entries that it acknowledged.
 *
 * A size is a claim and no proof: by C2SP's tlog-witness it is a bare number, without the checkpoint that this log would
 * have signed. So the witnesses are compared with each other. If a single one claims more than the others, that is reported
 * but stops nothing: otherwise any of them could keep the log from starting. If its claim is true nevertheless, it will not
 * cosign anything of ours.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
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
  /** If this many witnesses agree, and they are at least two, they are believed, however many others say less. */
  readonly quorum: number;
  /** Called for each witness that gave no size, with the reason, which says nothing about the log. */
  readonly onSilence: (witness: string, reason: string) => void;
  /** Called with a claim that is not believed. */
  readonly onClaim: (fact: FactOf<"witness-ahead">) => void;
}

interface Told {
  readonly witness: string;
  readonly treeSize: number;
}

/**
 * Asks every witness, all at the same time, for the size that it cosigned last.
 * @throws STORE_BEHIND when more than this log has was cosigned by most of the witnesses that answer, or by a quorum of
 *   at least two
 */
export async function assertNotBehindWitnesses(parts: WitnessedSizeParts): Promise<void> {
  const { witnesses, signer, tree, quorum, onClaim } = parts;
  if (witnesses.length === 0) return;
  const { size: treeSize } = tree;
  // Asked even at size 0: a folder that kept nothing but its key is the furthest behind.
  const head = { origin: signer.key.name, treeSize, rootHash: tree.rootHash() };
  const checkpoint = signCheckpoint(head, signer);
  const answers = await Promise.all(witnesses.map((witness) => sizeToldBy(witness, checkpoint, parts)));
  const told = answers.filter((answer) => answer !== undefined);
  const ahead = told.filter((one) => one.treeSize > treeSize).sort((a, b) => b.treeSize - a.treeSize);
  const [furthest] = ahead;
  if (furthest === undefined) return;
  const isBelieved = 2 * ahead.length > told.length || ahead.length >= Math.max(2, quorum);
  if (isBelieved) throw behind(furthest, treeSize);
  onClaim({ id: "witnesses-ahead", treeSize, claims: ahead });
}

function behind({ witness, treeSize: cosigned }: Told, stored: number): WarifuError {
  return new WarifuError(
    "STORE_BEHIND",
    `the witness ${witness} has cosigned ${cosigned} entries of this log, the store has ${stored}: ` +
      "an older copy was put back. Restore the newest copy; nothing was written. " +
      "If the witness is wrong, take it out of WARIFU_WITNESSES",
    { details: { stored, cosigned } },
  );
}

/**
 * A witness that has cosigned a size other than the one sent answers with it; one that has cosigned this size cosigns
 * it again.
 */
async function sizeToldBy(
  { key, url }: WitnessEndpoint,
  checkpoint: Checkpoint,
  { ask, onSilence }: WitnessedSizeParts,
): Promise<Told | undefined> {
  const { treeSize } = checkpoint;
  try {
    const answer = await ask(url, { oldSize: treeSize, proof: [], checkpoint });
    if (answer.kind !== "refused")
      return { witness: key.name, treeSize: answer.kind === "size" ? answer.treeSize : treeSize };
    onSilence(key.name, `it answered ${answer.status}`);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    onSilence(key.name, messageOf(error));
  }
  return undefined;
}
