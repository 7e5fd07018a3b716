// How often a service waits for an answer of the server while others wait for their turn: on a network, that is what a turn takes.

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { expect } from "chai";

import { openLedger } from "../../../src/store/open.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { thePostgres } from "../../support/postgres.ts";
import { openLogWriter, series } from "../support/log-writer.ts";

/** Between a service and a server. Counts how often it was asked something after it had answered. */
class Relay {
  readonly #sockets: Socket[] = [];
  readonly #server: Server;
  readonly #target: URL;
  roundTrips = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#connect(client));
  }

  static async to(url: string): Promise<Relay> {
    const relay = new Relay(new URL(url));
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return Object.assign(new URL(this.#target), { port: String(port) }).href;
  }

  #connect(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    this.#sockets.push(client, server);
    let hasAnswered = true;
    client.on("data", (bytes) => {
      if (hasAnswered) this.roundTrips++;
      hasAnswered = false;
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      hasAnswered = true;
      client.write(bytes);
    });
    client.on("close", () => server.destroy()).on("error", () => undefined);
    server.on("close", () => client.destroy()).on("error", () => undefined);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe("a turn at a log in PostgreSQL", () => {
  it("waits for the server a few times, however much there is to insert", async () => {
    const relay = await Relay.to((await thePostgres()).addressFor(temporaryFolder()));
    const store = await openLedger({ dataDir: temporaryFolder(), database: relay.url }, ORIGIN);
    try {
      const log = await openLogWriter(store);
      await log.commit(series(0, 1));
      const before = relay.roundTrips;
      // Two tiles fill, and keys come along.
      await log.commit(series(1, 600).map((one) => ({ ...one, key: `key ${one.seq}` })));
      // Its turn, what it has to know first, all rows, the commit, and the end of its turn.
      expect(relay.roundTrips - before).to.be.within(4, 6);
    } finally {
      await store.close();
      relay.close();
    }
  });
});
