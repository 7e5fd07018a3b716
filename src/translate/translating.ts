/**
 * Translates with the provider of a pair, one request at a time: what must stay is protected, and what comes back is checked
 * before anybody sees it. A provider that hangs or fails costs the request and nothing else.
 */
import { WarifuError } from "../core/errors.ts";
import { absurdityOf, hasWords, StockPhrases, type Absurdity, type Attempt } from "./absurd.ts";
import { Protector } from "./protected.ts";
import type { TranslationSettings } from "./settings.ts";
import { pairName, type Pair, type Translated, type Translator } from "./translator.ts";

/** Requests that wait. */
const MOST_WAITING = 16;
const MOST_CHARACTERS = 20_000;

const REASONS: Readonly<Record<Absurdity, string>> = {
  empty: "it is empty",
  echo: "it is the original again",
  loop: "it repeats itself",
  length: "it is far too short or too long",
  script: "it is not in the script of the language",
  number: "a number of the original is missing",
  characters: "it has characters that no text has",
  "mark-up": "it has mark-up that the original has not",
  placeholder: "a name, an address or a number did not come through",
  stock: "the same was answered to other texts",
};

/** What translates in one city. */
export class Translating {
  readonly #translators: readonly Translator[];
  readonly #protector: Protector;
  readonly #phrases = new StockPhrases();
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  readonly #onFailure: (reason: string) => void;

  /** @param onFailure told why a provider could not be used, in words for the operator */
  constructor({ translators, places }: TranslationSettings, onFailure: (reason: string) => void = () => undefined) {
    this.#onFailure = onFailure;
    this.#translators = translators;
    this.#protector = new Protector(places);
  }

  /** Whether something translates such texts. */
  offers(pair: Pair): boolean {
    return this.#translators.some((one) => one.offers(pair));
  }

  /** Who translates such texts: the first that offers it. @throws NOT_TRANSLATED nobody does */
  translatorFor(pair: Pair): Translator {
    const found = this.#translators.find((one) => one.offers(pair));
    if (found) return found;
    throw new WarifuError("NOT_TRANSLATED", `nothing here translates ${pairName(pair)}: see docs/translation.md`, {
      details: { reason: "no-provider" },
    });
  }

  /**
   * Translates texts.
   * @throws NOT_TRANSLATED with the reason: what came out is absurd, there is nothing to translate, or the provider cannot be
   *   used; BUSY
   */
  async translate(texts: readonly string[], pair: Pair): Promise<Translated> {
    const translator = this.translatorFor(pair);
    if (this.#waiting >= MOST_WAITING)
      throw new WarifuError("BUSY", "too many texts wait to be translated: ask again in a moment");
    this.#waiting++;
    const made = this.#turn.then(() => this.#translated(translator, texts, pair));
    this.#turn = made.catch(() => undefined);
    return made.finally(() => this.#waiting--);
  }

  async close(): Promise<void> {
    for (const translator of this.#translators) await translator.close();
  }

  async #translated(translator: Translator, texts: readonly string[], pair: Pair): Promise<Translated> {
    const prepared = texts.map((text) => this.#protector.protect(text, pair));
    const toAsk = prepared.filter(({ text, kept }) => hasWords(text, kept.length));
    if (toAsk.length === 0)
      throw new WarifuError("NOT_TRANSLATED", "there are no words to translate", { details: { reason: "nothing" } });
    if (texts.join("").length > MOST_CHARACTERS)
      throw new WarifuError("NOT_TRANSLATED", "it is too long to be translated", { details: { reason: "too-long" } });
    const made = await this.#asked(
      translator,
      toAsk.map(({ text }) => text),
      pair,
    );
    if (made.texts.length !== toAsk.length) throw refused("empty", REASONS.empty);
    const checked = prepared.map((one, at) => {
      const place = toAsk.indexOf(one);
      const source = texts[at] ?? "";
      if (place < 0) return one.restore(one.text) ?? source;
      const answer = ended(made.texts[place] ?? "", source);
      if (answer.trim() === "") throw refused("empty", REASONS.empty);
      return this.#checked({ source, pair, kept: one.kept, target: one.restore(answer) });
    });
    return { ...made, texts: checked };
  }

  async #asked(translator: Translator, texts: readonly string[], pair: Pair): Promise<Translated> {
    try {
      return await translator.translate(texts, pair);
    } catch (cause) {
      if (!(cause instanceof WarifuError)) throw cause;
      // Its message may name files, which are nobody else's business.
      this.#onFailure(cause.message);
      throw new WarifuError("NOT_TRANSLATED", "what translates cannot be used at present: ask again later", {
        ...{ cause, details: { reason: "provider" } },
      });
    }
  }

  #checked({ target, ...attempt }: Omit<Attempt, "target"> & { readonly target: string | undefined }): string {
    if (target === undefined) throw refused("placeholder", REASONS.placeholder);
    const absurdity = absurdityOf({ ...attempt, target });
    if (absurdity !== undefined) throw refused(absurdity, REASONS[absurdity]);
    if (this.#phrases.isStock({ ...attempt, target })) throw refused("stock", REASONS.stock);
    return target;
  }
}

/** Filters end with a new line of their own. */
function ended(target: string, source: string): string {
  return source.endsWith("\n") ? target : target.replace(/\r?\n$/, "");
}

function refused(reason: string, words: string): WarifuError {
  return new WarifuError("NOT_TRANSLATED", `what came out cannot be shown as a translation: ${words}`, {
    details: { reason },
  });
}
