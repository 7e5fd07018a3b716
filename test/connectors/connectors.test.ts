// Messages on their way into the log: settled when durable or refused for ever, and not before.

import { createHash } from "node:crypto";

import { expect } from "chai";

import type { Connector, ConnectorParts } from "../../src/connectors/connector.ts";
import { MOST_SILENT_MS } from "../../src/connectors/connectors.ts";
import type { Message } from "../../src/connectors/intake.ts";
import { QUIET_MS } from "../../src/connectors/refusal-log.ts";
import type { ConfiguredConnector } from "../../src/connectors/kind.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { takeIn, type Adapter } from "../../src/sources/adapter.ts";
import { ngsiAdapter } from "../../src/sources/ngsi-adapter.ts";
import { senmlAdapter } from "../../src/sources/senml-adapter.ts";
import { call } from "../http/support/call.ts";
import { startService, type TestService } from "../support/service.ts";

/** A connector whose messages the test brings itself. */
class ByHand implements Connector {
  parts: ConnectorParts | undefined;
  isClosed = false;
  readonly configured: ConfiguredConnector = {
    ...{ name: "by-hand", type: "test" },
    open: (parts) => {
      this.parts = parts;
      return this;
    },
  };
  start(): void {
    this.parts?.tally.connected();
  }
  async close(): Promise<void> {
    this.isClosed = true;
  }
  take(body: unknown, options: { readonly adapter?: Adapter; readonly at?: number; readonly topic?: string } = {}) {
    return this.parts!.intake.take(this.message(body, options));
  }
  message(body: unknown, { adapter = senmlAdapter, at = 1_795_334_400_000, topic = "t/1" } = {}): Message {
    const profile = this.parts!.intake.profileOf("sensor-reading");
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    return {
      payload: { bytes, type: "application/json", headers: {}, at, message: { topic, qos: 1 } },
      read: (payload) => takeIn(adapter, payload, { source: "city/1", type: "sensor-reading", profile }),
      route: "the only one",
    };
  }
  get state() {
    return this.parts!.tally.state;
  }
}

const PACK = [{ n: "urn:dev:1", t: 1_795_334_400, v: 16.4 }];
const UNTIMED = [{ n: "urn:dev:1", v: 16.4 }];

