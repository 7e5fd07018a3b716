/**
 * SOX, sensors over XMPP PubSub. What a server publishes is not acknowledged, so what passes while nobody is there is gone
 * unless the node keeps a history: with each connection it is read, and what was not known is recorded as late. If nothing in
 * it was known, something may be missing before it, and that is said.
 */
import type { Element } from "@xmpp/client";
import type { Logger } from "pino";
import { utf8 } from "../../core/bytes.ts";
import { codeOf, messageOf } from "../../core/errors.ts";
import { loggable } from "../../serve/logger.ts";
import { takeIn } from "../../sources/adapter.ts";
import { soxAdapter } from "../../sources/sox-adapter.ts";
import type { Connector, ConnectorParts } from "../connector.ts";
import { connectorKind, fileIn, passwordIn, type SettingsPlace } from "../kind.ts";
import { Session } from "./session.ts";
import { soxSchema, type NodeSettings, type SoxSettings } from "./settings.ts";

/** Items that may wait; beyond that the connection is ended, and the history has the rest. */
const MOST_WAITING = 10_000;
const AGAIN_MS = 10_000;
/** What a history that was too large is divided by: each try costs a connection. */
const FEWER = 4;

/** The kind of connector. */
export const soxKind = connectorKind("sox", soxSchema, (settings, place, parts) => {
  for (const { type } of settings.nodes) parts.intake.profileOf(type);
  return new SoxConnector(settings, secretsIn(settings, place), parts);
});

/** What the settings name and do not hold. */
interface Secrets {
  readonly password: string;
  readonly ca: Buffer | undefined;
}

/** @throws CONFIG_INVALID */
function secretsIn(settings: SoxSettings, place: SettingsPlace): Secrets {
  const { caFile } = settings;
  return {
    password: passwordIn(settings, place) ?? "",
    ca: caFile === undefined ? undefined : fileIn(caFile, place),
  };
}

/** Something that may be missing for good. */
interface Gap {
  readonly route: string;
  readonly reason: string;
}

class SoxConnector implements Connector {
  readonly #settings: SoxSettings;
  readonly #parts: ConnectorParts;
  readonly #logger: Logger;
  readonly #session: Session;
  /** One after the other, so that live items come after the history. */
  #work: Promise<void> = Promise.resolve();
  /** How many items of a node's history fit into one stanza, where that is fewer than asked for. */
  readonly #most = new Map<string, number>();
  #waiting = 0;
  #isClosing = false;
  #again: NodeJS.Timeout | undefined;

  constructor(settings: SoxSettings, { password, ca }: Secrets, parts: ConnectorParts) {
    const { url, domain, pubsub, username, resource, tls } = settings;
    this.#settings = settings;
    this.#parts = parts;
    this.#logger = parts.logger;
    this.#session = new Session({
      ...{ service: url, domain, pubsub, username, password, ca, resource, mayBePlain: tls === "optional" },
      onOnline: () => this.#catchUp(),
      onLost: (reason) => {
        clearTimeout(this.#again);
        parts.tally.disconnected(reason);
      },
      onItem: (node, item) => this.#published(node, item),
    });
  }

  start(): void {
    this.#session.start();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#again);
    await this.#work;
    await this.#session.stop();
  }

  #published(name: string, item: Element): void {
    const node = this.#settings.nodes.find((one) => one.node === name);
    if (!node || this.#isClosing) return;
    if (this.#waiting >= MOST_WAITING) return this.#session.reset();
    this.#waiting++;
    this.#do(async () => {
      this.#waiting--;
      await this.#take(node, item, false);
    });
  }

  #catchUp(): void {
    this.#do(async () => {
      const gaps: Gap[] = [];
      try {
        await this.#session.announce();
        for (const node of this.#settings.nodes) {
          await this.#session.subscribe(node.node);
          const gap = await this.#readHistory(node);
          if (gap !== undefined) gaps.push({ route: node.node, reason: gap });
        }
        this.#parts.tally.connected();
        for (const gap of gaps) this.#say(gap);
      } catch (error) {
        this.#logger.warn({ reason: messageOf(error) }, "the nodes could not be read");
        // After a loss, the next connection catches up.
        if (!this.#session.isConnected) return;
        this.#parts.tally.disconnected(error);
        this.#again = setTimeout(() => this.#catchUp(), AGAIN_MS).unref();
      }
    });
  }

  /** @returns why something may be missing, if it may */
  async #readHistory(node: NodeSettings): Promise<string | undefined> {
    const { intake, tally } = this.#parts;
    const hasRecords = await intake.hasRecordsOf(node.source);
    const items = await this.#history(node.node);
    if (items === undefined) return "its newest item is too large to be read, and nothing before it was read";
    const known = tally.state.counts.repeated;
    for (const item of items) await this.#take(node, item, true);
    if (!hasRecords || tally.state.counts.repeated > known) return undefined;
    return items.length === 0
      ? "the node has no history: what was published while the service was away is missing"
      : "nothing in the history of the node was known: what was published before it is missing";
  }

  /** The newest items of a node; `undefined` if even the newest one is too large. The connection after a loss asks for fewer. */
  async #history(node: string): Promise<readonly Element[] | undefined> {
    const most = this.#most.get(node) ?? this.#settings.history;
    if (most === 0) {
      this.#most.set(node, 1);
      return undefined;
    }
    try {
      const items = await this.#session.history(node, most);
      this.#most.set(node, Math.min(FEWER * most, this.#settings.history));
      return items;
    } catch (error) {
      if (codeOf(error) === "TOO_LARGE") this.#most.set(node, Math.floor(most / FEWER));
      throw error;
    }
  }

  #say({ route, reason }: Gap): void {
    this.#logger.warn({ route, reason }, "a gap");
    this.#parts.tally.gap(`${route}: ${reason}`);
  }

  async #take({ node, type, source }: NodeSettings, item: Element, isLate: boolean): Promise<void> {
    const { intake, now } = this.#parts;
    const message = { topic: node, ...(isLate && { late: true as const }) };
    const payload = { bytes: utf8(item.toString()), type: "application/xml", headers: {}, at: now(), message };
    const destination = { source, type, profile: intake.profileOf(type) };
    await intake.take({ payload, route: node, read: () => takeIn(soxAdapter, payload, destination) });
  }

  #do(act: () => Promise<void>): void {
    const work = this.#work.then(() => (this.#isClosing ? undefined : act()));
    this.#work = work.catch((error: unknown) => this.#logger.error(loggable(error), "an item could not be taken"));
  }
}
