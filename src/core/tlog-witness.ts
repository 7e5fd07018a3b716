/**
 * The witness protocol (https://c2sp.org/tlog-witness) as bytes; witness and log share this file.
 *
 *     POST <prefix>/add-checkpoint     old <size>\n[<base64 hash>\n…]\n<checkpoint>
 *     200 signature lines · 409 <size>\n as text/x.tlog.size · any other status is a refusal
 *
 * Reading checks only the form of a request or an answer, never whether what it claims is true.
 */
import { concatBytes, equalBytes, fromBase64, fromDecimal, fromUtf8, toBase64, toHex, utf8 } from "./bytes.ts";
import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts";
import { WarifuError, messageOf } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./merkle.ts";
import {
  formatNote,
  MAX_NOTE_BYTES,
  parseNote,
  verifyNote,
  type SignatureLine,
  type SignedNote,
  type VerifierKey,
} from "./note.ts";
import { sha256 } from "./sha256.ts";

/** Largest request that is read: a consistency proof and a checkpoint, as large as a note may be. */
export const MAX_ADD_CHECKPOINT_BYTES = 4_096 + MAX_NOTE_BYTES;
/** Largest answer that is read. */
export const MAX_WITNESS_ANSWER_BYTES = 16_384;
/** Media type of the body that states the size of the latest cosigned tree. Compared exactly, parameters and all. */
export const TLOG_SIZE_MEDIA_TYPE = "text/x.tlog.size";
const MAX_PROOF_HASHES = 63;
const EMPTY_TREE = /^[^\n]+\n0\n([^\n]*)\n/;

/** A request to cosign this checkpoint, whose tree extends the one of `oldSize`. */
export interface AddCheckpoint {
  /** Size of the tree that the witness cosigned last; 0 when it has cosigned none. */
  readonly oldSize: number;
  /** The consistency proof from that size, 32 bytes each. */
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: Checkpoint;
}

/** Bytes of a request. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): Uint8Array {
  return utf8(`${[`old ${oldSize}`, ...proof.map(toBase64)].join("\n")}\n\n${checkpoint.note}`);
}

/**
 * The request in a body; neither its signatures nor its proof are verified.
 * @throws REQUEST_INVALID; CONSISTENCY_MISMATCH when the tree is empty and its root is not that of the empty tree
 */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint {
  try {
    if (bytes.length > MAX_ADD_CHECKPOINT_BYTES) throw malformed(`it is larger than ${MAX_ADD_CHECKPOINT_BYTES} bytes`);
    return readAddCheckpoint(fromUtf8(bytes, "the request"));
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code === "CONSISTENCY_MISMATCH") throw cause;
    throw malformed(`this is not an add-checkpoint request: ${messageOf(cause)}`, cause);
  }
}

function readAddCheckpoint(text: string): AddCheckpoint {
  const headEnd = text.indexOf("\n\n");
  const [old = "", ...hashes] = text.slice(0, Math.max(headEnd, 0)).split("\n");
  if (!old.startsWith("old ")) throw malformed("it does not begin with the old size, then an empty line");
  if (hashes.length > MAX_PROOF_HASHES) throw malformed(`its proof has more than ${MAX_PROOF_HASHES} lines`);
  const oldSize = fromDecimal(old.slice("old ".length), "the old size");
  const proof = hashes.map((line) => fromBase64(line, "a hash of the proof", HASH_BYTES));
  const note = text.slice(headEnd + 2);
  const root = EMPTY_TREE.exec(note)?.[1];
  if (root !== undefined && root !== toBase64(EMPTY_ROOT))
    throw new WarifuError("CONSISTENCY_MISMATCH", "a tree of size 0 has the root of the empty tree");
  return { oldSize, proof, checkpoint: parseCheckpoint(utf8(note)) };
}

function malformed(message: string, cause?: unknown): WarifuError {
  return new WarifuError("REQUEST_INVALID", message, { cause });
}

/** A witness's answer, judged by its form alone. */
export type WitnessAnswer =
  /** Signature lines, as they came: {@link acceptCosignature} judges them. */
  | { readonly kind: "cosigned"; readonly lines: Uint8Array }
  /** The request's old size was not that of the tree that the witness cosigned last. */
  | { readonly kind: "size"; readonly treeSize: number }
  | { readonly kind: "refused"; readonly status: number };

/**
 * Asks the witness at the URL prefix `url`.
 * @throws SERVICE_UNREACHABLE when no complete answer came in time; TOO_LARGE
 */
export type AskWitness = (url: string, request: AddCheckpoint) => Promise<WitnessAnswer>;

/**
 * The answer in an HTTP response.
 * @throws ENCODING_INVALID when a body that claims to be a size is not one
 */
export function readWitnessAnswer(status: number, mediaType: string | null, body: Uint8Array): WitnessAnswer {
  if (status === 200) return { kind: "cosigned", lines: body };
  if (status !== 409 || mediaType !== TLOG_SIZE_MEDIA_TYPE) return { kind: "refused", status };
  const text = fromUtf8(body, "the tree size");
  if (!text.endsWith("\n")) throw new WarifuError("ENCODING_INVALID", "the tree size does not end in a line feed");
  return { kind: "size", treeSize: fromDecimal(text.slice(0, -1), "the tree size") };
}

/** Body of the answer that states the size of the latest cosigned tree. */
export function formatTreeSize(treeSize: number): string {
  return `${treeSize}\n`;
}

/**
 * The cosignature of a witness, taken from its answer and verified over the checkpoint's own text. Lines by any other key
 * are ignored.
 * @throws NOTE_INVALID when the answer is not signature lines only; SIGNATURE_MISMATCH when no line is by `key`, or that
 *   line does not verify
 */
export function acceptCosignature(text: string, lines: Uint8Array, key: VerifierKey): SignatureLine {
  const note = parseNote(concatBytes(utf8(`${text}\n`), lines));
  // An empty line in the answer would make everything before it part of the text.
  if (note.text !== text) throw new WarifuError("NOTE_INVALID", "the answer has an empty line among its signatures");
  const [signature] = verifyNote(note, [key]);
  if (signature?.time === undefined) throw new WarifuError("SIGNATURE_MISMATCH", "the cosignature states no time");
  return note.signatures.find((line) => isBy(line, key)) as SignatureLine;
}

/** The cosignature by `key` that a note already carries; `undefined` if there is none, or it does not verify. */
export function cosignatureOn({ text, signatures }: SignedNote, key: VerifierKey): SignatureLine | undefined {
  const own = signatures.filter((line) => isBy(line, key));
  try {
    verifyNote({ text, signatures: own }, [key]);
    return own[0];
  } catch {
    return undefined;
  }
}

/** Text of the note with these lines added, replacing lines by the same key. */
export function withCosignatures({ text, signatures }: SignedNote, lines: readonly SignatureLine[]): string {
  const kept = signatures.filter((line) => !lines.some((added) => isBy(line, added)));
  return formatNote({ text, signatures: [...kept, ...lines] });
}

/** Name of a log in the monitoring paths of a witness: SHA-256 of the origin line, lower-case hexadecimal. */
export function originHash(origin: string): string {
  return toHex(sha256(utf8(origin)));
}

function isBy(line: SignatureLine, { name, keyId }: Pick<VerifierKey, "name" | "keyId">): boolean {
  return line.name === name && equalBytes(line.keyId, keyId);
}
