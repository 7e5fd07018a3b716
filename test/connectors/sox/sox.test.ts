// SOX over Prosody: what is published is recorded once, also what was published while nobody was there.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { xml, type Client } from "@xmpp/client";

import { Connectors } from "../../../src/connectors/connectors.ts";
import { soxKind } from "../../../src/connectors/sox/connector.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { createLogger } from "../../../src/serve/logger.ts";
import { call } from "../../http/support/call.ts";
import { certificates } from "../../support/certificates.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import {
  HOW_TO_HAVE_PROSODY,
  PASSWORD,
  PROSODY,
  publishItem,
  PUBSUB,
  signIn,
  soxData,
  startProsody,
  type Prosody,
  type ProsodyOptions,
} from "../../support/prosody.ts";
import { startService, type TestService } from "../../support/service.ts";
import { recordsOf, settled, untilState } from "../mqtt/support.ts";

if (PROSODY === undefined) process.stdout.write(`left out: SOX over Prosody, ${HOW_TO_HAVE_PROSODY}\n`);
else overProsody(PROSODY);

function overProsody(program: string): void {
  describe("SOX over Prosody", () => {
    let service: TestService;
    let server: Prosody;
    let sensor: Client | undefined;
    let connectors: Connectors | undefined;
    const begin = async (more: JsonObject = {}): Promise<Connectors> => {
      const settings = {
        ...{ type: "sox", name: "sox", url: server.url, domain: "localhost", pubsub: PUBSUB, username: "warifu" },
        ...{ passwordEnv: "SOX_PASSWORD", tls: "optional" },
        nodes: [{ node: "air_data", type: "sensor-reading", source: "fujisawa/air" }],
        ...more,
      };
      const { pipeline, alarms, log, store } = service;
      const place = { folder: "/", environment: { SOX_PASSWORD: PASSWORD, WRONG_PASSWORD: "wrong" } };
      connectors = new Connectors([soxKind.read(settings, place)], {
        ...{ pipeline, alarms, store, profiles: log.profiles, logger: createLogger("silent"), now: Date.now },
      });
      connectors.start();
      return connectors;
    };
    const online = async (more?: JsonObject): Promise<Connectors> => {
      const running = await begin(more);
      await untilState(running, ({ isConnected }) => isConnected);
      return running;
    };
    const values = async () => (await recordsOf(service, "fujisawa/air")).map(({ claims }) => claims["typedValue"]);
    const startAll = async (options?: ProsodyOptions) => {
      server = await startProsody(program, options);
      sensor = await signIn(server.url);
    };
    beforeEach(async () => (service = await startService()));
    afterEach(async () => {
      await connectors?.close();
      await service.stop();
      sensor?.reconnect.stop();
      await sensor?.stop().catch(() => undefined);
      await server.remove();
      [connectors, sensor] = [undefined, undefined];
    });

    it("records what is published, with the item as it came, its node and its id", async () => {
      await startAll();
      const running = await online();
      for (let n = 0; n < 50; n++) await publishItem(sensor!, "air_data", `i${n}`, soxData(String(n)));
      await untilState(running, (state) => settled(state) === 50);
      expect(await values()).to.deep.equal(Array.from({ length: 50 }, (_, n) => String(n)));
      const [record] = await recordsOf(service, "fujisawa/air");
      expect(record?.claims).to.deep.include({
        ...{ node: "air_data", item: "i0", id: "temp", typedValue: "0", timestamp: "2014-04-15T12:23:34.123+09:00" },
      });
      expect(record?.claims.received).to.deep.include({ adapter: "sox/1", topic: "air_data", type: "application/xml" });
      expect(record?.claims.received).not.to.have.property("late");
      const original = await call(service, `/v1/records/${record?.id}/original`, { role: "officer" });
      expect(original.text).to.contain('<item id="i0"').and.to.contain('typedValue="0"');
    });

    it("reads from the history what was published meanwhile, marks it as late, and records nothing twice", async () => {
      await startAll();
      const first = await online();
      await publishItem(sensor!, "air_data", "a", soxData("1"));
      await untilState(first, (state) => settled(state) === 1);
      await first.close();
      await publishItem(sensor!, "air_data", "b", soxData("2"));
      const second = await online();
      expect(second.states()[0]).to.deep.include({ counts: { new: 1, repeated: 1, refused: 0 }, gaps: 0 });
      expect(await values()).to.deep.equal(["1", "2"]);
      const records = await recordsOf(service, "fujisawa/air");
      expect(records.map(({ claims }) => claims.received.late)).to.deep.equal([undefined, true]);
    });

    it("fills what it missed while the server was away", async () => {
      await startAll();
      const running = await online();
      await publishItem(sensor!, "air_data", "a", soxData("1"));
      await untilState(running, (state) => settled(state) === 1);
      await server.stop();
      await untilState(running, ({ isConnected }) => !isConnected);
      await server.start();
      // The sensor may be back before the service is.
      const again = await signIn(server.url, "stranger");
      await publishItem(again, "air_data", "b", soxData("2"));
      const { gaps } = await untilState(running, ({ counts, isConnected }) => isConnected && counts.new === 2);
      expect(gaps).to.equal(0);
      expect(await values()).to.deep.equal(["1", "2"]);
      again.reconnect.stop();
      await again.stop();
    });

    it("says that there is a gap where the history does not reach back", async () => {
      await startAll({ maxItems: 20 });
      const first = await online();
      await publishItem(sensor!, "air_data", "a", soxData("0"));
      await untilState(first, (state) => settled(state) === 1);
      await first.close();
      for (let n = 1; n <= 25; n++) await publishItem(sensor!, "air_data", `b${n}`, soxData(String(n)));
      const second = await online();
      const { gaps, lastError } = await untilState(second, (state) => state.gaps > 0);
      expect(gaps).to.equal(1);
      expect(lastError).to.equal(
        "air_data: nothing in the history of the node was known: what was published before it is missing",
      );
      expect(await values()).to.deep.equal(["0", ...Array.from({ length: 20 }, (_, n) => String(n + 6))]);
    });

    it("takes data that a server hands over as escaped text, and refuses what is no data of SOX", async () => {
      await startAll();
      const running = await online();
      await publishItem(sensor!, "air_data", "a", xml("data", { xmlns: "urn:x" }, soxData("7").toString()));
      await publishItem(sensor!, "air_data", "b", xml("data", { xmlns: "urn:x" }, "no XML"));
      const { counts } = await untilState(running, (state) => settled(state) === 2);
      expect(counts).to.deep.equal({ new: 1, repeated: 0, refused: 1 });
      expect(await values()).to.deep.equal(["7"]);
    });

    it("keeps text whole that comes in several pieces", async () => {
      await startAll();
      const running = await online();
      const long = "気温".repeat(500);
      const more = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`a${at}`, long]));
      const transducers = Array.from({ length: 8 }, (_, at) =>
        xml("transducerValue", { id: `t${at}`, typedValue: long, ...more }),
      );
      await publishItem(
        sensor!,
        "air_data",
        "a",
        xml("data", { xmlns: "http://jabber.org/protocol/sox" }, ...transducers),
      );
      await untilState(running, (state) => settled(state) === 8);
      for (const { claims } of await recordsOf(service, "fujisawa/air"))
        for (const name of ["typedValue", ...Object.keys(more)]) expect(claims[name] === long, name).to.equal(true);
    });

    it("believes the PubSub service alone: others may send what looks like an event", async () => {
      await startAll();
      const running = await online();
      const stranger = await signIn(server.url, "stranger");
      const event = "http://jabber.org/protocol/pubsub#event";
      const items = xml("items", { node: "air_data" }, xml("item", { id: "forged" }, soxData("666")));
      await stranger.send(
        xml("message", { to: "warifu@localhost/warifu", type: "headline" }, xml("event", { xmlns: event }, items)),
      );
      await stranger.iqCaller.request(
        xml("iq", { type: "get", to: "localhost" }, xml("ping", { xmlns: "urn:xmpp:ping" })),
      );
      await publishItem(sensor!, "air_data", "a", soxData("1"));
      await untilState(running, (state) => settled(state) >= 1);
      expect(await values()).to.deep.equal(["1"]);
      stranger.reconnect.stop();
      await stranger.stop();
    });

    it("begins TLS where the server offers it, with the authority that it was given, and with no other", async () => {
      const folder = temporaryFolder();
      try {
        certificates(folder);
        server = await startProsody(program, { certificates: folder });
        const untrusting = await begin({ tls: "required" });
        const { lastError } = await untilState(untrusting, (state) => state.lastError !== undefined);
        expect(lastError).to.match(/self-signed|unable to/);
        await untrusting.close();
        const caFile = join(folder, "ca.pem");
        const elsewhere = await begin({ tls: "required", caFile, domain: "elsewhere.example" });
        const refused = await untilState(elsewhere, (state) => state.lastError !== undefined);
        expect(refused.lastError).to.match(/does not match|altname|host-unknown/i);
        await elsewhere.close();
        const running = await online({ tls: "required", caFile });
        await running.close();
        await online({ tls: "required", caFile, url: server.directTlsUrl });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("says that the account is refused, and does not go on trying", async () => {
      await startAll();
      const attempts = () => server.log().split("Client connected").length - 1;
      const before = attempts();
      const running = await begin({ passwordEnv: "WRONG_PASSWORD" });
      const { lastError } = await untilState(running, (state) => state.lastError !== undefined);
      expect(lastError).to.equal("the server refused the account: not-authorized");
      // Longer than the pause after any other loss.
      await sleep(3_000);
      expect(attempts()).to.equal(before + 1);
    });

    it("passes over an item that is larger than a stanza may be, says so, and takes what comes after it", async () => {
      await startAll();
      const running = await online({ history: 1 });
      await publishItem(sensor!, "air_data", "a", soxData("1"));
      await untilState(running, (state) => settled(state) === 1);
      await publishItem(sensor!, "air_data", "b", soxData("x".repeat(600_000)));
      const { gaps, lastError } = await untilState(running, (state) => state.gaps > 0);
      expect(gaps).to.equal(1);
      expect(lastError).to.match(/^air_data: its newest item is too large/);
      await publishItem(sensor!, "air_data", "c", soxData("2"));
      await untilState(running, ({ counts }) => counts.new === 2);
      expect(await values()).to.deep.equal(["1", "2"]);
    });

    it("reads of a long history what fits into one stanza", async () => {
      await startAll();
      const first = await online();
      await publishItem(sensor!, "air_data", "a", soxData("0"));
      await untilState(first, (state) => settled(state) === 1);
      await first.close();
      for (let n = 1; n <= 30; n++)
        await publishItem(sensor!, "air_data", `b${n}`, soxData("x".repeat(40_000), `t${n}`));
      const second = await online({ history: 30 });
      const state = second.states()[0]!;
      expect(state.gaps).to.equal(1);
      expect(settled(state)).to.equal(7);
    });

    it("sends no password without TLS unless it may, and says why it is not connected", async () => {
      await startAll();
      const running = await begin({ tls: "required" });
      const { lastError } = await untilState(running, (state) => state.lastError !== undefined);
      expect(lastError).to.equal("the server offers no TLS, so the password was not sent");
    });
  });
}
