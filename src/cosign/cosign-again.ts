/**
 * Stage cosign, once more: a checkpoint that was anchored with too few cosignatures, because witnesses were away, is
 * brought to them again. Cosignatures are no part of what is anchored, so the bundles against that anchor then carry them
 * too, and no new record has to come first.
 */
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { Cosigned, Cosigner } from "./cosign.ts";

/** The newest one that counts is among so many, also after a day of replacements that came to nothing. */
const LOOKED_AT = 100;

/**
 * Asks for the largest anchor's checkpoint where the quorum is missing, and keeps what is given.
 * @returns `undefined` where nobody had to be asked
 * @throws as {@link Cosigner.cosign}; STORE_FAILED
 */
export async function cosignAgain(
  store: Pick<AnchorJournal, "anchors" | "updateAnchor">,
  cosigner: Cosigner,
): Promise<Cosigned | undefined> {
  if (cosigner.policy.quorum === 0) return undefined;
  const rows = (await store.anchors(Number.MAX_SAFE_INTEGER, LOOKED_AT)).filter(({ state }) => state !== "orphaned");
  const largest = rows.toSorted((a, b) => b.treeSize - a.treeSize)[0];
  if (largest === undefined || cosigner.recall(largest).hasQuorum) return undefined;
  const cosigned = await cosigner.cosign(largest);
  if (cosigned.note === largest.note) return cosigned;
  // Whichever of those with this size is mined: the checkpoint is the same.
  for (const { anchorId, treeSize } of rows)
    if (treeSize === largest.treeSize) await store.updateAnchor(anchorId, { note: cosigned.note });
  return cosigned;
}
