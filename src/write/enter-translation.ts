/**
 * Enters the translation of a record's texts: as an event of the log, with the texts sealed in the vault. The
 * translation that it replaces is erased: it may have been corrected because it was wrong.
 */
import { toHex, utf8 } from "../core/bytes.ts";
import { IN_CLAIM, OUT_CLAIM } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { sha256 } from "../core/sha256.ts";
import { WHO_CLAIM, type Translation } from "../core/translation-event.ts";
import { translationEvent } from "../events/translation.ts";
import type { EventRegister } from "../events/register.ts";
import type { AppendedEntry } from "./append.ts";
import type { StoredCheck } from "./stored-check.ts";
import type { Writer } from "./writer.ts";

/** Texts by the name of their claim. */
export type Texts = Readonly<Record<string, string>>;

/** A translation of a record's texts. */
export interface NewTranslation {
  readonly translation: Translation;
  readonly originals: Texts;
  readonly texts: Texts;
  /** Id of the key of whoever corrected it. */
  readonly who?: string | undefined;
}

export interface EnterTranslationParts {
  readonly writer: Pick<Writer, "enterIf" | "erase">;
  readonly check: Pick<StoredCheck, "isErased">;
  readonly events: Pick<EventRegister, "erasures" | "translations">;
}

/**
 * Enters it.
 * @throws NOT_FOUND the record was erased meanwhile; BUSY it is a machine's, and the record has a translation by now;
 *   STOPPED
 */
export async function enterTranslation(
  { translation, originals, texts, who }: NewTranslation,
  { writer, check, events }: EnterTranslationParts,
): Promise<AppendedEntry> {
  const hashes = Object.entries(originals).map(([name, text]) => [name, toHex(sha256(utf8(text)))] as const);
  const concealed: JsonObject = {
    [IN_CLAIM]: Object.fromEntries(hashes),
    [OUT_CLAIM]: { ...texts },
    ...(who !== undefined && { [WHO_CLAIM]: who }),
  };
  const { record, by } = translation;
  let replaced: number | undefined;
  const entered = await writer.enterIf(async () => {
    if (events.erasures.erasedBy(record) !== undefined || (await check.isErased(record)))
      throw new WarifuError("NOT_FOUND", "the record was erased");
    replaced = events.translations.newestOf(record, translation)?.leafIndex;
    // A machine does not replace what a person has corrected meanwhile.
    if (by === "machine" && replaced !== undefined)
      throw new WarifuError("BUSY", "somebody else has translated it meanwhile: ask again");
    return translationEvent(translation, concealed);
  });
  if (replaced !== undefined) await writer.erase(replaced);
  return entered;
}
