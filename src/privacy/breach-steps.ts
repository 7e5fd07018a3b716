/**
 * What an officer does about a breach: it is noted when it becomes known, everybody who must be told is told or found
 * not to need it, and it is closed once no clock runs. Each step is an event of the log.
 *
 * Invariant: a breach is handled to its end under the law under which it was noted, so no clock is lost when the
 * setting changes.
 */
import {
  BREACH_CLOCKS,
  bandOf,
  type BreachAbout,
  type BreachClocks,
  type BreachEvent,
  type BreachFacts,
  type BreachReason,
  type BreachReport,
  type BreachStep,
  type BreachTold,
} from "../core/breach-event.ts";
import { WarifuError } from "../core/errors.ts";
import { breachEvent, isBreachClosed, isTold, runningClocks, stepThatStopped, whomOf } from "../events/breach.ts";
import type { EnteredBreach } from "../events/breach.ts";
import type { AppendedEntry } from "../write/append.ts";
import type { Writer } from "../write/writer.ts";
import { clocksFrom, isUnder, lawOnClock } from "./breach-clocks.ts";
import type { BreachRegister } from "./breaches.ts";
import { assertRecords, type ConcealedParts } from "./concealed.ts";
import type { Law } from "./law.ts";

export interface BreachStepParts extends Pick<ConcealedParts, "store"> {
  readonly writer: Pick<Writer, "enterIf">;
}

/** What became known; concealed. Times are POSIX seconds. */
export interface Findings {
  readonly facts?: BreachFacts | undefined;
  /** Leaf indexes. */
  readonly records?: readonly number[] | undefined;
  readonly happenedAt?: number | undefined;
  readonly onPurpose?: boolean | undefined;
}

/** A breach to note. */
export interface NewBreach extends Findings {
  /** By default, now. */
  readonly knownAt?: number | undefined;
}

interface Telling {
  /** By default, now. */
  readonly toldAt?: number | undefined;
  /** Why it is late; concealed. */
  readonly lateReason?: string | undefined;
}

/** A report to the authority. */
export interface ToldAuthority extends Telling {
  readonly report: BreachReport;
  readonly facts?: BreachFacts | undefined;
}

/** Whom it was told. */
export interface ToldPeople extends Telling {
  /** Pseudonyms of some whom the vault knows, or all of these. */
  readonly subjects?: readonly string[] | "all" | undefined;
  /** How many others. */
  readonly others?: number | undefined;
  /** Whether now all are told who have to be. */
  readonly complete: boolean;
}

/** Why somebody need not be told. */
export interface NotNeeded {
  readonly whom: BreachTold;
  readonly reason: BreachReason;
  /** In words; concealed. */
  readonly words: string;
}

/** Most records that one step names, so that what is concealed of it stays small. */
export const MOST_RECORDS_OF_STEP = 1_000;

/** A step, and what it rests on if that is not all that the law says of breaches. */
type NewStep = BreachStep & { readonly provisions?: readonly string[] };
type ToldStep = Extract<BreachStep, { readonly toldAt: number }>;

interface DecidedStep {
  readonly step: NewStep;
  readonly about: BreachAbout;
}

/** Takes the steps, in one log. */
export class BreachSteps {
  readonly #parts: BreachStepParts;
  readonly #law: Law;
  readonly #register: BreachRegister;

  constructor(parts: BreachStepParts, law: Law, register: BreachRegister) {
    this.#parts = parts;
    this.#law = law;
    this.#register = register;
  }

