/**
 * The process in which pictures are decoded (picture-process.ts). One message in, one out. It is given nothing but the
 * pictures: no environment, no keys.
 */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import { assertDecodes, bareFrom, limitDecoder, pixelsOf, type BarePicture } from "./decoder.ts";
import { hideBoxes } from "./hide-boxes.ts";
import { recognisePicture, type PictureFormat } from "./picture-format.ts";

/** What is to be done with a picture. */
export type PictureJob =
  /** Is it one, and does it decode? */
  | { readonly task: "look"; readonly bytes: Uint8Array }
  /** Make the copy that is published. */
  | { readonly task: "copy"; readonly bytes: Uint8Array; readonly hide: readonly Box[] };

/** What came of it. */
export type PictureAnswer =
  | { readonly format: PictureFormat }
  | { readonly copy: BarePicture }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

limitDecoder();
process.on("message", (job: PictureJob) => {
  void work(job).then((answer) => process.send?.(answer));
});

async function work(job: PictureJob): Promise<PictureAnswer> {
  try {
    const format = recognisePicture(job.bytes);
    if (job.task === "copy") {
      const pixels = await pixelsOf(job.bytes);
      return { copy: await bareFrom(await hideBoxes(pixels, job.hide)) };
    }
    await assertDecodes(job.bytes, format);
    return { format };
  } catch (error) {
    return { failure: { code: codeOf(error), message: messageOf(error) } };
  }
}
