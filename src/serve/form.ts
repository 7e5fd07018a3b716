/**
 * Fields of a form as text, from `application/x-www-form-urlencoded` (WHATWG URL section 5) or from the parts of a multipart
 * body. What browsers and URLSearchParams silently repair is refused: a record must hold what was sent.
 */
import { isUtf8 } from "node:buffer";
import { WarifuError } from "../core/errors.ts";
import type { FormPart } from "./multipart.ts";

export const URL_ENCODED = "application/x-www-form-urlencoded";

/** A field, with its name. */
export type FormField = readonly [name: string, value: string];

/** XML knows none of them either. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;

/**
 * The fields of an urlencoded body, in order.
 * @throws TOO_LARGE, ENCODING_INVALID
 */
export function urlEncodedFields(bytes: Uint8Array, maxFields: number): FormField[] {
  // One character a byte: whether it is UTF-8 shows once the escapes are resolved.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const pairs = text.split("&").filter((pair) => pair !== "");
  if (pairs.length > maxFields) throw new WarifuError("TOO_LARGE", `the form may have ${maxFields} fields`);
  return pairs.map((pair) => {
    const [name, value] = splitPair(pair);
    return [unescaped(name), unescaped(value)];
  });
}

/**
 * An urlencoded body without the values of the fields of a name; otherwise as it was sent, byte for byte.
 * @throws ENCODING_INVALID
 */
export function withoutValues(bytes: Uint8Array, name: string): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const kept = text.split("&").map((pair) => {
    const [sent] = splitPair(pair);
    return unescaped(sent) === name && pair !== sent ? `${sent}=` : pair;
  });
  return Buffer.from(kept.join("&"), "latin1");
}

/** The two sides of a pair, still escaped. */
function splitPair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf("=");
  return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
}

/** A part of a multipart body as a field. @throws ENCODING_INVALID */
export function fieldOf({ name, bytes }: Pick<FormPart, "name" | "bytes">): FormField {
  return [name, textOf(bytes)];
}

/**
 * What was escaped, given one character a byte.
 * @throws ENCODING_INVALID
 */
function unescaped(text: string): string {
  if (BROKEN_ESCAPE.test(text))
    throw new WarifuError("ENCODING_INVALID", "the form has a % that begins no escape: write it as %25");
  const bytes = text
    .replaceAll("+", " ")
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return textOf(Buffer.from(bytes, "latin1"));
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes))
    throw new WarifuError("ENCODING_INVALID", "a field of the form is not UTF-8: send the form in UTF-8");
  const text = bytes.toString("utf8");
  if (CONTROL.test(text))
    throw new WarifuError("ENCODING_INVALID", "a field of the form has a control character in it");
  return text;
}
