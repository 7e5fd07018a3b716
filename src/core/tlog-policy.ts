/**
 * Trust policies in C2SP's text form (https://c2sp.org/tlog-policy): which logs, which witnesses, and how many of them.
 *
 *     log <vkey> [<url>]
 *     witness <name> <vkey> [<url>]
 *     group <name> all|any|<k> <member>...
 *     quorum <name>|none
 *
 * Names and addresses are bytes without a meaning of their own; they are kept as text of one character a byte. A key of a
 * type that this program cannot verify is refused, unlike in a list of logs: without that witness the quorum is another one.
 */
import { equalBytes, fromUtf8 } from "./bytes.ts";
import { WarifuError, messageOf } from "./errors.ts";
import { keysOfLog } from "./log-keys.ts";
import { formatVerifierKey, lineLabel, parseVerifierKey, type VerifierKey } from "./note.ts";
import type { Policy } from "./policy.ts";

/** Largest file that is read. */
export const MAX_TLOG_POLICY_BYTES = 1_048_576;
/** The quorum that requires no cosignature. */
const NONE = "none";
const FORBIDDEN = /[^\t\n\u0020-\u007e\u0080-\u00ff]/;
const SPACE = /[ \t]+/;
/** Signature types: Ed25519 has one for logs and one for witnesses, ML-DSA-44 one for both. */
const ED25519_TYPES = {
  log: { type: "ed25519", number: 1 },
  witness: { type: "cosignature", number: 4 },
} as const;
type Role = keyof typeof ED25519_TYPES;
const THRESHOLD = /^[1-9][0-9]{0,8}$/;

/** A log or a witness, and its address. */
export interface NamedKey {
  readonly key: VerifierKey;
  /** As it was written. */
  readonly url?: string;
}

/** A rule over witnesses: a single witness, or at least so many of several rules. */
export type Quorum =
  { readonly witness: VerifierKey } | { readonly atLeast: number; readonly of: readonly [Quorum, ...Quorum[]] };

/** The contents of a file. */
export interface TlogPolicy {
  readonly logs: readonly NamedKey[];
  readonly witnesses: readonly NamedKey[];
  /** `undefined` if no cosignature is required. */
  readonly quorum: Quorum | undefined;
}

/**
 * The policy in a file.
 * @throws POLICY_INVALID naming the line
 */
export function parseTlogPolicy(bytes: Uint8Array): TlogPolicy {
  if (bytes.length > MAX_TLOG_POLICY_BYTES) throw invalid(`is larger than ${MAX_TLOG_POLICY_BYTES} bytes`);
  const file = new PolicyFile();
  const lines = latin1(bytes).split("\n");
  lines.forEach((line, at) => {
    if (FORBIDDEN.test(line)) throw invalid(`has a line ${at + 1} with a carriage return or another control character`);
    const words = line.split(SPACE).filter((word) => word !== "");
    if (words.length > 0 && !words[0]?.startsWith("#")) file.read(words, at + 1);
  });
  return file.policy();
}

/** What was read so far. */
class PolicyFile {
  readonly #logs: NamedKey[] = [];
  readonly #witnesses: NamedKey[] = [];
  readonly #rules = new Map<string, Quorum>();
  readonly #members = new Set<string>();
  #quorum: { readonly rule: Quorum | undefined } | undefined;

  /** @throws POLICY_INVALID */
  read([keyword, ...words]: readonly string[], line: number): void {
    if (keyword === "log") this.#log(words, line);
    else if (keyword === "witness") this.#witness(words, line);
    else if (keyword === "group") this.#group(words, line);
    else if (keyword === "quorum") this.#setQuorum(words, line);
    else throw invalid(`has a line ${line} that is none of log, witness, group and quorum`);
  }

  /** @throws POLICY_INVALID */
  policy(): TlogPolicy {
    if (this.#quorum === undefined) throw invalid("has no line quorum");
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum.rule };
  }

