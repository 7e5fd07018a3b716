/**
 * What hides faces in pictures: the detector of the folder `faces/`, if it is installed, and a service of the city's,
 * if one is named. With both, the detector also goes over what the service returns.
 */
import { isUtf8 } from "node:buffer";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { hasFaceDetector } from "../pictures/face-packages.ts";
import { MAX_PICTURE_BYTES } from "../pictures/picture-format.ts";
import type { PictureProcess } from "../pictures/picture-process.ts";
import { OWN_TOOL, type FaceHider } from "./publishing.ts";

/** A service that takes `{"image": "<base64>"}` and answers with the same, as M-Sec's GANonymizer does. */
export interface Redactor {
  readonly url: string;
  /** User and password of HTTP's basic authentication, with a colon in between. */
  readonly login?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface FaceHiderParts {
  readonly process: Pick<PictureProcess, "copy">;
  /** Where the packages that find faces are, or would be. */
  readonly folder: string;
  readonly redactor?: Redactor | undefined;
}

const REDACTOR_TOOL = { tool: "http-redactor", version: "1" } as const;
const LONGEST_ANSWER_MS = 60_000;
/** Base64 of the largest picture, and what is around it. */
const MAX_ANSWER_BYTES = Math.ceil(MAX_PICTURE_BYTES / 3) * 4 + 1_024;

/** What hides faces at present; `undefined` while nothing does. */
export function faceHiderOf({ process, folder, redactor }: FaceHiderParts): FaceHider | undefined {
  const faces = hasFaceDetector(folder) ? folder : undefined;
  if (!redactor)
    return faces === undefined ? undefined : { ...OWN_TOOL, hide: (bytes, boxes) => process.copy(bytes, boxes, faces) };
  return {
    ...REDACTOR_TOOL,
    async hide(bytes, boxes) {
      // Nobody else gets more than will be published.
      const bare = await process.copy(bytes, boxes);
      const answer = await redacted(bare.bytes, redactor);
      const copy = await process.copy(answer, [], faces).catch((cause: unknown) => {
        throw refused("did not answer with a picture that can be published", cause);
      });
      if (copy.width !== bare.width || copy.height !== bare.height)
        throw refused("answered with a picture of another size");
      return copy;
    },
  };
}

/** @throws FACES_NOT_HIDDEN */
async function redacted(
  picture: Uint8Array,
  { url, login, timeoutMs = LONGEST_ANSWER_MS }: Redactor,
): Promise<Uint8Array> {
  const headers = {
    "content-type": "application/json",
    ...(login !== undefined && { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
  };
  const body = JSON.stringify({ image: Buffer.from(picture).toString("base64") });
  let answer: Uint8Array;
  try {
    // A redirection could lead anywhere.
    const options = {
      method: "POST",
      redirect: "error",
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    } as const;
    const response = await fetch(url, options);
    answer = await boundedBody(response, MAX_ANSWER_BYTES);
    if (response.status !== 200) throw refused(`answered ${response.status}`);
  } catch (error) {
    throw error instanceof WarifuError && error.code === "FACES_NOT_HIDDEN"
      ? error
      : refused(`cannot be used: ${whyFetchFailed(error, timeoutMs)}`, error);
  }
  return imageIn(answer);
}

function imageIn(answer: Uint8Array): Uint8Array {
  if (!isUtf8(answer)) throw refused("did not answer in JSON");
  let image: unknown;
  try {
    const value = parseJson(fromUtf8(answer, "answer"), "answer");
    image = isJsonObject(value) ? value["image"] : undefined;
  } catch (cause) {
    throw refused("did not answer in JSON", cause);
  }
  if (typeof image !== "string") throw refused("answered without an image");
  return Buffer.from(image, "base64");
}

function refused(why: string, cause?: unknown): WarifuError {
  return new WarifuError("FACES_NOT_HIDDEN", `the service that hides faces ${why}`, { cause });
}
