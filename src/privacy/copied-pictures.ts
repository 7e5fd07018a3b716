/**
 * The pictures of a person's own records, for the copy of their data that a person gets: as copies without metadata, so that
 * nothing about a telephone goes along, each with the hash of the original, which is the one that the record's claim states.
 *
 * One after the other, as the caller consumes them: a copy of many records need not fit into memory.
 */
import { Buffer } from "node:buffer";
import { toHex } from "../core/bytes.ts";
import { codeOf } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { PictureClaim } from "../core/picture.ts";
import { sha256 } from "../core/sha256.ts";
import type { Asker, ReadEntry, WayOut } from "./way-out.ts";

/** Most bytes of all pictures together; further ones are only named. */
const MOST_COPIED_BYTES = 33_554_432;

/** Makes a copy of a picture that holds nothing but pixels. @throws PICTURE_INVALID, PICTURE_UNSUPPORTED, TOO_LARGE, BUSY */
export type Strip = (bytes: Uint8Array) => Promise<Stripped>;

interface Stripped {
  readonly bytes: Uint8Array;
  readonly type: string;
}

export interface CopiedPicturesParts {
  readonly wayOut: Pick<WayOut, "picture">;
  readonly strip: Strip;
  readonly mostBytes?: number | undefined;
}

/** A record and what it says of its pictures. */
export interface PicturedRecord {
  readonly of: ReadEntry;
  readonly pictures: readonly PictureClaim[];
}

/** Why a picture is only named. */
export const LEFT_OUT = ["too-large", "not-copied", "erased"] as const;
type LeftOut = (typeof LEFT_OUT)[number];

/**
 * The pictures of records, in order. Pictures that cannot be had are named with the reason; an officer can look at the
 * original.
 * @throws STOPPED, STORE_FAILED, VAULT_FAILED
 */
export async function* copiedPictures(
  records: readonly PicturedRecord[],
  asker: Asker,
  { wayOut, strip, mostBytes = MOST_COPIED_BYTES }: CopiedPicturesParts,
): AsyncGenerator<JsonObject> {
  let left = mostBytes;
  for (const { of, pictures } of records)
    for (const { sha256: hash, type } of pictures) {
      const named = { record: of.entry.leafIndex, sha256: hash, type };
      const copy =
        left < 0 ? "too-large" : await copyOf(async () => (await wayOut.picture(of, asker, hash))?.bytes, strip);
      if (typeof copy !== "string") left -= copy.bytes.length;
      yield {
        ...named,
        ...(typeof copy !== "string" && left >= 0 ? { copy: shown(copy) } : { leftOut: reasonOf(copy) }),
      };
    }
}

function reasonOf(copy: Stripped | LeftOut): LeftOut {
  return typeof copy === "string" ? copy : "too-large";
}

function shown({ bytes, type }: Stripped): JsonObject {
  return { type, sha256: toHex(sha256(bytes)), base64: Buffer.from(bytes).toString("base64") };
}

async function copyOf(read: () => Promise<Uint8Array | undefined>, strip: Strip): Promise<Stripped | LeftOut> {
  try {
    const bytes = await read();
    return bytes === undefined ? "erased" : await strip(bytes);
  } catch (error) {
    const isOfThePicture = /^(?:PICTURE_|TOO_LARGE$|BUSY$|STORE_DAMAGED$)/.test(codeOf(error) ?? "");
    if (isOfThePicture) return "not-copied";
    throw error;
  }
}
