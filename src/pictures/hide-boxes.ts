/**
 * Makes parts of a picture unrecognisable: each is reduced to 6 by 6 pixels at most, each of which stands for 16 by 16 at
 * least, and enlarged again. That destroys what was there, whereas a blur can be reversed in part.
 */
import type { Box } from "../core/picture.ts";
import { imageOf, type Pixels } from "./decoder.ts";

/** Longest side of what is left of a part. */
const LEFT_SIDE = 6;
/** How many pixels become one, in each direction: with fewer, a letter with a box of its own could still be read. */
const LEAST_REDUCTION = 16;

/** The picture without what was in the boxes. */
export async function hideBoxes(pixels: Pixels, boxes: readonly Box[]): Promise<Pixels> {
  if (boxes.length === 0) return pixels;
  // One after the other, so that where two overlap, nothing of the original comes back.
  let data = pixels.data;
  for (const box of boxes) data = await hideOne({ ...pixels, data }, box);
  return { ...pixels, data };
}

async function hideOne(pixels: Pixels, box: Box): Promise<Buffer> {
  const { left, top, width, height } = inPixels(box, pixels);
  const reduced = { width: leftOf(width), height: leftOf(height) };
  const small = await imageOf(pixels)
    .extract({ left, top, width, height })
    .resize({ ...reduced, fit: "fill" })
    .raw()
    .toBuffer();
  const patch = await imageOf({ data: small, ...reduced })
    .resize(width, height, { kernel: "cubic", fit: "fill" })
    .raw()
    .toBuffer();
  const raw = { width, height, channels: 3 } as const;
  return imageOf(pixels)
    .composite([{ input: patch, raw, left, top }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

function leftOf(side: number): number {
  return Math.min(LEFT_SIDE, Math.max(1, Math.floor(side / LEAST_REDUCTION)));
}

/** Whole pixels, none of the box left out. */
function inPixels([left, top, width, height]: Box, whole: Pick<Pixels, "width" | "height">) {
  const x = spanIn(left, width, whole.width);
  const y = spanIn(top, height, whole.height);
  return { left: x.from, top: y.from, width: x.length, height: y.length };
}

function spanIn(from: number, length: number, whole: number): { readonly from: number; readonly length: number } {
  const first = Math.min(Math.floor(from * whole), whole - 1);
  const end = Math.min(Math.ceil((from + length) * whole), whole);
  return { from: first, length: Math.max(1, end - first) };
}
