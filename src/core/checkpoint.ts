/**
 * Checkpoints: tree heads as signed notes (https://c2sp.org/tlog-checkpoint).
 *
 *     <origin>\n<tree size, decimal>\n<root hash, base64>\n
 *
 * The log's key is named after its origin. Extension lines are ignored when read, and never written.
 */
import { fromUtf8 } from "./bytes.ts";
import type { VerifyEd25519 } from "./verify-ed25519.ts";
import { WarifuError } from "./errors.ts";
import { assertSignedByLog, keysOfLog, type LogKeys } from "./log-keys.ts";
import { signatureLine, type NoteSigner } from "./note-signer.ts";
import {
  formatNote,
  parseNote,
  verifyNote,
  type SignedNote,
  type VerifiedSignature,
  type VerifierKey,
} from "./note.ts";
import { formatTreeHead, parseTreeHead, type TreeHead } from "./tree-head.ts";

/** A tree head and the note that carries it. */
export interface Checkpoint extends TreeHead {
  /** The whole signed note. */
  readonly note: string;
}

/** The log's key under the origin's name, how to sign with it, and the further keys that sign as well. */
export interface LogSigner extends NoteSigner {
  readonly key: LogKeys;
  readonly others?: readonly NoteSigner[];
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

/** Signs a tree head with all of the log's keys that sign. */
export function signCheckpoint(head: TreeHead, signer: LogSigner): Checkpoint {
  const text = formatTreeHead(head);
  const signatures = [signer, ...(signer.others ?? [])].map((one) => signatureLine(text, one));
  return { ...head, note: formatNote({ text, signatures }) };
}

/** The tree head in a checkpoint's text; no signature is verified. @throws CHECKPOINT_INVALID, NOTE_INVALID */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  return checkpointIn(parseNote(bytes), bytes);
}

function checkpointIn({ text }: SignedNote, bytes: Uint8Array): Checkpoint {
  const { origin, treeSize, rootHash } = parseTreeHead(text);
  return { origin, treeSize, rootHash, note: fromUtf8(bytes, "note") };
}

/**
 * Opens a checkpoint: the log must have signed it with every required key, and cosigners' lines must verify.
 * @param verifyHere as of {@link verifyNote}
 * @returns the tree head and every verified signature, the log's among them
 * @throws CHECKPOINT_INVALID, NOTE_INVALID, SIGNATURE_MISMATCH, ORIGIN_MISMATCH
 */
export function openCheckpoint(
  bytes: Uint8Array,
  log: LogKeys,
  cosigners: readonly VerifierKey[] = [],
  verifyHere?: VerifyEd25519,
): { checkpoint: Checkpoint; signatures: VerifiedSignature[] } {
  const note = parseNote(bytes);
  const checkpoint = checkpointIn(note, bytes);
  const signatures = verifyNote(note, [...keysOfLog(log), ...cosigners], verifyHere);
  assertSignedByLog(log, checkpoint.treeSize, signatures);
  // Checked after the signature, byte for byte: an origin inside a signed text is a claim like any other.
  if (checkpoint.origin !== log.name)
    throw new WarifuError("ORIGIN_MISMATCH", "the checkpoint is of another log", {
      details: { expected: log.name, given: checkpoint.origin },
    });
  return { checkpoint, signatures };
}

/** How many of the witnesses cosigned. A further key of the log is no witness. */
export function countCosigned(signatures: readonly VerifiedSignature[], witnesses: readonly VerifierKey[]): number {
  return signatures.filter(({ key }) => witnesses.includes(key)).length;
}
