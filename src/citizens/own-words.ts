/** What citizens say of themselves when they join, as it is taken: a pseudonym is no address, and no number to call. */
import { z } from "zod";
import { APP_LANGUAGES } from "./city-file.ts";

const LONGEST = 30;
/** Letters and figures of any script, and a few signs between them: nothing that hides, turns or imitates. */
const PSEUDONYM = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._'’-]*[\p{L}\p{M}\p{N}])?$/u;
const NUMBER_TO_CALL = /(?:\p{N}[ ._-]*){7}/u;

export const pseudonym = z
  .string()
  .transform((text) => text.normalize("NFC").trim())
  .refine((text) => [...text].length <= LONGEST, `has ${LONGEST} signs at most`)
  .refine((text) => PSEUDONYM.test(text), "has letters and figures, with spaces and . _ - ' between them")
  .refine((text) => !NUMBER_TO_CALL.test(text), "has fewer figures than a number to call");

export const language = z.enum(APP_LANGUAGES);