  #log(words: readonly string[], line: number): void {
    const [vkey, url] = wordsOf(words, 1, 2, line);
    this.#logs.push({ key: this.#keyOf(vkey, "log", line), ...(url !== undefined && { url }) });
  }

  #witness(words: readonly string[], line: number): void {
    const [name, vkey, url] = wordsOf(words, 2, 3, line);
    const key = this.#keyOf(vkey, "witness", line);
    this.#define(name, { witness: key }, line);
    this.#witnesses.push({ key, ...(url !== undefined && { url }) });
  }

  #group(words: readonly string[], line: number): void {
    const [name, threshold, ...members] = wordsOf(words, 3, Infinity, line);
    const of = members.map((member) => this.#member(member, line)) as [Quorum, ...Quorum[]];
    this.#define(name, { atLeast: thresholdOf(threshold, of.length, line), of }, line);
  }

  #setQuorum(words: readonly string[], line: number): void {
    const [name] = wordsOf(words, 1, 1, line);
    if (this.#quorum !== undefined) throw invalid(`has a second quorum in line ${line}`);
    const rule = this.#rules.get(name);
    if (rule === undefined && name !== NONE) throw unknownName(line);
    this.#quorum = { rule };
  }

  /** The same key under two names would have two votes. */
  #keyOf(vkey: string, role: Role, line: number): VerifierKey {
    const key = keyIn(vkey, role, line);
    if ([...this.#logs, ...this.#witnesses].some((known) => equalBytes(known.key.publicKey, key.publicKey)))
      throw invalid(`has in line ${line} a public key that it has before`);
    if (this.#witnesses.some((known) => lineLabel(known.key) === lineLabel(key)))
      throw invalid(`has in line ${line} a second key of one name and key id, which no note tells apart`);
    return key;
  }

  #define(name: string, rule: Quorum, line: number): void {
    if (name === NONE || this.#rules.has(name)) throw invalid(`has in line ${line} a name that is taken`);
    this.#rules.set(name, rule);
  }

  #member(name: string, line: number): Quorum {
    const rule = this.#rules.get(name);
    if (rule === undefined) throw unknownName(line);
    if (this.#members.has(name)) throw invalid(`has in line ${line} a member that is one already`);
    this.#members.add(name);
    return rule;
  }
}

function wordsOf(words: readonly string[], least: number, most: number, line: number): [string, string, ...string[]] {
  if (words.length < least || words.length > most) throw invalid(`has a line ${line} with too few or too many words`);
  return words as [string, string, ...string[]];
}

function thresholdOf(word: string, members: number, line: number): number {
  if (word === "any") return 1;
  if (word === "all") return members;
  if (!THRESHOLD.test(word) || Number(word) > members)
    throw invalid(`has a line ${line} whose number is not from 1 to ${members}, the number of its members`);
  return Number(word);
}

function keyIn(vkey: string, role: Role, line: number): VerifierKey {
  try {
    const key = parseVerifierKey(fromUtf8(latin1Bytes(vkey), "a key"));
    if (key.type === "mldsa44" || key.type === ED25519_TYPES[role].type) return key;
  } catch (cause) {
    throw invalid(`has a line ${line} with an unusable key: ${messageOf(cause)}`, cause);
  }
  throw invalid(`has a line ${line} whose key is not of type ${ED25519_TYPES[role].number} or 6, for ${role}s`);
}

/**
 * Text of a policy with one log. If the log has several keys, each has a line, and any of them is enough: this form cannot
 * say that a key must sign, or is a former one. A witness is named after its key, with the key id appended if that name is
 * taken.
 */
export function formatTlogPolicy({ log, witnesses: { keys, quorum } }: Pick<Policy, "log" | "witnesses">): string {
  const names = namesOf(keys);
  const group = freeName("quorum", names);
  return [
    ...keysOfLog(log).map((key) => `log ${formatVerifierKey(key)}`),
    ...keys.map((key, at) => `witness ${names[at]} ${formatVerifierKey(key)}`),
    ...(quorum > 0 ? [`group ${group} ${quorum} ${names.join(" ")}`, `quorum ${group}`] : [`quorum ${NONE}`]),
    "",
  ].join("\n");
}

function namesOf(keys: readonly VerifierKey[]): string[] {
  const once = keys.filter(({ name }, at) => keys.findIndex((other) => other.name === name) === at);
  return keys.map((key) => (once.includes(key) && key.name !== NONE ? key.name : lineLabel(key)));
}

/** Names of keys contain no plus, so this name is free. */
function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? `${name}+` : name;
}

/**
 * The witnesses of a policy as `warifu-policy/1` has them: some keys, and how many of them must have cosigned. Witnesses
 * that the quorum does not name do not count, and are left out.
 * @throws POLICY_INVALID when its quorum cannot be stated that way, as with groups within groups
 */
export function witnessesOf({ quorum }: Pick<TlogPolicy, "quorum">): Policy["witnesses"] {
  if (quorum === undefined) return { keys: [], quorum: 0 };
  const flat = flattened(quorum);
  if (flat === undefined)
    throw new WarifuError(
      "POLICY_INVALID",
      "the quorum has groups within groups that are no number of witnesses: name such a number of them in one group",
    );
  return flat;
}

/** The rule as one number of keys, if it can be stated that way. */
function flattened(rule: Quorum): Policy["witnesses"] | undefined {
  if ("witness" in rule) return { keys: [rule.witness], quorum: 1 };
  const { atLeast, of } = rule;
  const parts = of.map(flattened);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const keys = parts.flatMap((part) => part.keys);
  if (parts.every((part) => part.keys.length === 1)) return { keys, quorum: atLeast };
  if (atLeast === 1 && parts.every((part) => part.quorum === 1)) return { keys, quorum: 1 };
  const isAll = atLeast === of.length && parts.every((part) => part.quorum === part.keys.length);
  return isAll ? { keys, quorum: keys.length } : undefined;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function unknownName(line: number): WarifuError {
  return invalid(`names in line ${line} what is not defined before it`);
}

function invalid(what: string, cause?: unknown): WarifuError {
  return new WarifuError("POLICY_INVALID", `the tlog-policy ${what}`, { cause });
}
