/**
 * The client's half of the mirror protocol (https://c2sp.org/tlog-mirror) as bytes. A log offers a checkpoint as to a witness,
 * then uploads the entries in packages that are aligned at multiples of 256, each with the proof that it is of that checkpoint:
 *
 *     POST <prefix>/add-entries     origin, upload start and end, ticket; then packages: entries, number of hashes, hashes
 *     200 signature lines · 202, 409 <tree size>\n<next entry>\n<base64 ticket>\n as text/x.tlog.mirror-info
 */
import { concatBytes, fromBase64, fromDecimal, fromUtf8, utf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import type { LeafRange } from "./merkle.ts";
import { encodeEntryBundle, TILE_WIDTH } from "./tile.ts";

/** Media type of the body that says where a mirror is. Compared exactly. */
export const MIRROR_INFO_MEDIA_TYPE = "text/x.tlog.mirror-info";
/** The most packages in one request, as the specification advises: larger requests exceed the limits of hosts. */
export const MAX_PACKAGES = 32;
/** Largest answer that is read. */
export const MAX_MIRROR_ANSWER_BYTES = 98_304;
const MAX_TICKET_BYTES = 65_535;

/** Which entries are uploaded: `start` up to `end`, the size of a checkpoint that was offered. */
export interface Upload {
  readonly origin: string;
  readonly start: number;
  readonly end: number;
  /** The mirror's ticket, returned as it came; empty at first. */
  readonly ticket: Uint8Array;
}

/** The entries of a package, and the range of leaves that it completes and proves. */
export interface PackageRange {
  readonly entries: LeafRange;
  /** Begins at a multiple of 256. */
  readonly subtree: LeafRange;
}

/** A package as it is sent. */
export interface EntryPackage {
  readonly entries: readonly Uint8Array[];
  /** Proof that the subtree is part of the tree at the upload's end: hashes of the `subtreeRanges`, 32 bytes each. */
  readonly proof: readonly Uint8Array[];
}

/** The first packages of an upload, as many as one request has. */
export function packageRanges({ start, end }: Pick<Upload, "start" | "end">): PackageRange[] {
  const ranges: PackageRange[] = [];
  for (let begin = start - (start % TILE_WIDTH); begin < end && ranges.length < MAX_PACKAGES; begin += TILE_WIDTH) {
    const last = Math.min(end, begin + TILE_WIDTH);
    // An empty upload has no package.
    if (start < last)
      ranges.push({ entries: { begin: Math.max(start, begin), end: last }, subtree: { begin, end: last } });
  }
  return ranges;
}

/** Body of a request. */
export function formatAddEntries(
  { origin, start, end, ticket }: Upload,
  packages: readonly EntryPackage[],
): Uint8Array {
  const name = utf8(origin);
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(start));
  numbers.setBigUint64(8, BigInt(end));
  const sent = packages.map(({ entries, proof }) =>
    concatBytes(encodeEntryBundle(entries), Uint8Array.of(proof.length), ...proof),
  );
  const head = [uint16(name.length), name, new Uint8Array(numbers.buffer), uint16(ticket.length), ticket];
  return concatBytes(...head, ...sent);
}

/** A mirror's answer, judged by its form alone. */
export type MirrorAnswer =
  /** Signature lines, as they came: `acceptCosignature` judges them. */
  | { readonly kind: "mirrored"; readonly lines: Uint8Array }
  /** The mirror's state: the size of a checkpoint that it knows, the entry that it needs next, and the ticket to send. */
  | { readonly kind: "at"; readonly treeSize: number; readonly nextEntry: number; readonly ticket: Uint8Array }
  | { readonly kind: "refused"; readonly status: number };

/**
 * The answer in an HTTP response to `add-entries`.
 * @throws ENCODING_INVALID when a body that claims to say where the mirror is does not
 */
export function readMirrorAnswer(status: number, mediaType: string | null, body: Uint8Array): MirrorAnswer {
  if (status === 200) return { kind: "mirrored", lines: body };
  if ((status !== 202 && status !== 409) || mediaType !== MIRROR_INFO_MEDIA_TYPE) return { kind: "refused", status };
  const [size = "", next = "", ticket = "", ...rest] = fromUtf8(body, "where the mirror is").split("\n");
  if (rest.length !== 1 || rest[0] !== "")
    throw new WarifuError("ENCODING_INVALID", "where the mirror is has not three lines");
  const at = { treeSize: fromDecimal(size, "its tree size"), nextEntry: fromDecimal(next, "its next entry") };
  const bytes = fromBase64(ticket, "its ticket");
  if (bytes.length > MAX_TICKET_BYTES) throw new WarifuError("ENCODING_INVALID", "its ticket is too long");
  return { kind: "at", ...at, ticket: bytes };
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
