/**
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, then lines `— <name> <base64(key id ‖ signature)>`.
 * Ed25519 (type 0x01), and of https://c2sp.org/tlog-cosignature timestamped Ed25519 (0x04) and ML-DSA-44 (0x06), which
 * logs use as well as cosigners.
 *
 * If a line by a known key does not verify, the whole note is refused. Lines by unknown keys are ignored, whatever they
 * hold and however many there are: being able to add a line to a note must not be enough to spoil it.
 */
import { concatBytes, equalBytes, fromBase64, fromUtf8, toBase64, toHex, utf8 } from "./bytes.ts";
import { cosignedBytes, subtreeBytes } from "./cosigned-bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { assertMlDsaKey, verifyMlDsa44 } from "./ml-dsa.ts";
import { sha256 } from "./sha256.ts";
import type { VerifyEd25519 } from "./verify-ed25519.ts";

/** Signature types that this program reads and writes. */
const NOTE_TYPES = { ed25519: 0x01, cosignature: 0x04, mldsa44: 0x06 } as const;
export type NoteType = keyof typeof NOTE_TYPES;

/**
 * Largest note that is read. Room for 16 signatures of 5 kB, the size of post-quantum ones, which signed-note requires,
 * and as much again.
 */
export const MAX_NOTE_BYTES = 163_840;
const KEY_ID_BYTES = 4;
/** Bytes of the timestamp that precedes the signature in all timestamped types. */
const TIME_BYTES = 8;
// No plus, no Unicode White_Space (`\s` differs: it lacks U+0085 and has U+FEFF), and nothing that no note can hold.
const KEY_NAME = /^[^+\p{White_Space}\p{Surrogate}\u0000-\u001f]+$/u;
const FORBIDDEN_IN_TEXT = /[\u0000-\u0009\u000b-\u001f]/;
const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;

/** A public key as notes name it. */
export interface VerifierKey {
  readonly name: string;
  readonly type: NoteType;
  /** 4 bytes: SHA-256(name ‖ LF ‖ type ‖ key)[:4]. An identifier, not a safeguard. */
  readonly keyId: Uint8Array;
  /** 32 bytes for Ed25519, 1,312 for ML-DSA-44. */
  readonly publicKey: Uint8Array;
}

/** One signature line. */
export interface SignatureLine {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** A note taken apart; nothing in it is verified yet. */
export interface SignedNote {
  /** Ends in a line feed. These bytes are what was signed. */
  readonly text: string;
  /**
   * Lines whose signature is canonical base64 of a key id and at least one more byte; no other line can be by a key that we
   * know.
   */
  readonly signatures: readonly SignatureLine[];
}

/** A signature that verified. `time` is set where it states one, as those of cosigners do: POSIX seconds. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly time?: number;
}

/**
 * The key of that name.
 * @throws KEY_INVALID bad name, or a public key that {@link assertPublicKey} or {@link assertMlDsaKey} refuses
 */
export function verifierKey(name: string, publicKey: Uint8Array, type: NoteType = "ed25519"): VerifierKey {
  if (!KEY_NAME.test(name))
    throw new WarifuError("KEY_INVALID", "a key name is not empty and has no space, plus sign or control character");
  if (type === "mldsa44") assertMlDsaKey(publicKey);
  else assertPublicKey(publicKey);
  const typed = concatBytes(Uint8Array.of(NOTE_TYPES[type]), publicKey);
  const keyId = sha256(concatBytes(utf8(name), Uint8Array.of(0x0a), typed)).slice(0, KEY_ID_BYTES);
  return { name, type, keyId, publicKey };
}

/** Text form of a key, `<name>+<key id>+<base64(type ‖ key)>`. */
export function formatVerifierKey({ name, type, keyId, publicKey }: VerifierKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(concatBytes(Uint8Array.of(NOTE_TYPES[type]), publicKey))}`;
}

/**
 * The key in its text form; the key id is recomputed and compared.
 * @throws KEY_TYPE_UNKNOWN a well-formed key of a type that this program cannot verify; KEY_INVALID
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, keyId, encoded] = VKEY.exec(text) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined)
    throw new WarifuError("KEY_INVALID", "a verifier key has the form <name>+<key id>+<base64>");
  const typed = base64Key(encoded);
  const type = (Object.keys(NOTE_TYPES) as NoteType[]).find((candidate) => NOTE_TYPES[candidate] === typed[0]);
  if (type === undefined)
    throw new WarifuError(
      "KEY_TYPE_UNKNOWN",
      `keys of type ${typed[0]} are not supported: only Ed25519, as type 1 for logs and type 4 for witnesses, and ` +
        "ML-DSA-44, as type 6 for both",
    );
  const key = verifierKey(name, typed.slice(1), type);
  if (toHex(key.keyId) !== keyId)
    throw new WarifuError("KEY_INVALID", "the verifier key's id does not belong to its name and key");
  return key;
}

function base64Key(encoded: string): Uint8Array {
  try {
    return fromBase64(encoded, "verifier key");
  } catch (cause) {
    throw new WarifuError("KEY_INVALID", "the verifier key is not base64 of a type and a key", { cause });
  }
}

/**
 * The name and id that tell keys apart in a note. Two keys can be made to share them by brute force; no reader opens their
 * notes.
 */
export function lineLabel({ name, keyId }: Pick<SignatureLine, "name" | "keyId">): string {
  return `${name}+${toHex(keyId)}`;
}

/** Text of a signature line, with its line feed. */
export function formatSignatureLine({ name, keyId, signature }: SignatureLine): string {
  return `\u2014 ${name} ${toBase64(concatBytes(keyId, signature))}\n`;
}

/** Text of a note. Precondition: `text` ends in a line feed and there is a signature. */
export function formatNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(formatSignatureLine).join("")}`;
}

