/**
 * Pictures that were taken or chosen: recognised by their bytes, hashed as they are, never changed. What others are shown is
 * a bare copy that the service makes.
 */
import { toHex } from "../../../core/bytes.ts";
import { PICTURE_TYPES } from "../../../core/picture.ts";

/** What the service takes. */
const MOST_BYTES = 12 * 1_024 * 1_024;
/** What the file dialog offers: a phone that takes pictures in another format converts them for this list. */
export const ACCEPTED = PICTURE_TYPES.join(",");

/** A picture with its bytes. */
export interface PickedPicture {
  readonly sha256: string;
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

/** Why a file was not picked. */
export type PickTrouble = "notPicture" | "tooLarge" | "notRead";

/** The picture in a file. */
export async function pickedPicture(file: Blob): Promise<PickedPicture | PickTrouble> {
  if (file.size > MOST_BYTES) return "tooLarge";
  // A file that lies elsewhere, such as in a cloud, may not be there.
  const bytes = await file.arrayBuffer().catch(() => undefined);
  if (!bytes) return "notRead";
  const type = typeOf(new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength)));
  if (type === undefined) return "notPicture";
  return { type, bytes, sha256: await hashOf(bytes) };
}

/** SHA-256, hexadecimal. */
export async function hashOf(bytes: ArrayBuffer): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** By its first bytes: names and stated types may be wrong. */
function typeOf(head: Uint8Array): (typeof PICTURE_TYPES)[number] | undefined {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("RIFF") && text.slice(8) === "WEBP") return "image/webp";
  return undefined;
}
