// Pictures as phones make them, drawn here: each carries what must never be published.

import { deflateSync } from "node:zlib";

import sharp, { type Sharp } from "sharp";

/** Stands in every kind of metadata of {@link phonePhoto}. */
export const CANARY = "CANARY-7f3a9c";
/** Behind the end of the picture. */
export const TRAILER = `trailing ${CANARY}`;

/** A scene of three colours: sky above, ground below, a red disc on the left. */
export function scene(width = 320, height = 240): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isDisc = Math.hypot(x - width / 4, y - height / 2) < height / 5;
      const colour = isDisc ? [220, 40, 40] : y < height / 2 ? [130, 170, 220] : [90, 120, 60];
      data.set(colour, (y * width + x) * 3);
    }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A JPEG with EXIF (GPS, owner), XMP, IPTC, a comment, a profile of colours, C2PA's box, a thumbnail and trailing data, to be turned. */
export async function phonePhoto(width = 320, height = 240): Promise<Buffer> {
  const jpeg = await scene(width, height)
    .withExif({
      IFD0: { Copyright: CANARY, Artist: CANARY },
      IFD3: { GPSLatitude: "43/1 27/1 3/1", GPSLatitudeRef: "N" },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${CANARY}</a></x:xmpmeta>`)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const thumbnail = await scene(40, 30).jpeg().toBuffer();
  const segments = [
    segment(0xed, Buffer.from(`Photoshop 3.0\0${CANARY}`)),
    segment(0xeb, Buffer.from(`JP\0\0jumb c2pa ${CANARY}`)),
    segment(0xe2, Buffer.from(`MPF\0${CANARY}`)),
    segment(0xfe, Buffer.from(CANARY)),
  ];
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2), thumbnail, Buffer.from(TRAILER)]);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A PNG with a text chunk, transparent pixels that hold something, and trailing data. */
export async function pngWithText(): Promise<Buffer> {
  const png = await scene().png().toBuffer();
  const end = png.length - 12;
  return Buffer.concat([
    png.subarray(0, end),
    chunk("tEXt", Buffer.from(`Comment\0${CANARY}`)),
    png.subarray(end),
    Buffer.from(TRAILER),
  ]);
}

/** A PNG of the given claimed size, with one row of pixels. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const row = deflateSync(Buffer.alloc(1 + 3 * Math.min(width, 100)));
  return Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", row), chunk("IEND", Buffer.alloc(0))]);
}

/** A chunk of a PNG file. */
export function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
