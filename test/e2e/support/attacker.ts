// Somebody hostile without a key, in a process of his own so that what he does costs the watcher nothing. Says over IPC what
// he sent; goes on until he is killed.

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

// The address is of the loopback network, and another one than the watcher's.
const [kind = "", address = "", port = "", bundle = ""] = process.argv.slice(2);

const sent = { connections: 0, requests: 0, bytes: 0 };

const ATTACKS: Readonly<Record<string, () => void>> = {
  chunks: () => forEach(24, () => repeat(oneByteChunks)),
  burst: () => forEach(256, () => repeat(oneByteChunks)),
  openings: () => forEach(8, () => repeat(post(readFileSync(bundle)))),
  idle: () => forEach(2_000, () => repeat(idle)),
  unread: () => forEach(8, () => repeat(unreadAnswers)),
};

function forEach(count: number, act: () => void): void {
  for (let at = 0; at < count; at++) act();
}

function repeat(act: (socket: Socket) => void): void {
  const again = (): void => void sleep(50).then(() => repeat(act));
  const socket = connect({ host: "127.0.0.1", port: Number(port), localAddress: address });
  socket.on("error", () => undefined).on("close", again);
  socket.on("connect", () => {
    sent.connections++;
    act(socket);
  });
}

/** A body of a million chunks of one byte each, six million bytes on the wire. */
function oneByteChunks(socket: Socket): void {
  const piece = "1\r\n{\r\n".repeat(10_000);
  socket.resume();
  write(
    socket,
    "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  let left = 100;
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left--;
      if (!write(socket, piece)) return;
    }
    if (left === 0) write(socket, "0\r\n\r\n");
  };
  socket.on("drain", more);
  more();
}

function post(body: Buffer): (socket: Socket) => void {
  return (socket) => {
    const head = `POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const ask = (): void => {
      sent.requests++;
      write(socket, head);
      write(socket, body);
    };
    // The next one as soon as the last is answered.
    socket.on("data", (piece) => {
      if (piece.includes("HTTP/1.1 ")) ask();
    });
    ask();
  };
}

function idle(socket: Socket): void {
  socket.resume();
}

/** Twenty thousand requests on one connection, and no answer is read. */
function unreadAnswers(socket: Socket): void {
  socket.pause();
  sent.requests += 20_000;
  write(socket, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20_000));
}

function write(socket: Socket, bytes: string | Buffer): boolean {
  sent.bytes += bytes.length;
  return socket.write(bytes);
}

process.on("message", () => process.send?.(sent));
process.on("disconnect", () => process.exit(0));
ATTACKS[kind]?.();
process.send?.("ready");