describe("connectors", () => {
  let service: TestService;
  let byHand: ByHand;
  let now: number;
  beforeEach(async () => {
    byHand = new ByHand();
    now = Date.now();
    service = await startService({ connectors: [byHand.configured], now: () => now });
  });
  afterEach(() => service.stop());
  const size = () => service.log.tree.size;
  const status = async (role?: "auditor") =>
    (await call(service, "/v1/status", role ? { role } : {})).json as Awaited<ReturnType<typeof service.ledger.status>>;

  it("settles a message when its records are durable, with the payload and its envelope kept", async () => {
    const before = size();
    expect(await byHand.take(PACK)).to.equal(true);
    const { json } = await call(service, "/v1/records?source=city/1", { role: "auditor" });
    const [record] = (json as { items: { id: string; claims: { received: object } }[] }).items;
    expect(record?.claims.received).to.deep.include({ adapter: "senml/1", topic: "t/1", qos: 1 });
    const original = await call(service, `/v1/records/${record?.id}/original`, { role: "officer" });
    expect(original.text).to.equal(JSON.stringify(PACK));
    expect(size()).to.equal(before + 1);
  });

  it("records a message once however often it comes; on another topic it is another one", async () => {
    const before = size();
    await byHand.take(PACK);
    await byHand.take(PACK);
    await byHand.take(PACK, { at: 1_795_334_500_000 });
    expect(size()).to.equal(before + 1);
    await byHand.take(PACK, { topic: "t/2" });
    await byHand.take([{ ...PACK[0], t: 1_795_334_401 }]);
    expect(size()).to.equal(before + 3);
    expect(byHand.state.counts).to.deep.equal({ new: 3, repeated: 2, refused: 0 });
  });

  it("records a message without times once too, though each coming gives it another time", async () => {
    const before = size();
    for (const at of [1_795_334_400_000, 1_795_334_401_000]) expect(await byHand.take(UNTIMED, { at })).to.equal(true);
    expect(size()).to.equal(before + 1);
    expect(byHand.state.counts).to.deep.equal({ new: 1, repeated: 1, refused: 0 });
  });

  it("settles what is refused for ever, counted, and logged with its place and hash, but no word of it", async () => {
    const bad = [PACK[0], { n: "kaputt", t: 1_795_334_400, v: "secret-word" }];
    expect(await byHand.take(bad)).to.equal(true);
    expect(await byHand.take("[secret-word]")).to.equal(true);
    expect(byHand.state.counts).to.deep.equal({ new: 1, repeated: 0, refused: 2 });
    expect(byHand.state.refusals).to.deep.equal({ RECORD_INVALID: 1, JSON_INVALID: 1 });
    const log = service.logText();
    expect(log).to.contain(createHash("sha256").update(JSON.stringify(bad)).digest("hex"));
    expect(log).to.contain('"reason":"[1]: ').and.to.contain('"connector":"by-hand"');
    expect(log).not.to.contain("secret-word");
  });

  it("logs of a flood of refusals the first of each reason and minute, and how many more there were", async () => {
    const lines = (words: string): number => service.logText().split(words).length - 1;
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) await byHand.take(`[${n}`);
      await byHand.take([{ n: "kaputt", v: true, vs: "both" }]);
    };
    await flood();
    expect(lines('"refused for ever"')).to.equal(2);
    service.connectors.look();
    expect(lines('"more were refused for ever"')).to.equal(0);
    now += QUIET_MS;
    service.connectors.look();
    expect(lines('"more":19')).to.equal(1);
    await flood();
    expect(lines('"refused for ever"')).to.equal(4);
    await service.connectors.close();
    expect(lines('"more":19')).to.equal(2);
    expect(byHand.state.counts.refused).to.equal(42);
  });

  it("settles a message that contradicts an earlier one of the same name as refused", async () => {
    const notification = (temperature: number) => ({
      ...{ id: "urn:n:1", type: "Notification", subscriptionId: "s1" },
      data: [{ id: "urn:d:1", type: "Device", temperature }],
    });
    await byHand.take(notification(1), { adapter: ngsiAdapter });
    expect(await byHand.take(notification(2), { adapter: ngsiAdapter })).to.equal(true);
    expect(byHand.state.refusals).to.deep.equal({ IDEMPOTENCY_CONFLICT: 1 });
  });

  it("keeps the rules of sources", async () => {
    for (const action of ["register", "suspend"] as const)
      await service.ledger.changeSource({ action, name: "city/1" });
    expect(await byHand.take(PACK)).to.equal(true);
    expect(byHand.state.refusals).to.deep.equal({ SOURCE_SUSPENDED: 1 });
  });

  it("keeps a message that is refused for now, and takes it when there is room", async () => {
    const { intake } = byHand.parts!;
    const parts = { pipeline: service.pipeline };
    let refusals = 3;
    const submit = parts.pipeline.submit.bind(parts.pipeline);
    parts.pipeline.submit = async (...args) => {
      if (refusals-- > 0) throw new WarifuError("BUSY", "full");
      return submit(...args);
    };
    expect(await intake.take(byHand.message(PACK))).to.equal(true);
    expect(refusals).to.equal(-1);
    expect(byHand.state.counts).to.deep.equal({ new: 1, repeated: 0, refused: 0 });
  });

  it("takes a message in the end that is larger than its source's quota, shows why it waits, and counts each record once", async () => {
    const limited = new ByHand();
    const other = await startService({ connectors: [limited.configured], now: () => now, recordsPerSecond: 1 });
    try {
      const pack = Array.from({ length: 15 }, (_, at) => ({ ...PACK[0], t: 1_795_334_400 + at }));
      const taking = limited.take(pack);
      while (limited.state.lastError === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(limited.state.lastError).to.match(/^a message waits: this source may send 1 records a second/);
      expect([limited.state.inHand, other.log.tree.size > 10]).to.deep.equal([1, true]);
      now += 60_000;
      expect(await taking).to.equal(true);
      expect(limited.state.counts).to.deep.equal({ new: 15, repeated: 0, refused: 0 });
    } finally {
      await other.stop();
    }
  });

  it("does not call settled what it no longer waits for", async () => {
    service.pipeline.submit = async () => {
      throw new WarifuError("STOPPED", "writing has ended");
    };
    const taking = byHand.take(PACK);
    expect(byHand.state.inHand).to.equal(1);
    await service.connectors.close();
    expect(await taking).to.equal(false);
    expect([byHand.isClosed, byHand.state.inHand, byHand.state.counts.new]).to.deep.equal([true, 0, 0]);
  });

  it("shows how each fares: by name to those who may inspect, by number to others", async () => {
    service.connectors.start();
    await byHand.take(PACK);
    await byHand.take("[no JSON]");
    const [shown] = (await status("auditor")).connectors;
    expect(shown).to.deep.include({ name: "by-hand", type: "test", connected: true, inHand: 0 });
    expect(shown).to.deep.include({ records: { new: 1, repeated: 0, refused: 1 }, refusals: { JSON_INVALID: 1 } });
    expect(shown?.lastError).to.contain("a value is expected");
    expect((await status()).connectors[0]).to.deep.include({ name: "1", lastError: null });
    const metrics = await call(service, "/metrics", { role: "auditor" });
    expect(metrics.text).to.contain('warifu_connector_up{connector="by-hand"} 1');
    expect(metrics.text).to.contain('warifu_connector_records{connector="by-hand",outcome="refused"} 1');
    expect((await call(service, "/metrics")).text).to.contain('warifu_connector_up{connector="1"} 1');
  });

  it("raises an alarm for one that has been cut off for long, and clears it", () => {
    const isOn = () => service.alarms.active().some(({ code }) => code === "connector-down");
    byHand.parts!.tally.connected();
    byHand.parts!.tally.disconnected(new WarifuError("SERVICE_UNREACHABLE", "nobody answers"));
    now += MOST_SILENT_MS - 1;
    service.connectors.look();
    expect(isOn()).to.equal(false);
    now += 1;
    service.connectors.look();
    expect(service.alarms.active().map(({ message }) => message)[0]).to.match(/^by-hand \(test\) .*: nobody answers$/);
    byHand.parts!.tally.connected();
    service.connectors.look();
    expect(isOn()).to.equal(false);
  });
});
