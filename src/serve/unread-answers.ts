/**
 * Answers that nobody reads pile up in memory: a client can ask for large ones over hundreds of connections, and send
 * thousands of requests over each, and read nothing. Today's HTTP clients do not pipeline at all, so a connection with many
 * unread answers is cut; and when those of all connections fill the memory set aside for them, so are those of the address
 * that has the most.
 */
import type { RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { addressOf } from "./connection-limits.ts";

const UNREAD_ANSWERS = 16;
/** How long answers may pile up before somebody looks, in milliseconds: what the service can write meanwhile comes on top. */
const LOOK_MS = 250;

/** The unread answers of one address. */
interface Pile {
  bytes: number;
  readonly sockets: Map<Socket, number>;
}

/** Sees to it that the answers of a server are read. */
export class UnreadAnswers {
  readonly #onCut: (socket: Socket) => void;
  readonly #mostBytes: number;
  readonly #counts = new WeakMap<Socket, number>();
  /** Those that are not read to their end. */
  readonly #answers = new Set<ServerResponse>();

  /**
   * @param mostBytes for the answers of all connections
   * @param onCut called with a connection that is cut
   */
  constructor(mostBytes: number, onCut: (socket: Socket) => void = () => undefined) {
    this.#mostBytes = mostBytes;
    this.#onCut = onCut;
  }

  /**
   * Passes requests on while their connection reads its answers; requests that a cut connection has already sent are
   * ignored.
   */
  guard(listener: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      const count = (this.#counts.get(socket) ?? 0) + 1;
      this.#counts.set(socket, count);
      if (socket.destroyed) return;
      if (count > UNREAD_ANSWERS) return this.#cut(socket);
      this.#answers.add(response);
      response.once("close", () => {
        this.#answers.delete(response);
        this.#counts.set(socket, (this.#counts.get(socket) ?? 1) - 1);
      });
      listener(request, response);
    };
  }

  /** Looks from time to time, as long as the server listens. */
  watch(server: Server): void {
    const timer = setInterval(() => this.look(), LOOK_MS).unref();
    server.once("close", () => clearInterval(timer));
  }

  /** Cuts connections until what is unread fits into its memory. */
  look(): void {
    const piles = this.#piles();
    let held = piles.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { sockets } of piles)
      for (const [socket, bytes] of [...sockets].toSorted(([, a], [, b]) => b - a)) {
        if (held <= this.#mostBytes) return;
        held -= bytes;
        this.#cut(socket);
      }
  }

  /** By address, the largest first. */
  #piles(): Pile[] {
    const piles = new Map<string, Pile>();
    for (const response of this.#answers) {
      const { writableLength: bytes, req } = response;
      if (bytes === 0) continue;
      const { socket } = req;
      const address = addressOf(socket);
      const pile = piles.get(address) ?? { bytes: 0, sockets: new Map<Socket, number>() };
      pile.bytes += bytes;
      pile.sockets.set(socket, (pile.sockets.get(socket) ?? 0) + bytes);
      piles.set(address, pile);
    }
    return [...piles.values()].toSorted((a, b) => b.bytes - a.bytes);
  }

  #cut(socket: Socket): void {
    this.#onCut(socket);
    socket.destroy();
  }
}
