/**
 * What is signed over a checkpoint, other than its plain text: https://c2sp.org/tlog-cosignature. Ed25519 cosigners sign the
 * text after two lines. ML-DSA-44 keys, of cosigners and of logs, sign a binary structure with the head that the text
 * states:
 *
 *     "subtree/v1\n\0" ‖ length (1) ‖ name ‖ time (8) ‖ length (1) ‖ origin ‖ start (8) = 0 ‖ end (8) ‖ root hash (32)
 *
 * Numbers are big-endian. A time of 0 makes no statement that the tree was the largest one then.
 */
import { concatBytes, utf8 } from "./bytes.ts";
import { parseTreeHead, type ReadTreeHead } from "./tree-head.ts";

const SUBTREE_LABEL = "subtree/v1\n\0";
/** A length of one byte. */
const MAX_NAME_BYTES = 255;

/** The bytes that an Ed25519 cosigner signs at `time` (POSIX seconds). */
export function cosignedBytes(text: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/**
 * The bytes that the ML-DSA-44 key of that name signs over a checkpoint's text at `time` (POSIX seconds, or 0).
 * `undefined` for texts that such a key does not sign: they are no checkpoint, or have lines that it would not cover.
 */
export function subtreeBytes(text: string, name: string, time: number): Uint8Array | undefined {
  const head = headIn(text);
  if (!head || head.extensions.length > 0) return undefined;
  const [cosigner, origin] = [utf8(name), utf8(head.origin)];
  if (cosigner.length > MAX_NAME_BYTES || origin.length > MAX_NAME_BYTES) return undefined;
  return concatBytes(
    ...[utf8(SUBTREE_LABEL), Uint8Array.of(cosigner.length), cosigner, uint64(time)],
    ...[Uint8Array.of(origin.length), origin, uint64(0), uint64(head.treeSize), head.rootHash],
  );
}

/** A safe integer in 8 bytes, big-endian. */
export function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function headIn(text: string): ReadTreeHead | undefined {
  try {
    return parseTreeHead(text);
  } catch {
    return undefined;
  }
}
