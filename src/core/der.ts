/**
 * DER (ITU-T X.690), the encoding of certificates and timestamp tokens, read strictly and sequentially. Lengths are definite
 * and as short as they can be, tags have one byte, and nothing is left over. Nothing is copied and nothing recurses here, so
 * hostile bytes cost no more than their length.
 */
import { WarifuError } from "./errors.ts";

/** Tags of the universal class that are read. */
export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Tags of the context class: constructed (explicit tags and lists), and primitive. */
export function contextTag(number: number, isConstructed = true): number {
  return (isConstructed ? 0xa0 : 0x80) + number;
}

/** One value. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The value's whole encoding: tag, length and content. */
  readonly whole: Uint8Array;
}

/** Reads the values of a constructed one, in order. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param bytes values, one after the other */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws TIMESTAMP_INVALID unless the next value is there, whole, and has that tag */
  next(tag?: number): DerValue {
    const value = this.#read();
    if (tag !== undefined && value.tag !== tag) throw malformed("has another value than it should");
    this.#at += value.whole.length;
    return value;
  }

  /** The next value if it has that tag. @throws TIMESTAMP_INVALID */
  maybe(tag: number): DerValue | undefined {
    return !this.isAtEnd && this.#bytes[this.#at] === tag ? this.next(tag) : undefined;
  }

  /** A reader of the values inside the next one. @throws as {@link DerReader.next} */
  within(tag: number): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** All remaining values, each of which must have that tag. @throws TIMESTAMP_INVALID */
  rest(tag?: number): DerValue[] {
    const values: DerValue[] = [];
    while (!this.isAtEnd) values.push(this.next(tag));
    return values;
  }

  /** @throws TIMESTAMP_INVALID if anything is left */
  end(): void {
    if (!this.isAtEnd) throw malformed("has more than it should");
  }

  /** An object identifier in dotted decimal. @throws TIMESTAMP_INVALID */
  oid(): string {
    return oidText(this.next(DER.oid).content);
  }

  #read(): DerValue {
    const [tag, first] = [this.#bytes[this.#at], this.#bytes[this.#at + 1]];
    if (tag === undefined || first === undefined) throw malformed("is cut off");
    if ((tag & 0x1f) === 0x1f) throw malformed("has a tag of several bytes");
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    // 0x80 would be an indefinite length, which is BER alone.
    if (first === 0x80 || lengthBytes > 3) throw malformed("has a length that DER does not have");
    let length = lengthBytes === 0 ? first : 0;
    const start = this.#at + 2 + lengthBytes;
    for (const byte of this.#bytes.subarray(this.#at + 2, start)) length = length * 256 + byte;
    if (lengthBytes > 0 && length < Math.max(0x80, 256 ** (lengthBytes - 1)))
      throw malformed("has a length that is longer than it must be");
    if (start + length > this.#bytes.length) throw malformed("is cut off");
    const whole = this.#bytes.subarray(this.#at, start + length);
    return { tag, content: whole.subarray(2 + lengthBytes), whole };
  }
}

/** The single value that the bytes encode. @throws TIMESTAMP_INVALID */
export function readDer(bytes: Uint8Array, tag: number): DerValue {
  const reader = new DerReader(bytes);
  const value = reader.next(tag);
  reader.end();
  return value;
}

/** A small non-negative number. A larger one gives another value, and a negative one a large one. */
export function derCount({ content }: DerValue): number {
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

function oidText(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...others] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - 40 * top, ...others].join(".");
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/;
/** Two-digit years from here on belong to the twentieth century (RFC 5280). */
const CENTURY_FROM = 50;

/** POSIX seconds of a time; a fraction is cut off. @throws TIMESTAMP_INVALID */
export function derTime({ tag, content }: DerValue): number {
  const text = String.fromCharCode(...content.subarray(0, 64));
  const [year, ...rest] = timeParts(tag, text);
  const [month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = rest;
  const time = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  // Compared, since a day that does not exist would become another one.
  const digits = [year, ...rest].map((part, at) => String(part).padStart(at === 0 ? 4 : 2, "0")).join("");
  if (new Date(time).toISOString().replaceAll(/[-:T]|\..*/g, "") !== digits) throw malformed("has no such time");
  return time / 1_000;
}

function timeParts(tag: number, text: string): [number, ...number[]] {
  const match = tag === DER.utcTime ? UTC_TIME.exec(text) : tag === DER.generalizedTime && GENERALIZED_TIME.exec(text);
  if (!match) throw malformed("has no such time");
  const [year = 0, ...rest] = match.slice(1, 7).map(Number);
  return [tag === DER.utcTime ? year + (year < CENTURY_FROM ? 2_000 : 1_900) : year, ...rest];
}

/** The error for data that may be valid but cannot be checked here. */
export function unsupported(what: string): WarifuError {
  return new WarifuError("KEY_TYPE_UNKNOWN", `the timestamp token or certificate ${what}`);
}

/** The error for malformed data. */
export function malformed(what: string): WarifuError {
  return new WarifuError("TIMESTAMP_INVALID", `the timestamp token or certificate ${what}`);
}
