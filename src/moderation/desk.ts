/**
 * The desk at which reports about records are taken and decided. Each step is an event of the log.
 *
 * Invariants: a program may hold a record back, but decides nothing; nobody hides anything without a rule and a reason; whose
 * record was hidden may appeal once against each decision, and somebody else decides about the appeal; what was examined and
 * kept is not held back again by a mere report under the same rule.
 */
import { codeOf, WarifuError } from "../core/errors.ts";
import {
  AWAITS_DECISION,
  moderationWordsIn,
  type ModerationRole,
  type ModerationStep,
  type ModerationWords,
} from "../core/moderation-event.ts";
import {
  moderationEvent,
  type EnteredModeration,
  type ModeratedRecord,
  type Moderations,
} from "../events/moderation.ts";
import { assertRecords, claimsAt, type ConcealedParts } from "../privacy/concealed.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { ruleOf, type ModerationRules } from "./rules.ts";

export interface ModerationParts extends ConcealedParts {
  readonly events: { readonly moderations: Moderations };
  readonly writer: Pick<Writer, "enterIf">;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** What somebody decides. */
export const DECISIONS = ["held", "hidden", "kept", "upheld", "restored"] as const satisfies readonly ModerationStep[];
export type Decision = (typeof DECISIONS)[number];

/** A step that is to be taken about a record. */
export interface NewModeration extends ModerationWords {
  /** Leaf index. */
  readonly record: number;
  /** Code of a rule. */
  readonly rule: string;
}

/** What a report led to: its own event, and that of the hold if it led to one. */
export interface Reported {
  readonly report: AppendedEntry;
  readonly hold?: AppendedEntry;
}

const HOUR_SECONDS = 3_600;
const LONGEST_TEXT = 4_000;
/** More of them, about one record and undecided, say nothing new. */
const MOST_OPEN = 20;

/** The desk of one log. */
export class ModerationDesk {
  readonly rules: ModerationRules;
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts, rules: ModerationRules) {
    this.#parts = parts;
    this.rules = rules;
  }

  /** Records with something to decide, the one that is due first at the head. */
  queue(): readonly ModeratedRecord[] {
    return this.#moderations.queue;
  }

  /** When what is open should have been decided, and was not: POSIX seconds, rising. */
  overdue(): readonly number[] {
    const now = this.#now();
    const dues = this.queue().flatMap(({ open }) => open.flatMap(({ due }) => due ?? []));
    return dues.filter((due) => due < now).sort((one, other) => one - other);
  }

