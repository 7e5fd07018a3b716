/**
 * What a connector is: the part of the service that keeps a connection to one foreign system open and takes in what comes
 * over it. Each kind has its own folder or files here; connectors.ts runs them.
 *
 * Invariant: a connector tells the other side that a message was taken only when its records are durable, or refused for
 * ever. Whatever was not told comes again.
 */
import type { Logger } from "pino";
import type { ErrorCode } from "../core/errors.ts";
import type { Intake } from "./intake.ts";
import type { Tally } from "./tally.ts";

/** A connector. */
export interface Connector {
  /** Begins to connect. Returns at once: what is not there yet is tried again. */
  start(): void;
  /** Takes nothing more in, waits for what is in hand, and disconnects. */
  close(): Promise<void>;
}

/** What a connector works with. */
export interface ConnectorParts {
  readonly name: string;
  readonly intake: Intake;
  readonly tally: Tally;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** How a connector fares, since the start of the service. Times are POSIX milliseconds. */
export interface ConnectorState {
  readonly name: string;
  /** Its kind, such as `mqtt`. */
  readonly type: string;
  readonly isConnected: boolean;
  /** Since when it is connected, or not. */
  readonly since: number;
  readonly lastMessageAt: number | undefined;
  /** Messages that came and are not settled yet. */
  readonly inHand: number;
  readonly counts: RecordCounts;
  /** Refusals by their code; a message that cannot be read at all is one. */
  readonly refusals: Readonly<Partial<Record<ErrorCode, number>>>;
  /** How often something that was published may have been missed for good. */
  readonly gaps: number;
  /** Why it is not connected, or why something was refused last. Never a value that came in. */
  readonly lastError: string | undefined;
}

/** Records by how they fared. */
export interface RecordCounts {
  readonly new: number;
  readonly repeated: number;
  readonly refused: number;
}
