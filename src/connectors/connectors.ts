/** Runs the connectors of the service: each with a tally and a way in of its own, and an alarm while it is cut off. */
import type { Logger } from "pino";
import type { Alarms } from "../alarms/alarms.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { profileFor, type Profiles } from "../profiles/profile.ts";
import type { LogStore } from "../store/log-store.ts";
import type { Pipeline } from "../write/pipeline.ts";
import type { Connector, ConnectorState } from "./connector.ts";
import { Intake } from "./intake.ts";
import type { ConfiguredConnector } from "./kind.ts";
import { Tally } from "./tally.ts";

export interface ConnectorsParts {
  readonly pipeline: Pick<Pipeline, "submit">;
  readonly profiles: Profiles;
  readonly store: Pick<LogStore, "numbering">;
  readonly alarms: Alarms;
  readonly logger: Logger;
  readonly now: () => number;
}

/** How long a connector may be cut off before the alarm is raised. */
export const MOST_SILENT_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

interface Running {
  readonly connector: Connector;
  readonly intake: Intake;
  readonly tally: Tally;
}

/** The connectors of one service. */
export class Connectors {
  readonly #parts: ConnectorsParts;
  readonly #running: readonly Running[];
  #looking: NodeJS.Timeout | undefined;

  /** @throws CONFIG_INVALID what their settings name is not there */
  constructor(configured: readonly ConfiguredConnector[], parts: ConnectorsParts) {
    this.#parts = parts;
    this.#running = configured.map((one) => open(one, parts));
  }

  /** How each fares. */
  states(): ConnectorState[] {
    return this.#running.map(({ tally }) => tally.state);
  }

  /** Begins to connect. */
  start(): void {
    for (const { connector } of this.#running) connector.start();
    if (this.#running.length > 0) this.#looking = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Raises the alarm for those that have been cut off for long, clears it for the others, and logs what is due. */
  look(): void {
    for (const { intake } of this.#running) intake.look();
    const { alarms, now } = this.#parts;
    for (const { name, type, isConnected, since, lastError = "" } of this.states()) {
      const isCutOff = !isConnected && now() - since >= MOST_SILENT_MS;
      const fact = { id: "connector-silent", connector: name, type, message: lastError } as const;
      alarms.set("connector-down", isCutOff ? { ...fact, since: new Date(since).toISOString() } : undefined, name);
    }
  }

  /** Takes nothing more in, and waits for what is in hand. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    for (const { intake } of this.#running) intake.close();
    await Promise.all(this.#running.map(({ connector }) => connector.close()));
    for (const { intake } of this.#running) intake.look(true);
  }
}

function open(
  { name, type, open: openConnector }: ConfiguredConnector,
  { pipeline, profiles, store, logger: parent, now }: ConnectorsParts,
): Running {
  const logger = parent.child({ connector: name });
  const tally = new Tally(name, type, now);
  const profileOf = (of: string) => profileFor(profiles, of);
  const hasRecordsOf = async (source: string) => (await store.numbering(source)) !== undefined;
  const intake = new Intake({ sender: `connector/${name}`, pipeline, profileOf, hasRecordsOf, tally, logger, now });
  try {
    return { connector: openConnector({ name, intake, tally, logger, now }), intake, tally };
  } catch (cause) {
    throw new WarifuError("CONFIG_INVALID", `the connector ${name} cannot be used: ${messageOf(cause)}`, { cause });
  }
}
