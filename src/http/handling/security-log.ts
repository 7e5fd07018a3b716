/**
 * Who opened what, and who was refused: a line in the service's log and a counter for each, and an alarm when there is more
 * of it than usual. A line names the key, the route and the leaf, never a value. Strangers can cause refusals for free, so a
 * flood of them is counted instead of being logged one by one.
 */
import type { Logger } from "pino";
import type { Alarms } from "../../alarms/alarms.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { RefusalReason } from "../../sign-in/refused.ts";

/** What is reported. */
export const SECURITY_EVENTS = [
  "openings-given",
  "disclosure-granted",
  "disclosure-withdrawn",
  "person-sought",
  "records-erased",
  "bodies-withheld",
  "privacy-changed",
  "moderated",
  "key-issued",
  "key-revoked",
  "officer-invited",
  "officer-joined",
  "officer-removed",
  "citizen-joined",
  "citizen-left",
  "citizen-recovered",
  "passkey-added",
  "passkey-removed",
  "signed-in",
  "signed-out",
  "sign-in-refused",
  "source-repaired",
  "source-changed",
  "unauthenticated",
  "forbidden",
  "foreign-repetition",
] as const;
export type SecurityEvent = (typeof SECURITY_EVENTS)[number];

/** What a line contains in addition to the event. */
export interface SecurityFields {
  readonly keyId?: string | undefined;
  readonly route?: string | undefined;
  readonly leafIndex?: number | undefined;
  /** Id of the key that was issued or revoked, or of the account. */
  readonly subject?: string | undefined;
  readonly role?: string | undefined;
  readonly count?: number | undefined;
  /** Why a sign-in was refused. */
  readonly reason?: RefusalReason | undefined;
}

export interface SecurityLogOptions {
  readonly logger: Logger;
  readonly now: () => number;
  readonly onCount: (event: SecurityEvent, count: number) => void;
  readonly alarms: Pick<Alarms, "raise" | "clear">;
  /** Openings within a minute, by all keys together, that count as unusual. */
  readonly openingsAlarm: number;
}

const MINUTE_MS = 60_000;
/** Refusals of one kind that are logged within a minute; more are only counted. */
const WRITTEN_REFUSALS = 10;
/** Refusals within a minute that count as unusual. */
export const REFUSALS_ALARM = 120;

const REFUSALS: ReadonlySet<SecurityEvent> = new Set([
  "unauthenticated",
  "forbidden",
  "foreign-repetition",
  "sign-in-refused",
]);

/** The security log of one server. */
export class SecurityLog {
  readonly #options: SecurityLogOptions;
  #minuteBegan: number;
  #counts = new Map<SecurityEvent, number>();
  readonly #totals = new Map<SecurityEvent, number>();

  constructor(options: SecurityLogOptions) {
    this.#options = options;
    this.#minuteBegan = options.now();
  }

  /** Reports something that happened `count` times. */
  note(event: SecurityEvent, fields: SecurityFields = {}): void {
    this.tick();
    const { count = 1 } = fields;
    const before = this.#counts.get(event) ?? 0;
    this.#counts.set(event, before + count);
    this.#totals.set(event, (this.#totals.get(event) ?? 0) + count);
    this.#options.onCount(event, count);
    if (!REFUSALS.has(event) || before < WRITTEN_REFUSALS) this.#options.logger.info({ event, ...fields }, "security");
    this.#alarm(false);
  }

  /** Refusals since the start. */
  get refusals(): { readonly unauthenticated: number; readonly forbidden: number; readonly foreign: number } {
    const totalOf = (event: SecurityEvent): number => this.#totals.get(event) ?? 0;
    return {
      unauthenticated: totalOf("unauthenticated"),
      forbidden: totalOf("forbidden"),
      foreign: totalOf("foreign-repetition"),
    };
  }

  /** Reports a refusal, if its code is one with which keys are refused. */
  refused(code: ErrorCode | undefined, fields: SecurityFields): void {
    if (code === "UNAUTHENTICATED") this.note("unauthenticated", fields);
    else if (code === "FORBIDDEN") this.note("forbidden", fields);
  }

  /** Ends the minute once it is over. Called now and then, so that alarms are cleared even when nothing happens. */
  tick(): void {
    const now = this.#options.now();
    if (Math.abs(now - this.#minuteBegan) < MINUTE_MS) return;
    for (const [event, count] of this.#counts)
      if (REFUSALS.has(event) && count > WRITTEN_REFUSALS)
        this.#options.logger.info({ event, count: count - WRITTEN_REFUSALS }, "security: further ones of this minute");
    this.#alarm(true);
    this.#counts = new Map();
    this.#minuteBegan = now;
  }

  /** On as soon as the limit is exceeded, off at the end of a minute in which it was not. */
  #alarm(isOver: boolean): void {
    const { openingsAlarm, alarms } = this.#options;
    const openings = this.#counts.get("openings-given") ?? 0;
    const refusals = [...REFUSALS].reduce((sum, event) => sum + (this.#counts.get(event) ?? 0), 0);
    if (openings > openingsAlarm) alarms.raise("openings-high", { id: "openings-above", limit: openingsAlarm });
    else if (isOver) alarms.clear("openings-high");
    if (refusals > REFUSALS_ALARM) alarms.raise("refusals-high", { id: "refusals-above", limit: REFUSALS_ALARM });
    else if (isOver) alarms.clear("refusals-high");
  }
}
