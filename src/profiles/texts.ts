/** Claims that people write, and how it is known in which language: by another claim of the record, or by the profile. */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { LANGUAGE_CODE } from "../core/translation-event.ts";
import type { ProfileDocument } from "./profile.ts";

const claimName = z.string().min(1).max(64);

/** Structure of a profile's member `texts`, by the name of the claim. */
export const textsSchema = z.record(
  claimName,
  z.strictObject({
    languageIn: claimName.exactOptional(),
    language: z.string().regex(LANGUAGE_CODE, "is a language such as es").exactOptional(),
  }),
);

/** A text of a record. */
export interface WrittenText {
  readonly claim: string;
  readonly text: string;
  /** First part of its language's tag; `undefined` if neither the record nor the profile says it. */
  readonly language: string | undefined;
}

/** The texts among a record's claims, by the profile in force. Nothing is guessed. */
export function textsOf({ texts = {} }: Pick<ProfileDocument, "texts">, claims: JsonObject): WrittenText[] {
  return Object.entries(texts).flatMap(([claim, { languageIn, language }]) => {
    const text = claims[claim];
    if (typeof text !== "string" || text.trim() === "") return [];
    const stated = languageIn === undefined ? undefined : claims[languageIn];
    return [{ claim, text, language: typeof stated === "string" ? firstPart(stated) : language }];
  });
}

/** Names of the claims that texts and their languages are in. */
export function textClaims({ texts = {} }: Pick<ProfileDocument, "texts">): string[] {
  return [...new Set(Object.entries(texts).flatMap(([claim, { languageIn }]) => [claim, languageIn ?? claim]))];
}

/** @throws PROFILE_INVALID a text is no claim that holds text, or its language cannot be known */
export function assertTexts({ type, texts = {}, claims }: ProfileDocument): void {
  const { properties } = claims;
  const holdsText = (name: string): boolean => {
    const schema = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return isJsonObject(schema) && schema["type"] === "string";
  };
  for (const [name, { languageIn, language }] of Object.entries(texts)) {
    const stray = [name, languageIn ?? name].find((one) => !holdsText(one));
    if (stray !== undefined)
      throw new WarifuError("PROFILE_INVALID", `${type}: "${stray}" is named under "texts" but is no claim with text`);
    if (languageIn === undefined && language === undefined)
      throw new WarifuError("PROFILE_INVALID", `${type}: the text "${name}" needs languageIn or language`);
  }
}

function firstPart(tag: string): string | undefined {
  const [first = ""] = tag.toLowerCase().split("-");
  return LANGUAGE_CODE.test(first) ? first : undefined;
}
