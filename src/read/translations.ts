/**
 * Translations of what records say, for the edges. A translation is a derivation and never the record: it names its
 * languages and what made it, and is shown next to the original. Everybody may see translations of public claims; those of
 * concealed claims are for whoever may open the claims. Texts that are sent to somebody else for translation pass the gate.
 */
import type { Body } from "../core/body.ts";
import { parseOpening } from "../core/opening.ts";
import { OUT_CLAIM } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { formatRecordId } from "../core/record-id.ts";
import { TRANSLATED, textsIn, translationOf, type Translated, type Translation } from "../core/translation-event.ts";
import { provisionEvent } from "../events/provision.ts";
import type { EnteredTranslation } from "../events/translation.ts";
import type { Law } from "../privacy/law.ts";
import type { Recipients } from "../privacy/recipients.ts";
import type { Restrictions } from "../privacy/restrictions.ts";
import { decisionOn, type Leaving, type TransferGate } from "../privacy/transfer-gate.ts";
import type { Asker, WayOut } from "../privacy/way-out.ts";
import { textClaims, textsOf, type WrittenText } from "../profiles/texts.ts";
import type { Translating } from "../translate/translating.ts";
import type { Pair } from "../translate/translator.ts";
import { enterTranslation, type Texts } from "../write/enter-translation.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { CheckedEntry, Records } from "./records.ts";

export interface TranslationParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events" | "profiles" | "writer">;
  readonly records: Pick<Records, "entry">;
  readonly wayOut: Pick<WayOut, "openings" | "translation">;
  readonly gate: TransferGate;
  readonly recipients: Recipients;
  readonly restrictions: Pick<Restrictions, "isRestricted">;
  readonly law: Pick<Law, "jurisdiction">;
  readonly translating: Translating;
}

/** A translation, as it is shown. */
export interface TranslationView extends Omit<Translation, "record"> {
  readonly id: string;
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
  /**
   * Texts by the name of their claim, with the originals; absent for callers who may not see these, and once it is replaced
   * or erased.
   */
  readonly texts?: Texts;
  readonly originals?: Texts;
  /** Opening of `out` in the event's body. */
  readonly opening?: string;
}

/** What an officer asks for. */
export interface TranslationRequest {
  /** First part of a language's tag. */
  readonly to: string;
  /** A person's own translation, which replaces the one that is shown. */
  readonly texts?: Texts | undefined;
  /** Id of the officer's key. */
  readonly by: string;
}

/** The purpose for which texts may leave, as named by notices and consents. */
const TRANSLATION_PURPOSE = "translation";

/** The texts of a record that are to be translated, all of them in one language. */
interface Source {
  readonly record: CheckedEntry;
  readonly of: Translated;
  readonly pair: Pair;
  readonly originals: Texts;
}

/** The translations of one log. */
export class Translations {
  readonly #parts: TranslationParts;
  /** Translations in progress: concurrent requests for the same one share it, so that no provider is asked twice. */
  readonly #making = new Map<string, Promise<EnteredTranslation>>();

  constructor(parts: TranslationParts) {
    this.#parts = parts;
  }

  /** Whether a provider for such texts is configured. */
  offers(pair: Pair): boolean {
    return this.#parts.translating.offers(pair);
  }

  /**
   * The translations of a record, in the order of the log, with their texts as far as they are of public claims; with an
   * asker, also those of concealed ones into one language.
   * @throws ENCODING_INVALID, NOT_FOUND, STORE_DAMAGED, VAULT_FAILED; as {@link WayOut.openings}
   */
  async list(id: string, opened?: { readonly to: string; readonly asker: Asker }): Promise<TranslationView[]> {
    const record = await this.#parts.records.entry(id);
    const views: TranslationView[] = [];
    for (const one of this.#parts.log.events.translations.of(record.entry.leafIndex)) {
      if (opened && one.to !== opened.to) continue;
      const view = await this.#view(record, one, opened?.asker);
      if (view) views.push(view);
    }
    return views;
  }

