/** What hides faces in pictures: the detector of the folder `faces/`, where that is installed. */
import { hasFaceDetector } from "../pictures/faces.ts";
import type { PictureProcess } from "../pictures/picture-process.ts";
import { OWN_TOOL, type FaceHider } from "./publishing.ts";

/** The service's own; `undefined` while its packages are not installed. */
export function ownFaceHider(folder: string, process: Pick<PictureProcess, "copy">): FaceHider | undefined {
  if (!hasFaceDetector(folder)) return undefined;
  return { ...OWN_TOOL, hide: (bytes, boxes) => process.copy(bytes, boxes, folder) };
}
