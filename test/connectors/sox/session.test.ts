// An XMPP session over what is no proper server.

import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

import { expect } from "chai";

import { pauseAfter, Session } from "../../../src/connectors/sox/session.ts";

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>`;

describe("an XMPP session", () => {
  it("gives up a server that opens the stream and then says nothing", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      socket.write(HEADER);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const lost = Promise.withResolvers<unknown>();
    const session = new Session({
      ...{ service: `xmpp://127.0.0.1:${port}`, domain: "localhost", pubsub: "pubsub.localhost", answerMs: 200 },
      ...{ username: "a", password: "b", resource: "c", ca: undefined, mayBePlain: true },
      ...{ onOnline: () => undefined, onLost: lost.resolve, onItem: () => undefined },
    });
    try {
      session.start();
      expect(await lost.promise).to.have.property("message", "the server does not answer");
    } finally {
      await session.stop();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it("waits longer after each connection that does not come about, and longest where its account is refused", () => {
    expect([0, 1, 2, 5, 2_000].map((failures) => pauseAfter(failures, false))).to.deep.equal([
      2_000, 4_000, 8_000, 60_000, 60_000,
    ]);
    expect(pauseAfter(0, true)).to.equal(60_000);
  });
});
