/**
 * What is wrong at present, from a closed list. Each alarm has a section of its name in docs/alarms.md: what it means, what
 * to do. Red ones make the service unhealthy; the others are for whoever looks.
 *
 * Invariant: everybody may read the messages, so they name files of the data folder and not where on the machine it lies.
 */
import { sep } from "node:path";
import type { WarifuError } from "../core/errors.ts";

/** Every alarm, and whether it turns health red. */
export const ALARMS = {
  "log-stopped": "red",
  "log-unwritable": "warning",
  "anchor-late": "red",
  "chain-unreachable": "red",
  "chain-wrong": "red",
  "endpoint-down": "warning",
  "chain-rate-limited": "warning",
  "endpoints-disagree": "red",
  "node-contradicts": "red",
  "node-behind": "warning",
  "nonce-behind": "warning",
  "index-behind": "warning",
  "head-stale": "red",
  "finality-stalled": "red",
  "fee-cap": "red",
  "daily-cap": "red",
  "funds-low": "warning",
  "no-funds": "red",
  "gas-limit": "red",
  "signer-failed": "red",
  "account-shared": "red",
  "anchor-failed": "red",
  "anchor-swallowed": "red",
  "contract-closed": "red",
  "foreign-anchor": "red",
  fork: "red",
  "reorg-beyond-finality": "red",
  "missed-anchor": "red",
  "witness-quorum": "red",
  "witness-ahead": "red",
  "store-damaged": "red",
  "vault-incomplete": "red",
  "openings-high": "warning",
  "refusals-high": "warning",
} as const;
export type AlarmCode = keyof typeof ALARMS;

/** An alarm that is on. */
export interface Alarm {
  readonly code: AlarmCode;
  readonly severity: "red" | "warning";
  /** For people; nothing personal, nothing secret. */
  readonly message: string;
  /** POSIX milliseconds. */
  readonly since: number;
}

/** Told when an alarm goes on, or off. */
export type AlarmListener = (alarm: Alarm, isOn: boolean) => void;

/** The alarms of one service. */
export class Alarms {
  readonly #now: () => number;
  readonly #onChange: AlarmListener;
  readonly #dataDir: string | undefined;
  readonly #active = new Map<AlarmCode, Alarm>();
  // What each of those who raise an alarm says, where there are several.
  readonly #reasons = new Map<AlarmCode, Map<string, string>>();

  /** @param dataDir absolute; what messages say of files in it is shown from there on */
  constructor(now: () => number, onChange: AlarmListener = () => undefined, dataDir?: string) {
    this.#now = now;
    this.#onChange = onChange;
    this.#dataDir = dataDir;
  }

  /**
   * Turns an alarm on; one that is on keeps its time and takes the new message.
   * @param by who says so, where several look for the same from different sides: each is cleared by itself
   */
  raise(code: AlarmCode, reason: string, by = ""): void {
    const reasons = this.#reasons.get(code) ?? new Map<string, string>();
    this.#reasons.set(code, reasons.set(by, reason));
    this.#say(code, [...reasons.values()].join("; "));
  }

  #say(code: AlarmCode, reason: string): void {
    const since = this.#active.get(code)?.since;
    const message = this.#dataDir === undefined ? reason : reason.replaceAll(`${this.#dataDir}${sep}`, "");
    const alarm: Alarm = { code, severity: ALARMS[code], message, since: since ?? this.#now() };
    this.#active.set(code, alarm);
    if (since === undefined) this.#onChange(alarm, true);
  }

  /** Turns an alarm off, unless somebody else has a reason for it; safe when it is not on. */
  clear(code: AlarmCode, by = ""): void {
    const reasons = this.#reasons.get(code);
    if (reasons?.delete(by) !== true) return;
    if (reasons.size > 0) return this.#say(code, [...reasons.values()].join("; "));
    const alarm = this.#active.get(code);
    if (this.#active.delete(code) && alarm) this.#onChange(alarm, false);
  }

  /** On with a message, off without. */
  set(code: AlarmCode, message: string | undefined, by = ""): void {
    if (message === undefined) this.clear(code, by);
    else this.raise(code, message, by);
  }

  /** Those that are on, the oldest first. */
  active(): Alarm[] {
    return [...this.#active.values()];
  }
}

/** For whatever can stop the log: raises that alarm, whose message begins with the code, then hands the reason on. */
export function alarmOfStop(alarms: Alarms, then?: (reason: WarifuError) => void): (reason: WarifuError) => void {
  return (reason) => {
    alarms.raise("log-stopped", `${reason.code}: writing has stopped: ${reason.message}`);
    then?.(reason);
  };
}
