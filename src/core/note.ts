/**
 * Signed notes (https://c2sp.org/signed-note): a text, an empty line, then lines `— <name> <base64(key id ‖ signature)>`.
 * Ed25519 (type 0x01) and timestamped Ed25519 cosignatures (type 0x04, https://c2sp.org/tlog-cosignature).
 *
 * A line by a known key that does not verify refuses the whole note; lines by unknown keys are passed over.
 */
import { concatBytes, equalBytes, fromBase64, fromUtf8, toBase64, toHex, utf8 } from "./bytes.ts";
import { assertPublicKey, verifyEd25519 } from "./ed25519.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Signature types that this program reads and writes. */
export const NOTE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const;
export type NoteType = keyof typeof NOTE_TYPES;

/** Largest note that is read. */
export const MAX_NOTE_BYTES = 65_536;
const MAX_SIGNATURES = 64;
const KEY_ID_BYTES = 4;
// No plus and no Unicode White_Space, which `\s` is not: it lacks U+0085 and has U+FEFF. Nor what no note can hold.
const KEY_NAME = /^[^+\p{White_Space}\p{Surrogate}\u0000-\u001f]+$/u;
const FORBIDDEN_IN_TEXT = /[\u0000-\u0009\u000b-\u001f]/;
const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;

/** A public key as notes name it. */
export interface VerifierKey {
  readonly name: string;
  readonly type: NoteType;
  /** 4 bytes: SHA-256(name ‖ LF ‖ type ‖ key)[:4]. An identifier, not a safeguard. */
  readonly keyId: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** One signature line. */
export interface SignatureLine {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** A note taken apart; nothing about it is verified yet. */
export interface SignedNote {
  /** Ends in a line feed. These bytes are what was signed. */
  readonly text: string;
  readonly signatures: readonly SignatureLine[];
}

/** A signature that verified. `time` is set on cosignatures: POSIX seconds. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly time?: number;
}

/**
 * The key of that name.
 * @throws KEY_INVALID bad name, or a public key that {@link assertPublicKey} refuses
 */
export function verifierKey(name: string, publicKey: Uint8Array, type: NoteType = "ed25519"): VerifierKey {
  if (!KEY_NAME.test(name))
    throw new WarifuError("KEY_INVALID", "a key name is not empty and has no space, plus sign or control character");
  assertPublicKey(publicKey);
  const typed = concatBytes(Uint8Array.of(NOTE_TYPES[type]), publicKey);
  const keyId = sha256(concatBytes(utf8(name), Uint8Array.of(0x0a), typed)).slice(0, KEY_ID_BYTES);
  return { name, type, keyId, publicKey };
}

/** Text form of a key, `<name>+<key id>+<base64(type ‖ key)>`. */
export function formatVerifierKey({ name, type, keyId, publicKey }: VerifierKey): string {
  return `${name}+${toHex(keyId)}+${toBase64(concatBytes(Uint8Array.of(NOTE_TYPES[type]), publicKey))}`;
}

/**
 * The key in its text form; the key id is computed anew and compared.
 * @throws KEY_INVALID
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, keyId, encoded] = VKEY.exec(text) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined)
    throw new WarifuError("KEY_INVALID", "a verifier key has the form <name>+<key id>+<base64>");
  const typed = base64Key(encoded);
  const type = (Object.keys(NOTE_TYPES) as NoteType[]).find((candidate) => NOTE_TYPES[candidate] === typed[0]);
  if (type === undefined) throw new WarifuError("KEY_INVALID", `signature type ${typed[0]} is not supported`);
  const key = verifierKey(name, typed.slice(1), type);
  if (toHex(key.keyId) !== keyId)
    throw new WarifuError("KEY_INVALID", "the verifier key's id does not belong to its name and key");
  return key;
}

function base64Key(encoded: string): Uint8Array {
  try {
    return fromBase64(encoded, "verifier key", 33);
  } catch (cause) {
    throw new WarifuError("KEY_INVALID", "the verifier key is not base64 of a type and 32 bytes", { cause });
  }
}

/** What a note tells keys apart by. Two that share it, which can be ground, make notes that no reader opens. */
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
  // The text may itself hold empty lines: the last one ends it.
  const textEnd = whole.lastIndexOf("\n\n");
  if (textEnd < 0 || !whole.endsWith("\n"))
    throw new WarifuError("NOTE_INVALID", "the note has no empty line before its signatures, or no final line feed");
  const lines = whole.slice(textEnd + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new WarifuError("NOTE_INVALID", "the note has too many signatures");
  const signatures = lines.map(parseSignatureLine);
  const seen = new Set(signatures.map(lineLabel));
  if (seen.size !== signatures.length) throw new WarifuError("NOTE_INVALID", "a key signs the note twice");
  return { text: whole.slice(0, textEnd + 1), signatures };
}

/**
 * The signatures of a note by `keys`, all verified.
 * @throws SIGNATURE_MISMATCH when a line by one of the keys does not verify, or there is none at all
 */
export function verifyNote(note: SignedNote, keys: readonly VerifierKey[]): VerifiedSignature[] {
  const verified = note.signatures.flatMap((line) => {
    const key = keys.find(({ name, keyId }) => name === line.name && equalBytes(keyId, line.keyId));
    return key === undefined ? [] : [verifyLine(note.text, line, key)];
  });
  if (verified.length === 0) throw new WarifuError("SIGNATURE_MISMATCH", "the note has no signature by a known key");
  return verified;
}

/** The bytes that a cosigner signs at `time` (POSIX seconds): https://c2sp.org/tlog-cosignature. */
export function cosignedBytes(text: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

function verifyLine(text: string, line: SignatureLine, key: VerifierKey): VerifiedSignature {
  const time = key.type === "cosignature" ? cosignatureTime(line.signature) : undefined;
  const message = time === undefined ? utf8(text) : cosignedBytes(text, time);
  const signature = time === undefined ? line.signature : line.signature.subarray(8);
  if (signature.length !== 64 || !verifyEd25519(key.publicKey, message, signature))
    throw new WarifuError("SIGNATURE_MISMATCH", `the signature of ${key.name} does not verify`);
  return time === undefined ? { key } : { key, time };
}

/** Seconds in the first 8 bytes of a cosignature; 0 or an unsafe number fits no cosigner's clock. */
function cosignatureTime(signature: Uint8Array): number {
  const view = new DataView(signature.buffer, signature.byteOffset, signature.byteLength);
  const time = signature.length === 72 ? Number(view.getBigUint64(0)) : 0;
  if (time === 0 || !Number.isSafeInteger(time))
    throw new WarifuError("SIGNATURE_MISMATCH", "a cosignature does not have the form time and signature");
  return time;
}

function parseSignatureLine(line: string): SignatureLine {
  const [dash, name, encoded, ...rest] = line.split(" ");
  if (dash !== "\u2014" || name === undefined || encoded === undefined || rest.length > 0 || !KEY_NAME.test(name))
    throw new WarifuError("NOTE_INVALID", "a line after the note's text is not a signature line");
  let blob: Uint8Array;
  try {
    blob = fromBase64(encoded, "signature");
  } catch (cause) {
    throw new WarifuError("NOTE_INVALID", "a signature of the note is not canonical base64", { cause });
  }
  if (blob.length <= KEY_ID_BYTES) throw new WarifuError("NOTE_INVALID", "a signature of the note is too short");
  return { name, keyId: blob.slice(0, KEY_ID_BYTES), signature: blob.slice(KEY_ID_BYTES) };
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