  /**
   * Notes a breach. Its clocks run from when it became known.
   * @throws REQUEST_INVALID it says nothing of what happened, too much, or what is still to come; NOT_FOUND one of the
   *   records is not there; STOPPED
   */
  async note({ knownAt = this.#register.now(), ...findings }: NewBreach): Promise<AppendedEntry> {
    if (knownAt > this.#register.now()) throw refusal("a breach cannot become known in the future");
    if (!findings.facts?.nature?.trim()) throw refusal("facts.nature: say what happened");
    const about = await this.#aboutFrom(findings, knownAt);
    const clocks = clocksFrom(this.#law, knownAt, about.onPurpose === true);
    const records = bandOf(Math.max(about.facts?.records ?? 0, about.records?.length ?? 0));
    return this.#parts.writer.enterIf(() =>
      breachEvent({ ...this.#everyStep(), state: "noted", clocks, knownAt, records }, about),
    );
  }

  /**
   * Adds what became known since. With more records, the people are to be told again; if it turns out that somebody did it on
   * purpose, the law may give a clock that still runs more time.
   * @throws NOT_FOUND; REQUEST_INVALID as {@link BreachSteps.note}, or there is nothing new; STOPPED
   */
  amend(breach: number, findings: Findings): Promise<AppendedEntry> {
    return this.#step(breach, async (entered) => {
      const known = await this.#register.knownOf(entered);
      const records = (findings.records ?? []).filter((one) => !known.records.includes(one));
      const onPurpose = findings.onPurpose === true && !known.onPurpose;
      const about = await this.#aboutFrom({ ...findings, records, onPurpose }, entered.knownAt);
      if (Object.keys(about).length === 0) throw refusal("this step says nothing new");
      const named = known.records.length + (about.records?.length ?? 0);
      const number = Math.max(about.facts?.records ?? known.facts.records ?? 0, named);
      const clocks = this.#restarted(entered, about);
      return { step: { state: "amended", clocks, records: bandOf(number) }, about };
    });
  }

  /**
   * Notes that the authority was told. A preliminary report says what is known by then, a final one everything.
   * @throws NOT_FOUND; REQUEST_INVALID it was told that before, the report lacks something, or it is late without a reason;
   *   STOPPED
   */
  tellAuthority(breach: number, { report, facts = {}, ...telling }: ToldAuthority): Promise<AppendedEntry> {
    return this.#step(breach, async (entered) => {
      const told = entered.steps.flatMap((one) => (one.state === "authority-told" ? [one.report] : []));
      if (told.includes(report) || told.includes("final")) throw refusal("the authority was told that already");
      if (report === "final") this.#assertWhole({ ...(await this.#register.knownOf(entered)).facts, ...facts });
      const about = Object.keys(facts).length > 0 ? { facts } : {};
      return this.#told(
        entered,
        { state: "authority-told", report, toldAt: this.#timeOf(telling, entered) },
        telling,
        about,
      );
    });
  }

