/**
 * An incoming body. It is taken in from the first byte, even before anybody reads it, and merged into larger buffers:
 * each chunk then costs a call, but no object that stays. Otherwise a body in chunks of one byte would take a hundred
 * times its length in memory, and as many turns of the event loop that serves everybody else.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { WarifuError } from "../core/errors.ts";
import { GrowingBuffer } from "./growing-buffer.ts";

/** While this much is waiting, no more is read from the connection. */
const MAX_WAITING_BYTES = 65_536;
/** Pieces of at least this size are kept as they are; smaller ones are copied together. */
const WHOLE_BYTES = 4_096;
// Ordinary senders write kilobytes at a time, and the slowest write a record; each piece costs the same work, however
// small.
const FREE_PIECES = 1_024;
const LEAST_MEAN_BYTES = 16;

/**
 * Where a request has its body. Not in a WeakMap: V8 clears one of these only when it collects everything, so each request, with
 * all that hangs on it, would outlive the collections of young objects and make them as long as ordinary ones are short.
 */
const BODY = Symbol("body");

interface WithBody {
  [BODY]?: ArrivingBody;
}

/** What a body must comply with. */
export interface BodyTerms {
  /** Milliseconds; in each such period, the body arrives at `bytesPerSecond` or faster, or ends. */
  readonly windowMs: number;
  readonly bytesPerSecond: number;
  /** Called when the body turns out to come in crumbs. */
  readonly onCrumbs: () => void;
}

/** The bodies of a server, each until its answer has ended. */
export class ArrivingBodies {
  readonly #bodies = new Set<ArrivingBody>();

  /** Takes in the body of a request that has just begun. */
  take(request: IncomingMessage, response: ServerResponse, terms: BodyTerms): void {
    if (!hasBody(request)) return;
    const body = bodyOf(request);
    body.hold(terms);
    this.#bodies.add(body);
    response.once("close", () => {
      this.#bodies.delete(body);
      body.drop();
    });
  }

  /** Waits no longer for those of which a part is still to come: their readers throw this. */
  breakOff(reason: WarifuError): void {
    for (const body of this.#bodies) body.breakOff(reason);
  }
}

/**
 * Asks for a body whose sender waits to be asked (`Expect: 100-continue`) only when somebody reads it. Node would ask at
 * once, and have a body sent that the headers alone are enough to refuse.
 */
export function askWhenRead(server: Server): void {
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    bodyOf(request).awaitAsking(() => response.writeContinue());
    server.emit("request", request, response);
  });
}

/** The body of a request. */
export function bodyOf(request: IncomingMessage & WithBody): ArrivingBody {
  return (request[BODY] ??= new ArrivingBody(request));
}

