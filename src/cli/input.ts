/**
 * The text that `warifu submit` reads: a file, which can be read twice, or stdin, a pipe or a FIFO, which cannot. The result
 * is always UTF-8 without a byte order mark: gzip is unpacked, other encodings are converted if they are certain or named,
 * and anything that is not text is refused by name.
 */
import { closeSync, createReadStream, openSync, statSync } from "node:fs";
import { extname } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { WarifuError } from "../core/errors.ts";
import { assertEncodingFits, recognisedEncoding, toUtf8 } from "../sources/encoding.ts";
import { foreignKind, isGzip } from "../sources/file-kind.ts";
import { unusable } from "./named-files.ts";

/** How records are written down. */
export const INPUT_FORMATS = ["json", "ndjson", "csv"] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number] | "xml";

/** Something to read records from. */
export interface Input {
  /** Path, or "stdin". */
  readonly name: string;
  /** The first bytes of the text, at most {@link HEAD_BYTES}; all of them when the input is shorter. */
  readonly head: Buffer;
  /** Whether `head` is the whole text. */
  readonly isWhole: boolean;
  /** Whether {@link Input.bytes} can be called again. */
  readonly isRepeatable: boolean;
  /** Conversions that the user may not expect. */
  readonly notes: readonly string[];
  /** The encoding that was named for the text. */
  readonly encoding?: string | undefined;
  /**
   * The whole text in UTF-8 (unless it only claims to be UTF-8), piece by piece.
   * @param onRaw is called with the bytes of the file itself as they are read
   */
  bytes(onRaw?: OnRaw): AsyncIterable<Buffer>;
}

type OnRaw = (piece: Buffer) => void;

/** The bytes as stored. */
interface Source {
  readonly isRepeatable: boolean;
  open(onRaw?: OnRaw): AsyncIterable<Buffer>;
}

/** The first bytes of a source, and a source that still has them. */
interface Peeked {
  readonly bytes: Buffer;
  /** Whether nothing comes after them. */
  readonly isWhole: boolean;
  readonly source: Source;
}

const HEAD_BYTES = 65_536;
const PIECE_BYTES = 262_144;
// A kilobyte of gzip can unpack to a megabyte; text shrinks to a twentieth, seldom to a hundredth.
const FREE_UNPACKED_BYTES = 16_777_216;
const MAX_UNPACKED_RATIO = 250;
const LF = 0x0a;
/** Begins each value of a JSON text sequence (RFC 7464). It occurs nowhere else in JSON. */
const RS = 0x1e;

const FORMATS_BY_EXTENSION: Readonly<Record<string, InputFormat>> = {
  ".json": "json",
  ".geojson": "json",
  ".jsonld": "json",
  ".senml": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
  ".tsv": "csv",
  ".tab": "csv",
  ".xml": "xml",
};

/**
 * Opens a file, or stdin for "-".
 * @param encoding encoding of the text, as a label that `TextDecoder` knows; determined from the bytes by default
 * @throws USAGE when it cannot be read or holds no text; ENCODING_INVALID
 */
export async function openInput(path: string, encoding?: string): Promise<Input> {
  // A stdin that is a socket cannot be opened by that path.
  const isStdin = path === "-" || path === "/dev/stdin";
  const name = isStdin ? "stdin" : path;
  const notes: string[] = [];
  try {
    let source = isStdin ? streamed(process.stdin) : openFile(path);
    let head = await peek(source);
    if (isGzip(head.bytes)) {
      source = unpacked(head.source);
      head = await peek(source);
      notes.push("it is unpacked with gzip");
    }
    assertText(head.bytes, name);
    const recognised = encoding === undefined ? recognisedEncoding(head.bytes) : undefined;
    if (encoding !== undefined) assertEncodingFits(encoding, head.bytes);
    const label = encoding ?? recognised?.label;
    if (label !== undefined) head = await peek(converted(head.source, label));
    assertText(head.bytes, name);
    if (head.bytes[0] === RS) {
      head = await peek(unsequenced(head.source));
      notes.push("it is read as a JSON text sequence");
    }
    if (recognised && recognised.label !== "utf-8")
      notes.push(`it is read as ${recognised.label}, by ${recognised.by}`);
    return {
      name,
      head: head.bytes,
      isWhole: head.isWhole,
      isRepeatable: head.source.isRepeatable,
      notes,
      encoding,
      bytes: (onRaw) => readable(head.source.open(onRaw), name),
    };
  } catch (cause) {
    throw named(cause, name);
  }
}

/** The format according to the name, or else the content. A list of objects, one per line, is often named ".json". */
export function formatOf(input: Input): InputFormat {
  const byContent = sniffedFormat(input.head);
  if (byContent === "xml") return "xml";
  const byName = FORMATS_BY_EXTENSION[extname(input.name.replace(/\.gz$/i, "")).toLowerCase()];
  return byName === "json" && byContent === "ndjson" && hasObjectOnSecondLine(input.head)
    ? "ndjson"
    : (byName ?? byContent);
}