  /**
   * Notes that people were told: some, or the last of them.
   * @throws NOT_FOUND; REQUEST_INVALID nobody was, somebody is none of them, all were before, not all are that should be, or
   *   it is late without a reason; STOPPED
   */
  tellPeople(breach: number, { subjects = [], others = 0, complete, ...telling }: ToldPeople): Promise<AppendedEntry> {
    return this.#step(breach, async (entered) => {
      if (stepThatStopped(entered, "people")?.state === "people-told") throw refusal("all people were told already");
      const { people } = await this.#register.peopleOf(entered);
      const untold = people.filter(({ told }) => !told).map(({ subject }) => subject);
      const named = subjects === "all" ? untold : [...new Set(subjects)];
      if (named.some((one) => !people.some(({ subject }) => subject === one)))
        throw refusal("subjects: one of them is nobody whose records the breach names");
      if (named.length + others === 0) throw refusal("say who was told: subjects, or how many others");
      const left = untold.filter((one) => !named.includes(one)).length;
      if (complete && left > 0) throw refusal(`${left} whose records the breach names are not told yet`);
      const toldAt = this.#timeOf(telling, entered);
      const step = { state: "people-told", complete, people: bandOf(named.length + others), toldAt } as const;
      const about = {
        ...(subjects === "all" ? { everybody: true } : named.length > 0 && { subjects: named }),
        ...(others > 0 && { others }),
      };
      return this.#told(entered, step, telling, about);
    });
  }

  /**
   * Notes why authority or people need not be told.
   * @throws NOT_FOUND; REQUEST_INVALID the law does not know that reason for them, no clock runs for them, or there are no
   *   words; STOPPED
   */
  findNotNeeded(breach: number, { whom, reason, words }: NotNeeded): Promise<AppendedEntry> {
    return this.#step(breach, (entered) => {
      const exemption = this.#law.breachExemptions.find((one) => one.reason === reason && one.whom.includes(whom));
      if (!exemption) {
        const reasons = this.reasonsFor(whom).join(", ") || "none";
        throw refusal(`reason: for the ${whom}, the law of ${this.#law.jurisdiction} knows ${reasons}`);
      }
      if (!runningClocks(entered).some(({ clock }) => whomOf(clock) === whom))
        throw refusal(`no clock runs for the ${whom} any more`);
      if (words.trim() === "") throw refusal("words: say why they need not be told");
      return { step: { state: "not-needed", provisions: exemption.provisions, reason, whom }, about: { words } };
    });
  }

  /** Closes it. @throws NOT_FOUND; REQUEST_INVALID a clock still runs, or the final report is missing; STOPPED */
  close(breach: number): Promise<AppendedEntry> {
    return this.#step(breach, (entered) => {
      const running = runningClocks(entered).map(({ clock }) => clock);
      if (running.length > 0) throw refusal(`still runs: ${running.join(", ")}; tell them, or say why not`);
      const last = entered.steps.findLast((one) => one.state === "authority-told" || isFindingOnAuthority(one));
      if (last?.state === "authority-told" && last.report === "preliminary")
        throw refusal("the authority has a preliminary report, and waits for the final one");
      return { step: { state: "closed" }, about: {} };
    });
  }

  /** The reasons for which the law lets somebody not be told. */
  reasonsFor(whom: BreachTold): readonly BreachReason[] {
    return this.#law.breachExemptions.filter((one) => one.whom.includes(whom)).map(({ reason }) => reason);
  }

  /** What a final report still lacks by the law. */
  lacksOf(facts: BreachFacts): readonly string[] {
    return this.#law.breachReport.filter((name) => facts[name] === undefined);
  }

  #step(
    breach: number,
    decide: (entered: EnteredBreach) => DecidedStep | Promise<DecidedStep>,
  ): Promise<AppendedEntry> {
    return this.#parts.writer.enterIf(async () => {
      const entered = this.#register.at(breach);
      if (isBreachClosed(entered)) throw refusal("the breach is closed already");
      const { jurisdiction } = entered;
      if (!isUnder(this.#law, entered))
        throw refusal(`it was noted under another law: start the service with WARIFU_JURISDICTION=${jurisdiction}`);
      const { step, about } = await decide(entered);
      return breachEvent({ ...this.#everyStep(), ...step, breach }, about);
    });
  }

  #everyStep(): Pick<BreachEvent, "jurisdiction" | "lawVersion" | "provisions"> {
    const { jurisdiction, lawVersion, operations } = this.#law;
    return { jurisdiction, lawVersion, provisions: operations.breach.provisions };
  }

  async #aboutFrom(
    { facts = {}, records = [], happenedAt, onPurpose }: Findings,
    knownAt: number,
  ): Promise<BreachAbout> {
    const leaves = [...new Set(records)].sort((a, b) => a - b);
    if (leaves.length > MOST_RECORDS_OF_STEP) throw refusal(`a step names ${MOST_RECORDS_OF_STEP} records at most`);
    if (happenedAt !== undefined && happenedAt > knownAt) throw refusal("a breach happens before it becomes known");
    await assertRecords(leaves, this.#parts);
    return {
      ...(Object.keys(facts).length > 0 && { facts }),
      ...(leaves.length > 0 && { records: leaves }),
      ...(happenedAt !== undefined && { happenedAt }),
      ...(onPurpose === true && { onPurpose }),
    };
  }

  /** The clocks that run again, or to another time, for what became known. */
  #restarted(entered: EnteredBreach, { records = [], onPurpose = false }: BreachAbout): BreachClocks {
    const { people } = clocksFrom(this.#law, this.#register.now(), false);
    const isAgain = records.length > 0 && people !== undefined && stepThatStopped(entered, "people") !== undefined;
    const later = onPurpose ? clocksFrom(this.#law, entered.knownAt, true) : {};
    const moved = runningClocks(entered).filter(({ clock, due }) => (later[clock] ?? due) !== due);
    return {
      ...Object.fromEntries(moved.map(({ clock }) => [clock, later[clock]])),
      ...(isAgain && { people }),
    };
  }

  /** @throws REQUEST_INVALID */
  #timeOf({ toldAt = this.#register.now() }: Telling, { knownAt }: EnteredBreach): number {
    if (toldAt > this.#register.now()) throw refusal("nobody was told in the future");
    if (toldAt < knownAt) throw refusal("nobody was told before it became known");
    return toldAt;
  }

  /** With the provisions of the clocks that it stops, one of which may be over by then. @throws REQUEST_INVALID */
  #told(entered: EnteredBreach, step: ToldStep, { lateReason }: Telling, about: BreachAbout): DecidedStep {
    const whom = step.state === "people-told" ? "people" : "authority";
    const clocks = BREACH_CLOCKS.filter((clock) => whomOf(clock) === whom && entered.clocks[clock] !== undefined);
    const isLate = clocks.some((clock) => this.#needsReason(entered, step, clock));
    const words = lateReason?.trim() ?? "";
    if (isLate && words === "") throw refusal("it is late: say why in lateReason");
    const provisions = [...new Set(clocks.flatMap((clock) => lawOnClock(this.#law, clock)?.provisions ?? []))];
    return {
      step: { ...step, ...(provisions.length > 0 && { provisions }) },
      about: { ...about, ...(words !== "" && { words }) },
    };
  }

  /** Also of a clock that a finding stopped: it was wrong, and does not make the telling early. */
  #needsReason(entered: EnteredBreach, step: ToldStep, clock: (typeof BREACH_CLOCKS)[number]): boolean {
    const stopped = stepThatStopped(entered, clock);
    if (!isTold(step, clock) || (stopped && isTold(stopped, clock))) return false;
    return step.toldAt > (entered.clocks[clock] ?? Infinity) && lawOnClock(this.#law, clock)?.lateNeedsReason === true;
  }

  /** @throws REQUEST_INVALID */
  #assertWhole(facts: BreachFacts): void {
    const lacks = this.lacksOf(facts);
    if (lacks.length > 0)
      throw refusal(`by the law of ${this.#law.jurisdiction} a final report also says: ${lacks.join(", ")}`);
  }
}

function isFindingOnAuthority(step: BreachStep): boolean {
  return step.state === "not-needed" && step.whom === "authority";
}

function refusal(message: string): WarifuError {
  return new WarifuError("REQUEST_INVALID", message);
}
