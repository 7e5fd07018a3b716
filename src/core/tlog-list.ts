/**
 * Lists of logs for witnesses (https://c2sp.org/tlog-list), text of lines; empty ones, `#` comments and the space around
 * a line count for nothing:
 *
 *     logs/v0
 *     vkey <verifier key>        begins the next log
 *     origin <line>              next, where it is not the key's name
 *     qpd, contact, bastion …    for people: read over
 *
 * A line that is none of these is refused: a misspelt one would leave a log without its witness in silence. So is an
 * origin that is there twice: whoever gets a log of their own listed could sign for another's.
 */
import { fromUtf8 } from "./bytes.ts";
import { WarifuError, messageOf } from "./errors.ts";
import { parseVerifierKey, type VerifierKey } from "./note.ts";

const HEADER = "logs/v0";
const SPACE_AROUND = /^[ \t]+|[ \t]+$/g;
const FOR_PEOPLE = /^(?:qpd|contact|bastion) \S/;
/** What a list says when the origin is the name of the key. */
const SAME_AS_NAME = "none";

/** A log as a witness knows it: who may sign heads of that origin. Several keys sign alike. */
export interface ListedLog {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

/**
 * The logs of a list, one key each.
 * @throws CONFIG_INVALID naming the line
 */
export function parseLogList(bytes: Uint8Array): ListedLog[] {
  const lines = textOf(bytes)
    .split("\n")
    .map((text, at) => ({ text: text.replace(SPACE_AROUND, ""), number: at + 1 }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
  if (lines[0]?.text !== HEADER) throw invalid(`does not begin with the line ${HEADER}`);
  const entries: Entry[] = [];
  for (const [at, { text, number }] of lines.slice(1).entries()) {
    const last = entries.at(-1);
    const isBehindKey = lines[at]?.text.startsWith("vkey ");
    if (text.startsWith("vkey ")) entries.push(entryOf(text.slice("vkey ".length), number));
    else if (last && isBehindKey && text.startsWith("origin "))
      last.origin = originOf(text.slice("origin ".length), last.key);
    else if (!last || !FOR_PEOPLE.test(text)) throw invalid(`has a line ${number} that does not belong there`);
  }
  const logs = new Map(entries.map(({ origin, key }) => [origin, { origin, keys: [key] }]));
  const again = entries.find(({ origin, key }) => logs.get(origin)?.keys[0] !== key);
  if (again) throw invalid(`names the origin of line ${again.number} twice`);
  return [...logs.values()];
}

/**
 * The log of one verifier key: its origin is the name of the key.
 * @throws KEY_INVALID
 */
export function logOfKey(vkey: string): ListedLog {
  const key = parseVerifierKey(vkey);
  if (key.type !== "ed25519") throw new WarifuError("KEY_INVALID", "a log's key is an Ed25519 key of type 1");
  return { origin: key.name, keys: [key] };
}

/** One log an origin, with all keys that were named for it; a key that is named twice counts once. */
export function groupLogs(logs: readonly ListedLog[]): ListedLog[] {
  const keysOf = new Map<string, Map<string, VerifierKey>>();
  for (const { origin, keys } of logs) {
    const known = keysOf.get(origin) ?? new Map<string, VerifierKey>();
    for (const key of keys) known.set(`${key.name}+${key.publicKey.join()}`, key);
    keysOf.set(origin, known);
  }
  return [...keysOf].map(([origin, keys]) => ({ origin, keys: [...keys.values()] }));
}

/** A log as the list has it, from its line on. */
interface Entry {
  origin: string;
  readonly key: VerifierKey;
  readonly number: number;
}

function entryOf(vkey: string, number: number): Entry {
  try {
    const { origin, keys } = logOfKey(vkey);
    return { origin, key: keys[0] as VerifierKey, number };
  } catch (cause) {
    throw invalid(`has a line ${number} with an unusable key: ${messageOf(cause)}`, cause);
  }
}

function originOf(text: string, key: VerifierKey): string {
  return text === SAME_AS_NAME ? key.name : text;
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes, "the list");
  } catch (cause) {
    throw invalid("is not valid UTF-8", cause);
  }
}

function invalid(what: string, cause?: unknown): WarifuError {
  return new WarifuError("CONFIG_INVALID", `the list of logs ${what}`, { cause });
}
