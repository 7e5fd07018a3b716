/**
 * What is wrong at present, from a closed list. Each alarm has a section under its name in docs/alarms.md: what it
 * means and what to do. Red alarms make the service unhealthy; the others are there for anyone who looks. The facts
 * that an alarm states are in alarm-fact.ts, its sentences in english.ts.
 *
 * Invariant: facts and messages may name files in the data folder, but not where on the machine the folder is.
 */
import { sep } from "node:path";
import type { WarifuError } from "../core/errors.ts";
import type { AlarmFact, FactOf, FactsOf } from "./alarm-fact.ts";
import { inEnglish } from "./english.ts";

/** Every alarm, and whether it turns health red. */
export const ALARMS = {
  "log-stopped": "red",
  "log-restarted": "warning",
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
  "closing-due": "warning",
  "foreign-anchor": "red",
  fork: "red",
  "reorg-beyond-finality": "red",
  "missed-anchor": "red",
  "witness-quorum": "red",
  "witness-ahead": "red",
  "timestamp-late": "warning",
  "timestamp-missing": "warning",
  "store-damaged": "red",
  "vault-incomplete": "red",
  "connector-down": "warning",
  "request-overdue": "warning",
  "request-due-soon": "warning",
  "breach-overdue": "warning",
  "breach-due-soon": "warning",
  "moderation-overdue": "warning",
  "partner-down": "warning",
  "partner-doubted": "red",
  "exchange-late": "warning",
  "copy-late": "warning",
  "copy-contradicts": "red",
  "mirror-behind": "warning",
  "openings-high": "warning",
  "refusals-high": "warning",
} as const satisfies Record<keyof FactsOf, "red" | "warning">;
export type AlarmCode = keyof typeof ALARMS;

/** An alarm that is on. */
export interface Alarm {
  readonly code: AlarmCode;
  readonly severity: "red" | "warning";
  /** One for each reason; for programs and for other languages. */
  readonly facts: readonly AlarmFact[];
  /** The same in English, for people. */
  readonly message: string;
  /** POSIX milliseconds. */
  readonly since: number;
}

/** Called when an alarm goes on or off. */
export type AlarmListener = (alarm: Alarm, isOn: boolean) => void;

/** The alarms of one service. */
export class Alarms {
  readonly #now: () => number;
  readonly #onChange: AlarmListener;
  readonly #dataDir: string | undefined;
  readonly #active = new Map<AlarmCode, Alarm>();
  // What each part that raises an alarm states, if there are several.
  readonly #reasons = new Map<AlarmCode, Map<string, readonly AlarmFact[]>>();

  /** @param dataDir absolute; files in it are named relative to it */
  constructor(now: () => number, onChange: AlarmListener = () => undefined, dataDir?: string) {
    this.#now = now;
    this.#onChange = onChange;
    this.#dataDir = dataDir;
  }

  /**
   * Turns an alarm on; one that is already on keeps its time and takes the new fact.
   * @param by who raises it, if several parts look for the same problem from different sides: each is cleared
   *   separately
   */
  raise<Code extends AlarmCode>(code: Code, fact: FactOf<Code>, by = ""): void {
    this.setAll(code, [fact], by);
  }

  /** Turns an alarm off, unless another part still has a reason for it; safe when it is not on. */
  clear(code: AlarmCode, by = ""): void {
    this.setAll(code, [], by);
  }

  /** On with a fact, off without. */
  set<Code extends AlarmCode>(code: Code, fact: FactOf<Code> | undefined, by = ""): void {
    this.setAll(code, fact === undefined ? [] : [fact], by);
  }

  /** On with all of these facts, off without any. */
  setAll<Code extends AlarmCode>(code: Code, facts: readonly FactOf<Code>[], by = ""): void {
    const reasons = this.#reasons.get(code) ?? new Map<string, readonly AlarmFact[]>();
    this.#reasons.set(code, reasons);
    if (facts.length > 0) reasons.set(by, this.#fromDataDir(facts));
    else if (!reasons.delete(by)) return;
    this.#state(code, [...reasons.values()].flat());
  }

  #state(code: AlarmCode, facts: readonly AlarmFact[]): void {
    const before = this.#active.get(code);
    if (facts.length === 0) {
      if (this.#active.delete(code) && before) this.#onChange(before, false);
      return;
    }
    const message = facts.map(inEnglish).join("; ");
    const alarm: Alarm = { code, severity: ALARMS[code], facts, message, since: before?.since ?? this.#now() };
    this.#active.set(code, alarm);
    if (before === undefined) this.#onChange(alarm, true);
  }

  /** The facts with files of the data folder named relative to it, whichever text they occur in. */
  #fromDataDir(facts: readonly AlarmFact[]): readonly AlarmFact[] {
    if (this.#dataDir === undefined) return facts;
    const folder = `${this.#dataDir}${sep}`;
    const shortened = (_name: string, value: unknown): unknown =>
      typeof value === "string" ? value.replaceAll(folder, "") : value;
    return JSON.parse(JSON.stringify(facts, shortened)) as readonly AlarmFact[];
  }

  /** Those that are on, the oldest first. */
  active(): Alarm[] {
    return [...this.#active.values()];
  }
}

/** For any part that can stop the log: raises that alarm, whose message begins with the code, then passes the reason on. */
export function alarmOfStop(alarms: Alarms, then?: (reason: WarifuError) => void): (reason: WarifuError) => void {
  return (reason) => {
    alarms.raise("log-stopped", { id: "stopped", code: reason.code, message: reason.message });
    then?.(reason);
  };
}
