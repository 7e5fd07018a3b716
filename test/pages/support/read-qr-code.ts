// Reads QR codes as a phone would, with a decoder that knows nothing of the encoder: jsQR, a port of ZXing.

import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";

import sharp from "sharp";

type Decode = (pixels: Uint8ClampedArray, width: number, height: number) => { readonly data: string } | null;
const { default: decode } = createRequire(import.meta.url)("jsqr") as { readonly default: Decode };

/** The text of the code in a picture. */
export async function readQrCode(picture: Uint8Array): Promise<string> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const found = decode(new Uint8ClampedArray(data), info.width, info.height);
  if (!found) throw new Error("there is no QR code in the picture that can be read");
  return found.data;
}

/** Of a point of the page: enough for the decoder, whose time grows with the picture. */
const PIXELS = 4;

/** The text of the code that is drawn in a PDF: what its pages fill, drawn again as a picture. */
export async function readQrCodeInPdf(pdf: Uint8Array): Promise<string> {
  const filled = streamsOf(Buffer.from(pdf)).find((text) => /\d l\n[^]*\bf\b/.test(text)) ?? "";
  const strokes = [...filled.matchAll(/([\d.]+) ([\d.]+) ([ml])\n/g)].map(
    ([, x, y, what]) => `${what!.toUpperCase()}${x} ${y}`,
  );
  const size = Math.max(...[...filled.matchAll(/([\d.]+) [\d.]+ [ml]\n/g)].map(([, x]) => Number(x))) + 4;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${PIXELS * size}" height="${PIXELS * size}">` +
    `<rect width="${size}" height="${size}" fill="#fff"/><path shape-rendering="crispEdges" d="${strokes.join("")}"/></svg>`;
  return readQrCode(Buffer.from(svg));
}

/** The contents of a PDF's compressed streams, as text. */
function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf("stream\n"); at !== -1; at = pdf.indexOf("stream\n", at + 1)) {
    if (pdf.subarray(at - 3, at).toString() === "end") continue;
    try {
      found.push(inflateSync(pdf.subarray(at + 7, pdf.indexOf("endstream", at))).toString("latin1"));
    } catch {
      // Not one that is compressed.
    }
  }
  return found;
}