/**
 * Takes a note apart.
 * @throws NOTE_INVALID
 */
export function parseNote(bytes: Uint8Array): SignedNote {
  if (bytes.length > MAX_NOTE_BYTES)
    throw new WarifuError("NOTE_INVALID", `the note is larger than ${MAX_NOTE_BYTES} bytes`);
  const whole = decodeText(bytes);
  // The text itself may hold empty lines, so the last one ends it.
  const textEnd = whole.lastIndexOf("\n\n");
  if (textEnd < 0 || !whole.endsWith("\n"))
    throw new WarifuError("NOTE_INVALID", "the note has no empty line before its signatures, or no final line feed");
  const lines = whole.slice(textEnd + 2, -1).split("\n");
  return { text: whole.slice(0, textEnd + 1), signatures: lines.flatMap((line) => parseSignatureLine(line) ?? []) };
}

/**
 * The signatures of a note by `keys`, all verified.
 * @param verifyHere checks those of Ed25519
 * @throws SIGNATURE_MISMATCH when a line by one of the keys does not verify, one of them signs twice, or none does
 */
export function verifyNote(
  note: SignedNote,
  keys: readonly VerifierKey[],
  verifyHere: VerifyEd25519 = verifyEd25519,
): VerifiedSignature[] {
  const lines = note.signatures.flatMap((line) => {
    const key = keys.find(({ name, keyId }) => name === line.name && equalBytes(keyId, line.keyId));
    return key === undefined ? [] : [{ line, key }];
  });
  // Checked before the costly part, so that no note has more signatures verified than there are keys.
  if (new Set(lines.map(({ key }) => key)).size !== lines.length)
    throw new WarifuError("SIGNATURE_MISMATCH", "a known key signs the note twice");
  const verified = lines.map(({ line, key }) => verifyLine(note.text, line, { key, verifyHere }));
  if (verified.length === 0) throw new WarifuError("SIGNATURE_MISMATCH", "the note has no signature by a known key");
  return verified;
}

interface LineCheck {
  readonly key: VerifierKey;
  readonly verifyHere: VerifyEd25519;
}

function verifyLine(text: string, { signature }: SignatureLine, check: LineCheck): VerifiedSignature {
  const { key, verifyHere } = check;
  const time = key.type === "ed25519" ? undefined : timeOf(signature);
  if (time === undefined) assertVerifies(verifyHere(key.publicKey, utf8(text), signature), key);
  else assertVerifies(verifyTimed(text, time, signature.subarray(TIME_BYTES), check), key);
  return time ? { key, time } : { key };
}

function verifyTimed(text: string, time: number, signature: Uint8Array, { key, verifyHere }: LineCheck): boolean {
  if (key.type === "cosignature") return time > 0 && verifyHere(key.publicKey, cosignedBytes(text, time), signature);
  const message = subtreeBytes(text, key.name, time);
  return message !== undefined && verifyMlDsa44(key.publicKey, message, signature);
}

function assertVerifies(isVerified: boolean, { name }: VerifierKey): void {
  if (!isVerified) throw new WarifuError("SIGNATURE_MISMATCH", `the signature of ${name} does not verify`);
}

/** The seconds in the first 8 bytes; a number that is not safe is no plausible time. */
function timeOf(signature: Uint8Array): number {
  const view = new DataView(signature.buffer, signature.byteOffset, signature.byteLength);
  const time = signature.length > TIME_BYTES ? Number(view.getBigUint64(0)) : Number.NaN;
  if (!Number.isSafeInteger(time))
    throw new WarifuError("SIGNATURE_MISMATCH", "a cosignature does not have the form time and signature");
  return time;
}

/** @returns undefined for a signature that readers need not know */
function parseSignatureLine(line: string): SignatureLine | undefined {
  const [dash, name, encoded, ...rest] = line.split(" ");
  if (dash !== "\u2014" || name === undefined || encoded === undefined || rest.length > 0 || !KEY_NAME.test(name))
    throw new WarifuError("NOTE_INVALID", "a line after the note's text is not a signature line");
  const blob = canonicalBlob(encoded);
  if (blob === undefined || blob.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: blob.slice(0, KEY_ID_BYTES), signature: blob.slice(KEY_ID_BYTES) };
}

function canonicalBlob(encoded: string): Uint8Array | undefined {
  try {
    return fromBase64(encoded, "signature");
  } catch {
    return undefined;
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    const text = fromUtf8(bytes, "note");
    if (!FORBIDDEN_IN_TEXT.test(text)) return text;
  } catch (cause) {
    throw new WarifuError("NOTE_INVALID", "the note is not valid UTF-8", { cause });
  }
  throw new WarifuError("NOTE_INVALID", "the note holds a control character");
}
