/**
 * The process in which pictures are decoded (picture-process.ts). One message in, one out. It is given nothing but the
 * pictures: no environment, no keys.
 */
import { codeOf, messageOf, type ErrorCode } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import { assertDecodes, bareFrom, limitDecoder, pixelsOf, type BarePicture } from "./decoder.ts";
import { openCredentialsReader, type CredentialsReader, type ReadCredentials } from "./credentials-reader.ts";
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
    }
  /** Read its content credentials with the packages of a folder. */
  | { readonly task: "credentials"; readonly bytes: Uint8Array; readonly packages: string };

/** The copy of a picture, and what was found in it. */
export interface PictureCopy extends BarePicture {
  /** Absent where nobody looked for faces. */
  readonly faces?: { readonly boxes: readonly Box[]; readonly model?: string } | undefined;
}

/** What came of it. */
export type PictureAnswer =
  | { readonly format: PictureFormat }
  | { readonly copy: PictureCopy }
  | { readonly credentials: ReadCredentials }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

let detector: Promise<FaceDetector> | undefined;
let reader: Promise<CredentialsReader> | undefined;

limitDecoder();
process.on("message", (job: PictureJob) => {
  void work(job).then((answer) => process.send?.(answer));
});

async function work(job: PictureJob): Promise<PictureAnswer> {
  try {
    const format = recognisePicture(job.bytes);
    if (job.task === "copy") return { copy: await copyOf(job) };
    if (job.task === "credentials") {
      const read = await (reader ??= openCredentialsReader(job.packages));
      return { credentials: await read(job.bytes, format.type) };
    }
    await assertDecodes(job.bytes, format);
    return { format };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
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
