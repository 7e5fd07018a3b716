// A service with a connection to a broker, and a client that publishes to it.

import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { Aedes } from "aedes";
import { expect } from "chai";
import { connectAsync, type IClientOptions, type IClientPublishOptions, type MqttClient } from "mqtt";

import { Connectors } from "../../../src/connectors/connectors.ts";
import type { ConnectorState } from "../../../src/connectors/connector.ts";
import { mqttKind } from "../../../src/connectors/mqtt/connector.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Received } from "../../../src/core/received.ts";
import { createLogger } from "../../../src/serve/logger.ts";
import type { Pipeline } from "../../../src/write/pipeline.ts";
import { call } from "../../http/support/call.ts";
import type { TestService } from "../../support/service.ts";

/** Settings of a connector for tests; `topics` of SenML unless others are given. */
export function mqttSettings(port: number, settings: JsonObject = {}): JsonObject {
  const topics = [{ filter: "city/+/air", format: "senml", type: "sensor-reading", source: "city/{2}" }];
  return { type: "mqtt", name: "broker", url: `mqtt://127.0.0.1:${port}`, topics, ...settings };
}

/** The connector that the settings describe. */
export function mqttConnector(settings: JsonObject, folder = "/", environment: NodeJS.ProcessEnv = {}) {
  return mqttKind.read(settings, { folder, environment });
}

/** Connectors on a service beside its own: as after another start. */
export function connectorsOn(
  service: TestService,
  settings: JsonObject,
  { pipeline = service.pipeline, folder = "/" }: { pipeline?: Pick<Pipeline, "submit">; folder?: string } = {},
): Connectors {
  const { alarms, log, store } = service;
  const logger = createLogger("silent");
  return new Connectors([mqttConnector(settings, folder)], {
    ...{ pipeline, alarms, logger, store, profiles: log.profiles, now: Date.now },
  });
}

/** Waits until the first of the connectors is in a state. */
export async function untilState(
  connectors: { states(): readonly ConnectorState[] },
  isReached: (state: ConnectorState) => boolean,
): Promise<ConnectorState> {
  for (let tries = 0; ; tries++) {
    const [state] = connectors.states();
    if (state && isReached(state)) return state;
    if (tries >= 6_000) expect.fail(`the state was not reached: ${JSON.stringify(state)}`);
    await sleep(25);
  }
}

/** How many messages' records were settled. */
export const settled = ({ counts }: ConnectorState): number => counts.new + counts.repeated + counts.refused;

/** A client that publishes. */
export async function publisher(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  return connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 200, ...options });
}

/** Publishes one message as JSON, or as it is. */
export async function publish(
  client: MqttClient,
  topic: string,
  body: unknown,
  options: IClientPublishOptions = {},
): Promise<void> {
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  await client.publishAsync(topic, bytes as string | Buffer, { qos: 1, ...options });
}

/** A SenML pack of one reading. */
export const pack = (value: number, t = 1_795_334_400) => [{ n: "urn:dev:1", t, v: value }];

export interface Listed {
  readonly id: string;
  readonly claims: JsonObject & { readonly received: Received };
}

/** The records of a source. */
export async function recordsOf(service: TestService, source: string): Promise<readonly Listed[]> {
  const path = `/v1/records?limit=1000&source=${encodeURIComponent(source)}`;
  const { json } = await call(service, path, { role: "auditor" });
  return (json as { items: Listed[] }).items;
}

export interface RunningAedes {
  readonly port: number;
  readonly broker: Aedes;
  stop(): Promise<void>;
}

/** aedes, a broker of MQTT 3.1.1 that keeps everything in memory. */
export async function startAedes(): Promise<RunningAedes> {
  const broker = await Aedes.createBroker();
  const server = createServer((socket) => void broker.handle(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, broker, stop };
}
