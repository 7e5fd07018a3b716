/** Reads the type of a record from its body without parsing it: the body is canonical JSON, whose last member is `vct`. */
import { utf8 } from "../../core/bytes.ts";

const BEFORE = utf8(`"vct":"warifu:`);
const [COLON, QUOTE, BRACE, ZERO, NINE] = [0x3a, 0x22, 0x7d, 0x30, 0x39];
/** Longest name, and most digits of a version, that are read. */
const [MOST_NAME, MOST_DIGITS] = [64, 9];
/** How many bytes at the end of a body contain the type. */
export const TYPE_BYTES = BEFORE.length + MOST_NAME + 1 + MOST_DIGITS + 2;

/** The type, without the version of its profile; `undefined` if the body does not end in one. */
export function recordTypeIn(body: Uint8Array): string | undefined {
  const { length } = body;
  if (body[length - 1] !== BRACE || body[length - 2] !== QUOTE) return undefined;
  const colon = runBack(body, length - 3, MOST_DIGITS, (byte) => byte >= ZERO && byte <= NINE);
  if (colon === length - 3 || body[colon] !== COLON) return undefined;
  const before = runBack(body, colon - 1, MOST_NAME, (byte) => byte !== COLON && byte !== QUOTE);
  const begin = before + 1 - BEFORE.length;
  if (begin < 0 || before === colon - 1 || !BEFORE.every((byte, at) => body[begin + at] === byte)) return undefined;
  return Buffer.from(body.buffer, body.byteOffset + before + 1, colon - before - 1).toString("latin1");
}

/** The first position from `at` downwards whose byte is not of a kind, or that is `most` lower. */
function runBack(bytes: Uint8Array, at: number, most: number, isOfKind: (byte: number) => boolean): number {
  const end = Math.max(-1, at - most);
  let place = at;
  while (place > end && isOfKind(bytes[place] as number)) place--;
  return place;
}
