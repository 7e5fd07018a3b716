/**
 * What is done with the pixels of a picture: a first look, whether they decode, and the copy that is published. Runs in a
 * process of its own (picture-process.ts), because a decoder is a large program in C that strangers feed.
 *
 * Invariant: nothing of the original but its pixels is in the copy: no metadata, no profile of colours, no thumbnail,
 * nothing below a transparent pixel and nothing after the end.
 */
import sharp, { type Sharp, type SharpOptions } from "sharp";
import type { PictureFormat } from "./picture-format.ts";
import { MAX_PICTURE_PIXELS, recognisePicture } from "./picture-format.ts";
import { WarifuError } from "../core/errors.ts";

/** Longer side of a published copy. */
const PUBLISHED_SIDE = 2_048;
/** Largest published copy. */
const MAX_PUBLISHED_BYTES = 4_194_304;
/** Tried until the copy is small enough. */
const QUALITIES = [82, 60, 30] as const;
/** Everything is decoded, into something that takes no memory. */
const LOOKED_AT = { width: 32, height: 32, fit: "fill", fastShrinkOnLoad: false } as const;

const OPTIONS: SharpOptions = { failOn: "error", limitInputPixels: MAX_PICTURE_PIXELS, sequentialRead: true };

/** The pixels of a picture, upright: turned as its metadata say. */
export interface Pixels {
  /** Red, green, blue. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A picture that can be published. */
export interface BarePicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Leaves the decoder only the three formats: it can also read SVG, PDF and others, some of which refer to further files. */
export function limitDecoder(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * Checks that all of a picture decodes, and that it is as large as its header says.
 * @throws PICTURE_INVALID
 */
export async function assertDecodes(bytes: Uint8Array, { width, height }: PictureFormat): Promise<void> {
  await decoding(async () => {
    const found = await sharp(bytes, OPTIONS).metadata();
    if (found.width !== width || found.height !== height)
      throw new WarifuError("PICTURE_INVALID", "the picture has another size than its header says");
    await sharp(bytes, OPTIONS).resize(LOOKED_AT).raw().toBuffer();
  });
}

/**
 * The pixels of a picture, at the size at which it is published.
 * @throws PICTURE_INVALID
 */
export async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  return decoding(async () => {
    const { data, info } = await sharp(bytes, OPTIONS)
      .autoOrient()
      .resize({ width: PUBLISHED_SIDE, height: PUBLISHED_SIDE, fit: "inside", withoutEnlargement: true })
      // A pixel that nobody sees may still hold something.
      .flatten({ background: "#fff" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data: info.channels === 3 ? data : spread(data, info.channels), width: info.width, height: info.height };
  });
}

/** Shades of grey as colours. */
function spread(data: Buffer, channels: number): Buffer {
  const pixels = Buffer.alloc((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3)
    pixels.fill(data[from] as number, to, to + 3);
  return pixels;
}

/**
 * The picture of pixels.
 * @throws PICTURE_INVALID it cannot be made small enough
 */
export async function bareFrom(pixels: Pixels): Promise<BarePicture> {
  for (const quality of QUALITIES) {
    const bytes = await imageOf(pixels).webp({ quality }).toBuffer();
    if (bytes.length > MAX_PUBLISHED_BYTES) continue;
    assertBare(bytes);
    return { bytes, width: pixels.width, height: pixels.height };
  }
  throw new WarifuError("PICTURE_INVALID", `the picture cannot be published in ${MAX_PUBLISHED_BYTES} bytes`);
}

/** Pixels as libvips has them. */
export function imageOf({ data, width, height }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** A WebP file of one chunk has room for nothing but pixels. */
function assertBare(bytes: Buffer): void {
  recognisePicture(bytes);
  const chunk = bytes.toString("latin1", 12, 16);
  const length = bytes.readUInt32LE(16);
  if (chunk !== "VP8 " || 20 + length + (length % 2) !== bytes.length)
    throw new WarifuError("PICTURE_INVALID", "the copy of the picture holds more than pixels");
}

/** Errors of the decoder, which quote nothing of the picture but are written for programmers. */
async function decoding<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof WarifuError) throw cause;
    throw new WarifuError("PICTURE_INVALID", "the picture does not decode: it is cut off or damaged", { cause });
  }
}
