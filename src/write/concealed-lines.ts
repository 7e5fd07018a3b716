/**
 * Lines of NDJSON that go through ingest and conceal on another thread (line-threads.ts), and how what became of them is
 * packed for the way back.
 */
import { isUtf8 } from "node:buffer";
import { unreachable, WarifuError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import { Packing, Unpacking, type Packed } from "../core/packing.ts";
import type { RandomBytes } from "../core/random.ts";
import { profileFor, type Profiles } from "../profiles/profile.ts";
import { lineSpans, parseValue, type SubmittedValue } from "../sources/submitted-values.ts";
import { conceal, type ConcealedRecord } from "./conceal.ts";
import { ConcealedLine } from "./concealed-line.ts";
import { ingest } from "./ingest.ts";
import { recordNamed, type NamedRecord } from "./record-named.ts";

/** What lines go through. */
export interface LineRules {
  readonly profiles: Profiles;
  /** Origin of the log. */
  readonly origin: string;
  readonly randomBytes: RandomBytes;
}

/** What became of a line: it was left as it is, refused, or concealed. */
const [LEFT, REFUSED, CONCEALED] = [0, 1, 2] as const;
/** Where there is no number, or no list. */
const NONE = -1;

/**
 * Takes the lines that are not empty through ingest and conceal. Those that are signed are left as they are: what they are
 * verified with is in the log.
 */
export function concealLines(lines: Buffer, rules: LineRules): Packed {
  const packing = new Packing();
  const isText = isUtf8(lines);
  const spans = lineSpans(lines);
  packing.number(spans.length);
  for (const [begin, end] of spans) {
    const value = parseValue(lines, begin, end, { isText });
    if (value instanceof WarifuError) packRefused(packing, undefined, value);
    else if (isSigned(value)) packLeft(packing, begin, end);
    else packConcealed(packing, value, rules);
  }
  return packing.packed();
}

/**
 * The values of lines that went through {@link concealLines}, to be submitted.
 * @param lines the same bytes
 */
export function unpackLines(
  lines: Buffer,
  packed: Packed,
  profiles: Profiles,
): readonly (ConcealedLine | SubmittedValue)[] {
  return new Unpacking(packed).list((from) => {
    const what = from.number();
    if (what === LEFT) return parseValue(lines, from.number(), from.number(), { isText: false });
    return what === REFUSED ? unpackRefused(from) : unpackConcealed(from, profiles);
  });
}

/** Whether a value is signed, as a whole or by a signature among its members. */
function isSigned(value: JsonValue): boolean {
  return isJsonObject(value) && (value["jws"] !== undefined || value["evidence"] !== undefined);
}

function packLeft(to: Packing, begin: number, end: number): void {
  to.number(LEFT);
  to.number(begin);
  to.number(end);
}

function packConcealed(to: Packing, value: JsonValue, { profiles, origin, randomBytes }: LineRules): void {
  let concealed: ConcealedRecord;
  try {
    concealed = conceal(ingest(value, profiles, origin), randomBytes);
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    return packRefused(to, recordNamed(value), error);
  }
  const { source, profile, key, seq, content, openings, isToPublish, persons } = concealed;
  to.number(CONCEALED);
  to.shared(source);
  to.shared(profile.document.type);
  to.text(key);
  to.number(seq ?? NONE);
  to.bytes(content);
  to.number(openings?.length ?? NONE);
  for (const opening of openings ?? []) to.text(opening);
  to.number(Number(isToPublish));
  to.number(persons?.length ?? NONE);
  for (const { claim, value: person } of persons ?? []) {
    to.shared(claim);
    to.text(person);
  }
}

function unpackConcealed(from: Unpacking, profiles: Profiles): ConcealedLine {
  const source = textOf(from);
  const profile = profileFor(profiles, textOf(from));
  const key = from.text();
  const seq = from.number();
  return new ConcealedLine({
    source,
    key,
    seq: seq === NONE ? undefined : seq,
    sender: undefined,
    profile,
    evidence: undefined,
    content: from.bytes(),
    openings: listOf(from, textOf),
    signed: profile.digestSlots === 0 ? undefined : false,
    attachments: undefined,
    isToPublish: from.number() === 1,
    persons: listOf(from, () => ({ claim: textOf(from), value: textOf(from) })),
  });
}

function packRefused(to: Packing, named: NamedRecord | undefined, { code, message, details }: WarifuError): void {
  to.number(REFUSED);
  to.text(named?.source);
  to.text(named?.type);
  to.shared(code);
  to.shared(message);
  to.shared(JSON.stringify(details));
}

function unpackRefused(from: Unpacking): ConcealedLine {
  const [source, type = ""] = [from.text(), from.text()];
  const [code, message] = [textOf(from) as ErrorCode, textOf(from)];
  const details = JSON.parse(textOf(from)) as ErrorDetails;
  const named = source === undefined ? undefined : { source, type };
  return new ConcealedLine(new WarifuError(code, message, { details }), named);
}

function textOf(from: Unpacking): string {
  return from.text() ?? unreachable("a text was not packed");
}

/** A list, or `undefined` where there is none. */
function listOf<T>(from: Unpacking, read: (from: Unpacking) => T): T[] | undefined {
  const length = from.number();
  return length === NONE ? undefined : Array.from({ length }, () => read(from));
}
