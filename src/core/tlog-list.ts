/**
 * Lists of logs for witnesses (https://c2sp.org/tlog-list), as lines of text; empty lines, `#` comments and the space
 * around a line are ignored. Each log has these lines, in this order:
 *
 *     logs/v0                    once, at the beginning
 *     vkey <verifier key>        begins a log
 *     origin <line>              only where it is not the key's name
 *     qpd <n>                    requests a day, 1 to 2^31-1
 *     contact <text>             for people
 *
 * Lists without `qpd` or `contact` are read as well, since older ones had neither. A log whose key is of a type that this
 * program cannot verify, and a line of another name, are skipped and reported, so that one newcomer in a list of hundreds
 * does not block the rest. Everything else that does not fit is refused, above all an origin that is listed twice:
 * otherwise, anybody who gets a log of their own listed could sign for somebody else's.
 */
import { fromUtf8 } from "./bytes.ts";
import { WarifuError, codeOf, messageOf } from "./errors.ts";
import { parseVerifierKey, type VerifierKey } from "./note.ts";

const HEADER = "logs/v0";
const SPACE_AROUND = /^[ \t]+|[ \t]+$/g;
const SPACE = /[ \t]/;
/** Includes the carriage return: the lines of a list that went through Windows end in one. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
/** The lines of a log, in their order. */
const NAMES = ["vkey", "origin", "qpd", "contact"] as const;
const QUERIES_PER_DAY = /^[1-9][0-9]{0,9}$/;
const MAX_QUERIES_PER_DAY = 2 ** 31 - 1;

/** A log as a witness knows it: who may sign heads of that origin. Any one of several keys may sign. */
export interface ListedLog {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

/** The contents of a list. */
export interface LogList {
  /** One key each. */
  readonly logs: readonly ListedLog[];
  /** What was skipped, for people: one sentence each, with its line number. */
  readonly passedOver: readonly string[];
}

/**
 * The logs of a list.
 * @throws CONFIG_INVALID naming the line
 */
export function parseLogList(bytes: Uint8Array): LogList {
  const lines = linesOf(bytes);
  if (lines[0]?.text !== HEADER) throw invalid(`does not begin with the line ${HEADER}`);
  const entries: Entry[] = [];
  const passedOver: string[] = [];
  for (const { text, number } of lines.slice(1)) {
    if (CONTROL.test(text)) throw invalid(`has a line ${number} with a carriage return or another control character`);
    const [name, value] = wordsOf(text);
    const place = NAMES.findIndex((known) => known === name);
    const last = entries.at(-1);
    if (place === 0) entries.push(entryOf(value, number));
    else if (place < 0) passedOver.push(`line ${number} is not one that lists of logs have`);
    else if (!last || place <= last.place) throw invalid(`has a line ${number} that does not belong there`);
    else readInto(last, place, value, number);
  }
  assertOriginsDiffer(entries);
  for (const { origin, number, reason } of entries)
    if (reason !== undefined) passedOver.push(`the log ${origin} of line ${number}: ${reason}`);
  return { logs: entries.flatMap(({ origin, key }) => (key ? [{ origin, keys: [key] }] : [])), passedOver };
}

/** The log of one verifier key: the name of the key is its origin. @throws KEY_INVALID */
export function logOfKey(vkey: string): ListedLog {
  const key = parseVerifierKey(vkey);
  if (key.type === "cosignature")
    throw new WarifuError("KEY_INVALID", "a log's key is an Ed25519 key of type 1, or an ML-DSA-44 key of type 6");
  return { origin: key.name, keys: [key] };
}

/** One log per origin, with all keys that were named for it; a key that is named twice counts once. */
export function groupLogs(logs: readonly ListedLog[]): ListedLog[] {
  const keysOf = new Map<string, Map<string, VerifierKey>>();
  for (const { origin, keys } of logs) {
    const known = keysOf.get(origin) ?? new Map<string, VerifierKey>();
    for (const key of keys) known.set(`${key.name}+${key.publicKey.join()}`, key);
    keysOf.set(origin, known);
  }
  return [...keysOf].map(([origin, keys]) => ({ origin, keys: [...keys.values()] }));
}

/** The first word of a line, and the rest. */
function wordsOf(line: string): [name: string, value: string] {
  const at = line.search(SPACE);
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at).replace(SPACE_AROUND, "")];
}

/** A log in the list, starting at its first line. */
interface Entry {
  origin: string;
  /** `undefined` where its type is not supported; `reason` says so. */
  readonly key: VerifierKey | undefined;
  readonly reason?: string;
  readonly number: number;
  /** The last of its lines so far, as an index of {@link NAMES}. */
  place: number;
}

function entryOf(vkey: string, number: number): Entry {
  try {
    const { origin, keys } = logOfKey(vkey);
    return { origin, key: keys[0] as VerifierKey, number, place: 0 };
  } catch (cause) {
    if (codeOf(cause) !== "KEY_TYPE_UNKNOWN")
      throw invalid(`has a line ${number} with an unusable key: ${messageOf(cause)}`, cause);
    return { origin: vkey.split("+", 1)[0] as string, key: undefined, reason: messageOf(cause), number, place: 0 };
  }
}

function readInto(entry: Entry, place: number, value: string, number: number): void {
  entry.place = place;
  if (value === "") throw invalid(`has a line ${number} without a value`);
  if (NAMES[place] === "origin") entry.origin = value;
  if (NAMES[place] === "qpd" && !(QUERIES_PER_DAY.test(value) && Number(value) <= MAX_QUERIES_PER_DAY))
    throw invalid(`has a line ${number} whose qpd is not a whole number from 1 to ${MAX_QUERIES_PER_DAY}`);
}

/** Skipped logs count too: a list with two logs of one origin is ambiguous, whichever is meant. */
function assertOriginsDiffer(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { origin, number } of entries) {
    if (seen.has(origin)) throw invalid(`names the origin of line ${number} twice`);
    seen.add(origin);
  }
}

function linesOf(bytes: Uint8Array): { readonly text: string; readonly number: number }[] {
  let text: string;
  try {
    text = fromUtf8(bytes, "the list");
  } catch (cause) {
    throw invalid("is not valid UTF-8", cause);
  }
  return text
    .split("\n")
    .map((line, at) => ({ text: line.replace(SPACE_AROUND, ""), number: at + 1 }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

function invalid(what: string, cause?: unknown): WarifuError {
  return new WarifuError("CONFIG_INVALID", `the list of logs ${what}`, { cause });
}
