/**
 * The alarms of the index of anchors: what can be wrong, and who was told. An alarm is told once when it begins, again
 * when its facts change, and its code is cleared when nothing is left of it. docs/alarms.md says what to do.
 */

/** What can be wrong. */
export type IndexAlarmCode = "foreign-anchor" | "fork" | "reorg-beyond-finality" | "missed-anchor" | "node-behind";

/** Something that a person must look at. */
export interface IndexAlarm {
  readonly code: IndexAlarmCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** Path of a file with evidence for others. */
  readonly evidenceFile?: string;
}

/** Whom to tell. */
export interface IndexAlarmListener {
  readonly onAlarm: (alarm: IndexAlarm) => void;
  /** Nothing is left of the alarms of that code. */
  readonly onClear: (code: IndexAlarmCode) => void;
}

/** Tells a listener what changed between two rounds. */
export class AlarmBoard {
  readonly #listener: IndexAlarmListener;
  // Facts of the alarms that were told, by code.
  readonly #told = new Map<IndexAlarmCode, ReadonlySet<string>>();

  constructor(listener: IndexAlarmListener) {
    this.#listener = listener;
  }

  /** The alarms of one code as they stand now; none clears it. */
  set(code: IndexAlarmCode, alarms: readonly Omit<IndexAlarm, "code">[]): void {
    const told = this.#told.get(code) ?? new Set();
    const facts = alarms.map((alarm) => JSON.stringify([alarm.details, alarm.evidenceFile]));
    this.#told.set(code, new Set(facts));
    for (const [at, alarm] of alarms.entries())
      if (!told.has(facts[at] as string)) this.#listener.onAlarm({ code, ...alarm });
    if (told.size > 0 && alarms.length === 0) this.#listener.onClear(code);
  }
}
