/**
 * The way of a message into the log: it is read, its records are submitted like all others, and the connector learns
 * whether the message is settled. What is refused for ever is settled too: it is counted, and logged with the payload's
 * hash, so that one bad message does not keep the others back. What is refused for now is tried again and again.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { isPassing, WarifuError } from "../core/errors.ts";
import type { Submitter } from "../core/submitter.ts";
import { loggable } from "../serve/logger.ts";
import type { Profile } from "../profiles/profile.ts";
import { placed, type Payload, type TakenRecords } from "../sources/adapter.ts";
import type { Outcome } from "../write/outcome.ts";
import type { Pipeline } from "../write/pipeline.ts";
import { withOriginal } from "../write/signed-submission.ts";
import { RefusalLog } from "./refusal-log.ts";
import type { Tally } from "./tally.ts";

/** A message, and how it is to be read. */
export interface Message {
  readonly payload: Payload;
  /** @throws what makes the payload unreadable as a whole */
  readonly read: (payload: Payload) => TakenRecords;
  /** What the operator calls the way that it came: never what a sender may choose, such as a topic. */
  readonly route: string;
  /** @throws FORBIDDEN for a record that may not come this way */
  readonly assertMaySend?: Submitter["assertMaySend"];
}

export interface IntakeParts {
  /** Who counts as the sender when a record is repeated: the same at each start. */
  readonly sender: string;
  readonly pipeline: Pick<Pipeline, "submit">;
  readonly profileOf: (type: string) => Profile;
  /** Whether the log has records of a source. */
  readonly hasRecordsOf: (source: string) => Promise<boolean>;
  readonly tally: Tally;
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The way in for one connector. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #closing = new AbortController();
  readonly #refusals: RefusalLog;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#refusals = new RefusalLog(parts.logger, parts.now);
  }

  /** Logs what is due about refusals; `isEnd`: what is left, too. */
  look(isEnd = false): void {
    this.#refusals.look(isEnd);
  }

  /** The profile of a type of record. @throws PROFILE_UNKNOWN */
  profileOf(type: string): Profile {
    return this.#parts.profileOf(type);
  }

  /** Whether the log has records of a source. @throws STORE_FAILED */
  hasRecordsOf(source: string): Promise<boolean> {
    return this.#parts.hasRecordsOf(source);
  }

  /**
   * Takes a message in.
   * @returns true once its records are durable or refused for ever; false if that cannot be said because the service closes:
   *   then the other side must not be told that the message was taken
   */
  async take(message: Message): Promise<boolean> {
    const { tally } = this.#parts;
    tally.messageCame();
    try {
      return await this.#takeAgainAndAgain(message);
    } finally {
      tally.messageSettled();
    }
  }

  /** Waits no longer for a better moment: what is refused for now stays with the other side. */
  close(): void {
    this.#closing.abort();
  }

  async #takeAgainAndAgain(message: Message): Promise<boolean> {
    const { signal } = this.#closing;
    const taken = this.#read(message);
    let outcomes: readonly Outcome[] = [];
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const earlier = outcomes;
      // What was taken before is a repetition now, and still one new record.
      outcomes = (await this.#submit(taken, message)).map((one, at) => (earlier[at]?.ok ? earlier[at] : one));
      const passing = outcomes.find((one) => !one.ok && isPassing(one.error));
      if (!passing) {
        this.#settle(taken, outcomes, message);
        return true;
      }
      if (!passing.ok) this.#parts.tally.waits(passing.error);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  /** A payload that cannot be read is one refused record. */
  #read({ payload, read, route }: Message): TakenRecords | WarifuError {
    try {
      return read(payload);
    } catch (error) {
      if (error instanceof WarifuError) return error;
      this.#parts.logger.error({ route, ...loggable(error) }, "a payload could not be read");
      return new WarifuError("RECORD_INVALID", "the payload cannot be read", { cause: error });
    }
  }

  async #submit(taken: TakenRecords | WarifuError, { payload, assertMaySend }: Message): Promise<readonly Outcome[]> {
    if (taken instanceof WarifuError) return [{ ok: false, error: taken }];
    const { sender, pipeline, logger } = this.#parts;
    const original = { received: taken.received, bytes: payload.bytes };
    const values = taken.records.map(({ record }) => withOriginal(record, original));
    try {
      return await pipeline.submit(values, { sender, assertMaySend: assertMaySend ?? (() => undefined) });
    } catch (error) {
      if (error instanceof WarifuError) return [{ ok: false, error }];
      logger.error(loggable(error), "records could not be submitted");
      return [{ ok: false, error: new WarifuError("STOPPED", "the records could not be submitted", { cause: error }) }];
    }
  }

  #settle(taken: TakenRecords | WarifuError, outcomes: readonly Outcome[], message: Message): void {
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.ok) this.#parts.tally.count(outcome.isNew ? "new" : "repeated");
      else if (taken instanceof WarifuError) this.#refuse(outcome.error, "payload", message);
      else if (taken.isKeyedByBytes && isSameAgain(outcome)) this.#parts.tally.count("repeated");
      else this.#refuse(outcome.error, taken.records[at]?.place ?? "", message);
    }
  }

  #refuse(error: WarifuError, place: string, { payload, route }: Message): void {
    this.#parts.tally.refuse(error);
    const sha256 = createHash("sha256").update(payload.bytes).digest("hex");
    const { code, message: reason } = placed(error, place);
    this.#refusals.note({ route, code, reason, sha256, bytes: payload.bytes.length });
  }
}

/** The same bytes as before, of which the time of their coming made other claims. */
function isSameAgain({ error, isForeign }: Outcome & { readonly ok: false }): boolean {
  return error.code === "IDEMPOTENCY_CONFLICT" && isForeign !== true;
}
