// MQTT over Mosquitto: both versions, shared subscriptions, credentials, TLS, and a broker that ends and starts again.

import { pbkdf2Sync } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { encode } from "cborg";
import { expect } from "chai";
import type { MqttClient } from "mqtt";

import type { Connectors } from "../../../src/connectors/connectors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { certificates } from "../../support/certificates.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { HOW_TO_HAVE_MOSQUITTO, MOSQUITTO, startMosquitto, type Mosquitto } from "../../support/mosquitto.ts";
import { startService, type TestService } from "../../support/service.ts";
import { brokerSuite } from "./broker-suite.ts";
import { connectorsOn, mqttSettings, pack, publish, publisher, recordsOf, settled, untilState } from "./support.ts";

if (MOSQUITTO === undefined) process.stdout.write(`left out: MQTT over Mosquitto, ${HOW_TO_HAVE_MOSQUITTO}\n`);
else suites(MOSQUITTO);

function suites(program: string): void {
  const start = async () => {
    const broker = await startMosquitto(program);
    return { port: broker.port, stop: () => broker.remove() };
  };
  brokerSuite("MQTT 3.1.1 over Mosquitto", "3.1.1", start);
  brokerSuite("MQTT 5 over Mosquitto", "5", start);

  describe("a connector to Mosquitto", () => {
    let service: TestService;
    let broker: Mosquitto | undefined;
    let sender: MqttClient | undefined;
    let connectors: Connectors | undefined;
    beforeEach(async () => (service = await startService()));
    afterEach(async () => {
      await sender?.endAsync(true);
      await connectors?.close();
      await service.stop();
      await broker?.remove();
      [sender, connectors, broker] = [undefined, undefined, undefined];
    });
    const begin = async (settings: JsonObject = {}, lines: readonly string[] = [], folder = "/") => {
      broker = await startMosquitto(program, lines);
      connectors = connectorsOn(service, mqttSettings(broker.port, settings), { folder });
      connectors.start();
      return { broker, connectors };
    };

    it("keeps content type and user properties, and takes CBOR by its content type", async () => {
      const running = await begin();
      await untilState(running.connectors, ({ isConnected }) => isConnected);
      sender = await publisher(running.broker.port, { protocolVersion: 5 });
      const properties = {
        contentType: "application/senml+cbor",
        userProperties: { firmware: "1.2", site: ["a", "b"] },
      };
      const bytes = encode([
        new Map<number, unknown>([
          [0, "urn:dev:1"],
          [6, 1_795_334_400],
          [2, 16.5],
        ]),
      ]);
      await publish(sender, "city/a/air", bytes, { properties });
      await publish(sender, "city/a/air", pack(1), { properties: { contentType: "text html; a" } });
      await publish(sender, "city/a/air", pack(2), { properties: { userProperties: { long: "x".repeat(5_000) } } });
      const { refusals } = await untilState(running.connectors, (state) => settled(state) === 3);
      expect(refusals).to.deep.equal({ RECORD_INVALID: 1, TOO_LARGE: 1 });
      const [record] = await recordsOf(service, "city/a");
      expect(record?.claims["v"]).to.equal(16.5);
      expect(record?.claims.received).to.deep.include({
        type: "application/senml+cbor",
        properties: [
          ["firmware", "1.2"],
          ["site", "a"],
          ["site", "b"],
        ],
      });
    });

    for (const version of ["3.1.1", "5"])
      it(`shares the messages of a topic between connections (${version})`, async () => {
        const running = await begin({ version, connections: 4 });
        await untilState(running.connectors, ({ isConnected }) => isConnected);
        const client = (sender = await publisher(running.broker.port));
        await Promise.all(
          Array.from({ length: 200 }, (_, n) => publish(client, "city/a/air", pack(n, 1_795_334_400 + n))),
        );
        const { counts } = await untilState(running.connectors, (state) => settled(state) === 200);
        expect(counts).to.deep.equal({ new: 200, repeated: 0, refused: 0 });
      });

    it("goes on when the broker was away, and records what was published to it before and after once", async () => {
      const running = await begin();
      await untilState(running.connectors, ({ isConnected }) => isConnected);
      const client = (sender = await publisher(running.broker.port));
      for (let n = 0; n < 50; n++) await publish(client, "city/a/air", pack(n, 1_795_334_400 + n));
      await running.broker.stop();
      const lost = await untilState(running.connectors, ({ isConnected }) => !isConnected);
      expect(lost.isConnected).to.equal(false);
      await untilState(running.connectors, ({ lastError }) => /ECONNREFUSED/.test(lastError ?? ""));
      await running.broker.start();
      for (let n = 50; n < 100; n++) await publish(client, "city/a/air", pack(n, 1_795_334_400 + n));
      await untilState(running.connectors, ({ counts }) => counts.new === 100);
      expect(await recordsOf(service, "city/a")).to.have.length(100);
    });

    it("says why it is refused, and gets in once its password is right", async () => {
      const folder = temporaryFolder();
      try {
        const passwords = join(folder, "passwords");
        // mosquitto_passwd's form: PBKDF2 with SHA-512, here of "right".
        writeFileSync(passwords, `warifu:${hashed("right")}\n`, { mode: 0o600 });
        writeFileSync(join(folder, "secret"), "wrong\n", { mode: 0o600 });
        const lines = ["allow_anonymous false", `password_file ${passwords}`];
        const settings = { username: "warifu", passwordFile: "secret" };
        const running = await begin(settings, lines, folder);
        const refused = await untilState(running.connectors, ({ lastError }) => lastError !== undefined);
        expect(refused.isConnected).to.equal(false);
        expect(refused.lastError)
          .to.match(/not authori[sz]ed/i)
          .and.not.to.contain("wrong");
        await running.connectors.close();
        writeFileSync(join(folder, "secret"), "right\n");
        connectors = connectorsOn(service, mqttSettings(running.broker.port, settings), { folder });
        connectors.start();
        await untilState(connectors, ({ isConnected }) => isConnected);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("speaks TLS: to a broker whose authority it was given, with a certificate of its own", async () => {
      const folder = temporaryFolder();
      try {
        certificates(folder);
        const tls = ["cafile ca.pem", "certfile server.pem", "keyfile server.key", "require_certificate true"];
        const lines = tls.map((line) => line.replace(/ (\S+\.(?:pem|key))$/, ` ${folder}/$1`));
        broker = await startMosquitto(program, lines);
        const url = `mqtts://localhost:${broker.port}`;
        const own = { caFile: "ca.pem", certFile: "client.pem", keyFile: "client.key" };
        const wrong = connectorsOn(service, mqttSettings(broker.port, { url, clientId: "w" }), { folder });
        wrong.start();
        const { lastError } = await untilState(wrong, (state) => state.lastError !== undefined);
        expect(lastError).to.match(/self-signed|unable to/);
        await wrong.close();
        connectors = connectorsOn(service, mqttSettings(broker.port, { url, tls: own }), { folder });
        connectors.start();
        await untilState(connectors, ({ isConnected }) => isConnected);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("C20 is not handed a message of 256 MB, and gets the one after it", async () => {
      const running = await begin();
      await untilState(running.connectors, ({ isConnected }) => isConnected);
      const client = (sender = await publisher(running.broker.port));
      const largest = 268_435_455 - 2 - "city/a/air".length - 2;
      await publish(client, "city/a/air", Buffer.alloc(largest, " "));
      await publish(client, "city/a/air", pack(1));
      const { counts } = await untilState(running.connectors, (state) => settled(state) > 0);
      expect(counts).to.deep.equal({ new: 1, repeated: 0, refused: 0 });
      expect(running.connectors.states()[0]?.isConnected).to.equal(true);
    });

    it("C20 survives another client that takes its id, and goes on afterwards", async () => {
      const running = await begin();
      await untilState(running.connectors, ({ isConnected }) => isConnected);
      const thief = await publisher(running.broker.port, {
        clientId: "warifu-broker",
        protocolVersion: 5,
        reconnectPeriod: 0,
      });
      await untilState(running.connectors, ({ isConnected }) => !isConnected);
      await thief.endAsync(true);
      await untilState(running.connectors, ({ isConnected }) => isConnected);
      const client = (sender = await publisher(running.broker.port));
      await publish(client, "city/a/air", pack(1));
      await untilState(running.connectors, (state) => settled(state) === 1);
    });
  });
}

/** A password as the broker's file has it. */
function hashed(password: string): string {
  const salt = Buffer.alloc(12, 7);
  const digest = pbkdf2Sync(password, salt, 101, 64, "sha512");
  return `$7$101$${salt.toString("base64")}$${digest.toString("base64")}`;
}
