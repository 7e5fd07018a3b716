/**
 * The process in which pictures are decoded (picture-process.ts). One message in, one out. It is given nothing but the
 * pictures: no environment, no keys.
 */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import { assertDecodes, bareFrom, limitDecoder, pixelsOf, type BarePicture } from "./decoder.ts";
import { openFaceDetector, type FaceDetector } from "./faces.ts";
import { hideBoxes } from "./hide-boxes.ts";
import { hideFaces } from "./hide-faces.ts";
import { recognisePicture, type PictureFormat } from "./picture-format.ts";

/** What is to be done with a picture. */
export type PictureJob =
  /** Is it one, and does it decode? */
  | { readonly task: "look"; readonly bytes: Uint8Array }
  /** Make the copy that is published; with the packages of the folder `faces`, without the faces that are found. */
  | {
      readonly task: "copy";
      readonly bytes: Uint8Array;
      readonly hide: readonly Box[];
      readonly faces?: string | undefined;
    };

/** The copy of a picture, and what was found in it. */
export interface PictureCopy extends BarePicture {
  /** Absent where nobody looked for faces. */
  readonly faces?: { readonly boxes: readonly Box[]; readonly model?: string } | undefined;
}

/** What came of it. */
export type PictureAnswer =
  | { readonly format: PictureFormat }
  | { readonly copy: PictureCopy }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

let detector: Promise<FaceDetector> | undefined;

limitDecoder();
process.on("message", (job: PictureJob) => {
  void work(job).then((answer) => process.send?.(answer));
});

async function work(job: PictureJob): Promise<PictureAnswer> {
  try {
    const format = recognisePicture(job.bytes);
    if (job.task === "copy") return { copy: await copyOf(job) };
    await assertDecodes(job.bytes, format);
    return { format };
  } catch (error) {
    return { failure: { code: codeOf(error), message: messageOf(error) } };
  }
}

async function copyOf({ bytes, hide, faces }: Extract<PictureJob, { task: "copy" }>): Promise<PictureCopy> {
  // What people marked first, so that no face is counted that they hid.
  const pixels = await hideBoxes(await pixelsOf(bytes), hide);
  if (faces === undefined) return bareFrom(pixels);
  const { model, detect } = await (detector ??= openFaceDetector(faces));
  const { pixels: hidden, boxes } = await hideFaces(pixels, { detect });
  return { ...(await bareFrom(hidden)), faces: { boxes, model } };
}
