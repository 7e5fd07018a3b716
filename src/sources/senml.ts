/**
 * SenML packs in JSON (RFC 8428). The base fields of a record hold for those after it, so each becomes a resolved record
 * (section 4.6): its full name, its unit, its value, an absolute time. `observedAt` says that time as RFC 3339, unless the
 * record has a member of that name.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { formatSecond } from "../core/timestamp.ts";
import { decimalSum } from "./decimal-sum.ts";
import type { Content, DocumentReader, Part } from "./document.ts";

const BASE_FIELDS = ["bn", "bt", "bu", "bv", "bs", "bver"];
const VALUES = ["v", "vs", "vb", "vd", "s"];
/** Of these a record has one at most (section 4.2); `s` may stand beside it. */
const ONE_VALUE = ["v", "vs", "vb", "vd"] as const;
const TYPES = { u: "string", vs: "string", vb: "boolean", vd: "string", ut: "number" } as const;
const FIELDS = [...BASE_FIELDS, ...VALUES, "n", "u", "t", "ut"];
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;
/** Times below this are relative to now (section 4.5.3). */
const FIRST_ABSOLUTE_TIME = 268_435_456;
const KNOWN_VERSION = 10;
// The years 1990 to 2100.
const FIRST_TIMESTAMP = 631_152_000;
const LAST_TIMESTAMP = 4_133_980_800;

export const senml: DocumentReader = {
  title: "a SenML pack",
  listName: undefined,
  recognises: ({ parts }) => {
    const objects = parts.filter(isRecord);
    return objects.some(hasBase) ? objects.some(hasValue) : objects.length > 0 && objects.every(isPlain);
  },
  read: readPack,
};

function isRecord(part: Part): part is JsonObject {
  return !(part instanceof WarifuError) && isJsonObject(part);
}

function hasBase(record: JsonObject): boolean {
  return BASE_FIELDS.some((name) => Object.hasOwn(record, name));
}

function hasValue(record: JsonObject): boolean {
  return VALUES.some((name) => Object.hasOwn(record, name));
}

/** Without base fields, only what has the fields of SenML and no others is one of its records. */
function isPlain(record: JsonObject): boolean {
  return (
    typeof record["n"] === "string" && hasValue(record) && Object.keys(record).every((name) => FIELDS.includes(name))
  );
}

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
  sum: number;
}

function readPack({ parts }: Content, now: number): ReturnType<DocumentReader["read"]> {
  const base: Base = { name: "", time: 0, unit: undefined, value: 0, sum: 0 };
  const records: (JsonObject | WarifuError)[] = [];
  const places: string[] = [];
  const state = { isBroken: false, isRelative: false };
  for (const [at, part] of parts.entries()) {
    if (!isRecord(part)) {
      // It may have held base fields: what comes after it has lost its context.
      state.isBroken = true;
      records.push(part instanceof WarifuError ? part : refused("it is not an object"));
    } else if (state.isBroken)
      records.push(refused("a record before it cannot be read, and may have held its base fields"));
    else {
      assertUnderstood(part);
      if (isBaseRight(part)) records.push(...guarded(() => resolve(part, base, now, state)));
      else {
        state.isBroken = true;
        records.push(new WarifuError("RECORD_INVALID", "a base field has another type than SenML gives it"));
      }
    }
    // What only sets base fields becomes no record.
    if (places.length < records.length) places.push(`[${at}]`);
  }
  const notes = state.isRelative
    ? ["times relative to now, or none: they are counted from the moment of reading, so the same pack is new each time"]
    : [];
  return { records, places, notes, isTimed: state.isRelative };
}

/** A field that must be understood and is not makes the whole pack unreadable (section 4.4). */
function assertUnderstood(record: JsonObject): void {
  const version = record["bver"];
  if (version !== undefined && !(typeof version === "number" && version <= KNOWN_VERSION))
    throw new WarifuError(
      "RECORD_INVALID",
      `the SenML pack has a version above ${KNOWN_VERSION}, which this reader does not know`,
    );
  if (Object.keys(record).some((name) => name.endsWith("_") && !FIELDS.includes(name)))
    throw new WarifuError(
      "RECORD_INVALID",
      "the SenML pack has a field that must be understood (its name ends in _) and is unknown",
    );
}

function guarded(act: () => JsonObject | undefined): (JsonObject | WarifuError)[] {
  try {
    const record = act();
    return record === undefined ? [] : [record];
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    return [error];
  }
}

/** The record with what its base fields add, or nothing for one that only sets base fields. */
function resolve(record: JsonObject, base: Base, now: number, state: { isRelative: boolean }): JsonObject | undefined {
  takeBase(record, base);
  if (!hasValue(record)) return undefined;
  assertFields(record);
  const { n = "", u = base.unit, v, s, t, ...rest } = withoutBase(record);
  if (typeof n !== "string" || !NAME.test(`${base.name}${n}`))
    throw refused("its name, with the base name before it, is not one that SenML allows");
  const sum = added(base.time, t, "time");
  const isRelative = sum < FIRST_ABSOLUTE_TIME;
  state.isRelative ||= isRelative;
  const time = isRelative ? added(now, sum, "time") : sum;
  return {
    n: `${base.name}${n}`,
    ...(u !== undefined && { u }),
    ...(v !== undefined && { v: added(base.value, v, "value") }),
    ...(s !== undefined && { s: added(base.sum, s, "sum") }),
    t: time,
    ...observedAt(time),
    ...rest,
  };
}

/** @throws RECORD_INVALID several values, or a field of another type */
function assertFields(record: JsonObject): void {
  if (ONE_VALUE.filter((name) => Object.hasOwn(record, name)).length > 1)
    throw refused(`it has several of ${ONE_VALUE.join(", ")}, and SenML gives a record one value`);
  for (const [name, type] of Object.entries(TYPES))
    if (Object.hasOwn(record, name) && typeof record[name] !== type) throw refused(`its ${name} is not a ${type}`);
}

function isBaseRight({ bn, bt, bu, bv, bs }: JsonObject): boolean {
  const isRight = (value: unknown, type: string): boolean => value === undefined || typeof value === type;
  return isRight(bn, "string") && isRight(bu, "string") && [bt, bv, bs].every((one) => isRight(one, "number"));
}

/** Precondition: the base fields have their types. */
function takeBase(record: JsonObject, base: Base): void {
  const { bn, bt, bu, bv, bs } = record;
  if (bn !== undefined) base.name = bn as string;
  if (bt !== undefined) base.time = bt as number;
  if (bu !== undefined) base.unit = bu as string;
  if (bv !== undefined) base.value = bv as number;
  if (bs !== undefined) base.sum = bs as number;
}

function withoutBase(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !BASE_FIELDS.includes(name)));
}

function added(base: number, own: JsonObject[string] | undefined, what: string): number {
  if (own === undefined) return base;
  if (typeof own !== "number") throw refused(`its ${what} is not a number`);
  const sum = decimalSum(base, own);
  if (sum === undefined)
    throw refused(`its ${what} and the base ${what} have a sum with more digits than a number holds`);
  return sum;
}

/** Nothing for a time that a timestamp of ours cannot be. */
function observedAt(time: number): JsonObject {
  if (time < FIRST_TIMESTAMP || time >= LAST_TIMESTAMP) return {};
  const whole = Math.floor(time);
  const [, fraction = ""] = String(time).split(".");
  const text = formatSecond(whole);
  return { observedAt: fraction === "" ? text : text.replace("Z", `.${fraction.slice(0, 9)}Z`) };
}

function refused(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the SenML record is refused: ${reason}`);
}
