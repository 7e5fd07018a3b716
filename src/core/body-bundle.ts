/**
 * The bodies of up to 256 entries in one answer, aligned with the entry bundles of the log (docs/formats.md, section 11):
 * each body after its length (u32 big-endian). Two lengths stand for something else: 0 for a body that is withheld, and
 * 0xffffffff for one that is left out here and is read by its digest.
 *
 * The same form holds what is left of an entry bundle in which something is damaged: 0xffffffff stands for each entry that
 * the log cannot show as it signed for it.
 */
import { WarifuError } from "./errors.ts";
import { parseTilePath, tilePath } from "./tile.ts";

/** A body in a bundle: its bytes, or that it is withheld, or that it must be read by its digest. */
export type BundledBody = Uint8Array | "withheld" | "apart";

/** The most bytes of bodies in a bundle; a body that would exceed it is left out. */
export const MAX_BUNDLED_BYTES = 4_194_304;

/** Bytes of the length before each body. */
export const LENGTH_BYTES = 4;
const APART = 0xff_ff_ff_ff;
const ENTRIES = "tile/entries/";
const BODIES = "bodies/";
const INTACT = "intact/";

/** Path of a bundle below the log's prefix, such as `bodies/x001/234.p/17`. */
export function bodyBundlePath(index: number, width: number): string {
  return `${BODIES}${tilePath({ level: "entries", index, width }).slice(ENTRIES.length)}`;
}

/**
 * Number and width of the bundle with that path, given without the leading `bodies/`.
 * @throws TILE_INVALID for any path that {@link bodyBundlePath} would not write
 */
export function parseBodyBundlePath(rest: string): { readonly index: number; readonly width: number } {
  return parseTilePath(`${ENTRIES}${rest}`);
}

/** Path of what is intact of an entry bundle, such as `intact/x001/234.p/17`. */
export function intactBundlePath(index: number, width: number): string {
  return `${INTACT}${tilePath({ level: "entries", index, width }).slice(ENTRIES.length)}`;
}

/** Encodes the intact part of an entry bundle: `undefined` stands for an entry that is damaged. */
export function encodeIntactBundle(entries: readonly (Uint8Array | undefined)[]): Uint8Array {
  return encodeBodyBundle(entries.map((entry) => entry ?? "apart"));
}

/**
 * The entries that are intact, with `undefined` for each that is damaged.
 * @throws TILE_INVALID unless there are exactly `width`, and nothing else
 */
export function decodeIntactBundle(bytes: Uint8Array, width: number): (Uint8Array | undefined)[] {
  return decodeBodyBundle(bytes, width).map((entry) => (typeof entry === "string" ? undefined : entry));
}

/** Bytes of a bundle. Bodies that would make it too long are left out. Precondition: no body is empty. */
export function encodeBodyBundle(bodies: readonly BundledBody[]): Uint8Array {
  const kept = bounded(bodies);
  const total = kept.reduce((sum, body) => sum + LENGTH_BYTES + (typeof body === "string" ? 0 : body.length), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const body of kept) {
    view.setUint32(at, body === "apart" ? APART : body === "withheld" ? 0 : body.length);
    at += LENGTH_BYTES;
    if (typeof body === "string") continue;
    bytes.set(body, at);
    at += body.length;
  }
  return bytes;
}

function bounded(bodies: readonly BundledBody[]): BundledBody[] {
  let total = 0;
  return bodies.map((body) => {
    if (typeof body === "string" || total + body.length > MAX_BUNDLED_BYTES)
      return body === "withheld" ? body : "apart";
    total += body.length;
    return body;
  });
}

/**
 * The bodies in a bundle.
 * @throws TILE_INVALID unless exactly `width` of them and nothing else
 */
export function decodeBodyBundle(bytes: Uint8Array, width: number): BundledBody[] {
  const bodies: BundledBody[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length && bodies.length < width) {
    const length = view.getUint32(at);
    at += LENGTH_BYTES;
    if (length === 0 || length === APART) {
      bodies.push(length === 0 ? "withheld" : "apart");
      continue;
    }
    if (at + length > bytes.length) break;
    bodies.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (bodies.length !== width || at !== bytes.length)
    throw new WarifuError("TILE_INVALID", `the bundle does not hold exactly ${width} whole parts`);
  return bodies;
}
