/**
 * What bytes are, by their content: which format of picture, how large, and where the picture ends. Only the structure is
 * read, in one pass, so this comes before anything is decoded; whether the pixels are sound is for the decoder to say.
 *
 * References: ITU-T T.81 annex B (JPEG), the PNG specification (third edition), Google's "WebP Container Specification".
 */
import { WarifuError } from "../core/errors.ts";
import type { PictureType } from "../core/picture.ts";

/** Largest picture that is taken in. */
export const MAX_PICTURE_BYTES = 16_777_216;
export const MAX_PICTURE_PIXELS = 50_000_000;
/** Decoders of JPEG stop there, and those of long PNG files at some place of their own. */
const MAX_PICTURE_SIDE = 65_500;

/** What a picture is before it is decoded. */
export interface PictureFormat {
  readonly type: PictureType;
  /** As it is stored: metadata may say that it is to be turned. */
  readonly width: number;
  readonly height: number;
}

interface Found extends PictureFormat {
  readonly isAnimated?: boolean;
}

/**
 * Recognises a picture.
 * @throws PICTURE_UNSUPPORTED another format, or an animation; PICTURE_INVALID empty, cut off, or at the same time a file of
 *   another kind; TOO_LARGE
 */
export function recognisePicture(bytes: Uint8Array): PictureFormat {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length === 0) throw invalid("the picture is empty");
  if (buffer.length > MAX_PICTURE_BYTES)
    throw new WarifuError("TOO_LARGE", `a picture may have ${MAX_PICTURE_BYTES} bytes`);
  const read = READERS.find(({ isAt }) => isAt(buffer))?.read;
  if (!read) throw unsupported(buffer);
  const { isAnimated, ...format } = read(buffer);
  if (isAnimated) throw new WarifuError("PICTURE_UNSUPPORTED", "the picture is animated: send one that is still");
  assertSize(format);
  assertNothingElse(buffer);
  return format;
}

function assertSize({ width, height }: PictureFormat): void {
  if (width === 0 || height === 0) throw invalid("the picture has no pixels");
  if (Math.max(width, height) > MAX_PICTURE_SIDE)
    throw new WarifuError("TOO_LARGE", `a picture may have ${MAX_PICTURE_SIDE} pixels on a side: send it smaller`);
  if (width * height > MAX_PICTURE_PIXELS)
    throw new WarifuError("TOO_LARGE", `a picture may have ${MAX_PICTURE_PIXELS} pixels: send it smaller`);
}

const ZIP_END = Buffer.from("PK\x05\x06", "latin1");
/** The last record of a ZIP file and the longest comment after it. */
const ZIP_END_WITHIN = 22 + 65_535;
const PDF_START = Buffer.from("%PDF-", "latin1");
const PDF_START_WITHIN = 1_024;

/** Archives are found from their end, and PDF files anywhere in the first bytes: both can hide after a picture. */
function assertNothingElse(buffer: Buffer): void {
  if (buffer.subarray(-ZIP_END_WITHIN).includes(ZIP_END)) throw invalid("the picture is a ZIP archive as well");
  if (buffer.subarray(0, PDF_START_WITHIN).includes(PDF_START)) throw invalid("the picture is a PDF file as well");
}

const READERS: readonly { isAt(buffer: Buffer): boolean; read(buffer: Buffer): Found }[] = [
  { isAt: (buffer) => buffer.subarray(0, 3).equals(JPEG_START), read: readJpeg },
  { isAt: (buffer) => buffer.subarray(0, 8).equals(PNG_START), read: readPng },
  { isAt: (buffer) => isText(buffer, 0, "RIFF") && isText(buffer, 8, "WEBP"), read: readWebp },
];

const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Start of frame: all of C0 to CF but tables and the reserved one. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** In a scan, FF 00 is a byte of data, and FF D0 to FF D7 are marks for a reader that lost its place. */
const isInScan = (marker: number): boolean => marker === 0 || (marker >= 0xd0 && marker <= 0xd7);

