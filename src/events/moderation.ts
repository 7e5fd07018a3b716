/** Steps of moderation (core/moderation-event.ts): the state of each record, and the decisions that are still to be made. */
import type { Body } from "../core/body.ts";
import { DISCLOSURE_CONTENT } from "../core/disclosure-event.ts";
import type { JsonObject } from "../core/json.ts";
import {
  isModeration,
  MODERATION_CLAIM,
  MODERATION_STEPS,
  MODERATION_VCT,
  moderationOf,
  type Moderation,
  type ModerationStep,
  type ModerationWords,
} from "../core/moderation-event.ts";
import type { EventFold, LogEvent } from "./event.ts";

/** The event by which a step is entered. */
export function moderationEvent(moderation: Moderation, words: ModerationWords): LogEvent {
  return {
    ...{ kind: "disclosure", vct: MODERATION_VCT, contentName: DISCLOSURE_CONTENT },
    content: { ...moderation },
    concealed: { [MODERATION_CLAIM]: { ...words } satisfies JsonObject },
  };
}

/** A step, and its place in the log. */
export interface EnteredModeration extends Moderation {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** Whether people see a record. */
export type Visibility = "shown" | "held" | "hidden";

/** A record that was reported or held at some time. */
export interface ModeratedRecord {
  readonly record: number;
  readonly visibility: Visibility;
  /** All steps, in the order of the log. */
  readonly steps: readonly EnteredModeration[];
  /** The steps that wait for a decision. */
  readonly open: readonly EnteredModeration[];
}

/** How many steps of each kind there were. */
export type ModerationCounts = Readonly<Record<ModerationStep, number>>;

/** The visibility that a step leads to; steps that are not listed change nothing. */
const MAKES: { readonly [step in ModerationStep]?: Visibility } = {
  held: "held",
  hidden: "hidden",
  kept: "shown",
  restored: "shown",
};

/** All moderation of the log. */
export class Moderations implements EventFold {
  readonly kind = "disclosure";
  readonly counts = "every";
  readonly #byRecord = new Map<number, ModeratedRecord>();
  /** Records with an open decision: few, however many were decided. */
  readonly #open = new Map<number, ModeratedRecord>();
  readonly #all: EnteredModeration[] = [];
  #isDamaged = false;

  /** Every step, in the order of the log. */
  get all(): readonly EnteredModeration[] {
    return this.#all;
  }

  /** Records with an open decision, the one that is due first in front. */
  get queue(): readonly ModeratedRecord[] {
    return [...this.#open.values()].sort((a, b) => dueOf(a) - dueOf(b));
  }

  /** The state of a record; `undefined` if nobody ever reported or held it. */
  of(record: number): ModeratedRecord | undefined {
    return this.#byRecord.get(record);
  }

  /** Whether people see the record. */
  visibilityOf(record: number): Visibility {
    const { visibility = "shown", open = [] } = this.#byRecord.get(record) ?? {};
    return this.#isDamaged && open.length > 0 && visibility === "shown" ? "held" : visibility;
  }

  /** The number of steps since a time, by kind, and how many holds were a program's. */
  countSince(since: number): { readonly steps: ModerationCounts; readonly automatic: number } {
    const steps = Object.fromEntries(MODERATION_STEPS.map((step) => [step, 0])) as Record<ModerationStep, number>;
    let automatic = 0;
    for (const { at, by, step } of this.#all) {
      if (at < since) continue;
      steps[step]++;
      if (by === "automatic") automatic++;
    }
    return { steps, automatic };
  }

  follow(leafIndex: number, body: Body | undefined): void {
    if (!body || !isModeration(body)) return;
    const entered = { ...moderationOf(body), leafIndex, at: body.iat };
    this.#all.push(entered);
    const known = this.#byRecord.get(entered.record);
    const next = after(known, entered);
    this.#byRecord.set(entered.record, next);
    if (next.open.length > 0) this.#open.set(entered.record, next);
    else this.#open.delete(entered.record);
  }

  /**
   * What a damaged event said is unknown: from now on, records with an open decision count as held, in case it hid one of
   * them.
   */
  damaged(): void {
    this.#isDamaged = true;
  }
}

function dueOf({ open }: ModeratedRecord): number {
  return Math.min(...open.map(({ due = Infinity }) => due));
}

function after(known: ModeratedRecord | undefined, entered: EnteredModeration): ModeratedRecord {
  const { record, step } = entered;
  const { visibility = "shown", steps = [], open = [] } = known ?? {};
  return {
    record,
    visibility: MAKES[step] ?? visibility,
    steps: [...steps, entered],
    // A decision settles everything that was open before it.
    open: entered.due === undefined ? [] : [...open, entered],
  };
}
