/**
 * The files that somebody gives the verifier, and what each of them is: bundles, one or many in a file, a ZIP of them,
 * evidence that a log has two histories, or an original that a record may commit to. What looks like a bundle is judged as
 * one, so that a damaged bundle is refuted and not taken for an original.
 */
import { strFromU8, unzipSync, type Unzipped } from "fflate";
import { MAX_BUNDLE_BYTES } from "../../core/bundle.ts";
import { withoutByteOrderMark } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";

/** A file and its bytes. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file, of which the browser may give nothing: such as a folder that was dropped. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array | undefined;
}

/** Why a file cannot be used. */
export type Problem = "empty" | "tooLarge" | "unreadable" | "damagedZip" | "policy";

/** What was given, by what it is. */
export interface Given {
  readonly bundles: readonly NamedBytes[];
  /** Evidence against a log. */
  readonly forks: readonly NamedBytes[];
  readonly originals: readonly NamedBytes[];
  readonly problems: readonly { readonly name: string; readonly problem: Problem }[];
}

/** An original is hashed in memory. */
export const MAX_ORIGINAL_BYTES = 268_435_456;
/** Of all files in a ZIP, unpacked: what a small file may become. */
const MAX_UNPACKED_BYTES = 268_435_456;
const MOST_FILES = 10_000;

/** Sorts files by what they are. */
export function recognise(files: readonly GivenFile[]): Given {
  const given = {
    bundles: [] as NamedBytes[],
    forks: [] as NamedBytes[],
    originals: [] as NamedBytes[],
    problems: [] as Given["problems"][number][],
  };
  for (const { name, bytes } of files) {
    const { bundles = [], fork, original, problem } = bytes ? recogniseOne({ name, bytes }) : UNREADABLE;
    given.bundles.push(...bundles);
    if (fork) given.forks.push(fork);
    if (original) given.originals.push(original);
    if (problem) given.problems.push({ name, problem });
  }
  return given;
}

interface Recognised {
  readonly bundles?: readonly NamedBytes[];
  readonly fork?: NamedBytes;
  readonly original?: NamedBytes;
  readonly problem?: Problem;
}

const UNREADABLE: Recognised = { problem: "unreadable" };

function recogniseOne(file: NamedBytes): Recognised {
  const { bytes } = file;
  if (bytes.length === 0) return { problem: "empty" };
  if (bytes.length > MAX_ORIGINAL_BYTES) return { problem: "tooLarge" };
  if (isZip(bytes)) return recogniseZip(file);
  if (isOwn(bytes, "fork-evidence")) return { fork: { name: file.name, bytes: withoutByteOrderMark(bytes) } };
  const bundles = bundlesIn(file);
  if (bundles.length > 0) return { bundles };
  return isOwn(bytes, "policy") ? { problem: "policy" } : { original: file };
}

/** Documents of office programs are ZIPs too: one without any bundle is an original. */
function recogniseZip(file: NamedBytes): Recognised {
  let unpacked: Unzipped;
  try {
    unpacked = unzipBounded(file.bytes);
  } catch {
    return { problem: "damagedZip" };
  }
  const names = Object.keys(unpacked).sort();
  const parts = names.map((name) => ({ name: `${file.name}/${name}`, bytes: unpacked[name] as Uint8Array }));
  const bundles = parts.flatMap(bundlesIn);
  return bundles.length === 0 ? { original: file } : { bundles };
}

/** What is said of the sizes in a ZIP may be false; the unpacker writes no more than was said. */
function unzipBounded(bytes: Uint8Array): Unzipped {
  let [size, count] = [0, 0];
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(json|ndjson)$/i.test(name)) return false;
      size += originalSize;
      if (size > MAX_UNPACKED_BYTES || ++count > MOST_FILES)
        throw new WarifuError("TOO_LARGE", "the files in the ZIP are too large");
      return true;
    },
  });
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** The bundle, or those with one on each line. */
function bundlesIn(file: NamedBytes): readonly NamedBytes[] {
  const plain = withoutByteOrderMark(file.bytes);
  if (!isOwn(plain, "bundle")) return [];
  const lines = linesOf(plain).filter((line) => isOwn(line, "bundle"));
  if (lines.length < 2) return [{ name: file.name, bytes: plain }];
  return lines.map((bytes, at) => ({ name: `${file.name}:${at + 1}`, bytes }));
}

const HEAD_BYTES = MAX_BUNDLE_BYTES;
const MEMBERS = ["entry", "proof", "chain", "body", "openings", "source", "beacon"];
const ENOUGH_MEMBERS = 3;

/** By the format that the text names, or by members that nothing else has: a damaged bundle is still one. */
function isOwn(bytes: Uint8Array, what: "bundle" | "policy" | "fork-evidence"): boolean {
  if (!/^(\ufeff)?\s*\{/.test(strFromU8(bytes.subarray(0, 64)))) return false;
  const head = strFromU8(bytes.subarray(0, HEAD_BYTES));
  if (new RegExp(`"format"\\s*:\\s*"warifu-${what}/`).test(head)) return true;
  return what === "bundle" && MEMBERS.filter((name) => head.includes(`"${name}"`)).length > ENOUGH_MEMBERS;
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, begin)) {
    lines.push(bytes.subarray(begin, end));
    begin = end + 1;
  }
  return [...lines, bytes.subarray(begin)].filter((line) => line.length > 2);
}
