/**
 * Which witnesses cosigned each anchored checkpoint, and how long after it was made: from the cosignatures that the
 * checkpoint carries, each verified under the key of its witness.
 */
import { utf8 } from "../core/bytes.ts";
import { parseNote } from "../core/note.ts";
import { receivedAtOf } from "../core/record-id.ts";
import { cosignatureOn } from "../core/tlog-witness.ts";
import type { Cosigner } from "../cosign/cosign.ts";
import type { AnchorJournal, StoredAnchor } from "../store/anchor-journal.ts";
import type { LogStore } from "../store/log-store.ts";

/** The cosignatures of one anchored checkpoint. */
export interface CosignedAnchor {
  readonly anchorId: number;
  readonly treeSize: number;
  /** When the newest entry under it was made, POSIX seconds. */
  readonly madeAt: number | undefined;
  readonly cosignatures: readonly {
    readonly witness: string;
    /** As the witness says, POSIX seconds. */
    readonly at: number;
  }[];
}

export interface CosignatureParts {
  readonly store: Pick<LogStore, "entries"> & Pick<AnchorJournal, "anchors">;
  /** Without one there are no witnesses. */
  readonly cosigner?: Pick<Cosigner, "policy"> | undefined;
}

/** Reads the cosignatures of the anchors below an id, newest first. @throws STORE_FAILED */
export async function cosignaturesOf(
  { store, cosigner }: CosignatureParts,
  belowId: number,
  limit: number,
): Promise<CosignedAnchor[]> {
  const keys = cosigner?.policy.keys ?? [];
  const anchors = await store.anchors(belowId, limit);
  return Promise.all(
    anchors.map(async ({ anchorId, treeSize, note }) => ({
      ...{ anchorId, treeSize },
      madeAt: await madeAt(store, treeSize),
      cosignatures: keys.length === 0 ? [] : linesOn(note, keys),
    })),
  );
}

function linesOn(note: StoredAnchor["note"], keys: Cosigner["policy"]["keys"]): CosignedAnchor["cosignatures"] {
  const parsed = parseNote(utf8(note));
  return keys.flatMap((key) => {
    const line = cosignatureOn(parsed, key);
    return line ? [{ witness: key.name, at: timeOf(line.signature) }] : [];
  });
}

/** A cosignature begins with its time: https://c2sp.org/tlog-cosignature. */
function timeOf({ buffer, byteOffset, byteLength }: Uint8Array): number {
  return Number(new DataView(buffer, byteOffset, byteLength).getBigUint64(0));
}

async function madeAt(store: CosignatureParts["store"], treeSize: number): Promise<number | undefined> {
  const [newest] = await store.entries(treeSize - 1, treeSize);
  return newest && receivedAtOf(newest);
}
