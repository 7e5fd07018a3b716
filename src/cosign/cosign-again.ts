/**
 * Stage cosign, once more: if a checkpoint was anchored with too few cosignatures because witnesses were away, it is
 * sent to them again. Cosignatures are not part of what is anchored, so the bundles against that anchor then carry them
 * too, without waiting for a new record.
 */
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { Cosigned, Cosigner } from "./cosign.ts";

/** The newest anchor that counts is among this many, even after a day of failed replacements. */
const LOOKED_AT = 100;

/**
 * If the largest anchor's checkpoint lacks the quorum, asks for cosignatures and stores those obtained.
 * @returns `undefined` if nobody had to be asked
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
  // Whichever anchor of this size is mined, the checkpoint is the same.
  for (const { anchorId, treeSize } of rows)
    if (treeSize === largest.treeSize) await store.updateAnchor(anchorId, { note: cosigned.note });
  return cosigned;
}
