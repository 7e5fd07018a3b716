/**
 * Whether a picture carries content credentials (C2PA), by its structure alone: nothing in them is read.
 *
 * References: C2PA Technical Specification 2.1, "Embedding manifests": JUMBF in APP11 segments of JPEG (ISO/IEC 19566-5), in
 * the chunk `caBX` of PNG, in the chunk `C2PA` of WebP.
 */
import type { PictureType } from "../core/picture.ts";

/** Whether a sound picture (picture-format.ts) of that format carries some. */
export function hasCredentials(bytes: Uint8Array, type: PictureType): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return FINDERS[type](buffer);
}

const FINDERS: Readonly<Record<PictureType, (buffer: Buffer) => boolean>> = {
  "image/jpeg": isInJpeg,
  "image/png": isInPng,
  "image/webp": isInWebp,
};

const APP11 = 0xeb;
const START_OF_SCAN = 0xda;
/** Where the head of a box ends: of APP11, of JUMBF's superbox and of its description. */
const BOX_HEAD = 128;

/** They stand before the pixels. */
function isInJpeg(buffer: Buffer): boolean {
  for (let at = 2; at + 4 <= buffer.length;) {
    // Fill bytes.
    while (buffer[at] === 0xff && buffer[at + 1] === 0xff) at++;
    const marker = buffer[at + 1];
    if (buffer[at] !== 0xff || marker === START_OF_SCAN || at + 4 > buffer.length) return false;
    const end = at + 2 + Math.max(2, buffer.readUInt16BE(at + 2));
    if (marker === APP11 && isBox(buffer.toString("latin1", at + 4, Math.min(end, at + 4 + BOX_HEAD)))) return true;
    at = end;
  }
  return false;
}

/** Other boxes of that form hold other things, such as a second exposure. */
function isBox(head: string): boolean {
  return head.startsWith("JP") && head.includes("jumb") && head.includes("c2pa");
}

function isInPng(buffer: Buffer): boolean {
  for (let at = 8; at + 8 <= buffer.length; at += 12 + buffer.readUInt32BE(at))
    if (buffer.toString("latin1", at + 4, at + 8) === "caBX") return true;
  return false;
}

function isInWebp(buffer: Buffer): boolean {
  for (let at = 12; at + 8 <= buffer.length;) {
    if (buffer.toString("latin1", at, at + 4) === "C2PA") return true;
    const length = buffer.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return false;
}