/** A brace may begin one record over many lines, or one record per line; the first line shows which. */
function sniffedFormat(head: Buffer): InputFormat {
  const text = head.toString("utf8").trimStart();
  if (/^<(?:\?xml\b|[A-Za-z_][\w.:-]*[\s/>])/.test(text)) return "xml";
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return "csv";
  const [firstLine = ""] = text.split("\n", 1);
  return isWholeJson(firstLine) ? "ndjson" : "json";
}

function hasObjectOnSecondLine(head: Buffer): boolean {
  return /^[^\n]*\n\s*\{/.test(head.toString("utf8").trimStart());
}

function isWholeJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** @throws USAGE saying what it is */
function assertText(head: Buffer, name: string): void {
  const kind = foreignKind(head);
  if (kind !== undefined) throw new WarifuError("USAGE", `${name} is ${kind}; nothing was recorded`);
}

function openFile(path: string): Source {
  // A pipe passed as a file, as a shell does with <(command), cannot be read a second time.
  if (!statSync(path).isFile()) return streamed(createReadStream(path, { highWaterMark: PIECE_BYTES }));
  closeSync(openSync(path, "r"));
  return { isRepeatable: true, open: (onRaw) => piecesOf(path, onRaw) };
}

/** Opens the file when the first piece is asked for. */
async function* piecesOf(path: string, onRaw?: OnRaw): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    onRaw?.(piece);
    yield piece;
  }
}

function streamed(stream: AsyncIterable<Buffer>): Source {
  return { isRepeatable: false, open: () => stream };
}

/** The first bytes of a source, and a source that still has them. */
async function peek(source: Source): Promise<Peeked> {
  const pieces = source.open()[Symbol.asyncIterator]();
  let bytes: Buffer = Buffer.alloc(0);
  let isAtEnd = false;
  // No further than needed: the next piece of a live stream may take long to arrive.
  while (!isAtEnd && !isEnough(bytes)) {
    const { value, done } = await pieces.next();
    if (done) isAtEnd = true;
    else bytes = Buffer.concat([bytes, value]);
  }
  const head = bytes.subarray(0, HEAD_BYTES);
  const isWhole = isAtEnd && bytes.length <= HEAD_BYTES;
  if (source.isRepeatable) {
    await pieces.return?.();
    return { bytes: head, isWhole, source };
  }
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    yield bytes;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  return { bytes: head, isWhole, source: { isRepeatable: false, open: all } };
}

/**
 * Finding the delimiter of CSV takes many rows; JSON is recognised by its first line, and a slow stream may not have a
 * second one yet.
 */
function isEnough(bytes: Buffer): boolean {
  return bytes.length >= HEAD_BYTES || (bytes.includes(LF) && /^\s*[{[]/.test(bytes.toString("latin1", 0, 64)));
}

function unpacked({ isRepeatable, open }: Source): Source {
  async function* pieces(onRaw?: OnRaw): AsyncGenerator<Buffer, void, undefined> {
    let length = 0;
    const gunzip = createGunzip();
    // The callback only has to exist: errors of both streams surface where the pieces are read.
    pipeline(Readable.from(open(onRaw)), gunzip, () => undefined);
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > FREE_UNPACKED_BYTES && length > MAX_UNPACKED_RATIO * gunzip.bytesWritten)
        throw new WarifuError("USAGE", "it unpacks to far more than text would: unpack it and look at it");
      yield piece;
    }
  }
  return { isRepeatable, open: pieces };
}

function converted({ isRepeatable, open }: Source, label: string): Source {
  return { isRepeatable, open: (onRaw) => toUtf8(open(onRaw), label) };
}

/** A JSON text sequence as NDJSON. */
function unsequenced({ isRepeatable, open }: Source): Source {
  async function* pieces(onRaw?: OnRaw): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of open(onRaw)) yield Buffer.from(piece.map((byte) => (byte === RS ? LF : byte)));
  }
  return { isRepeatable, open: pieces };
}

async function* readable(bytes: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* bytes;
  } catch (cause) {
    throw named(cause, name);
  }
}

/** What went wrong, with the name of the input. */
function named(cause: unknown, name: string): unknown {
  if (cause instanceof WarifuError)
    return cause.message.startsWith(name)
      ? cause
      : new WarifuError(cause.code, `${name}: ${cause.message}`, { cause, details: cause.details });
  const { code = "" } = Object(cause) as { readonly code?: string };
  if (code.startsWith("Z_"))
    return new WarifuError("USAGE", `${name} is a gzip file that is damaged or cut off`, { cause });
  return code === "" ? cause : unusable(`${name} cannot be read`, cause);
}
