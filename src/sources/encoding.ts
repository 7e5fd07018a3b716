/**
 * What encoding bytes are in, and how they become UTF-8. Taken unasked is only what its own marks show beyond doubt; the
 * rest is refused with the likely names, because a wrong guess would be recorded as garbage for good.
 */
import { isAscii } from "node:buffer";
import { WarifuError } from "../core/errors.ts";

/** An encoding that the bytes themselves name. */
export interface Recognised {
  /** A label that `TextDecoder` knows. */
  readonly label: string;
  /** By what it was recognised. */
  readonly by: string;
}

const BY_BYTES: Recognised = { label: "utf-8", by: "its bytes" };
const MARKS: readonly (readonly [bytes: readonly number[], label: string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
const UTF_32 = [
  [0xff, 0xfe, 0, 0],
  [0, 0, 0xfe, 0xff],
] as const;
// Names that people know and TextDecoder does not.
const ALIASES: Readonly<Record<string, string>> = { cp932: "shift_jis", eucjp: "euc-jp", cp1250: "windows-1250" };
// ASCII alone in UTF-16 is half NUL; a text with as many NULs, all on one side, is nothing else.
const NUL_SHARE = 1 / 8;

/** The label by which `TextDecoder` knows an encoding, or `undefined`. */
export function encodingLabel(name: string): string | undefined {
  const known = ALIASES[name.toLowerCase()] ?? name;
  try {
    return new TextDecoder(known).encoding;
  } catch {
    return undefined;
  }
}

/**
 * The encoding that the first bytes name beyond doubt: by a byte order mark, by the NULs of UTF-16, by the escapes of
 * ISO-2022-JP, or by the declaration of XML. `undefined` for UTF-8 without a mark and for what names none.
 * @throws ENCODING_INVALID UTF-32, which no decoder here reads; XML that is in UTF-8 and declares something else
 */
export function recognisedEncoding(head: Uint8Array): Recognised | undefined {
  const shown = shownByBytes(head);
  if (shown !== undefined) return shown;
  const declared = declaredInXml(head);
  if (declared !== undefined && isUtf8Beyond(head))
    throw new WarifuError(
      "ENCODING_INVALID",
      `its XML declaration says ${declared.label}, and its bytes are utf-8: if they are, say --encoding utf-8`,
    );
  return declared;
}

function shownByBytes(head: Uint8Array): Recognised | undefined {
  if (UTF_32.some((mark) => startsWith(head, mark)))
    throw new WarifuError("ENCODING_INVALID", "it is UTF-32: save it as UTF-8");
  for (const [mark, label] of MARKS) if (startsWith(head, mark)) return { label, by: "its byte order mark" };
  return utf16ByNuls(head) ?? iso2022(head);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

function utf16ByNuls(head: Uint8Array): Recognised | undefined {
  const [even, odd] = nulsBySide(head);
  if (Math.min(even, odd) > 0 || even + odd < head.length * NUL_SHARE || even + odd < 2) return undefined;
  const label = even > 0 ? "utf-16be" : "utf-16le";
  const text = decodedOrUndefined(head.subarray(0, head.length & ~1), label);
  if (text === undefined || /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/u.test(text)) return undefined;
  return { label, by: "its NUL bytes" };
}

/** How many NUL bytes stand at even and at odd places. */
function nulsBySide(bytes: Uint8Array): readonly [even: number, odd: number] {
  let [even, odd] = [0, 0];
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1))
    if (at % 2 === 0) even++;
    else odd++;
  return [even, odd];
}

function iso2022(head: Uint8Array): Recognised | undefined {
  const isThere = ["\x1b$B", "\x1b$@"].some((escape) => Buffer.from(head).includes(escape, 0, "latin1"));
  return isThere && isAscii(head) ? { label: "iso-2022-jp", by: "its escape sequences" } : undefined;
}

function declaredInXml(head: Uint8Array): Recognised | undefined {
  const start = Buffer.from(head.subarray(0, 200)).toString("latin1");
  const [, name] = /^\s*<\?xml\s[^>]*?encoding=["']([A-Za-z0-9._-]+)["']/.exec(start) ?? [];
  const label = name === undefined ? undefined : encodingLabel(name);
  // In UTF-16 the declaration itself would not have been readable.
  if (label === undefined || /^utf-/.test(label)) return undefined;
  return { label, by: "its XML declaration" };
}

/**
 * Holds the encoding that somebody named against the first bytes.
 * @throws ENCODING_INVALID when they are certainly in another one
 */
export function assertEncodingFits(label: string, head: Uint8Array): void {
  const shown = shownByBytes(head) ?? (isUtf8Beyond(head) || isNoUtf16(label, head) ? BY_BYTES : undefined);
  const other = shown ?? (label === "utf-8" ? declaredInXml(head) : undefined);
  if (other !== undefined && label !== other.label) throw contradicted(label, other);
}

function contradicted(label: string, other: Recognised): WarifuError {
  const remedy = other === BY_BYTES ? "say --encoding utf-8" : "leave --encoding out";
  return new WarifuError("ENCODING_INVALID", `it is not ${label} but ${other.label}, by ${other.by}: ${remedy}`);
}

/** Line ends, digits and delimiters have a NUL byte in UTF-16. */
function isNoUtf16(label: string, head: Uint8Array): boolean {
  return label.startsWith("utf-16") && !head.includes(0) && decodedOrUndefined(head, "utf-8") !== undefined;
}

/** Whether the first bytes of a text, which may end within a character, are UTF-8 and more than ASCII. */
function isUtf8Beyond(head: Uint8Array): boolean {
  const watch = new Utf8Watch();
  watch.see(head);
  return watch.isUtf8Beyond;
}

/** Whether bytes, piece by piece, are UTF-8 and more than ASCII: text in another encoding hardly ever is. */
class Utf8Watch {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #isUtf8 = true;
  #isBeyond = false;

  see(piece: Uint8Array): void {
    if (!this.#isUtf8) return;
    try {
      const text = this.#decoder.decode(piece, { stream: true });
      this.#isBeyond ||= /[^\0-\x7f]/.test(text);
    } catch {
      this.#isUtf8 = false;
    }
  }

  get isUtf8Beyond(): boolean {
    return this.#isUtf8 && this.#isBeyond;
  }
}

/**
 * The same text in UTF-8, without a byte order mark.
 * @throws ENCODING_INVALID, while it is read, at bytes that are not in that encoding; at its end, when all of it was UTF-8
 */
export async function* toUtf8(bytes: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new TextDecoder(label, { fatal: true });
  const watch = new Utf8Watch();
  try {
    for await (const piece of bytes) {
      watch.see(piece);
      const text = decoder.decode(piece, { stream: true });
      if (text !== "") yield Buffer.from(text);
    }
    yield Buffer.from(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new WarifuError(
      "ENCODING_INVALID",
      `it is not valid ${label} throughout: it may be another encoding, or cut`,
      {
        cause,
      },
    );
  }
  if (watch.isUtf8Beyond && label !== "utf-8") throw contradicted(label, BY_BYTES);
}

/** The error of bytes that are not UTF-8, with what they may be instead. */
export function notUtf8(bytes: Uint8Array, what: string): WarifuError {
  const likely = likelyEncodings(bytes);
  return new WarifuError(
    "ENCODING_INVALID",
    `${what} is not valid UTF-8; it looks like ${likely.join(" or ")}: name its encoding with --encoding ${likely[0]}`,
  );
}

/** Names of encodings that such bytes may be in, the likeliest first. */
export function likelyEncodings(bytes: Uint8Array): string[] {
  const [evenNuls, oddNuls] = nulsBySide(bytes);
  if (evenNuls + oddNuls > 0) return evenNuls > oddNuls ? ["utf-16be", "utf-16le"] : ["utf-16le", "utf-16be"];
  const pairs = pairsOf(bytes);
  if (isShiftJis(bytes, pairs)) return ["shift_jis"];
  if (isEuc(bytes, pairs)) return hasKana(pairs) ? ["euc-jp"] : ["euc-jp", "gb18030", "euc-kr"];
  // Letters of a Latin script stand alone between ASCII; those of others come in words.
  const high = bytes.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  if (2 * pairs.length >= 0.8 * high) return ["windows-1251", "koi8-r", "iso-8859-7"];
  // Windows puts letters and quotes where ISO 8859 has control characters.
  return bytes.some((byte) => byte >= 0x80 && byte < 0xa0) ? ["windows-1252"] : ["iso-8859-1", "windows-1252"];
}

/** Bytes of two, the first above ASCII, as the encodings of East Asia have them. */
type Pair = readonly [lead: number, trail: number];

function pairsOf(bytes: Uint8Array): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at + 1 < bytes.length; at++) {
    const [lead, trail] = [bytes[at] as number, bytes[at + 1] as number];
    if (lead < 0x80 || trail < 0x80) continue;
    pairs.push([lead, trail]);
    at++;
  }
  return pairs;
}

function isMost<T>(list: readonly T[], test: (item: T) => boolean, share = 0.5): boolean {
  return list.length > 0 && list.filter(test).length >= share * list.length;
}

/** Most characters of Japanese text have first bytes that ISO 8859 has no letters for. */
function isShiftJis(bytes: Uint8Array, pairs: readonly Pair[]): boolean {
  return isMost(pairs, ([lead]) => lead >= 0x81 && lead <= 0x9f, 0.3) && isDecodable(bytes, "shift_jis");
}

/** Kana and the common characters come first in the sets of East Asia, the letters of other scripts last. */
function isEuc(bytes: Uint8Array, pairs: readonly Pair[]): boolean {
  return isMost(pairs, ([lead]) => lead >= 0xa1 && lead <= 0xcf) && isDecodable(bytes, "euc-jp");
}

function hasKana(pairs: readonly Pair[]): boolean {
  return pairs.some(([lead]) => lead === 0xa4 || lead === 0xa5);
}

/** A piece of a text may begin or end within a character. */
function isDecodable(bytes: Uint8Array, label: string): boolean {
  const [last, second] = [bytes.length, 1];
  return [bytes, bytes.subarray(0, last - 1), bytes.subarray(second), bytes.subarray(second, last - 1)].some(
    (piece) => decodedOrUndefined(piece, label) !== undefined,
  );
}

function decodedOrUndefined(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
