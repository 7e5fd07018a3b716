/** Steps of moderation (core/moderation-event.ts): how each record stands, and what is still to be decided. */
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

/** A step as it enters the log. */
export function moderationEvent(moderation: Moderation, words: ModerationWords): LogEvent {
  return {
    ...{ kind: "disclosure", vct: MODERATION_VCT, contentName: DISCLOSURE_CONTENT },
    content: { ...moderation },
    concealed: { [MODERATION_CLAIM]: { ...words } satisfies JsonObject },
  };
}

/** A step, and where it stands. */
export interface EnteredModeration extends Moderation {
  readonly leafIndex: number;
  /** POSIX seconds. */
  readonly at: number;
}

/** What people are shown of a record. */
export type Visibility = "shown" | "held" | "hidden";

/** A record that was reported or held at some time. */
export interface ModeratedRecord {
  readonly record: number;
  readonly visibility: Visibility;
  /** All steps, in the order of the log. */
  readonly steps: readonly EnteredModeration[];
  /** Those that wait for a decision. */
  readonly open: readonly EnteredModeration[];
}

/** How many steps of each kind there were. */
export type ModerationCounts = Readonly<Record<ModerationStep, number>>;

/** What a step makes of a record; those that are not here change nothing. */
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
  /** Records with something to decide: few, of however many that were decided. */
  readonly #open = new Map<number, ModeratedRecord>();
  readonly #all: EnteredModeration[] = [];
  #isDamaged = false;

  /** Every step, in the order of the log. */
  get all(): readonly EnteredModeration[] {
    return this.#all;
  }

  /** Records with something to decide, the one that is due first at the head. */
  get queue(): readonly ModeratedRecord[] {
    return [...this.#open.values()].sort((a, b) => dueOf(a) - dueOf(b));
  }

  /** How a record stands; `undefined` where nobody ever reported or held it. */
  of(record: number): ModeratedRecord | undefined {
    return this.#byRecord.get(record);
  }

  /** What people are shown of a record. */
  visibilityOf(record: number): Visibility {
    const { visibility = "shown", open = [] } = this.#byRecord.get(record) ?? {};
    return this.#isDamaged && open.length > 0 && visibility === "shown" ? "held" : visibility;
  }

  /** How many steps there were since a time, by their kind, and how many holds were a program's. */
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

  /** What it said is not known: from now on whatever waits for a decision counts as held, in case it was one to hide it. */
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
    // A decision is about everything that was said before it.
    open: entered.due === undefined ? [] : [...open, entered],
  };
}
