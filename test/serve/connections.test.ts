// Connections that are held without use: those of one address; and the settings around them.

import { EventEmitter, once } from "node:events";
import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { limitConnections, mostConnections } from "../../src/serve/connection-limits.ts";
import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { startService, type TestService } from "../support/service.ts";
import { exchange } from "../http/support/raw-socket.ts";

describe("truth D5: connections", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ limits: { maxConnectionsPerAddress: 5 } });
  });
  after(() => service.stop());

  it("above the share of one address are closed, and lock nobody else out", async () => {
    const { hostname, port } = new URL(service.url);
    const held: Socket[] = [];
    for (let count = 0; count < 5; count++) {
      const socket = connect({ port: Number(port), host: hostname, localAddress: "127.0.0.2" });
      held.push(socket);
      await once(socket, "connect");
    }
    const over = connect({ port: Number(port), host: hostname, localAddress: "127.0.0.2" });
    over.on("error", () => undefined);
    await once(over, "close");
    const { statuses } = await exchange(service.url, "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for (const socket of held) socket.destroy();
    expect(statuses).to.deep.equal([200]);
  });

  it("of IPv6 are those of the network that one customer has, whichever of its addresses they come from", () => {
    const server = new EventEmitter();
    limitConnections(server as Server, { ...DEFAULT_HTTP_LIMITS, maxConnectionsPerAddress: 3 });
    const isClosed = (remoteAddress: string): boolean => {
      let closed = false;
      const socket = Object.assign(new EventEmitter(), { remoteAddress, destroy: () => (closed = true) });
      server.emit("connection", socket);
      return closed;
    };
    const customer = [1, 2, 3, 4].map((number) => isClosed(`2001:db8:0:${number}::${number}`));
    expect(customer).to.deep.equal([false, false, false, true]);
    expect(isClosed("2001:db8:1::1")).to.equal(false);
  });

  for (const [title, bytes] of [
    [
      "a body in crumbs",
      "POST /v1/verify HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(5_000),
    ],
    ["a hundred answers that nobody takes", "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100)],
  ] as const)
    it(`are few for an address that sent ${title}, and many for all others`, async () => {
      const other = await startService({ limits: { headersTimeoutMs: 150_000 } });
      const { hostname, port } = new URL(other.url);
      const held: Socket[] = [];
      const open = async (localAddress: string): Promise<Socket> => {
        const socket = connect({ port: Number(port), host: hostname, localAddress });
        held.push(socket.on("error", () => undefined));
        await once(socket, "connect");
        return socket;
      };
      try {
        const earlier = once((await open("127.0.0.3")).resume(), "close");
        const hostile = await open("127.0.0.3");
        hostile.resume().write(bytes);
        await once(hostile, "close");
        const gone = Array.from({ length: 8 }, async () => once((await open("127.0.0.3")).resume(), "close"));
        // Sooner than a silent connection is closed anyway.
        const kept = sleep(100_000, undefined, { ref: false }).then(() => expect.fail("all of them were kept"));
        await Promise.race([earlier, kept]);
        await Promise.race([...gone, kept]);
        for (let count = 0; count < 8; count++) await open("127.0.0.4");
        const { statuses } = await exchange(other.url, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        expect(statuses).to.deep.equal([200]);
        expect(held.slice(-8).filter(({ closed }) => closed)).to.deep.equal([]);
      } finally {
        for (const socket of held) socket.destroy();
        await other.stop();
      }
    });

  it("leave the process the files that it needs itself", () => {
    expect(mostConnections(2_000, 1_024)).to.equal(768);
    expect(mostConnections(2_000, Infinity)).to.equal(2_000);
    expect(mostConnections(2_000, 64)).to.equal(32);
  });
});

describe("truth F1: settings of where people stand", () => {
  it("the variables of a Kubernetes Service called warifu are passed over", () => {
    const links = {
      WARIFU_SERVICE_HOST: "10.96.3.7",
      WARIFU_SERVICE_PORT: "8080",
      WARIFU_SERVICE_PORT_HTTP: "8080",
      WARIFU_PORT: "tcp://10.96.3.7:8080",
      WARIFU_PORT_8080_TCP: "tcp://10.96.3.7:8080",
      WARIFU_PORT_8080_TCP_PROTO: "tcp",
      WARIFU_PORT_8080_TCP_PORT: "8080",
      WARIFU_PORT_8080_TCP_ADDR: "10.96.3.7",
    };
    expect(parseConfig(links).http.port).to.equal(8080);
    expect(parseConfig({ WARIFU_HTTP_PORT: "8161" }).http.port).to.equal(8161);
  });

  for (const [name, value] of [
    ["WARIFU_HTP_PORT", "8161"],
    ["WARIFU_PORT", "8161"],
    ["WARIFU_SERVICE_PORT", "8161"],
    ["WARIFU_CHAIN_PORT_8545_TCP_PORT", "8545"],
  ] as const)
    it(`${name} alone is of no Service: a setting that is not there`, () => {
      expect(() => parseConfig({ [name]: value })).to.throw(`${name}: there is no such setting`);
    });

  it("the variables of a Service whose name makes the name of a setting are passed over", () => {
    const links = { WARIFU_HTTP_SERVICE_HOST: "10.96.3.7", WARIFU_HTTP_PORT: "tcp://10.96.3.7:80" };
    expect(parseConfig(links).http.port).to.equal(8080);
  });

  for (const host of ["::1", "[::1]"])
    it(`the IPv6 host ${host} stands in brackets in the address, and without them where it is listened on`, () => {
      const { http, client } = parseConfig({ WARIFU_HTTP_HOST: host });
      expect(http.host).to.equal("::1");
      expect(client.url).to.equal("http://[::1]:8080");
    });
});
