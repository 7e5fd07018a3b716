/**
 * Checks that the body of an entry is the one that the entry commits to, is of this log, and agrees with the entry. What its
 * contents mean is checked elsewhere.
 */
import { parseBody, type Body } from "../core/body.ts";
import { toHex } from "../core/bytes.ts";
import { assertBodyOf, type Entry, type EntryKind } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";

const VCT = /^warifu:[a-z][a-z0-9-]{0,63}:[1-9][0-9]{0,3}$/;

/**
 * The body in `bytes`.
 * @param origin of the log that the verifier expects
 * @throws BODY_MISMATCH, BODY_INVALID, ORIGIN_MISMATCH
 */
export function checkBodyOf(entry: Entry, bytes: Uint8Array, origin: string): Body {
  assertBodyOf(entry, bytes);
  const body = parseBody(bytes);
  if (body.iss !== origin)
    throw new WarifuError("ORIGIN_MISMATCH", "the body was issued by another log", {
      details: { expected: origin, given: body.iss },
    });
  if (body.src !== toHex(entry.sourceId) || body.seq !== entry.seq)
    throw new WarifuError("BODY_MISMATCH", "the body names another source or seq than the entry");
  if (body.contentName !== entry.kind)
    throw new WarifuError("BODY_MISMATCH", `the body holds a ${body.contentName}, the entry is of kind ${entry.kind}`);
  if (!VCT.test(body.vct) || !isVctOf(entry, body))
    throw new WarifuError("BODY_MISMATCH", `the body's vct is not one that a ${entry.kind} can have`);
  return body;
}

/** Names that events may have besides their kind. */
const FURTHER_NAMES: { readonly [kind in EntryKind]?: readonly string[] } = {
  profile: ["log-keys", "verifier"],
  erasure: ["withholding"],
  disclosure: ["access", "breach", "moderation"],
  consent: ["notice", "request", "rectification", "restriction"],
  derivation: ["translation"],
  provision: ["reception", "recipient", "deidentification", "exchange"],
};

/** The log's own events have a closed list of names; what records are called is the city's choice. */
function isVctOf({ kind }: Entry, { vct }: Body): boolean {
  if (kind === "record") return true;
  return [kind, ...(FURTHER_NAMES[kind] ?? [])].some((name) => vct.startsWith(`warifu:${name}:`));
}
