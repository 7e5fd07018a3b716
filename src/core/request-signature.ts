/**
 * The signature base of an HTTP request (RFC 9421 section 2.5) whose content is bound to it by its digest (RFC 9530), as the
 * evidence of a record holds it.
 */
import { equalBytes, fromBase64 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/** Longest base that is read. */
const MAX_BASE_CHARACTERS = 16_384;
/** RFC 8941 byte sequence of a SHA-256, alone in its dictionary. */
const DIGEST_LINE = /^"content-digest": sha-256=:([A-Za-z0-9+/]{43}=):$/;

/**
 * The content that a base covers.
 * @throws SOURCE_SIGNATURE_INVALID the base does not name the content's digest exactly once; ENCODING_INVALID
 */
export function signedContentOf({ base, content }: { readonly base: string; readonly content: string }): Uint8Array {
  const bytes = fromBase64(content, "evidence.content");
  if (base.length > MAX_BASE_CHARACTERS) refuse(`is longer than ${MAX_BASE_CHARACTERS} characters`);
  const digests = base.split("\n").filter((line) => line.startsWith('"content-digest"'));
  const digest = DIGEST_LINE.exec(digests[0] ?? "")?.[1];
  if (digests.length !== 1 || digest === undefined) refuse("does not cover Content-Digest with one SHA-256");
  if (!equalBytes(fromBase64(digest, "content-digest", 32), sha256(bytes))) refuse("is of other content");
  return bytes;
}

function refuse(reason: string): never {
  throw new WarifuError("SOURCE_SIGNATURE_INVALID", `the signed request ${reason}`);
}
