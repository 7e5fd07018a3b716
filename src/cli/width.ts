/**
 * How much room a text takes on a terminal: a character of East Asian width (Unicode Standard Annex 11, wide and fullwidth)
 * takes two columns, a combining one none. Where the annex calls a width ambiguous it is one, as terminals do by default.
 */
import { stripVTControlCharacters } from "node:util";

const NONE = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Blocks of wide characters, first and last. */
const WIDE = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
] as const;
/** What must not begin a line in Japanese, as JIS X 4051 has it. */
const NOT_FIRST = /^[、。，．：；！？)）」』】〉》〕］｝ーぁぃぅぇぉっゃゅょァィゥェォッャュョ・…％]/u;
/** What must not end one. */
const NOT_LAST = /[(（「『【〈《〔［｛]$/u;

/** Columns. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) as number;
  if (code < 0x300) return 1;
  if (NONE.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** The text, padded with spaces to so many columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** The widest of them, in columns. */
export function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(displayWidth));
}

/** Lines of at most that width: broken at spaces, and between wide characters, of which no space stands. */
export function wrapped(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, width))
    .join("\n");
}

function wrappedLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = "";
  for (const piece of piecesOf(line)) {
    if (current !== "" && displayWidth(current + piece) > width) {
      lines.push(current.trimEnd());
      current = piece.trimStart();
    } else current += piece;
  }
  return [...lines, current].join("\n");
}

/** What a line may be broken between. */
function piecesOf(line: string): string[] {
  const pieces: string[] = [];
  for (const part of line.match(/\s*(?:[^\s\u{2e80}-\u{a4cf}\u{f900}-\u{faff}\u{ff00}-\u{ffef}]+|\S)|\s+$/gu) ?? []) {
    const last = pieces.at(-1);
    if (last !== undefined && (NOT_FIRST.test(part) || NOT_LAST.test(last))) pieces[pieces.length - 1] = last + part;
    else pieces.push(part);
  }
  return pieces;
}
