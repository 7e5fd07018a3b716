// Answers that somebody asks for and does not read: they fill no more than the memory set aside for them, at the expense of
// whoever has the most.

import type { Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

import { expect } from "chai";

import { startLogFront, type LogFront } from "../../src/object-storage/front.ts";
import type { ObjectStore } from "../../src/object-storage/object-store.ts";
import { UnreadAnswers } from "../../src/serve/unread-answers.ts";
import { patientServer } from "../support/patient-server.ts";
import { startService, type TestService } from "../support/service.ts";

/** More than any system keeps for a connection that is not read. */
const ANSWER_BYTES = 67_108_864;

/** Asks for what is at a path, and reads nothing. */
async function ask(port: number, path: string, localAddress: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.on("error", () => undefined).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return socket;
}

/** Reads to the end. @returns how many bytes came */
async function read(socket: Socket, until: number): Promise<number> {
  let bytes = 0;
  for await (const piece of socket as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes >= until) break;
  }
  return bytes;
}

/** Waits until the other side has given a connection up, without reading from it: whatever is sent is refused then. */
async function givenUp(socket: Socket): Promise<void> {
  while (!socket.destroyed) {
    socket.write("\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("truth D1: answers that nobody reads", () => {
  let server: Server;
  let answered = 0;
  const cut: (string | undefined)[] = [];
  const unread = new UnreadAnswers(3.5 * ANSWER_BYTES, ({ remoteAddress }) => cut.push(remoteAddress));
  const open: Socket[] = [];
  before(async () => {
    const answer = Buffer.alloc(ANSWER_BYTES);
    server = patientServer(
      unread.guard((_request, response) => {
        response.setHeader("content-length", answer.length).end(answer);
        answered++;
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });

  it("are cut off above their limit, those of the address that has the most", async () => {
    const { port } = server.address() as AddressInfo;
    for (const from of [2, 2, 3]) open.push(await ask(port, "/", `127.0.0.${from}`));
    while (answered < 3) await new Promise(setImmediate);
    unread.look();
    expect(cut, "within the limit").to.deep.equal([]);
    open.push(await ask(port, "/", "127.0.0.2"));
    while (answered < 4) await new Promise(setImmediate);
    unread.look();
    expect(cut).to.deep.equal(["127.0.0.2"]);
    expect(await read(open[2] as Socket, ANSWER_BYTES)).to.be.at.least(ANSWER_BYTES);
  });
});

describe("truth D1: answers that nobody reads are looked at from time to time", () => {
  it("by the service", async () => {
    const service: TestService = await startService({ limits: { maxUnreadBytes: 1_048_576 } });
    try {
      const port = Number(new URL(service.url).port);
      // All of them together are more than the system keeps for a connection.
      const socket = await ask(port, "/openapi.json", "127.0.0.1");
      for (let more = 1; more < 16; more++) socket.write("GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n");
      await givenUp(socket);
    } finally {
      await service.stop();
    }
  });

  it("by what serves a log's files", async () => {
    const bytes = new Uint8Array(ANSWER_BYTES);
    const storage = { read: async () => ({ bytes, version: "", isKept: false }) } as unknown as ObjectStore;
    const front: LogFront = await startLogFront({
      ...{ storage, host: "127.0.0.1", port: 0, ratePerMinute: 100, maxUnreadBytes: 1_048_576 },
    });
    try {
      await givenUp(await ask(Number(new URL(front.url).port), "/log/checkpoint", "127.0.0.1"));
    } finally {
      await front.close();
    }
  });
});