/** A request without a body is not yet marked complete while its handler runs. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Bytes as they arrive. */
class ArrivingBody {
  readonly #request: IncomingMessage;
  // What is waiting: large pieces, followed by what came after them.
  #large: Buffer[] = [];
  readonly #small = new GrowingBuffer();
  #waitingBytes = 0;
  #bytes = 0;
  #pieces = 0;
  #isDropped = false;
  #isEnded = false;
  #isWaking = false;
  #isWantedWhole = false;
  #failure: unknown;
  #wake: (() => void) | undefined;
  #assertMayGoOn: () => void = () => undefined;
  #ask: (() => void) | undefined;
  #terms: BodyTerms | undefined;
  #window: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.on("data", (piece: Buffer) => this.#take(piece));
    request.on("end", () => {
      this.#isEnded = true;
      this.#wake?.();
    });
    request.on("error", (cause) => this.#fail(cause));
    request.on("close", () => clearInterval(this.#window));
  }

  /** From now on the body must comply with the terms; as for time, once it has been asked for. */
  hold(terms: BodyTerms): void {
    this.#terms = terms;
    if (!this.isAwaitingAsking) this.#watch(terms);
  }

  /** The sender waits until it is asked, which the first reader does. */
  awaitAsking(ask: () => void): void {
    this.#ask = ask;
  }

  /** Whether the sender waits, and nobody has read yet. */
  get isAwaitingAsking(): boolean {
    return this.#ask !== undefined;
  }

  #askFor(): void {
    if (!this.#ask) return;
    this.#ask();
    this.#ask = undefined;
    if (this.#terms) this.#watch(this.#terms);
  }

  #watch({ windowMs, bytesPerSecond }: BodyTerms): void {
    let before = this.#bytes;
    this.#window = setInterval(() => {
      // It has been answered, and goes on only for the sake of the connection.
      if (this.#isDropped) return void this.#request.destroy();
      const isSlow = this.#bytes - before < (bytesPerSecond * windowMs) / 1_000;
      before = this.#bytes;
      // While bytes are waiting here, it is the reader who is slow, unless it waits for the last of them.
      if (isSlow && (this.#isWantedWhole || this.#waitingBytes === 0)) this.#fail(tooSlow());
    }, windowMs).unref();
  }

  /**
   * Has everything that is read from now on depend on something that may end meanwhile, such as the sender's right to send: a
   * body can take hours.
   * @param assertMayGoOn throws what readers are to throw then
   */
  dependOn(assertMayGoOn: () => void): void {
    this.#assertMayGoOn = assertMayGoOn;
  }

  /** How many bytes have arrived. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it comes in so many tiny pieces that reading the rest would cost too much. */
  get isCrumbs(): boolean {
    return this.#pieces > FREE_PIECES && this.#bytes < this.#pieces * LEAST_MEAN_BYTES;
  }

  /**
   * What has arrived since the last read, in one piece, until the body ends.
   * @throws REQUEST_INVALID when it comes in crumbs; TOO_SLOW; what the connection fails with, or what it depends on
   */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    this.#askFor();
    while (true) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#assertMayGoOn();
      const piece = this.#large.shift() ?? this.#small.take();
      if (piece.length > 0) {
        this.#waitingBytes -= piece.length;
        if (this.#waitingBytes < MAX_WAITING_BYTES) this.#request.resume();
        yield piece;
      } else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /**
   * All of it, in one piece, as soon as its last byte is here: a turn of the event loop sooner than piece by piece, and without
   * the work for each piece. Precondition: it is shorter than 64 KiB, so that it is read from the connection to its end.
   * @throws as {@link read}
   */
  async whole(): Promise<Buffer> {
    this.#isWantedWhole = true;
    this.#askFor();
    while (!this.#isEnded && this.#failure === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== undefined) throw this.#failure;
    this.#assertMayGoOn();
    const pieces = [...this.#large, this.#small.take()].filter(({ length }) => length > 0);
    const [only = Buffer.alloc(0)] = pieces;
    this.#forget();
    return pieces.length > 1 ? Buffer.concat(pieces) : only;
  }

  /** Waits for no more of it: readers throw this, unless all of it is here. */
  breakOff(reason: WarifuError): void {
    if (!this.#isEnded) this.#fail(reason);
  }

  /** Discards everything that still arrives. */
  drop(): void {
    this.#isDropped = true;
    this.#forget();
    if (!this.isCrumbs) this.#request.resume();
  }

  #take(piece: Buffer): void {
    this.#bytes += piece.length;
    this.#pieces++;
    if (this.isCrumbs) this.#stop();
    if (this.#isDropped || this.#failure !== undefined) return;
    this.#keep(piece);
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#request.pause();
    this.#wakeSoon();
  }

  #keep(piece: Buffer): void {
    this.#waitingBytes += piece.length;
    if (piece.length < WHOLE_BYTES) return this.#small.append(piece);
    if (this.#small.length > 0) this.#large.push(this.#small.take());
    this.#large.push(piece);
  }

  #forget(): void {
    this.#large = [];
    this.#small.take();
    this.#waitingBytes = 0;
  }

  /** Waits until everything read from the connection in this turn is in, so that a reader has one turn for all of it. */
  #wakeSoon(): void {
    if (this.#isWaking || this.#isWantedWhole) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      this.#wake?.();
    });
  }

  /** What was already read from the connection passes through and is discarded; no more is read from it. */
  #stop(): void {
    if (this.#failure !== undefined) return;
    this.#fail(new WarifuError("REQUEST_INVALID", "the body comes in too many tiny pieces: send larger chunks"));
    setImmediate(() => this.#request.pause());
    this.#terms?.onCrumbs();
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
    this.#forget();
    this.#wake?.();
  }
}

function tooSlow(): WarifuError {
  return new WarifuError("TOO_SLOW", "the body comes too slowly: send it in smaller parts");
}
