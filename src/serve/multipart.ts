/**
 * The parts of a form that came as `multipart/form-data` (RFC 7578), from bytes that are in memory already. Parts are bytes:
 * whether one is text in UTF-8 is asked of it (form.ts), and never decided by what its header claims.
 *
 * Invariant: every part is handed over or the whole body is refused; none is left out silently.
 */
import { Busboy } from "@fastify/busboy";
import { WarifuError } from "../core/errors.ts";

export const MULTIPART = "multipart/form-data";

/** What a body may hold. */
export interface PartBounds {
  readonly maxFields: number;
  /** Bytes of a part that is no file. */
  readonly maxFieldBytes: number;
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  /** What to say of a form with more parts; otherwise, how many it may have. */
  readonly tooMany?: string;
}

/** A part. It is a file if it has a file name, even an empty one. */
export interface FormPart {
  readonly name: string;
  /** As it was sent, without folders: never a path to write to. */
  readonly filename: string | undefined;
  /** As it was sent, in lower case; `text/plain` where nothing was. It may be wrong. */
  readonly mediaType: string;
  /** Where its bytes begin in the body. */
  readonly at: number;
  readonly bytes: Buffer;
}

const MAX_NAME = 256;
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;
/** RFC 7578 section 4.7: the others are not used any more. */
const PLAIN_ENCODINGS = ["7bit", "8bit", "binary"];

/**
 * The parts of a body, in order.
 * @param contentType the request's header, with the boundary
 * @throws REQUEST_INVALID malformed, or cut short; TOO_LARGE; NOT_ACCEPTABLE encoded parts
 */
export async function partsOf(bytes: Buffer, contentType: string, bounds: PartBounds): Promise<FormPart[]> {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalid("its Content-Type names no boundary");
  const { maxFields, maxFiles, tooMany = `the form may have ${maxFields} fields and ${maxFiles} files` } = bounds;
  const most = maxFields + maxFiles;
  const count = countOfParts(bytes, boundary, { most, tooMany });
  const parts = await parse(bytes, boundary);
  if (parts.length !== count) throw invalid("it has a part that is no field of a form");
  assertWithin(parts, { ...bounds, tooMany });
  return located(parts, bytes, boundary);
}

/** A body without what some of its parts hold, which are given in their order; otherwise as it was sent, byte for byte. */
export function withoutContents(bytes: Buffer, parts: readonly FormPart[]): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  for (const { at, bytes: content } of parts) {
    kept.push(bytes.subarray(from, at));
    from = at + content.length;
  }
  return Buffer.concat([...kept, bytes.subarray(from)]);
}

/**
 * Parts with their places in the body: the content of each begins after the line that ends its header.
 * @throws REQUEST_INVALID
 */
function located(parts: readonly Omit<FormPart, "at">[], bytes: Buffer, boundary: string): FormPart[] {
  let from = 0;
  return parts.map((part) => {
    const at = bytes.indexOf("\r\n\r\n", delimiterFrom(bytes, boundary, from)) + 4;
    from = at + part.bytes.length;
    // In place of the parser's copy.
    const content = bytes.subarray(at, from);
    if (!content.equals(part.bytes)) throw invalid("it has a part that does not end where it should");
    return { ...part, at, bytes: content };
  });
}

/**
 * How many parts are announced. The boundary begins no other line than those that announce a part and, once, the one that ends
 * the form (RFC 2046 section 5.1.1): the parser would make a part of each, and of millions in one form millions of streams.
 * @throws REQUEST_INVALID; TOO_LARGE more than `most`
 */
function countOfParts(bytes: Buffer, boundary: string, { most, tooMany }: { most: number; tooMany: string }): number {
  const opening = Buffer.from(`--${boundary}`, "latin1");
  let [count, isEnded] = [0, false];
  for (let at = bytes.indexOf(opening); at >= 0; at = bytes.indexOf(opening, at + 1)) {
    if (at > 0 && bytes.toString("latin1", at - 2, at) !== "\r\n") continue;
    const next = bytes.toString("latin1", at + opening.length, at + opening.length + 2);
    if (isEnded || (next !== "\r\n" && next !== "--"))
      throw invalid("a line opens with its boundary, and neither begins a part nor ends the form");
    isEnded = next === "--";
    if (!isEnded && ++count > most) throw new WarifuError("TOO_LARGE", tooMany);
  }
  return count;
}

/** Where the next line begins that announces a part; -1 if there is none. */
function delimiterFrom(bytes: Buffer, boundary: string, from: number): number {
  const delimiter = Buffer.from(`--${boundary}\r\n`, "latin1");
  for (let at = bytes.indexOf(delimiter, from); at >= 0; at = bytes.indexOf(delimiter, at + 1))
    if (at === 0 || bytes.toString("latin1", at - 2, at) === "\r\n") return at;
  return -1;
}

function parse(bytes: Buffer, boundary: string): Promise<Omit<FormPart, "at">[]> {
  const parts: Omit<FormPart, "at">[] = [];
  const parser = new Busboy({
    headers: { "content-type": `${MULTIPART}; boundary="${boundary}"` },
    // All of them as bytes: text would be decoded with the charset that the part names, and silently repaired.
    isPartAFile: () => true,
  });
  return new Promise((resolve, reject) => {
    const fail = (error: WarifuError): void => {
      reject(error);
      parser.destroy();
    };
    parser.on("file", (name, stream, filename, encoding, mediaType) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("error", () => undefined);
      stream.on("end", () => parts.push({ name, filename, mediaType, bytes: Buffer.concat(pieces) }));
      if (typeof name !== "string" || name === "" || name.length > MAX_NAME)
        fail(invalid(`it has a part without a name, or with one of more than ${MAX_NAME} characters`));
      else if (!PLAIN_ENCODINGS.includes(encoding))
        fail(new WarifuError("NOT_ACCEPTABLE", "a part of a form is sent as it is, without a transfer encoding"));
    });
    parser.on("finish", () => resolve(parts));
    parser.on("error", (cause) => reject(invalid("it is malformed or ends early", cause)));
    parser.end(bytes);
  });
}

function assertWithin(
  parts: readonly Pick<FormPart, "filename" | "bytes">[],
  { maxFields, maxFieldBytes, maxFiles, maxFileBytes, tooMany }: PartBounds & { readonly tooMany: string },
) {
  const files = parts.filter(({ filename }) => filename !== undefined);
  const fields = parts.filter(({ filename }) => filename === undefined);
  if (fields.length > maxFields || files.length > maxFiles) throw new WarifuError("TOO_LARGE", tooMany);
  if (fields.some(({ bytes }) => bytes.length > maxFieldBytes))
    throw new WarifuError("TOO_LARGE", `a field of the form may have ${maxFieldBytes} bytes`);
  if (files.some(({ bytes }) => bytes.length > maxFileBytes))
    throw new WarifuError("TOO_LARGE", `a file in the form may have ${maxFileBytes} bytes`);
}

function invalid(reason: string, cause?: unknown): WarifuError {
  return new WarifuError("REQUEST_INVALID", `the form cannot be read: ${reason}`, { cause });
}
