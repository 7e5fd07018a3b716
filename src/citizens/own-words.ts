/** What citizens say of themselves when they join, as it is taken: a pseudonym is no address, and no number to call. */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { APP_LANGUAGES, type City } from "./city-file.ts";

const LONGEST = 30;
/** Letters and figures of any script, and a few signs between them: nothing that hides, turns or imitates. */
const PSEUDONYM = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'’-]*[\p{L}\p{M}\p{N}])?$/u;
const NUMBER_TO_CALL = /(?:\p{N}[ ._-]*){7}/u;

const LATIN = /\p{Script=Latin}/u;
/** Scripts whose letters pass for Latin ones. */
const LIKE_LATIN = /\p{Script=Cyrillic}|\p{Script=Greek}/u;

export const pseudonym = z
  .string()
  .transform((text) => text.normalize("NFC").trim())
  .refine((text) => [...text].length <= LONGEST, `has ${LONGEST} signs at most`)
  .refine((text) => PSEUDONYM.test(text), "has letters and figures, with spaces and . _ - ' between them")
  .refine((text) => !NUMBER_TO_CALL.test(text), "has fewer figures than a number to call")
  .refine((text) => !LATIN.test(text) || !LIKE_LATIN.test(text), "mixes no scripts whose letters look alike");

export const language = z.enum(APP_LANGUAGES);

/**
 * Asserts that nobody speaks as the city: a pseudonym is neither its name nor has that of whoever is responsible in it,
 * however it is spelt.
 * @throws REQUEST_INVALID
 */
export function assertIsNobodyOfficial(name: string, { names, controller, ownNames }: CityNames): void {
  const own = plain(name);
  const isCity = [...Object.values(names), ...ownNames].some((one) => plain(one) === own);
  if (isCity || own.includes(plain(controller.name)))
    throw new WarifuError("REQUEST_INVALID", "pseudonym: nobody speaks as the city here");
}

type CityNames = Pick<City, "names" | "controller" | "ownNames">;

/** Without marks, signs, spaces and the difference of capitals. */
function plain(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}