  /** How a record stands. */
  of(record: number): ModeratedRecord {
    return (
      this.#moderations.of(record) ?? {
        record,
        visibility: this.#moderations.visibilityOf(record),
        steps: [],
        open: [],
      }
    );
  }

  /**
   * Takes a report. Under a rule that says so the record is held back at once, unless somebody has looked at just that before,
   * or whoever takes the report knows why not.
   * @throws NOT_FOUND no such record; REQUEST_INVALID no such rule, hidden already, or too many reports; STOPPED
   */
  async report(said: NewModeration, by: "member" | "moderator", isHolding = true): Promise<Reported> {
    const { holds } = ruleOf(this.rules, said.rule);
    const report = await this.#enter("reported", by, said, ({ visibility, open }) => {
      if (visibility === "hidden") throw invalid("the record is hidden already");
      if (open.length >= MOST_OPEN) throw invalid("this record has been reported: somebody will look at it");
    });
    if (!holds || !isHolding || !this.#mayHold(said)) return { report };
    const { record, rule } = said;
    try {
      return { report, hold: await this.#enter("held", "automatic", { record, rule }, assertShown) };
    } catch (error) {
      // Somebody else held or hid it in between.
      if (codeOf(error) !== "REQUEST_INVALID") throw error;
      return { report };
    }
  }

  /**
   * Decides about a record. Whatever was open about it is answered with that.
   * @throws NOT_FOUND no such record; REQUEST_INVALID no such rule, no reason, or nothing that could be decided so; FORBIDDEN
   *   there is an appeal against what the same account decided; STOPPED
   */
  async decide(decision: Decision, said: NewModeration): Promise<AppendedEntry> {
    ruleOf(this.rules, said.rule);
    if (!said.text?.trim()) throw invalid("a decision has a reason, which its author is told: say it as `text`");
    return this.#enter(decision, "moderator", said, async (known) => {
      ASSERT[decision](known);
      await this.#assertAnother(known, said.account);
    });
  }

  /**
   * Takes an author's appeal against holding or hiding a record.
   * @throws NOT_FOUND; REQUEST_INVALID it is shown, or there was an appeal already, or nothing is said; STOPPED
   */
  async appeal({ record, text, account }: Omit<NewModeration, "rule">): Promise<AppendedEntry> {
    if (!text?.trim()) throw invalid("an appeal says why: say it as `text`");
    const decided = this.of(record).steps.findLast(({ step }) => step === "held" || step === "hidden");
    const words = { text, ...(account !== undefined && { account }) };
    return this.#enter("appealed", "author", { record, rule: decided?.rule ?? "none", ...words }, (known) => {
      if (known.visibility === "shown") throw invalid("the record is shown: there is nothing to appeal against");
      if (sinceLast(known.steps, ["held", "hidden"]).some(({ step }) => step === "appealed"))
        throw invalid("there is an appeal against this decision already");
    });
  }

  get #moderations(): Moderations {
    return this.#parts.events.moderations;
  }

  #now(): number {
    return Math.floor(this.#parts.now() / 1_000);
  }

  #mayHold({ record, rule }: NewModeration): boolean {
    const { visibility, steps } = this.of(record);
    const looked = steps.some((one) => (one.step === "kept" || one.step === "restored") && one.rule === rule);
    return visibility === "shown" && !looked;
  }

  /** Nobody hears an appeal against their own decision. Whose that was is concealed in its event. */
  async #assertAnother({ steps, open }: ModeratedRecord, account: string | undefined): Promise<void> {
    if (!open.some(({ step }) => step === "appealed")) return;
    const decided = steps.findLast(({ by, step }) => by === "moderator" && (step === "held" || step === "hidden"));
    const claims = decided && (await claimsAt(decided.leafIndex, this.#parts));
    const { account: first } = (claims && moderationWordsIn(claims)) ?? {};
    if (first === undefined || (account !== undefined && account !== first)) return;
    throw new WarifuError(
      "FORBIDDEN",
      "its author has appealed against what you decided: somebody else decides about that",
    );
  }

  async #enter(
    step: ModerationStep,
    by: ModerationRole,
    { record, rule, text, account }: NewModeration,
    assertFits: (known: ModeratedRecord) => void | Promise<void>,
  ): Promise<AppendedEntry> {
    if ((text?.length ?? 0) > LONGEST_TEXT) throw invalid(`the text has more than ${LONGEST_TEXT} characters`);
    await assertRecords([record], this.#parts);
    const { decideWithinHours, reviewWithinHours, version } = this.rules;
    return this.#parts.writer.enterIf(async () => {
      await assertFits(this.of(record));
      const within = step === "appealed" ? reviewWithinHours : decideWithinHours;
      return moderationEvent(
        {
          ...{ by, record, rule, rules: version, step },
          ...(AWAITS_DECISION.has(step) && { due: this.#now() + within * HOUR_SECONDS }),
        },
        { ...(account !== undefined && { account }), ...(text !== undefined && { text }) },
      );
    });
  }
}

/** What a decision can be about. */
const ASSERT: Readonly<Record<Decision, (known: ModeratedRecord) => void>> = {
  held: assertShown,
  hidden: ({ visibility }) => {
    if (visibility === "hidden") throw invalid("the record is hidden already");
  },
  kept: ({ visibility, open }) => {
    if (visibility === "hidden") throw invalid("the record is hidden: restore it, or uphold that against an appeal");
    if (open.length === 0) throw invalid("nobody has reported the record");
  },
  upheld: ({ visibility, open }) => {
    if (visibility !== "hidden" || !open.some(({ step }) => step === "appealed"))
      throw invalid("there is no appeal against hiding the record");
  },
  restored: ({ visibility }) => {
    if (visibility !== "hidden") throw invalid("the record is not hidden");
  },
};

function assertShown({ visibility }: ModeratedRecord): void {
  if (visibility !== "shown") throw invalid(`the record is ${visibility} already`);
}

/** The steps from the last of some kinds on. */
function sinceLast(
  steps: readonly EnteredModeration[],
  kinds: readonly ModerationStep[],
): readonly EnteredModeration[] {
  return steps.slice(steps.findLastIndex(({ step }) => kinds.includes(step)) + 1);
}

function invalid(message: string): WarifuError {
  return new WarifuError("REQUEST_INVALID", message);
}
