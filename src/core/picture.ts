/**
 * The pictures that a record came with, as its claim `pictures` names them. The bytes are in the vault, after those that
 * the record was made from, if there are any; the claim is concealed wherever a record concerns people, because the hash of
 * a picture would tell whoever has the picture that it is here.
 */
import { SHA256_HEX } from "./bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Name of the claim. */
export const PICTURES_CLAIM = "pictures";
/** Most pictures of one record. */
export const MOST_PICTURES = 16;

/** Formats that are taken. */
export const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** A part of a picture: left, top, width and height as fractions of the upright picture. */
export type Box = readonly [left: number, top: number, width: number, height: number];

/** What the claim says about one picture. */
export type PictureClaim = {
  readonly bytes: number;
  /** Width and height before it is turned as its metadata says. */
  readonly height: number;
  /** Parts that its sender wants to be unrecognisable in the published copy. */
  readonly hide?: readonly Box[];
  /** Hexadecimal. */
  readonly sha256: string;
  readonly type: PictureType;
  readonly width: number;
};

const NUMBERS = ["bytes", "height", "width"];

/** The pictures that a record's claims name; none if the claim has another form, as some sources' own may. */
export function picturesIn({ [PICTURES_CLAIM]: value }: JsonObject): readonly PictureClaim[] {
  return Array.isArray(value) && value.every(isPictureClaim) ? (value as unknown as readonly PictureClaim[]) : [];
}

function isPictureClaim(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { sha256, type, hide = [] } = value;
  return (
    NUMBERS.every((name) => Number.isSafeInteger(value[name])) &&
    typeof sha256 === "string" &&
    SHA256_HEX.test(sha256) &&
    PICTURE_TYPES.some((one) => one === type) &&
    Array.isArray(hide) &&
    hide.every(isBox)
  );
}

/** Whether a value is a part of a picture that is not empty and lies within it. */
export function isBox(value: JsonValue): boolean {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [left, top, width, height] = value as [JsonValue, JsonValue, JsonValue, JsonValue];
  return isSpan(left, width) && isSpan(top, height);
}

function isSpan(from: JsonValue, length: JsonValue): boolean {
  return typeof from === "number" && typeof length === "number" && from >= 0 && length > 0 && from + length <= 1;
}
