// What holds over every broker.

import { createHash, generateKeyPairSync } from "node:crypto";

import { expect } from "chai";
import type { MqttClient } from "mqtt";

import { createRecordSigner } from "../../../src/client/sign-record.ts";
import type { PrivateSourceKey } from "../../../src/client/signing-key.ts";
import { parseSourceKey } from "../../../src/core/source-key.ts";
import type { Connectors } from "../../../src/connectors/connectors.ts";
import { WarifuError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { MAX_PAYLOAD_BYTES } from "../../../src/sources/adapter.ts";
import { call, submit } from "../../http/support/call.ts";
import { startService, type TestService } from "../../support/service.ts";
import {
  connectorsOn,
  mqttConnector,
  mqttSettings,
  pack,
  publish,
  publisher,
  recordsOf,
  settled,
  untilState,
} from "./support.ts";

const TOPICS = [
  { filter: "city/+/air", format: "senml", type: "sensor-reading", source: "city/{2}" },
  { filter: "records/+/#", format: "records", source: "gate/{2}/*" },
  { filter: "/+/+/attrs/#", format: "iot-agent", type: "sensor-reading", source: "iot/{3}" },
  { filter: "/+/+/attrs", format: "iot-agent", type: "sensor-reading", source: "iot/{3}" },
  { filter: "v1.1/+/Observations", format: "sensorthings", type: "sensor-reading", source: "frost" },
  { filter: "own/+", format: "records", source: "own/{2}" },
  { filter: "gateway/#", format: "senml", type: "sensor-reading", source: "gateway" },
  { filter: "ngsi", format: "ngsi", type: "sensor-reading", source: "orion" },
];

/** @param start a broker; its port */
export function brokerSuite(
  title: string,
  version: "5" | "3.1.1",
  start: () => Promise<{ port: number; stop(): Promise<void> }>,
) {
  describe(title, () => {
    let broker: { readonly port: number; stop(): Promise<void> };
    let service: TestService;
    let sender: MqttClient;
    const settings = (more: JsonObject = {}): JsonObject =>
      mqttSettings(broker.port, { version, topics: TOPICS, ...more });
    const open: Connectors[] = [];
    /** Connectors beside the service's own. */
    const another = (...[more, options]: [JsonObject, Parameters<typeof connectorsOn>[2]?]): Connectors => {
      const connectors = connectorsOn(service, settings(more), options);
      open.push(connectors);
      return connectors;
    };
    beforeEach(async () => {
      broker = await start();
      service = await startService({ connectors: [mqttConnector(settings())] });
      service.connectors.start();
      await untilState(service.connectors, ({ isConnected }) => isConnected);
      sender = await publisher(broker.port, { protocolVersion: version === "5" ? 5 : 4 });
    });
    afterEach(async () => {
      await sender?.endAsync(true);
      await Promise.all(open.splice(0).map((one) => one.close()));
      await service.stop();
      await broker.stop();
    });
    const untilSettled = (count: number) => untilState(service.connectors, (state) => settled(state) >= count);

    it("records what is published, with topic and quality of service, under the source that the topic names", async () => {
      await publish(sender, "city/env-419/air", pack(16.4));
      await untilSettled(1);
      const [record] = await recordsOf(service, "city/env-419");
      expect(record?.claims).to.deep.include({ n: "urn:dev:1", v: 16.4 });
      expect(record?.claims.received).to.deep.include({ adapter: "senml/1", topic: "city/env-419/air", qos: 1 });
      expect(record?.claims.received).not.to.have.property("retained");
      const original = await call(service, `/v1/records/${record?.id}/original`, { role: "officer" });
      expect(original.text).to.equal(JSON.stringify(pack(16.4)));
    });

    it("records a message that comes again once, and two readings of two moments twice", async () => {
      for (const t of [1, 1, 1, 2]) await publish(sender, "city/a/air", pack(16.4, 1_795_334_400 + t));
      const { counts } = await untilSettled(4);
      expect(counts).to.deep.equal({ new: 2, repeated: 2, refused: 0 });
      expect(await recordsOf(service, "city/a")).to.have.length(2);
    });

    it("acknowledges when the record is durable, and not before", async () => {
      await service.connectors.close();
      let asked = 0;
      const submit = async (): Promise<never> => {
        asked++;
        throw new WarifuError("STOPPED", "the disk is full");
      };
      const stuck = another({}, { pipeline: { submit } });
      stuck.start();
      await untilState(stuck, ({ isConnected }) => isConnected);
      await publish(sender, "city/a/air", pack(1));
      await untilState(stuck, ({ inHand }) => inHand === 1 && asked > 0);
      await stuck.close();
      expect(await recordsOf(service, "city/a")).to.have.length(0);
      // The broker still has it for whoever has the session next.
      const next = another({});
      next.start();
      await untilState(next, (state) => settled(state) === 1);
      expect(await recordsOf(service, "city/a")).to.have.length(1);
    });

    it("acknowledges what is refused for ever, so that what follows comes, and logs no word of it", async () => {
      const bad = '[{"n":"urn:dev:1","v":"a secret word"}]';
      await publish(sender, "city/a/air", bad);
      await publish(sender, "city/a/air", pack(1));
      const { counts, refusals } = await untilSettled(2);
      expect([counts, refusals]).to.deep.equal([{ new: 1, repeated: 0, refused: 1 }, { RECORD_INVALID: 1 }]);
      const log = service.logText();
      expect(log).to.contain(createHash("sha256").update(bad).digest("hex")).and.to.contain('"route":"city/+/air"');
      expect(log).not.to.contain("secret word").and.not.to.contain("city/a/air");
    });

    it("C20 refuses what is too large, and topics whose levels make no source", async () => {
      await publish(sender, "city/a/air", Buffer.alloc(MAX_PAYLOAD_BYTES + 1, " "));
      await publish(sender, "city/a b/air", pack(1));
      await publish(sender, `city/${"x".repeat(200)}/air`, pack(1));
      await publish(sender, `city/${"x".repeat(65_500)}/air`, pack(1));
      await publish(sender, "city/a/air", pack(1));
      const { refusals, counts } = await untilSettled(5);
      expect(counts.new).to.equal(1);
      expect(refusals).to.deep.equal({ TOO_LARGE: 2, RECORD_INVALID: 2 });
    });

    it("C20 lets a topic speak for its own sources alone, whoever publishes on it", async () => {
      const { size } = service.log.tree;
      for (const source of ["gate/8/env-1", "city/a", "gate/", "gate/7*", "Gate/7/env-1", "gate/70", "gate/70/env-1"])
        await publish(sender, "records/7/x", { type: "sensor-reading", source, claims: { reading: 1 } });
      await publish(sender, "city/a/air", { type: "sensor-reading", source: "city/b", claims: { reading: 1 } });
      const { counts } = await untilSettled(8);
      expect(counts).to.deep.equal({ new: 0, repeated: 0, refused: 8 });
      expect(service.log.tree.size).to.equal(size);
    });

    it("C20 takes the will of a client that was cut off like any message of its topic", async () => {
      const will = async (topic: string, payload: string): Promise<void> => {
        const options = { will: { topic, payload: Buffer.from(payload), qos: 1 as const, retain: false } };
        const dying = await publisher(broker.port, { ...options, reconnectPeriod: 0 });
        dying.stream.destroy();
        await dying.endAsync(true);
      };
      await will("city/a/air", JSON.stringify(pack(1)));
      await will("city/a/air", "offline");
      await will("elsewhere", JSON.stringify(pack(1)));
      await untilSettled(2);
      await publish(sender, "city/b/air", pack(2));
      const { counts } = await untilSettled(3);
      expect(counts).to.deep.equal({ new: 2, repeated: 0, refused: 1 });
      expect(await recordsOf(service, "city/a")).to.have.length(1);
    });

    it("C20 makes one leaf of a hundred duplicates", async () => {
      const { size } = service.log.tree;
      for (let n = 0; n < 100; n++) await publish(sender, "city/a/air", pack(1), { dup: n > 0 });
      await untilSettled(100);
      expect(service.log.tree.size).to.equal(size + 1);
    });

    it("C20 marks what the broker had retained as a replay, and makes no second record of it", async () => {
      await publish(sender, "city/live/air", pack(1), { retain: true });
      await untilSettled(1);
      await service.connectors.close();
      await publish(sender, "city/old/air", pack(2), { retain: true });
      // A session of its own, which finds the retained ones.
      const late = another({ clientId: "late" });
      late.start();
      const { counts } = await untilState(late, (state) => settled(state) === 2);
      expect(counts).to.deep.equal({ new: 1, repeated: 1, refused: 0 });
      const [live] = await recordsOf(service, "city/live");
      const [old] = await recordsOf(service, "city/old");
      expect(live?.claims.received.retained).to.equal(undefined);
      expect(old?.claims.received.retained).to.equal(true);
    });

    it("receives on the next connection what was published meanwhile", async () => {
      await service.connectors.close();
      await publish(sender, "city/a/air", pack(1));
      const next = another({});
      next.start();
      await untilState(next, (state) => settled(state) === 1);
      expect(await recordsOf(service, "city/a")).to.have.length(1);
    });

    it("takes records as they are submitted: one, lists and lines, for the sources of the topic alone", async () => {
      const record = (n: number, more: JsonObject = {}) => ({
        ...{ type: "sensor-reading", source: "gate/7/env-1", claims: { reading: n } },
        ...more,
      });
      await publish(sender, "records/7/x", record(1));
      await publish(sender, "records/7/x", [record(2), record(2)]);
      await publish(sender, "records/7/x", [3, 4].map((n) => `${JSON.stringify(record(n))}\n`).join(""));
      await publish(sender, "records/7/x", record(5, { key: "k" }));
      await publish(sender, "records/7/x", record(5, { key: "k" }));
      await publish(sender, "records/7/x", JSON.stringify(record(6), null, 2));
      await publish(sender, "records/8/x", record(7));
      const { counts, refusals } = await untilSettled(9);
      expect([counts, refusals]).to.deep.equal([{ new: 7, repeated: 1, refused: 1 }, { FORBIDDEN: 1 }]);
      const records = await recordsOf(service, "gate/7/env-1");
      expect(records.map(({ claims }) => claims["reading"])).to.deep.equal([1, 2, 2, 3, 4, 5, 6]);
      expect(records[0]?.claims.received).to.deep.include({ adapter: "records/1", topic: "records/7/x" });
    });

    it("C20 takes no level of a topic for a wildcard, and no record for another device's source", async () => {
      const record = { type: "sensor-reading", source: "own/victim", claims: { reading: 666 } };
      for (const topic of ["own/*", "own/thief", "own/vict*"]) await publish(sender, topic, record);
      await publish(sender, "own/victim", { ...record, claims: { reading: 1 } });
      const { refusals } = await untilSettled(4);
      expect(refusals).to.deep.equal({ RECORD_INVALID: 2, FORBIDDEN: 1 });
      expect((await recordsOf(service, "own/victim")).map(({ claims }) => claims["reading"])).to.deep.equal([1]);
    });

    it("C20 refuses a topic that is too long to be kept", async () => {
      await publish(sender, `gateway/${"x".repeat(65_500)}`, pack(1));
      expect((await untilSettled(1)).refusals).to.deep.equal({ TOO_LARGE: 1 });
    });

    /** A source with a key, and what signs for it. */
    const registered = async (source: string) => {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      const key = parseSourceKey(publicKey.export({ format: "jwk" }) as JsonObject);
      await service.ledger.changeSource({ action: "register", name: source, newKey: { key } });
      return createRecordSigner(privateKey.export({ format: "jwk" }) as unknown as PrivateSourceKey);
    };

    it("D2 takes signed records once, however often they come, and none without the signature", async () => {
      const source = "gate/7/signer";
      const signer = await registered(source);
      const signed = await signer.sign({ type: "sensor-reading", source, seq: 1, claims: { reading: 1 } });
      await publish(sender, "records/7/x", signed);
      await publish(sender, "records/7/x", signed);
      await publish(sender, "records/7/x", { type: "sensor-reading", source, seq: 2, claims: { reading: 2 } });
      const { counts, refusals } = await untilSettled(3);
      expect([counts, refusals]).to.deep.equal([{ new: 1, repeated: 1, refused: 1 }, { SIGNATURE_REQUIRED: 1 }]);
    });

    it("D2 takes a signed record that came over HTTP for the one that it is, and makes one leaf of it", async () => {
      const source = "gate/7/signer";
      const signer = await registered(source);
      const signed = await signer.sign({ type: "sensor-reading", source, seq: 1, key: "k", claims: { reading: 1 } });
      const first = await submit(service, JSON.stringify(signed));
      const { size } = service.log.tree;
      await publish(sender, "records/7/x", signed);
      const { counts } = await untilSettled(1);
      expect(counts).to.deep.equal({ new: 0, repeated: 1, refused: 0 });
      expect(service.log.tree.size).to.equal(size);
      const again = await submit(service, JSON.stringify(signed));
      expect(again.json).to.deep.equal(first.json);
    });

    it("takes measures of FIWARE's IoT agents, and keeps their API key nowhere", async () => {
      await publish(sender, "/s3cr3tkey/lamp-1/attrs", { t: 15, TimeInstant: "2026-11-28T09:30:00Z" });
      await publish(sender, "/s3cr3tkey/lamp-1/attrs/h", "70");
      await publish(sender, "/s3cr3tkey/lamp-1/attrs", "no JSON");
      await untilSettled(3);
      const records = await recordsOf(service, "iot/lamp-1");
      expect(records.map(({ claims: { received: _, ...claims } }) => claims)).to.deep.equal([
        { id: "lamp-1", t: 15, TimeInstant: "2026-11-28T09:30:00Z" },
        { id: "lamp-1", h: 70 },
      ]);
      expect(records.map(({ claims }) => claims.received.topic)).to.deep.equal([
        "/+/lamp-1/attrs",
        "/+/lamp-1/attrs/h",
      ]);
      const { text } = await call(service, "/v1/records?source=iot/lamp-1", { role: "auditor" });
      expect(text + service.logText()).not.to.contain("s3cr3tkey");
    });

    it("takes SensorThings observations by the Datastream of their topic, and NGSI notifications with their envelope", async () => {
      await publish(sender, "v1.1/Datastreams(4)/Observations", { phenomenonTime: "2026-11-28T09:30:00Z", result: 7 });
      const body = {
        id: "urn:n:1",
        type: "Notification",
        subscriptionId: "s",
        data: [{ id: "d", type: "Device", t: 1 }],
      };
      await publish(sender, "ngsi", { metadata: { "NGSILD-Tenant": "smart", other: 1 }, body });
      await publish(sender, "ngsi", body);
      await untilSettled(3);
      const [observation] = await recordsOf(service, "frost");
      expect(observation?.claims).to.deep.include({ result: 7, "Datastream.@iot.id": 4 });
      const entities = await recordsOf(service, "orion");
      expect(entities).to.have.length(1);
      expect(entities[0]?.claims).to.deep.include({ id: "d", t: 1, notificationId: "urn:n:1" });
    });
  });
}
