/**
 * An event that states what was made from a picture of a record: by which tool, how often it looked for faces and how many
 * it found, and how many boxes people drew. The log enters it itself.
 *
 * Everything that identifies a picture is concealed: the hash of the original ({@link IN_CLAIM}), the result ({@link
 * OUT_CLAIM}) and where the hidden boxes were ({@link BOXES_CLAIM}), each under a salt that the vault keeps and that is
 * erased with the record. While the result is published, so is its opening, by which anybody can check the result against
 * the log.
 */
import { SHA256_HEX } from "./bytes.ts";
import type { Body } from "./body.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { MOST_PICTURES } from "./picture.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const DERIVATION_VCT = "warifu:derivation:1";
/** Name of the content in that body. */
export const DERIVATION_CONTENT = "derivation";
/** Names of the concealed claims. */
export const IN_CLAIM = "in";
export const OUT_CLAIM = "out";
export const BOXES_CLAIM = "boxes";

export const TOOL_NAME = /^[A-Za-z0-9][A-Za-z0-9 ._/@+-]{0,63}$/;
export const TOOL_VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$/;

/** Who made it: the service itself, or the holder of an API key who sent it. */
const DERIVERS = ["service", "client"] as const;

/** What an event says in clear. */
export interface Derivation {
  readonly by: (typeof DERIVERS)[number];
  /** How many faces were found, and hidden; absent if nobody looked for any. */
  readonly facesFound?: number;
  /** How many boxes people asked to be hidden. */
  readonly manualBoxes: number;
  /** SHA-256 of the model by which faces were found, hexadecimal. */
  readonly model?: string;
  /** Index in the record's claim `pictures`, from 0. */
  readonly picture: number;
  /** Leaf index of the record. */
  readonly record: number;
  readonly tool: string;
  readonly version: string;
}

/** The result, as its claim describes it. */
export type DerivedPicture = {
  readonly bytes: number;
  readonly height: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly type: string;
  readonly width: number;
};

/** Whether a body is that of such an event. */
export function isDerivation({ contentName, vct }: Body): boolean {
  return contentName === DERIVATION_CONTENT && vct === DERIVATION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function derivationOf({ content, digests }: Pick<Body, "content" | "digests">): Derivation {
  const reader = new ObjectReader(content, DERIVATION_CONTENT, "BODY_INVALID");
  const by = reader.string("by");
  const derivation = {
    by: DERIVERS.find((one) => one === by) ?? reader.fail("by", `is one of ${DERIVERS.join(", ")}`),
    ...(reader.has("facesFound") && { facesFound: reader.count("facesFound") }),
    manualBoxes: reader.count("manualBoxes"),
    ...(reader.has("model") && { model: reader.string("model", SHA256_HEX) }),
    picture: reader.count("picture"),
    record: reader.count("record"),
    tool: reader.string("tool", TOOL_NAME),
    version: reader.string("version", TOOL_VERSION),
  };
  reader.end();
  if (derivation.picture >= MOST_PICTURES) reader.fail("picture", "is no place that a picture can have");
  if (digests.length === 0) reader.fail(OUT_CLAIM, "is concealed in such an event");
  return derivation;
}

/** The result, from the value of its claim; `undefined` if that has another form. */
export function derivedPictureIn(value: JsonValue | undefined): DerivedPicture | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const { bytes, height, sha256, type, width } = value;
  const isWhole =
    [bytes, height, width].every(Number.isSafeInteger) &&
    typeof sha256 === "string" &&
    SHA256_HEX.test(sha256) &&
    typeof type === "string";
  return isWhole ? (value as JsonObject & DerivedPicture) : undefined;
}
