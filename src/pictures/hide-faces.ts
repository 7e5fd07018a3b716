/** Hides the faces that a detector finds, and looks again, until it finds none. */
import { WarifuError } from "../core/errors.ts";
import type { Box } from "../core/picture.ts";
import type { Pixels } from "./decoder.ts";
import type { FaceDetector } from "./faces.ts";
import { hideBoxes } from "./hide-boxes.ts";

/** How often to look before giving up. */
const MOST_LOOKS = 4;

/** A picture in which the detector finds no face any more. */
export interface HiddenFaces {
  readonly pixels: Pixels;
  /** What was hidden, one box for each face found. */
  readonly boxes: readonly Box[];
}

/** @throws FACES_NOT_HIDDEN faces are still found */
export async function hideFaces(pixels: Pixels, { detect }: Pick<FaceDetector, "detect">): Promise<HiddenFaces> {
  let hidden = pixels;
  const boxes: Box[] = [];
  for (let look = 0; look < MOST_LOOKS; look++) {
    const found = await detect(hidden);
    if (found.length === 0) return { pixels: hidden, boxes };
    boxes.push(...found);
    hidden = await hideBoxes(hidden, found);
  }
  throw new WarifuError("FACES_NOT_HIDDEN", "faces are still found in the picture after they were hidden");
}
