/**
 * How many events there are of each sort, by month: numbers that anybody could count in the public log. Only the clear part
 * of events is read, and of that only words from closed lists.
 */
import type { Body } from "../core/body.ts";
import type { EntryKind } from "../core/entry.ts";
import type { EventFold } from "./event.ts";

/** Kinds of events that state what was done for people and with published content. */
const KINDS = ["erasure", "consent", "disclosure", "provision", "derivation"] as const satisfies readonly EntryKind[];

/** Members whose values distinguish sorts of events, by the name in their `vct`; all other events of a name are one sort. */
const TOLD_APART: Readonly<Record<string, readonly string[]>> = {
  request: ["state", "operation"],
  consent: ["state"],
  restriction: ["state"],
  withholding: ["reason"],
  disclosure: ["state"],
  breach: ["state"],
  moderation: ["step", "by"],
};
const WORD = /^[a-z][a-z-]{0,31}$/;

/** Events of one sort. */
export interface EventCount {
  /** The name in their `vct`, such as `erasure`. */
  readonly what: string;
  /** The values that distinguish it from other events of that name, such as `done` and `access`. */
  readonly words: readonly string[];
  readonly count: number;
  /** When the newest of them was entered, POSIX seconds. */
  readonly lastAt: number;
  /** The number entered per month of UTC, such as `2026-11`; only months that have some. */
  readonly months: ReadonlyMap<string, number>;
}

type Counting = { -readonly [name in keyof EventCount]: EventCount[name] } & { readonly months: Map<string, number> };

/** Counts all such events of the log. */
export class EventTally {
  readonly folds: readonly EventFold[] = KINDS.map((kind) => ({
    kind,
    counts: "every",
    follow: (_leafIndex, body) => this.#follow(body),
    // A damaged event is reported by whoever reads it, and is not counted.
    damaged: () => undefined,
  }));
  readonly #counts = new Map<string, Counting>();

  /** By sort, in the order in which the first of each was entered. */
  get all(): readonly EventCount[] {
    return [...this.#counts.values()];
  }

  #follow(body: Body | undefined): void {
    const what = body?.vct.split(":")[1];
    if (!body || what === undefined) return;
    const words = (TOLD_APART[what] ?? []).flatMap((name) => wordIn(body.content[name]));
    const sort = [what, ...words].join(" ");
    const counting = this.#counts.get(sort) ?? { what, words, count: 0, lastAt: 0, months: new Map<string, number>() };
    this.#counts.set(sort, counting);
    const month = new Date(body.iat * 1_000).toISOString().slice(0, "2026-11".length);
    counting.count++;
    counting.lastAt = Math.max(counting.lastAt, body.iat);
    counting.months.set(month, (counting.months.get(month) ?? 0) + 1);
  }
}

function wordIn(value: unknown): string[] {
  return typeof value === "string" && WORD.test(value) ? [value] : [];
}
