/**
 * Reads and checks the entries of one bundle as a log serves them, with their bodies and their tile. Like {@link
 * plainBundle} for a store, it can only say that all of them are plain records, or nothing.
 */
import { isUtf8 } from "node:buffer";
import { bodyBundlePath, decodeBodyBundle } from "../core/body-bundle.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { decodeEntry, ENTRY_BYTES } from "../core/entry.ts";
import { decodeEntryBundle, TILE_WIDTH, tilePath } from "../core/tile.ts";
import type { PlainLeaves } from "../verify/audited-log.ts";
import { MAX_TILE_BYTES, type GetLogFile } from "../verify/log-reader.ts";
import { ifSound, plainRecords, type PlainEntry } from "./plain-leaves.ts";

/** A full bundle as it was read. */
export interface ServedBundle {
  /** The files that the log has, by their paths; none if they are large. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Its leaves if all of them are plain. */
  readonly plain: PlainLeaves | undefined;
}

/** Bytes of a full entry bundle: each entry with its length in front. */
const ENTRIES_BYTES = TILE_WIDTH * (2 + ENTRY_BYTES);
/** Bytes of bodies read ahead, 8,000 per body. Longer bundles are left to the audit, which holds fewer at a time. */
const MOST_BODIES_AHEAD = 2_097_152;
/** Bytes of a bundle kept until its turn, 2,000 per body. The files of a larger one are read again if it is not plain. */
const MOST_HELD = 524_288;

/** The files of a bundle, and how much of each is read ahead at most. */
function filesOfBundle(index: number): readonly (readonly [path: string, maxBytes: number])[] {
  return [
    [tilePath({ level: "entries", index, width: TILE_WIDTH }), ENTRIES_BYTES],
    [tilePath({ level: 0, index, width: TILE_WIDTH }), MAX_TILE_BYTES],
    [bodyBundlePath(index, TILE_WIDTH), MOST_BODIES_AHEAD],
  ];
}

/**
 * The bundle of that number, of a log of that name.
 * @throws as {@link GetLogFile}
 */
export async function servedBundle(get: GetLogFile, index: number, origin: string): Promise<ServedBundle> {
  const wanted = filesOfBundle(index);
  const found = await Promise.all(wanted.map(([path, maxBytes]) => get(path, maxBytes)));
  const files = new Map(wanted.flatMap(([path], at) => (found[at] ? [[path, found[at]] as const] : [])));
  const [entries, tile, bodies] = found;
  const plain = entries && tile && bodies && ifSound(() => plainIn({ entries, tile, bodies }, origin));
  const size = found.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
  return { files: size > MOST_HELD ? new Map() : files, plain };
}

function plainIn(
  { entries, tile, bodies }: Readonly<Record<"entries" | "tile" | "bodies", Uint8Array>>,
  origin: string,
): PlainLeaves | undefined {
  const shown = decodeBodyBundle(bodies, TILE_WIDTH);
  const texts: PlainEntry[] = [];
  for (const [at, bytes] of decodeEntryBundle(entries, TILE_WIDTH).entries()) {
    const [{ bodyDigest, ...entry }, body] = [decodeEntry(bytes), shown[at]];
    // Decoding other bytes would replace them, perhaps by a text that the entry commits to.
    if (!(body instanceof Uint8Array) || !isUtf8(body)) return undefined;
    texts.push({ ...entry, bodyDigest: toHex(bodyDigest), body: asText(body) });
  }
  const plain = plainRecords(texts, origin, { hasVault: false });
  return plain && equalBytes(plain.hashes, tile) ? plain : undefined;
}

function asText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}
