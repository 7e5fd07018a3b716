/**
 * Request bodies as bytes, decoded and counted as they arrive. The limit applies both to what arrives and to what it
 * decodes to, so a small body that unpacks to a large one is refused as soon as it exceeds the limit.
 */
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type BrotliDecompress,
  type Gunzip,
  type Inflate,
} from "node:zlib";
import { WarifuError } from "../core/errors.ts";
import { bodyOf } from "./arriving-body.ts";
import { ByteBudget } from "./byte-budget.ts";
import { GrowingBuffer } from "./growing-buffer.ts";

/** For all bodies being collected. */
const COLLECTED_BYTES = new ByteBudget(134_217_728);

/** What is announced counts as held until it has arrived, so it is little, even if every connection announces as much. */
const SMALL_BYTES = 16_384;
/**
 * For all bodies that say that they are small, which is enough for as many as there may be connections: whoever fills the memory
 * for the others, and is slow to end, keeps nobody from sending a record, signing in or revoking a key.
 */
const SMALL_BODIES_BYTES = new ByteBudget(33_554_432);

/** For the lines of all batches of which a part is read. */
const BATCHES_BYTES = new ByteBudget(134_217_728);

const DECODERS: Readonly<Record<string, () => BrotliDecompress | Gunzip | Inflate>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/**
 * The media type of a request's body, in lower case and without parameters.
 * @throws NOT_ACCEPTABLE unless it is among `accepted` and its charset, if named, is UTF-8
 */
export function mediaTypeOf(request: IncomingMessage, accepted: readonly string[]): string {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.find((parameter) => parameter.trim().startsWith("charset="));
  const isUtf8 = charset === undefined || /^\s*charset="?utf-?8"?\s*$/.test(charset);
  if (accepted.includes(type.trim()) && isUtf8) return type.trim();
  throw new WarifuError("NOT_ACCEPTABLE", `the body must be UTF-8 of type ${accepted.join(" or ")}`);
}

/**
 * The decoded body, piece by piece. Stopping early does not end the connection: an answer can still be sent.
 * @throws TOO_LARGE above `maxBytes`; NOT_ACCEPTABLE unknown content encoding; ENCODING_INVALID broken compression;
 *   REQUEST_INVALID when the client went away
 */
export async function* readBody(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const encoding = encodingOf(request);
  const encoded = bounded(bodyOf(request).read(), maxBytes);
  try {
    if (encoding === "identity") yield* encoded;
    else yield* bounded(decoded(encoded, encoding), maxBytes);
  } catch (cause) {
    throw readableError(cause);
  }
}

/**
 * The whole decoded body.
 * @param budget for those that come this way; that of all bodies if left out
 * @throws as {@link readBody}; BUSY when the bodies of a budget together hold more
 */
export function collectBody(request: IncomingMessage, maxBytes: number, budget?: ByteBudget): Promise<Buffer> {
  const announced = announcedBy(request);
  return announced <= Math.min(maxBytes, SMALL_BYTES)
    ? collectSmall(request, announced, budget ?? SMALL_BODIES_BYTES)
    : collectPieces(request, maxBytes, budget ?? COLLECTED_BYTES);
}

/** The memory for the lines of a batch while they are gathered and submitted. */
export function budgetOfBatch(request: IncomingMessage): ByteBudget {
  return announcedBy(request) <= SMALL_BYTES ? SMALL_BODIES_BYTES : BATCHES_BYTES;
}

/**
 * Waits for a body that is to be refused, if it says that it is short: to refuse it before its end would end the connection,
 * and a new one costs more than what is saved.
 */
export async function readIfShort(request: IncomingMessage): Promise<void> {
  const announced = announcedBy(request);
  if (announced > SMALL_BYTES || bodyOf(request).isAwaitingAsking) return;
  // The refusal is the answer, whatever becomes of the body.
  await collectSmall(request, announced, SMALL_BODIES_BYTES).catch(() => undefined);
}

/** How long a body says that it is, decoded. */
function announcedBy(request: IncomingMessage): number {
  return encodingOf(request) === "identity" ? Number(request.headers["content-length"] ?? Infinity) : Infinity;
}

/** A body that says how short it is, such as one record: the parser sees to it that no more comes. */
async function collectSmall(request: IncomingMessage, bytes: number, budget: ByteBudget): Promise<Buffer> {
  budget.take(bytes);
  try {
    return await bodyOf(request).whole();
  } catch (cause) {
    throw readableError(cause);
  } finally {
    budget.give(bytes);
  }
}

async function collectPieces(request: IncomingMessage, maxBytes: number, budget: ByteBudget): Promise<Buffer> {
  const body = new GrowingBuffer();
  let held = 0;
  try {
    for await (const piece of readBody(request, maxBytes)) {
      body.append(piece);
      budget.take(body.capacity - held);
      held = body.capacity;
    }
    return body.take();
  } finally {
    budget.give(held);
  }
}

function encodingOf({ headers }: IncomingMessage): string {
  return headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
}

async function* bounded(pieces: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield piece;
  }
}

/**
 * Continues reading the encoded bytes only as the decoded ones are taken. Bytes after the end of what is compressed, which
 * decoders drop silently, are refused: they may be the second half of a batch.
 */
async function* decoded(encoded: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer, void, undefined> {
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]?.() : undefined;
  if (!decoder)
    throw new WarifuError("NOT_ACCEPTABLE", `content encodings are identity, ${Object.keys(DECODERS).join(", ")}`);
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of encoded) {
      bytes += piece.length;
      yield piece;
    }
  };
  const fed = pipeline(counted, decoder);
  // An error in feeding ends the decoder, and is thrown below.
  fed.catch(() => undefined);
  try {
    yield* decoder as AsyncIterable<Buffer>;
    if (decoder.bytesWritten < bytes)
      throw new WarifuError("ENCODING_INVALID", "the body goes on after the end of what is compressed in it");
  } finally {
    decoder.destroy();
  }
}

function readableError(cause: unknown): unknown {
  if (cause instanceof WarifuError) return cause;
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR_FORMAT"))
    return new WarifuError("ENCODING_INVALID", "the body is not in the content encoding that it claims", { cause });
  if (code === "ECONNRESET") return new WarifuError("REQUEST_INVALID", "the body ended early", { cause });
  return cause;
}

function tooLarge(maxBytes: number): WarifuError {
  return new WarifuError("TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}
