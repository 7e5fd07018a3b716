/**
 * MQTT 3.1.1 and 5: subscribes to the topics of a broker, over one connection or several that share the messages between
 * them. One connection waits for the disk with each message; several wait together.
 */
import type { IClientOptions, ISubscriptionMap } from "mqtt";
import { WarifuError } from "../../core/errors.ts";
import { readSharedSecret } from "../../keys/key-files.ts";
import { resolve } from "node:path";
import type { Connector, ConnectorParts } from "../connector.ts";
import { connectorKind, fileIn, passwordIn, type SettingsPlace } from "../kind.ts";
import { Connection } from "./connection.ts";
import { messageOf } from "./route.ts";
import { mqttSchema, type MqttSettings } from "./settings.ts";

/** Brokers withhold what is larger. It is more than a message may have, so that one a little too large is still logged. */
const MOST_PACKET_BYTES = 1_048_576;
/** Messages that a broker may send ahead. */
const MOST_AHEAD = 16;
const RECONNECT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The kind of connector. */
export const mqttKind = connectorKind("mqtt", mqttSchema, (settings, place, parts) => {
  for (const { type } of settings.topics) if (type !== undefined) parts.intake.profileOf(type);
  return new MqttConnector(settings, optionsOf(settings, place), parts);
});

class MqttConnector implements Connector {
  readonly #connections: readonly Connection[];
  readonly #tally: ConnectorParts["tally"];
  readonly #up = new Set<number>();

  constructor(settings: MqttSettings, options: IClientOptions, { name, intake, tally, logger, now }: ConnectorParts) {
    const { url, topics, connections, clientId = `warifu-${name}` } = settings;
    const routes = { topics, now, profileOf: (type: string) => intake.profileOf(type) };
    this.#tally = tally;
    this.#connections = Array.from({ length: connections }, (_, at) => {
      const own = { ...options, clientId: connections === 1 ? clientId : `${clientId}-${at + 1}` };
      return new Connection({
        ...{ url, logger, options: own, subscriptions: subscriptionsOf(settings, clientId) },
        take: (packet) => intake.take(messageOf(packet, routes)),
        onChange: (isUp, reason) => this.#changed(at, isUp, reason),
      });
    });
  }

  start(): void {
    for (const connection of this.#connections) connection.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  /** Connected are all or none. */
  #changed(at: number, isUp: boolean, reason: unknown): void {
    if (isUp) this.#up.add(at);
    else this.#up.delete(at);
    if (this.#up.size === this.#connections.length) this.#tally.connected();
    else if (!isUp) this.#tally.disconnected(reason);
  }
}

function subscriptionsOf({ topics, connections, group, version }: MqttSettings, clientId: string): ISubscriptionMap {
  const shared = group ?? (connections > 1 ? clientId : undefined);
  // What is retained comes when a subscription is new, not whenever the connection is.
  const options = { qos: 1, ...(version === "5" && { rh: 1 }) } as const;
  return Object.fromEntries(
    topics.map(({ filter }) => [shared === undefined ? filter : `$share/${shared}/${filter}`, options]),
  );
}

/** @throws CONFIG_INVALID */
function optionsOf(settings: MqttSettings, place: SettingsPlace): IClientOptions {
  const { version, username, tls = {}, sessionExpirySeconds, keepAliveSeconds } = settings;
  const password = passwordIn(settings, place);
  if (password !== undefined && username === undefined)
    throw new WarifuError("CONFIG_INVALID", "username: is missing, and a password is given");
  return {
    ...(version === "5"
      ? {
          protocolVersion: 5,
          properties: {
            ...{ sessionExpiryInterval: sessionExpirySeconds, receiveMaximum: MOST_AHEAD },
            maximumPacketSize: MOST_PACKET_BYTES,
          },
        }
      : { protocolVersion: 4 }),
    clean: false,
    keepalive: keepAliveSeconds,
    reconnectPeriod: RECONNECT_MS,
    reconnectOnConnackError: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Subscribing is done with each connection, for the settings may have changed.
    resubscribe: false,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls.caFile !== undefined && { ca: fileIn(tls.caFile, place) }),
    ...(tls.certFile !== undefined && { cert: fileIn(tls.certFile, place) }),
    ...(tls.keyFile !== undefined && { key: readSharedSecret(resolve(place.folder, tls.keyFile)) }),
  };
}
