/**
 * Openings and their digests, as SD-JWT discloses claims (RFC 9901 sections 4.2 and 4.2.4). An opening is
 * base64url(JSON [salt, name, value]); its digest is SHA-256 over that very text, so the text is kept and never rebuilt.
 * Salts are 32 fresh random bytes each: without the salt a digest says nothing about its value.
 */
import { fromBase64Url, fromUtf8, toBase64Url, utf8ToBase64Url } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { quoted } from "./json-string.ts";
import { FORBIDDEN_NAMES, parseJson, type JsonValue } from "./json.ts";
import { sha256Text } from "./sha256.ts";

/** Bytes of a salt; RFC 9901 asks for at least 16. */
export const SALT_BYTES = 32;

/** What one opening says. */
export interface Opening {
  readonly salt: Uint8Array;
  readonly name: string;
  readonly value: JsonValue;
}

/** Text of an opening. Precondition: `salt` is {@link SALT_BYTES} fresh random bytes. */
export function formatOpening({ salt, name, value }: Opening): string {
  return formatSalted(toBase64Url(salt), name, value);
}

/** {@link formatOpening} for a salt that is text already: all salts of a record are encoded in one call. */
export function formatSalted(salt: string, name: string, value: JsonValue): string {
  return utf8ToBase64Url(
    `["${salt}",${quoted(name)},${typeof value === "string" ? quoted(value) : JSON.stringify(value)}]`,
  );
}

/**
 * Parsed text of an opening.
 * @throws OPENING_INVALID
 */
export function parseOpening(text: string): Opening {
  try {
    const array = parseJson(fromUtf8(fromBase64Url(text, "opening"), "opening"), "opening");
    const [salt, name, value] = Array.isArray(array) && array.length === 3 ? array : [];
    if (typeof salt !== "string" || typeof name !== "string" || value === undefined)
      throw new WarifuError("OPENING_INVALID", "an opening is a JSON array of salt, name and value");
    // The JSON parser takes this as a value; it becomes a name when the claim is put among the others.
    if (FORBIDDEN_NAMES.has(name)) throw new WarifuError("OPENING_INVALID", "this name of a claim is not allowed");
    return { salt: fromBase64Url(salt, "salt of an opening", SALT_BYTES), name, value };
  } catch (cause) {
    throw new WarifuError("OPENING_INVALID", "the opening is not base64url of a JSON array [salt, name, value]", {
      cause,
    });
  }
}

/** Digest of an opening's text: base64url, as it stands in `_sd`. */
export function openingDigest(text: string): string {
  return sha256Text(text);
}
