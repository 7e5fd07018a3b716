/**
 * A connection that sends one request after another and reads the answers: HTTP/1.1 as far as the service's answers need it. The
 * load generator shares the cores with the service, and a client of `node:http` takes half as much of them as the service does.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer, once all of it is here. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const END_OF_HEAD = "\r\n\r\n";
const NOTHING = Buffer.alloc(0);

/** An answer of which the head has been read. */
interface Arriving {
  readonly status: number;
  /** Bytes of its body. */
  readonly length: number;
  readonly pieces: Buffer[];
  /** Bytes of the pieces. */
  arrived: number;
}

/** One connection to a server. */
export class Connection {
  readonly #socket: Socket;
  /** What has come of a head. */
  #head: Buffer = NOTHING;
  #arriving: Arriving | undefined;
  #waiting: { resolve(answer: Answer): void; reject(cause: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("error", (cause) => this.#waiting?.reject(cause));
    socket.on("close", () => this.#waiting?.reject(new TypeError("the service closed a connection")));
  }

  /** Connects to the server of an address such as `http://127.0.0.1:3000`. */
  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new Connection(socket);
  }

  /** Sends a request. Precondition: the one before is answered. @param head all of it, with the empty line */
  ask(head: string, body: Uint8Array = NOTHING): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { resolve, reject };
    this.#socket.cork();
    this.#socket.write(head, "latin1");
    if (body.length > 0) this.#socket.write(body);
    this.#socket.uncork();
    return promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const rest = this.#arriving ? bytes : this.#readHead(bytes);
    const arriving = this.#arriving;
    if (!arriving || !rest) return;
    arriving.pieces.push(rest);
    arriving.arrived += rest.length;
    if (arriving.arrived < arriving.length) return;
    const { status, pieces } = arriving;
    const body = pieces.length === 1 ? rest : Buffer.concat(pieces);
    this.#arriving = undefined;
    this.#waiting?.resolve({ status, body });
  }

  /** @returns what follows the head in the same piece, once all of it has come */
  #readHead(bytes: Buffer): Buffer | undefined {
    this.#head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = this.#head.indexOf(END_OF_HEAD, 0, "latin1");
    if (end < 0) return undefined;
    const rest = this.#head.subarray(end + END_OF_HEAD.length);
    const head = this.#head.toString("latin1", 0, end);
    this.#head = NOTHING;
    const [, status, length] = /^HTTP\/1\.1 (\d{3}).*\r\ncontent-length: *(\d+)/is.exec(head) ?? [];
    if (length === undefined) this.#waiting?.reject(new TypeError(`an answer without a length: ${head}`));
    else this.#arriving = { status: Number(status), length: Number(length), pieces: [], arrived: 0 };
    return rest;
  }
}
