// MQTT 3.1.1 over aedes, a broker from npm that every machine has here.

import type { Aedes } from "aedes";
import { expect } from "chai";
import { connectAsync } from "mqtt";

import type { Connectors } from "../../../src/connectors/connectors.ts";
import { startService, type TestService } from "../../support/service.ts";
import { brokerSuite } from "./broker-suite.ts";
import {
  connectorsOn,
  mqttSettings,
  pack,
  publish,
  publisher,
  settled,
  startAedes,
  untilState,
  type RunningAedes,
} from "./support.ts";

brokerSuite("MQTT 3.1.1 over aedes", "3.1.1", startAedes);

describe("a connector to a broker that refuses or forgets", () => {
  let service: TestService;
  let aedes: RunningAedes;
  let connectors: Connectors;
  beforeEach(async () => {
    [service, aedes] = [await startService(), await startAedes()];
    connectors = connectorsOn(service, mqttSettings(aedes.port, { version: "3.1.1" }));
  });
  afterEach(async () => {
    await connectors.close();
    await service.stop();
    await aedes.stop();
  });

  it("C20 does not call itself connected while a subscription is refused, and says why", async () => {
    aedes.broker.authorizeSubscribe = (_client, _subscription, answer) => answer(null, null);
    connectors.start();
    const { isConnected, lastError } = await untilState(connectors, (state) => state.lastError !== undefined);
    expect(isConnected).to.equal(false);
    expect(lastError).to.contain("the broker refused a subscription");
  });

  it("C20 makes nothing of what a broker says about itself, nor of wildcards as a topic, and acknowledges both", async () => {
    const topics = [{ filter: "#", format: "senml", type: "sensor-reading", source: "city/{2}" }];
    const stale = await connectAsync(`mqtt://127.0.0.1:${aedes.port}`, { clientId: "warifu-broker", clean: false });
    // A subscription that the broker still knows of an earlier start.
    await stale.subscribeAsync("$SYS/#", { qos: 1 });
    await stale.endAsync();
    connectors = connectorsOn(service, mqttSettings(aedes.port, { version: "3.1.1", topics }));
    connectors.start();
    await untilState(connectors, ({ isConnected }) => isConnected);
    const { size } = service.log.tree;
    const told = ["$SYS/broker/load", "city/+/air", "city/#", "city/a/air"];
    for (const topic of told) await deliver(aedes.broker, topic);
    // The broker says something about itself besides.
    const { refusals } = await untilState(connectors, ({ counts }) => counts.new === 1);
    expect(refusals["RECORD_INVALID"]).to.equal(2);
    expect(refusals["REQUEST_INVALID"]).to.be.at.least(1);
    expect(service.log.tree.size).to.equal(size + 1);
  });

  it("sends no acknowledgement over another connection than that of its message", async () => {
    const { promise: isWritten, resolve } = Promise.withResolvers<undefined>();
    let asked = 0;
    const submit = service.pipeline.submit.bind(service.pipeline);
    const pipeline: Pick<typeof service.pipeline, "submit"> = {
      submit: async (...args) => {
        if (asked++ === 0) await isWritten;
        return submit(...args);
      },
    };
    const slow = connectorsOn(service, mqttSettings(aedes.port, { version: "3.1.1" }), { pipeline });
    slow.start();
    await untilState(slow, ({ isConnected }) => isConnected);
    const sender = await publisher(aedes.port);
    await publish(sender, "city/a/air", pack(1));
    await untilState(slow, ({ inHand }) => inHand === 1);
    const acknowledged: (string | undefined)[] = [];
    aedes.broker.on("ack", (packet) => acknowledged.push((packet as { topic?: string } | undefined)?.topic));
    // Cut off with the message in hand; it comes again over the next connection.
    (aedes.broker as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients[
      "warifu-broker"
    ]?.conn.destroy();
    await untilState(slow, ({ isConnected }) => !isConnected);
    await untilState(slow, (state) => state.isConnected && settled(state) === 1);
    resolve(undefined);
    const { counts } = await untilState(slow, (state) => settled(state) === 2);
    expect(counts).to.deep.equal({ new: 1, repeated: 1, refused: 0 });
    await publish(sender, "city/b/air", pack(2));
    await untilState(slow, (state) => settled(state) === 3);
    // What would be too much has come by then: over a connection everything comes in its order.
    while (!acknowledged.includes("city/b/air")) await new Promise((resolve) => setImmediate(resolve));
    expect(acknowledged).to.deep.equal(["city/a/air", "city/b/air"]);
    await sender.endAsync(true);
    await slow.close();
  });
});

/** As a broker that checks nothing would deliver it. */
function deliver(broker: Aedes, topic: string): Promise<void> {
  const packet = {
    cmd: "publish",
    topic,
    payload: Buffer.from(JSON.stringify(pack(1))),
    qos: 1,
    retain: false,
    dup: false,
  } as const;
  return new Promise((resolve, reject) => broker.publish(packet, (error) => (error ? reject(error) : resolve())));
}
