/**
 * An event that states that the texts of a record were translated: from which language into which, by which program and
 * model or by a person. The log enters it itself, as a derivation of the record.
 *
 * The texts are concealed: the hashes of the originals (`in`), the translations ({@link OUT_CLAIM}), each as an object by
 * the name of the claim, and who corrected it ({@link WHO_CLAIM}). They are erased with the record.
 */
import { SHA256_HEX } from "./bytes.ts";
import type { Body } from "./body.ts";
import { DERIVATION_CONTENT, OUT_CLAIM, TOOL_NAME, TOOL_VERSION } from "./derivation-event.ts";
import { isJsonObject, type JsonValue } from "./json.ts";
import { ObjectReader } from "./object-reader.ts";

/** `vct` of the body of such an event. */
export const TRANSLATION_VCT = "warifu:translation:1";
/** Name of the concealed claim that says who corrected it. */
export const WHO_CLAIM = "who";

/** The first part of a language tag: two or three letters. */
export const LANGUAGE_CODE = /^[a-z]{2,3}$/;
/** The most models of one translation: one, or two by way of a third language. */
const MOST_MODELS = 4;

export const TRANSLATORS = ["machine", "person"] as const;
/** Whether the originals are public claims of the record, or concealed ones. */
export const TRANSLATED = ["public", "concealed"] as const;
export type Translated = (typeof TRANSLATED)[number];

/** What an event says in clear. */
export interface Translation {
  readonly by: (typeof TRANSLATORS)[number];
  readonly from: string;
  /** SHA-256 of each model that was used, hexadecimal; absent if the program does not say. */
  readonly models?: readonly string[];
  readonly of: Translated;
  /** Leaf index of the record. */
  readonly record: number;
  readonly to: string;
  /** Which program, and its version; absent if a person translated it. */
  readonly tool?: string;
  readonly version?: string;
}

/** Whether a body is that of such an event. */
export function isTranslation({ contentName, vct }: Pick<Body, "contentName" | "vct">): boolean {
  return contentName === DERIVATION_CONTENT && vct === TRANSLATION_VCT;
}

/**
 * The event in the content of such a body.
 * @throws BODY_INVALID unknown or missing member, or one of the wrong form; nothing is concealed
 */
export function translationOf({ content, digests }: Pick<Body, "content" | "digests">): Translation {
  const reader = new ObjectReader(content, DERIVATION_CONTENT, "BODY_INVALID");
  const [by, of] = [reader.string("by"), reader.string("of")];
  const translation = {
    by: TRANSLATORS.find((one) => one === by) ?? reader.fail("by", `is one of ${TRANSLATORS.join(", ")}`),
    from: reader.string("from", LANGUAGE_CODE),
    ...(by === "machine" && programIn(reader)),
    of: TRANSLATED.find((one) => one === of) ?? reader.fail("of", `is one of ${TRANSLATED.join(", ")}`),
    record: reader.count("record"),
    to: reader.string("to", LANGUAGE_CODE),
  };
  reader.end();
  if (translation.from === translation.to) reader.fail("to", "is another language than the original's");
  if (digests.length === 0) reader.fail(OUT_CLAIM, "is concealed in such an event");
  return translation;
}

function programIn(reader: ObjectReader): Pick<Translation, "models" | "tool" | "version"> {
  const models = reader.has("models") ? reader.strings("models", SHA256_HEX) : undefined;
  if (models && (models.length === 0 || models.length > MOST_MODELS))
    reader.fail("models", `has one to ${MOST_MODELS} items`);
  const [tool, version] = [reader.string("tool", TOOL_NAME), reader.string("version", TOOL_VERSION)];
  return { ...(models && { models }), tool, version };
}

/** Texts by the name of their claim; `undefined` if the value has another form. */
export function textsIn(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  const isWhole = Object.values(value).every((text) => typeof text === "string");
  return isWhole ? (value as Readonly<Record<string, string>>) : undefined;
}
