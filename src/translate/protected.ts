/**
 * What must come through a translation as it is: names of places, addresses of the web and of mail, long numbers. Each is
 * replaced by a word that programs leave alone, and put back afterwards; a name may have another form in the other language.
 */
import type { Pair } from "./translator.ts";

/** A place: its name, the same in every language, or its names by language. */
export type PlaceName = string | Readonly<Record<string, string>>;

/** A text on its way through a program. */
export interface ProtectedText {
  /** With placeholders. */
  readonly text: string;
  /** What stands for each placeholder, in their order. */
  readonly kept: readonly string[];
  /** The text with what was replaced put back; `undefined` if a placeholder is lost, changed or there twice. */
  restore(translated: string): string | undefined;
}

const LINK = String.raw`https?:\/\/[^\s<>"'、。，）」』]+[^\s<>"'、。，）」』.,;:!?)]`;
const MAIL = String.raw`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`;
/** Telephones, files, plates: a program could group or round them. */
const LONG_NUMBER = String.raw`\+?\d[\d .-]{3,}\d`;
const FIXED = new RegExp([LINK, MAIL, LONG_NUMBER].join("|"), "gu");
/** Scripts whose words have no space between them. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
const IS_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
/** Words of the other scripts. */
const WORD = new RegExp(String.raw`[[\p{L}\p{N}\p{M}]--[${UNSPACED}]]+`, "gv");
/** Signs between two words of one name: of "Av. de los Castros", a full stop and a space. */
const MOST_BETWEEN = 4;
/** Middles of placeholders: one that the text itself does not use. */
const MARKS = ["Q", "K", "V", "J", "ZQ", "ZK"];

/** A piece of a text. */
interface Span {
  readonly begin: number;
  readonly end: number;
  readonly place?: PlaceName;
}

/** Finds what is to be protected, for texts of one city. */
export class Protector {
  /** By their words in lower case, so that the time for a text does not depend on how many names there are. */
  readonly #spaced = new Map<string, PlaceName>();
  readonly #mostWords: number;
  /** By their first sign, the longest first. */
  readonly #unspaced = new Map<string, [name: string, place: PlaceName][]>();

  constructor(places: readonly PlaceName[]) {
    let mostWords = 0;
    for (const place of places)
      for (const name of typeof place === "string" ? [place] : Object.values(place)) {
        const words = wordsOf(name);
        mostWords = Math.max(mostWords, words.length);
        if (IS_UNSPACED.test(name)) this.#addUnspaced(name.trim(), place);
        else if (words.length > 0) this.#spaced.set(keyOf(words), place);
      }
    this.#mostWords = mostWords;
  }

  protect(text: string, { to }: Pair): ProtectedText {
    const mark = MARKS.find((one) => !new RegExp(`X${one}\\d`, "i").test(text)) ?? "ZV";
    const kept: string[] = [];
    let [replaced, from] = ["", 0];
    for (const { begin, end, place } of this.#spansIn(text)) {
      // A name as it is in that language, or as it was found.
      kept.push((typeof place === "object" ? place[to] : undefined) ?? text.slice(begin, end));
      replaced += `${text.slice(from, begin)}X${mark}${kept.length}X`;
      from = end;
    }
    return {
      text: replaced + text.slice(from),
      kept,
      restore: (translated) => restored(translated, kept, mark),
    };
  }

  #addUnspaced(name: string, place: PlaceName): void {
    const [first = ""] = name;
    const known = [...(this.#unspaced.get(first) ?? []), [name, place] as [string, PlaceName]];
    this.#unspaced.set(
      first,
      known.toSorted(([a], [b]) => b.length - a.length),
    );
  }

  /** In their order, none within another. */
  #spansIn(text: string): Span[] {
    const fixed = [...text.matchAll(FIXED)].map(({ index, 0: found }) => ({ begin: index, end: index + found.length }));
    const all = [...fixed, ...this.#spacedIn(text), ...this.#unspacedIn(text)];
    const spans: Span[] = [];
    for (const span of all.toSorted((a, b) => a.begin - b.begin || b.end - a.end))
      if (span.begin >= (spans.at(-1)?.end ?? 0)) spans.push(span);
    return spans;
  }

  *#spacedIn(text: string): Iterable<Span> {
    const words = [...text.matchAll(WORD)].map(({ index, 0: word }) => ({
      word,
      begin: index,
      end: index + word.length,
    }));
    for (const [at, { begin }] of words.entries()) {
      const run: typeof words = [];
      for (const next of words.slice(at, at + this.#mostWords)) {
        const between = text.slice(run.at(-1)?.end ?? next.begin, next.begin);
        if (between.length > MOST_BETWEEN || between.includes("\n")) break;
        run.push(next);
        const place = this.#spaced.get(keyOf(run.map(({ word }) => word)));
        if (place !== undefined) yield { begin, end: next.end, place };
      }
    }
  }

  *#unspacedIn(text: string): Iterable<Span> {
    if (this.#unspaced.size === 0) return;
    let begin = 0;
    for (const sign of text) {
      for (const [name, place] of this.#unspaced.get(sign) ?? [])
        if (text.startsWith(name, begin)) yield { begin, end: begin + name.length, place };
      begin += sign.length;
    }
  }
}

function restored(translated: string, kept: readonly string[], mark: string): string | undefined {
  const seen = new Set<number>();
  const whole = new RegExp(`X${mark}(\\d+)X`, "giu");
  const text = translated.replaceAll(whole, (found, digits: string) => {
    const at = Number(digits) - 1;
    const value = kept[at];
    if (value === undefined || seen.has(at)) return found;
    seen.add(at);
    return value;
  });
  // What is left of a placeholder that came back changed.
  const isDamaged = seen.size < kept.length || new RegExp(`X\\s*${mark}\\s*\\d`, "iu").test(text);
  return isDamaged ? undefined : text;
}

function wordsOf(name: string): string[] {
  return name.match(WORD) ?? [];
}

function keyOf(words: readonly string[]): string {
  return words.join(" ").normalize("NFC").toLocaleLowerCase("und");
}
