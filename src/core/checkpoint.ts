/**
 * Checkpoints: tree heads as signed notes (https://c2sp.org/tlog-checkpoint).
 *
 *     <origin>\n<tree size, decimal>\n<root hash, base64>\n
 *
 * The log's key is named after its origin. Extension lines are ignored when read, and never written.
 */
import { equalBytes, fromBase64, fromDecimal, fromUtf8, toBase64, utf8 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./merkle.ts";
import { formatNote, parseNote, verifyNote, type VerifiedSignature, type VerifierKey } from "./note.ts";

/** Size and root of a tree, of the log with that origin. */
export interface TreeHead {
  readonly origin: string;
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** A tree head and the note that carries it. */
export interface Checkpoint extends TreeHead {
  /** The whole signed note. */
  readonly note: string;
}

/** Signs with the log's key: the Ed25519 signature (64 bytes) of `message`. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array;

/** The log's key: its public part under the origin's name, and how to sign with the private one. */
export interface LogSigner {
  readonly key: VerifierKey;
  readonly sign: SignEd25519;
}

// A valid origin: a schema-less URL without space or plus, no longer than a cosignature can name.
const ORIGIN = /^[!-*,-~]{1,255}$/;

/**
 * The origin itself, once it is known to be usable as one.
 * @throws CHECKPOINT_INVALID
 */
export function assertOrigin(origin: string): string {
  if (!ORIGIN.test(origin) || origin.includes("://") || origin.startsWith("cosignature/"))
    throw new WarifuError(
      "CHECKPOINT_INVALID",
      "an origin is a URL without its scheme, such as santander.example/ledger: printable ASCII, no space, no plus",
    );
  return origin;
}

/** Signs a tree head under the log's key. */
export function signCheckpoint(head: TreeHead, key: VerifierKey, sign: SignEd25519): Checkpoint {
  const text = `${head.origin}\n${head.treeSize}\n${toBase64(head.rootHash)}\n`;
  const signatures = [{ name: key.name, keyId: key.keyId, signature: sign(utf8(text)) }];
  return { ...head, note: formatNote({ text, signatures }) };
}

/**
 * The tree head in a checkpoint's text; no signature is checked.
 * @throws CHECKPOINT_INVALID, NOTE_INVALID
 */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  const note = parseNote(bytes);
  const [origin, size, root, ...extensions] = note.text.slice(0, -1).split("\n");
  if (!origin || size === undefined || root === undefined || extensions.includes(""))
    throw new WarifuError("CHECKPOINT_INVALID", "a checkpoint has the lines origin, tree size and root hash");
  let treeSize: number;
  let rootHash: Uint8Array;
  try {
    treeSize = fromDecimal(size, "tree size");
    rootHash = fromBase64(root, "root hash", HASH_BYTES);
  } catch (cause) {
    throw new WarifuError("CHECKPOINT_INVALID", "the checkpoint's tree size or root hash is malformed", { cause });
  }
  if (treeSize === 0 && !equalBytes(rootHash, EMPTY_ROOT))
    throw new WarifuError("CHECKPOINT_INVALID", "a checkpoint of size 0 carries the root of the empty tree");
  return { origin, treeSize, rootHash, note: fromUtf8(bytes, "note") };
}

/**
 * Opens a checkpoint: its log key must have signed it, and cosigners' lines must verify.
 * @returns the tree head and every verified signature, the log's among them
 * @throws CHECKPOINT_INVALID, NOTE_INVALID, SIGNATURE_MISMATCH, ORIGIN_MISMATCH
 */
export function openCheckpoint(
  bytes: Uint8Array,
  logKey: VerifierKey,
  cosigners: readonly VerifierKey[] = [],
): { checkpoint: Checkpoint; signatures: VerifiedSignature[] } {
  const checkpoint = parseCheckpoint(bytes);
  const signatures = verifyNote(parseNote(bytes), [logKey, ...cosigners]);
  if (!signatures.some(({ key }) => key === logKey))
    throw new WarifuError("SIGNATURE_MISMATCH", "the checkpoint is not signed by the log's own key");
  // After the signature, byte for byte: a name inside a signed text is a claim like any other.
  if (checkpoint.origin !== logKey.name)
    throw new WarifuError("ORIGIN_MISMATCH", "the checkpoint is of another log", {
      details: { expected: logKey.name, given: checkpoint.origin },
    });
  return { checkpoint, signatures };
}
