/**
 * One connection to a broker, with a session that the broker keeps. Messages are handled one after the other, and each is
 * acknowledged when it is settled.
 *
 * Invariant: an acknowledgement goes out on the connection that its message came on, or not at all. The client would send
 * it on the next connection, where the same packet identifier may belong to another message.
 */
import { connect, type IClientOptions, type IPublishPacket, type ISubscriptionMap, type MqttClient } from "mqtt";
import type { Logger } from "pino";
import { messageOf as reasonOf, WarifuError } from "../../core/errors.ts";

/** What a connection works with. */
export interface ConnectionParts {
  readonly url: string;
  readonly options: IClientOptions;
  readonly subscriptions: ISubscriptionMap;
  /** @returns whether the message is settled, so that it may be acknowledged */
  readonly take: (packet: IPublishPacket) => Promise<boolean>;
  /** Called when it is subscribed, and with the reason, if there is one, when it no longer is. */
  readonly onChange: (isUp: boolean, reason?: unknown) => void;
  readonly logger: Logger;
}

const LEAST_QOS = 1;
/** A subscription that was refused is asked for again. */
const SUBSCRIBE_AGAIN_MS = 5_000;

/** A connection. */
export class Connection {
  readonly #parts: ConnectionParts;
  #client: MqttClient | undefined;
  /** Counts connections, so that what belongs to an earlier one is known. */
  #nth = 0;
  #inHand: Promise<void> = Promise.resolve();
  #isClosing = false;
  #again: NodeJS.Timeout | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  start(): void {
    const { url, options, onChange } = this.#parts;
    const client = connect(url, options);
    this.#client = client;
    client.handleMessage = (packet, settled) => this.#handle(packet, settled);
    client.on("connect", () => this.#subscribe(client, this.#nth));
    client.on("error", (error) => onChange(false, inWords(error)));
    client.on("disconnect", ({ reasonCode = 0 }) => onChange(false, inWords({ code: reasonCode })));
    client.on("close", () => {
      this.#nth++;
      clearTimeout(this.#again);
      onChange(false);
    });
  }

  /** Waits for the message in hand, acknowledges it if it is settled, and disconnects. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#again);
    await this.#inHand;
    await this.#client?.endAsync();
  }

  #handle(packet: IPublishPacket, settled: () => void): void {
    if (this.#isClosing) return;
    const nth = this.#nth;
    this.#inHand = this.#parts.take(packet).then((isSettled) => {
      if (isSettled && nth === this.#nth) settled();
    });
  }

  #subscribe(client: MqttClient, nth: number): void {
    const { subscriptions, onChange, logger } = this.#parts;
    client.subscribe(subscriptions, (error, granted) => {
      if (nth !== this.#nth || this.#isClosing) return;
      const refused = granted?.filter(({ qos }) => qos < LEAST_QOS || qos >= 0x80) ?? [];
      if (!error && refused.length === 0) return onChange(true);
      const reason = error ? reasonOf(error) : `${refused.length} of the topic filters are not delivered with QoS 1`;
      logger.warn({ reason }, "the broker refused a subscription");
      onChange(false, new WarifuError("FORBIDDEN", `the broker refused a subscription: ${reason}`));
      this.#again = setTimeout(() => this.#subscribe(client, nth), SUBSCRIBE_AGAIN_MS).unref();
    });
  }
}

/** Of the client's errors, some have a code and no message. */
function inWords(error: { readonly message?: string; readonly code?: string | number }): WarifuError {
  const { message = "", code } = error;
  const silent = typeof code === "number" ? "the broker ended the connection" : "the broker cannot be reached";
  const reason = message === "" ? `${silent} (${String(code)})` : message;
  return new WarifuError("SERVICE_UNREACHABLE", reason);
}
