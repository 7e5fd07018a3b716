/**
 * Looks at the bytes of a file that should be one of ours, and says what it is if it is something else: a picture, a web
 * page, an incomplete download, a file of ours for another option, or one of a version to come, of which nobody can tell here
 * whether it holds. That is wrong use; only a file of the right kind that does not hold up is refuted.
 */
import { isUtf8 } from "node:buffer";
import { BUNDLE_FORMAT } from "../core/bundle.ts";
import { withoutByteOrderMark } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { FORK_FORMAT } from "../core/fork-evidence.ts";
import { POLICY_FORMAT } from "../core/policy.ts";
import { foreignName } from "../sources/file-kind.ts";

/** What may be asked for. */
export type OwnKind = "proof bundle" | "policy";

const HEAD_BYTES = 65_536;
const NUMBERED = /^(.+)\/([1-9]\d{0,5})$/;
const FORMATS: Readonly<Record<OwnKind, string>> = { "proof bundle": BUNDLE_FORMAT, policy: POLICY_FORMAT };
const REMEDIES: Readonly<Record<OwnKind, string>> = {
  "proof bundle": "name the file that `warifu prove` wrote",
  policy: "name the policy with --policy",
};
/** Files of ours that name no format, by members that only they have. */
const BY_MEMBERS: readonly (readonly [what: string, members: readonly string[]])[] = [
  [
    "an acknowledgement: `warifu audit --acks FILE` checks it, and `warifu prove` fetches its bundle",
    ["leafIndex", "checkpoint"],
  ],
  ["a verdict of `warifu verify`", ["outcome", "steps"]],
  ["a report of `warifu audit`", ["outcome", "findings"]],
  ["a profile", ["type", "version", "claims"]],
  ["a record", ["type", "source", "claims"]],
  ["API keys: keep it to yourself", ["submitter", "admin"]],
  ["an answer of the service that it refused something", ["code", "status"]],
];
/** A bundle that lost or gained members is still a bundle, and is refuted as one. */
const BUNDLE_MEMBERS = ["entry", "proof", "chain", "body", "openings", "source", "beacon"];
const ENOUGH_MEMBERS = 3;

/**
 * The bytes of a file of ours, without a byte order mark.
 * @throws USAGE saying what the file is instead, or that its version is not known yet
 */
export function assertOwnFile(bytes: Uint8Array, wanted: OwnKind, name: string): Uint8Array {
  const plain = withoutByteOrderMark(bytes);
  const other = otherKind(plain, wanted);
  if (other !== undefined) throw new WarifuError("USAGE", `${name} is not a ${wanted}: it is ${other}`);
  const later = laterFormat(plain, FORMATS[wanted]);
  if (later === undefined) return plain;
  throw new WarifuError(
    "USAGE",
    `${name} is a ${wanted} of a later version, ${later}, and this program knows ${FORMATS[wanted]}: take a newer one`,
  );
}

/** The format that a file names, if it is the known one with a higher number at its end. */
function laterFormat(bytes: Uint8Array, known: string): string | undefined {
  if (bytes.length > MAX_LOOKED_AT) return undefined;
  const { format } = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly format?: unknown };
  const [, name, version] = typeof format === "string" ? (NUMBERED.exec(format) ?? []) : [];
  const [, knownName, knownVersion] = NUMBERED.exec(known) as RegExpExecArray;
  return name === knownName && Number(version) > Number(knownVersion) ? `${name}/${version}` : undefined;
}

/** What the bytes are, and what to do; `undefined` when they are, or may be, what is wanted. */
function otherKind(bytes: Uint8Array, wanted: OwnKind): string | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  if (bytes.length === 0) return "empty; get it once more";
  const foreign = foreignName(head);
  if (foreign !== undefined)
    return `${foreign}; ${/gzip|ZIP|zstd|xz|bzip2|archive/.test(foreign) ? "unpack it first" : REMEDIES[wanted]}`;
  if (isUtf16(head)) return "UTF-16 text; save it as UTF-8";
  // Larger than any bundle may be: the verifier rejects it without reading it.
  if (bytes.length > MAX_LOOKED_AT) return undefined;
  if (!isUtf8(bytes)) return `not UTF-8 text; ${REMEDIES[wanted]}`;
  return otherText(Buffer.from(bytes).toString("utf8"), wanted);
}

const MAX_LOOKED_AT = 1_048_576;

/** Every second byte of Latin text in UTF-16 is 0. */
function isUtf16(head: Uint8Array): boolean {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return head.length > 3 && [0, 1].some((at) => head.subarray(0, 64).every((byte, i) => i % 2 !== at || byte === 0));
}

function otherText(text: string, wanted: OwnKind): string | undefined {
  if (text.trim() === "") return "empty; get it once more";
  if (text.trimStart().startsWith("<")) return `a page or XML; ${REMEDIES[wanted]}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return noJson(text, wanted);
  }
  if (Array.isArray(value)) return `a list of ${value.length}, not one ${wanted}; take it out of the list`;
  if (typeof value !== "object" || value === null) return `JSON, but no object; ${REMEDIES[wanted]}`;
  return otherObject(value, wanted);
}

function noJson(text: string, wanted: OwnKind): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length > 1 && lines.every(isJson))
    return "NDJSON, one JSON text a line; if they are proof bundles, let its name end in .ndjson";
  if (/^\s*[{[]/.test(text))
    return isCutOff(text) ? "cut off before its end; get it once more" : "JSON that is damaged; get it once more";
  return `no JSON; ${REMEDIES[wanted]}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether brackets or a string are still open at the end. Each character is looked at once, whatever the file holds. */
function isCutOff(text: string): boolean {
  let [open, isInString] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') isInString = !isInString;
    else if (isInString) at += character === "\\" ? 1 : 0;
    else if (character === "{" || character === "[") open++;
    else if (character === "}" || character === "]") open--;
  }
  return isInString || open > 0;
}

function otherObject(value: object, wanted: OwnKind): string | undefined {
  const { format } = value as { readonly format?: unknown };
  for (const [kind, own] of Object.entries(FORMATS))
    if (typeof format === "string" && format.startsWith(own.replace(/\d+$/, "")))
      return kind === wanted ? undefined : `a ${kind}; ${REMEDIES[wanted]}`;
  const has = (member: string): boolean => Object.hasOwn(value, member);
  if (wanted === "policy") return has("log") || has("chain") ? undefined : foundByMembers(has);
  // Verified like a bundle.
  if (typeof format === "string" && format.startsWith(FORK_FORMAT.replace(/\d+$/, ""))) return undefined;
  if (BUNDLE_MEMBERS.filter(has).length >= ENOUGH_MEMBERS) return undefined;
  return foundByMembers(has) ?? `JSON of another kind; ${REMEDIES[wanted]}`;
}

function foundByMembers(has: (member: string) => boolean): string | undefined {
  return BY_MEMBERS.find(([, members]) => members.every(has))?.[0];
}