  /**
   * Translates the texts of a record that are not in that language yet, or takes a person's own translation.
   * @returns the translations that are shown now, that of public claims first
   * @throws NOT_FOUND; REQUEST_INVALID; NOT_TRANSLATED; TRANSFER_REFUSED; BUSY, STOPPED, STORE_DAMAGED, VAULT_FAILED
   */
  async translate(id: string, request: TranslationRequest): Promise<TranslationView[]> {
    const record = await this.#parts.records.entry(id);
    const sources = await this.#sourcesOf(record, request);
    const made: EnteredTranslation[] = [];
    for (const source of sources) made.push(await this.#translated(source, request));
    const asker = { role: "officer", keyId: request.by } as const;
    const views = await Promise.all(made.map((one) => this.#view(record, one, asker)));
    return views.filter((view) => view !== undefined);
  }

  async #sourcesOf(record: CheckedEntry, { to, by, texts }: TranslationRequest): Promise<Source[]> {
    const { log, wayOut } = this.#parts;
    const profile = record.body && log.profiles.get(record.body.vct.split(":")[1] ?? "");
    if (
      !profile ||
      record.body?.contentName !== "record" ||
      log.events.erasures.erasedBy(record.entry.leafIndex) !== undefined
    )
      throw notThere();
    const names = new Set(textClaims(profile.document));
    if (names.size === 0) throw new WarifuError("NOT_FOUND", "the profile of the record names no texts");
    await this.#assertUnrestricted(record);
    const openings = (await wayOut.openings(record, { role: "officer", keyId: by }, names)) ?? [];
    const concealed = Object.fromEntries(openings.map((text) => [parseOpening(text).name, parseOpening(text).value]));
    const written = textsOf(profile.document, { ...record.body.content, ...concealed } as JsonObject);
    const sources = TRANSLATED.flatMap((of) => {
      const some = written.filter(({ claim }) => profile.isPublic(claim) === (of === "public"));
      const wanted = texts ? some.filter(({ claim }) => Object.hasOwn(texts, claim)) : some;
      return wanted.length === 0 ? [] : [sourceOf(record, of, wanted, to)];
    });
    assertSome(sources, texts);
    return sources;
  }

  /** @throws NOT_TRANSLATED the person concerned has restricted its use */
  async #assertUnrestricted({ entry: { leafIndex } }: CheckedEntry): Promise<void> {
    if (await this.#parts.restrictions.isRestricted(leafIndex, TRANSLATION_PURPOSE))
      throw new WarifuError("NOT_TRANSLATED", "the use of the record is restricted or objected to", {
        details: { reason: "restricted" },
      });
  }

  async #translated(source: Source, { texts, by }: TranslationRequest): Promise<EnteredTranslation> {
    const { log } = this.#parts;
    const { record, of, pair, originals } = source;
    const place = { record: record.entry.leafIndex, of, ...pair };
    if (texts) {
      const own = Object.fromEntries(Object.keys(originals).map((claim) => [claim, texts[claim] ?? ""]));
      const translation = { ...place, by: "person" } as const;
      return this.#entered(place, await enterTranslation({ translation, originals, texts: own, who: by }, log));
    }
    const name = `${place.record} ${of} ${pair.to}`;
    const making = this.#making.get(name) ?? this.#made(source, by).finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }

  /** Translates by a program, unless there is a translation already. */
  async #made(source: Source, by: string): Promise<EnteredTranslation> {
    const { log } = this.#parts;
    const { record, of, pair, originals } = source;
    const place = { record: record.entry.leafIndex, of, ...pair };
    const known = log.events.translations.newestOf(place.record, place);
    if (known) return known;
    await this.#pass(source, by);
    const { translating } = this.#parts;
    const { tool, version, models, texts: made } = await translating.translate(Object.values(originals), pair);
    const translation = { ...place, by: "machine", tool, version, ...(models && { models }) } as const;
    const named = Object.fromEntries(Object.keys(originals).map((claim, at) => [claim, made[at] ?? ""]));
    return this.#entered(place, await enterTranslation({ translation, originals, texts: named }, log));
  }

  /**
   * Asks the gate before texts are sent to somebody else, and enters into the log that they were.
   * @throws NOT_TRANSLATED no provider translates this; NOT_FOUND the provider is not in the register; TRANSFER_REFUSED
   */
  async #pass({ record, pair, originals }: Source, by: string): Promise<void> {
    const { gate, recipients, translating, law, log } = this.#parts;
    const { recipient: name } = translating.translatorFor(pair);
    if (name === undefined) return;
    const recipient = await recipients.named(name);
    const claims = Object.keys(originals);
    const leaving: Leaving = { records: [record], recipient, purpose: TRANSLATION_PURPOSE, claims };
    const { leafIndex } = record.entry;
    await log.writer.enterIf(async () => {
      const { basis, lawVersion } = decisionOn(await gate.assertMayLeave(leaving), leafIndex);
      const said = { basis, country: recipient.country, jurisdiction: law.jurisdiction, lawVersion, record: leafIndex };
      return provisionEvent(said, { by, claims, purpose: TRANSLATION_PURPOSE, to: recipient.name });
    });
  }

