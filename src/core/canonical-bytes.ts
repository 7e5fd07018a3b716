/**
 * Canonical JSON (RFC 8785) as bytes: the same as {@link canonicalJson} in UTF-8, for what is written for every record.
 * Put together as a text, it would be dozens of pieces that have to be joined, encoded and collected as garbage.
 */
import { namesInOrder, type JsonObject, type JsonValue } from "./json.ts";
import { quoted } from "./json-string.ts";

/** What is written lies one after the other in blocks of this size. Small, because one piece of a block keeps all of it. */
const BLOCK_BYTES = 16_384;
/** A control character is escaped as `\u001f`; any other UTF-16 unit takes three bytes at most. */
const MOST_BYTES_OF_UNIT = 6;
/** From this length on, the engine's encoder is faster than a loop. */
const LONG = 48;
const [QUOTE, BACKSLASH, FIRST_PRINTABLE, LAST_ASCII] = [0x22, 0x5c, 0x20, 0x7f];

const encoder = new TextEncoder();

/** Writes one JSON text after the other, piece by piece. Precondition: the pieces of each, joined, are in canonical form. */
export class CanonicalWriter {
  #block = new Uint8Array(BLOCK_BYTES);
  /** Where in the block the present text begins and ends. */
  #begin = 0;
  #end = 0;

  /** Begins a text. Of one that was not taken, because something was thrown meanwhile, nothing is kept. */
  begin(): void {
    this.#begin = this.#end;
  }

  /** Text in ASCII, as it is. */
  ascii(text: string): void {
    this.#reserve(text.length);
    if (text.length >= LONG) return this.#encode(text);
    const block = this.#block;
    let end = this.#end;
    for (let at = 0; at < text.length; at++) block[end++] = text.charCodeAt(at);
    this.#end = end;
  }

  /** JSON that was written before. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#block.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** A value. Precondition: as of {@link canonicalJson}. */
  value(value: JsonValue): void {
    if (typeof value === "string") this.#string(value);
    // RFC 8785 section 3.2.2.3 writes numbers as JavaScript does.
    else if (typeof value !== "object" || value === null) this.ascii(String(value));
    else if (Array.isArray(value)) this.#array(value);
    else this.#object(value);
  }

  /** What was written since {@link begin}. */
  take(): Uint8Array {
    const written = this.#block.subarray(this.#begin, this.#end);
    if (this.#block.length === BLOCK_BYTES) return written;
    // Of a block that had to grow, whoever keeps the text would keep all the room that it was given.
    this.#block = new Uint8Array(BLOCK_BYTES);
    this.#begin = this.#end = 0;
    return written.slice();
  }

  #object(value: JsonObject): void {
    let before = "{";
    for (const name of namesInOrder(value)) {
      this.ascii(before);
      this.#string(name);
      this.ascii(":");
      this.value(value[name] as JsonValue);
      before = ",";
    }
    this.ascii(before === "{" ? "{}" : "}");
  }

  #array(values: readonly JsonValue[]): void {
    let before = "[";
    for (const value of values) {
      this.ascii(before);
      this.value(value);
      before = ",";
    }
    this.ascii(before === "[" ? "[]" : "]");
  }

  #string(text: string): void {
    this.#reserve(text.length * MOST_BYTES_OF_UNIT + 2);
    if (text.length >= LONG) return this.#encode(quoted(text));
    const block = this.#block;
    let end = this.#end;
    block[end++] = QUOTE;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit < FIRST_PRINTABLE || unit > LAST_ASCII || unit === QUOTE || unit === BACKSLASH)
        return this.#encode(quoted(text));
      block[end++] = unit;
    }
    block[end++] = QUOTE;
    this.#end = end;
  }

  /** Precondition: there is room for it. */
  #encode(text: string): void {
    this.#end += encoder.encodeInto(text, this.#block.subarray(this.#end)).written;
  }

  /** Makes room for so many bytes more. */
  #reserve(length: number): void {
    if (this.#end + length <= this.#block.length) return;
    const written = this.#block.subarray(this.#begin, this.#end);
    const needed = written.length + length;
    // Twice what is needed: a text of many small pieces would be copied for each of them otherwise.
    this.#block = new Uint8Array(needed <= BLOCK_BYTES ? BLOCK_BYTES : 2 * needed);
    this.#block.set(written);
    this.#begin = 0;
    this.#end = written.length;
  }
}

// One for all: a text is taken before anything else can run.
const writer = new CanonicalWriter();

/** RFC 8785 canonical bytes of `value`. Precondition: as of {@link canonicalJson}. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  writer.begin();
  writer.value(value);
  return writer.take();
}
