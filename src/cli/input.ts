/**
 * The bytes that `warifu submit` reads: a file, which can be read twice, or stdin, which cannot. A byte order mark at the
 * start belongs to neither JSON nor CSV and is taken off.
 */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { extname } from "node:path";
import { unusable } from "./named-files.ts";

/** How records are written down. */
export const INPUT_FORMATS = ["json", "ndjson", "csv"] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** Something to read records from. */
export interface Input {
  /** Path, or "stdin". */
  readonly name: string;
  /** The first bytes, at most {@link HEAD_BYTES}; all of them when the input is shorter. */
  readonly head: Buffer;
  /** Whether {@link Input.bytes} can be called again. */
  readonly isRepeatable: boolean;
  /** All bytes, piece by piece. */
  bytes(): AsyncIterable<Buffer>;
}

const HEAD_BYTES = 65_536;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LF = 0x0a;

const FORMATS_BY_EXTENSION: Readonly<Record<string, InputFormat>> = {
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".csv": "csv",
};

/**
 * Opens a file, or stdin for "-".
 * @throws USAGE when it cannot be read
 */
export async function openInput(path: string): Promise<Input> {
  return path === "-" ? openStdin(process.stdin) : openFile(path);
}

/** The format that the name says, or else the content. */
export function formatOf(input: Input): InputFormat {
  return FORMATS_BY_EXTENSION[extname(input.name).toLowerCase()] ?? sniffedFormat(input.head);
}

/** A brace may begin one record over many lines, or one on each line; its first line tells. */
function sniffedFormat(head: Buffer): InputFormat {
  const text = head.toString("utf8").trimStart();
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return "csv";
  const [firstLine = ""] = text.split("\n", 1);
  return isWholeJson(firstLine) ? "ndjson" : "json";
}

function isWholeJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function openFile(path: string): Input {
  try {
    const file = openSync(path, "r");
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(file, head, 0, HEAD_BYTES, 0);
    closeSync(file);
    const start = markLength(head.subarray(0, length));
    return {
      name: path,
      head: head.subarray(start, length),
      isRepeatable: true,
      bytes: () => createReadStream(path, { start, highWaterMark: 262_144 }),
    };
  } catch (cause) {
    throw unusable(`${path} cannot be read`, cause);
  }
}

async function openStdin(stream: AsyncIterable<Buffer>): Promise<Input> {
  const pieces = stream[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let isAtEnd = false;
  while (!isAtEnd && head.length < HEAD_BYTES && !head.includes(LF)) {
    const { value, done } = await pieces.next();
    if (done) isAtEnd = true;
    else head = Buffer.concat([head, value]);
  }
  head = head.subarray(markLength(head));
  return {
    name: "stdin",
    head,
    isRepeatable: false,
    async *bytes() {
      yield head;
      for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
    },
  };
}

function markLength(head: Buffer): number {
  return head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}