  #entered(place: Pick<EnteredTranslation, "to" | "of"> & { record: number }, { leafIndex }: { leafIndex: number }) {
    const entered = this.#parts.log.events.translations.of(place.record).find((one) => one.leafIndex === leafIndex);
    if (!entered) throw notThere();
    return entered;
  }

  async #view(record: CheckedEntry, one: EnteredTranslation, asker?: Asker): Promise<TranslationView | undefined> {
    const { log } = this.#parts;
    const [entry] = await log.store.entries(one.leafIndex, one.leafIndex + 1);
    const body = entry && (await log.check.bodyOf(entry));
    if (!body) return undefined;
    const { record: of, ...said } = translationOf(body);
    const isNewest = log.events.translations.newestOf(of, one)?.leafIndex === one.leafIndex;
    const shown = isNewest ? await this.#shown(record, one, body, asker) : undefined;
    return { id: formatRecordId(entry.id), leafIndex: one.leafIndex, at: body.iat, ...said, ...shown };
  }

  /** Texts with their originals, for callers who may see these. */
  async #shown(
    record: CheckedEntry,
    { leafIndex, of }: EnteredTranslation,
    body: Body,
    asker: Asker | undefined,
  ): Promise<Pick<TranslationView, "texts" | "originals" | "opening"> | undefined> {
    const { log, wayOut } = this.#parts;
    if (of === "concealed" && !asker) return undefined;
    const openings =
      of === "public" || !asker
        ? await log.check.openingsOf(leafIndex, body)
        : await wayOut.translation(record, asker, { leafIndex, body });
    const opening = openings?.find((text) => parseOpening(text).name === OUT_CLAIM);
    const texts = opening === undefined ? undefined : textsIn(parseOpening(opening).value);
    if (opening === undefined || !texts) return undefined;
    const names = new Set(Object.keys(texts));
    const claims =
      of === "public" || !asker
        ? Object.entries(record.body?.content ?? {})
        : ((await wayOut.openings(record, asker, names)) ?? []).map((text) => {
            const { name, value } = parseOpening(text);
            return [name, value] as const;
          });
    const originals = Object.fromEntries(claims.filter(([name]) => names.has(name))) as Texts;
    return { texts, originals, opening };
  }
}

/** @throws NOT_TRANSLATED the language is not known, or there are several; REQUEST_INVALID it is the same */
function sourceOf(record: CheckedEntry, of: Translated, written: readonly WrittenText[], to: string): Source {
  const languages = new Set(written.map(({ language }) => language));
  const [from] = languages;
  if (languages.size > 1 || from === undefined)
    throw new WarifuError(
      "NOT_TRANSLATED",
      "neither the record nor its profile says which one language its text is in",
      {
        details: { reason: "language-unknown" },
      },
    );
  if (from === to) throw new WarifuError("REQUEST_INVALID", "to: the text is in that language already");
  return { record, of, pair: { from, to }, originals: Object.fromEntries(written.map((one) => [one.claim, one.text])) };
}

/** @throws NOT_FOUND, REQUEST_INVALID */
function assertSome(sources: readonly Source[], texts: Texts | undefined): void {
  if (sources.length === 0 && !texts) throw new WarifuError("NOT_FOUND", "the record has no text");
  const known = new Set(sources.flatMap(({ originals }) => Object.keys(originals)));
  if (Object.keys(texts ?? {}).some((claim) => !known.has(claim)))
    throw new WarifuError("REQUEST_INVALID", "texts: names a claim that is no text of the record");
}

function notThere(): WarifuError {
  return new WarifuError("NOT_FOUND", "there is no such record whose texts could be translated");
}
