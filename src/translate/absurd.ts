/**
 * Whether what came out of a translation can be one at all. Programs answer with nothing, with the question, with the same
 * word for ever, in another script, or with a stock phrase; a reader of the other language cannot tell. Such an output is
 * refused, and the original is shown.
 *
 * A translation that passes may still be wrong: this finds what is no translation.
 */
import type { Pair } from "./translator.ts";

/** What is wrong with an output. */
export type Absurdity =
  "empty" | "echo" | "loop" | "length" | "script" | "number" | "characters" | "mark-up" | "placeholder" | "stock";

/** A text and what came out, with everything put back that was protected. */
export interface Attempt {
  readonly source: string;
  readonly target: string;
  readonly pair: Pair;
  /** Names, addresses and numbers that were put back, in the form of the target. */
  readonly kept: readonly string[];
}

/** Share of words of the source that may come back as they were. */
const MOST_ECHO = 0.8;
/** Repeats in a row of the same piece of text, which has up to so many characters. */
const MOST_REPEATS = 4;
const LONGEST_PIECE = 40;
const LEAST_LOOP = 8;
/** Share of letters that must be of the language's script. */
const LEAST_OF_SCRIPT = 0.6;
/** From so many letters on, Japanese has some kana: without, it is Chinese. */
const LEAST_FOR_KANA = 15;
/** Short texts vary more. */
const LENGTH_SLACK = 24;
const LEAST_LENGTH_CHECKED = 20;
/** How many times as long as the source an output may be: a sign of Chinese or Japanese says more than a letter. */
const LONGEST = { alike: 3, denser: 1.6, wider: 9 };
const SHORTEST = { alike: 0.3, denser: 0.12, wider: 0.7 };

const DENSE = new Set(["Jpan", "Hans", "Hant"]);
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  Jpan: ["Han", "Hiragana", "Katakana"],
  Hans: ["Han"],
  Hant: ["Han"],
  Kore: ["Hangul", "Han"],
};
/** Neither control characters nor what turns lines around, nor what stands for unreadable bytes. */
const FORBIDDEN = /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffd\ufffe\uffff]/u;
const MARK_UP = /<\/?[a-z][^<>]*>|&(?:[a-z]{2,8}|#\d{1,7});/i;

/** What is wrong with an output; `undefined` if nothing is found. */
export function absurdityOf(attempt: Attempt): Absurdity | undefined {
  const { source, target } = attempt;
  if (target.trim() === "") return "empty";
  if (FORBIDDEN.test(target.replaceAll(/[\n\r\t]/g, ""))) return "characters";
  if (MARK_UP.test(target) && !MARK_UP.test(source)) return "mark-up";
  if (isEcho(attempt)) return "echo";
  if (hasLoop(target) && !hasLoop(source)) return "loop";
  if (hasWrongLength(attempt)) return "length";
  if (isInWrongScript(attempt)) return "script";
  return losesNumber(source, target) ? "number" : undefined;
}

/** Whether there is anything to translate in a text with placeholders: more than those, signs and digits. */
export function hasWords(text: string, keptCount: number): boolean {
  const without = keptCount === 0 ? text : text.replaceAll(/X[A-Z]{1,2}\d+X/g, "");
  return /\p{L}{2}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(without);
}

function isEcho({ source, target, kept }: Attempt): boolean {
  const [before, after] = [wordsOf(source), wordsOf(target)];
  if (before.join(" ") === after.join(" ")) return true;
  const names = new Set(kept.flatMap(wordsOf));
  const own = before.filter((word) => word.length > 3 && !names.has(word));
  const there = new Set(after);
  return own.length >= 4 && own.filter((word) => there.has(word)).length / own.length > MOST_ECHO;
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLocaleLowerCase("und")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Whether a piece is there again and again in a row. */
function hasLoop(text: string): boolean {
  const plain = text.replaceAll(/\s+/g, " ");
  for (let length = 1; length <= LONGEST_PIECE; length++) {
    let same = 0;
    for (let at = length; at < plain.length; at++) {
      same = plain[at] === plain[at - length] ? same + 1 : 0;
      if (same >= length * (MOST_REPEATS - 1) && same + length >= LEAST_LOOP) return true;
    }
  }
  return false;
}

function hasWrongLength({ source, target, pair }: Attempt): boolean {
  const [before, after] = [source.trim().length, target.trim().length];
  const [wasDense, isDense] = [DENSE.has(scriptOf(pair.from)), DENSE.has(scriptOf(pair.to))];
  const way = wasDense === isDense ? "alike" : isDense ? "denser" : "wider";
  if (after > before * LONGEST[way] + LENGTH_SLACK) return true;
  return before >= LEAST_LENGTH_CHECKED && after < before * SHORTEST[way];
}

function isInWrongScript({ target, pair, kept }: Attempt): boolean {
  const own = withoutKept(target, kept);
  const letters = own.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return false;
  const script = scriptOf(pair.to);
  const ofScript = own.match(inScripts(SCRIPTS[script] ?? [script]))?.length ?? 0;
  if (ofScript / letters < LEAST_OF_SCRIPT) return true;
  return script === "Jpan" && letters >= LEAST_FOR_KANA && !/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(own);
}

function withoutKept(text: string, kept: readonly string[]): string {
  return kept.reduce((rest, name) => rest.replace(name, " "), text);
}

/** ISO 15924. */
function scriptOf(language: string): string {
  return new Intl.Locale(language).maximize().script ?? "Latn";
}

function inScripts(scripts: readonly string[]): RegExp {
  return new RegExp(`[${scripts.map((name) => String.raw`\p{Script=${name}}`).join("")}]`, "gu");
}

/** Every number of the source is there as often; a word for a number may have become digits. */
function losesNumber(source: string, target: string): boolean {
  const there = numbersOf(target);
  return numbersOf(source).some((number) => {
    const at = there.indexOf(number);
    if (at >= 0) there.splice(at, 1);
    return at < 0;
  });
}

function numbersOf(text: string): string[] {
  return text.normalize("NFKC").match(/\d+/g) ?? [];
}

/** Outputs that are remembered. */
const MOST_REMEMBERED = 1_000;
/** The same output for so many sources of which the longest is so many times the shortest. */
const STOCK_SOURCES = 3;
const STOCK_SPREAD = 2;

/** Notices a program that answers whatever it is asked with the same phrase. Keeps no source, only how long it was. */
export class StockPhrases {
  readonly #lengths = new Map<string, number[]>();

  /** Whether this output has been given for other texts, too unlike each other to mean the same. */
  isStock({ source, target, pair }: Attempt): boolean {
    const name = `${pair.to} ${wordsOf(target).join(" ")}`;
    const lengths = this.#lengths.get(name) ?? [];
    const { length } = wordsOf(source).join(" ");
    if (!lengths.includes(length)) lengths.push(length);
    this.#lengths.delete(name);
    this.#lengths.set(name, lengths.slice(-STOCK_SOURCES * 2));
    const [oldest] = this.#lengths.keys();
    if (this.#lengths.size > MOST_REMEMBERED && oldest !== undefined) this.#lengths.delete(oldest);
    return lengths.length >= STOCK_SOURCES && Math.max(...lengths) >= Math.min(...lengths) * STOCK_SPREAD;
  }
}