function readJpeg(buffer: Buffer): Found {
  let size: { readonly width: number; readonly height: number } | undefined;
  for (let at = 2; ;) {
    if (buffer[at] !== 0xff) throw cutOff();
    while (buffer[at] === 0xff) at++;
    const marker = buffer[at++];
    if (marker === END_OF_IMAGE) break;
    if (marker === undefined || at + 2 > buffer.length) throw cutOff();
    if (isFrame(marker)) size ??= { height: uint(buffer, at + 3, 2), width: uint(buffer, at + 5, 2) };
    at += Math.max(2, uint(buffer, at, 2));
    if (marker === START_OF_SCAN) at = endOfScan(buffer, at);
  }
  if (!size) throw invalid("the picture has no size");
  return { type: "image/jpeg", ...size };
}

function endOfScan(buffer: Buffer, from: number): number {
  // Byte by byte: of a scan that is nothing but such bytes, a search for each would hold everybody up for a second.
  for (let at = from; at + 1 < buffer.length; at++) {
    if (buffer[at] !== 0xff) continue;
    const next = buffer[at + 1] as number;
    if (next !== 0xff && !isInScan(next)) return at;
  }
  throw cutOff();
}

const PNG_START = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function readPng(buffer: Buffer): Found {
  let isAnimated = false;
  for (let at = 8; ;) {
    const length = uint(buffer, at, 4);
    const end = at + 12 + length;
    if (end > buffer.length) throw cutOff();
    if (at === 8 && !isText(buffer, 12, "IHDR")) throw invalid("the picture has no size");
    if (isText(buffer, at + 4, "acTL")) isAnimated = true;
    if (isText(buffer, at + 4, "IEND")) break;
    at = end;
  }
  return { type: "image/png", width: uint(buffer, 16, 4), height: uint(buffer, 20, 4), isAnimated };
}

const WEBP_ANIMATED = 0b10;

function readWebp(buffer: Buffer): Found {
  if (buffer.readUInt32LE(4) + 8 > buffer.length || buffer.length < 30) throw cutOff();
  // Where the first chunk's content begins.
  const at = 20;
  if (isText(buffer, 12, "VP8X")) {
    const isAnimated = ((buffer[at] as number) & WEBP_ANIMATED) !== 0;
    return {
      type: "image/webp",
      width: buffer.readUIntLE(24, 3) + 1,
      height: buffer.readUIntLE(27, 3) + 1,
      isAnimated,
    };
  }
  if (isText(buffer, 12, "VP8L")) {
    const packed = buffer.readUInt32LE(at + 1);
    return { type: "image/webp", width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (!isText(buffer, 12, "VP8 ")) throw invalid("the picture has no size");
  return { type: "image/webp", width: buffer.readUInt16LE(26) & 0x3fff, height: buffer.readUInt16LE(28) & 0x3fff };
}

/** Names of formats that people send instead, by what they begin with. */
const OTHERS: readonly (readonly [name: string, at: number, text: string])[] = [
  ["HEIC", 8, "heic"],
  ["HEIC", 8, "heix"],
  ["HEIC", 8, "hevc"],
  ["HEIC", 8, "heim"],
  ["HEIC", 8, "mif1"],
  ["HEIC", 8, "msf1"],
  ["AVIF", 8, "avif"],
  ["GIF", 0, "GIF8"],
  ["TIFF", 0, "II*\0"],
  ["TIFF", 0, "MM\0*"],
  ["BMP", 0, "BM"],
  ["PDF", 0, "%PDF"],
];

function unsupported(buffer: Buffer): WarifuError {
  const [name] = OTHERS.find(([, at, text]) => isText(buffer, at, text)) ?? [];
  const what = name === undefined ? "this is no picture" : `${name} is not taken`;
  const how = name === "HEIC" ? "; a phone can export the picture as JPEG" : "";
  return new WarifuError("PICTURE_UNSUPPORTED", `${what}: send JPEG, PNG or WebP${how}`);
}

function cutOff(): WarifuError {
  return invalid("the picture is cut off or damaged");
}

function invalid(why: string): WarifuError {
  return new WarifuError("PICTURE_INVALID", why);
}

function isText(buffer: Buffer, at: number, text: string): boolean {
  return buffer.toString("latin1", at, at + text.length) === text;
}

/** Big-endian. @throws PICTURE_INVALID beyond the end */
function uint(buffer: Buffer, at: number, length: number): number {
  if (at + length > buffer.length) throw cutOff();
  return buffer.readUIntBE(at, length);
}
