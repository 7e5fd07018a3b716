/**
 * A list within JSON, item by item: one item that is wrong does not keep the others back, wherever the list is. The rest
 * of the document is parsed as strictly as ever.
 */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { WarifuError } from "../core/errors.ts";
import { parseSubmittedJson, type ValueWatch } from "./submitted-values.ts";
import type { Content } from "./document.ts";

const SPACE = /[ \t\r\n]*/y;
const PLAIN = /[^\s,\]}]*/y;
/** How far down lists are looked for. */
const SEARCHED_DEPTH = 3;

/** Where a value begins and ends. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The list at a JSON pointer (RFC 6901) and the object around it.
 * @throws USAGE when there is no array; TOO_LARGE when it has more than `most` items; what core/json.ts throws for what is around it
 */
export function listAt(text: string, pointer: string, watch?: ValueWatch, most = Number.MAX_SAFE_INTEGER): Content {
  if (pointer !== "" && !pointer.startsWith("/"))
    throw new WarifuError("USAGE", "a JSON pointer begins with a slash, such as /resources");
  const tokens = tokensOf(pointer);
  const span = spanAt(text, tokens);
  if (span === undefined || text[span.start] !== "[") {
    parseJson(text, "the JSON");
    throw new WarifuError("USAGE", `there is ${span ? "no array" : "nothing"} at ${pointer || "the root"}`);
  }
  const { start, end } = span;
  // Blanks in the place of the items, so that a place in the rest is told rightly.
  const rest = `${text.slice(0, start)}[${" ".repeat(end - start - 2)}]${text.slice(end)}`;
  const around = tokens.slice(0, -1).reduce<JsonValue | undefined>(memberOf, parseJson(rest, "the JSON"));
  const list = Buffer.from(text.slice(start, end));
  const { values: parts } = parseSubmittedJson(list, most, watch);
  return { ...nameAndMembers(around, tokens.at(-1)), parts };
}

/** Whether an object begins the text and has a list of that name. */
export function hasList(text: string, name: string): boolean {
  const span = spanAt(text, [name]);
  return text.trimStart().startsWith("{") && span !== undefined && text[span.start] === "[";
}

/** JSON pointers to the lists of objects in an object, the outermost first: one of them may hold the items. */
export function pointersToLists(text: string): string[] {
  const found: string[] = [];
  let level = [{ pointer: "", at: afterSpace(text, 0) }];
  for (let depth = 0; depth < SEARCHED_DEPTH; depth++) {
    const members = level.flatMap(({ pointer, at }) =>
      [...membersOf(text, at)].map((member) => ({ pointer: `${pointer}/${tokenOf(member.name)}`, at: member.valueAt })),
    );
    found.push(...members.filter(({ at }) => /^\[\s*\{/.test(text.slice(at, at + 64))).map(({ pointer }) => pointer));
    level = members.filter(({ at }) => text[at] === "{");
  }
  return found;
}

function nameAndMembers(around: JsonValue | undefined, listName: string | undefined): Omit<Content, "parts"> {
  if (!isJsonObject(around) || listName === undefined) return { members: {}, listName: undefined };
  const { [listName]: _list, ...members } = around;
  return { members: members as JsonObject, listName };
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function tokenOf(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(name)];
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Where the value at a path is, without parsing the value itself; `undefined` when there is none, or no JSON. */
function spanAt(text: string, tokens: readonly string[]): Span | undefined {
  let start: number | undefined = afterSpace(text, 0);
  for (const token of tokens) {
    if (text[start] === "{") start = memberStart(text, start, token);
    else if (text[start] === "[" && /^(?:0|[1-9][0-9]*)$/.test(token)) start = itemStart(text, start, Number(token));
    else return undefined;
    if (start === undefined) return undefined;
  }
  const end = afterValue(text, start);
  return end === undefined ? undefined : { start, end };
}

function memberStart(text: string, objectAt: number, name: string): number | undefined {
  for (const member of membersOf(text, objectAt)) if (member.name === name) return member.valueAt;
  return undefined;
}

/** The members of the object that begins there, as far as it can be read. */
function* membersOf(text: string, objectAt: number): Generator<{ readonly name: string; readonly valueAt: number }> {
  if (text[objectAt] !== "{") return;
  let at: number | undefined = afterSpace(text, objectAt + 1);
  while (at !== undefined && text[at] === '"') {
    const nameEnd = afterString(text, at);
    const colon = nameEnd === undefined ? -1 : afterSpace(text, nameEnd);
    if (nameEnd === undefined || text[colon] !== ":") return;
    const valueAt = afterSpace(text, colon + 1);
    const name = parseName(text.slice(at, nameEnd));
    if (name !== undefined) yield { name, valueAt };
    at = afterComma(text, valueAt);
  }
}

function itemStart(text: string, arrayAt: number, index: number): number | undefined {
  let at: number | undefined = afterSpace(text, arrayAt + 1);
  if (text[at] === "]") return undefined;
  for (let passed = 0; passed < index && at !== undefined; passed++) at = afterComma(text, at);
  return at;
}

function parseName(literal: string): string | undefined {
  try {
    return parseJson(literal, "the name") as string;
  } catch {
    return undefined;
  }
}

/** Where the value after the one at `at` begins. */
function afterComma(text: string, at: number): number | undefined {
  const end = afterValue(text, at);
  const comma = end === undefined ? -1 : afterSpace(text, end);
  return text[comma] === "," ? afterSpace(text, comma + 1) : undefined;
}

function afterValue(text: string, at: number): number | undefined {
  let depth = 0;
  for (let here: number | undefined = at; here !== undefined && here < text.length;) {
    const character = text[here] as string;
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === '"' || depth === 0) {
      here = character === '"' ? afterString(text, here) : matchEnd(PLAIN, text, here);
      if (depth === 0) return here === at ? undefined : here;
      continue;
    }
    here++;
    if (depth === 0) return here;
  }
  return undefined;
}

function afterString(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function afterSpace(text: string, at: number): number {
  return matchEnd(SPACE, text, at);
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
