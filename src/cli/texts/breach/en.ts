/** What `warifu privacy breach` says, in English. The type of the other languages. */
import type { Band, BreachClockName, BreachState, BreachTold } from "../../../core/breach-event.ts";
import type { BreachClockView } from "../../../privacy/breach-clocks.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type BreachTexts = typeof EN;

/** What is said of a breach in a line. */
interface BreachLine {
  readonly id: string;
  readonly state: BreachState;
  readonly since: string;
  readonly records: Band;
  readonly jurisdiction: string;
}

/** How a clock stands. */
type ClockEnd = Pick<BreachClockView, "stopped" | "overdue">;

function endOf({ stopped, overdue }: ClockEnd): string {
  if (stopped) return `${stopped.state}${stopped.late ? ", late" : ""}`;
  return overdue ? "over" : "runs";
}

const EN = {
  breach: {
    summary: "note a breach of personal data, and follow it by the clocks of the law",
    description: "Notes a breach of personal data, and follows it to its end by the clocks of the law.",
  },
  id: "the breach",
  record: "a record that it concerns; may be repeated",
  happened: "when it happened, RFC 3339 in UTC",
  onPurpose: "somebody did it on purpose",
  note: {
    summary: "note a breach",
    description: "Notes a breach. Its clocks run from when it became known.",
    factsFrom: "what is known, a JSON file as in examples/privacy, - for stdin",
    known: "when it became known, RFC 3339 in UTC (default: now)",
  },
  amend: {
    summary: "add what became known since",
    description: "Adds what became known since. With more records, the people are to be told again.",
  },
  knownNow: "what is known now, a JSON file, - for stdin",
  list: {
    summary: "list breaches, by their clocks",
    description: "Lists breaches, the one whose clock ends first at the head.",
    state: "which of them",
    found: (breaches: number) => counted(breaches, "breach", "breaches"),
  },
  show: { summary: "show a breach", description: "Shows a breach, its clocks and its steps." },
  close: { summary: "close a breach", description: "Closes a breach, once none of its clocks runs." },
  tell: {
    summary: "note that the authority or people were told",
    description: "Notes that the authority or people were told.",
    at: "when, RFC 3339 in UTC (default: now)",
    lateReasonFrom: "a file that says why it is late, - for stdin",
    authority: {
      summary: "note that the authority was told",
      description: "Notes that the authority was told: at first with what is known, then in full.",
      report: "which",
    },
    people: {
      summary: "note that people were told",
      description: "Notes that people were told. The log says how many, in a band, and not who.",
      subject: "one of them, as `breach people` lists them; may be repeated",
      all: "all whom `breach people` lists",
      others: "how many more, of whom the vault does not know",
      complete: "with these, all are told who have to be",
    },
  },
  notNeeded: {
    summary: "note why the authority or people need not be told",
    description: "Notes why the authority or people need not be told, for a reason that the law knows.",
    whom: "who",
    reason: "why",
    wordsFrom: "a file that says why in words, - for stdin; only the vault keeps it",
  },
  report: {
    summary: "get a breach as it is filed",
    description: "Gets all that is known of a breach, when who was told, and what a final report still lacks.",
    output: "the file to write; other users of the machine cannot read it",
    written: (file: string) => `report in ${file}`,
    lacks: (facts: string) => `a final report also says: ${facts}`,
  },
  people: {
    summary: "list the people whose records it names",
    description: "Lists the people whose records a breach names, by the vault's pseudonyms, and who of them was told.",
    found: (people: number, recordsOfNobody: number) =>
      `${counted(people, "person", "people")}, ${recordsOfNobody} of the records of nobody`,
  },
  line: ({ id, state, since, records, jurisdiction }: BreachLine) =>
    `${id}  ${state}, known since ${since}, records ${records}  (${jurisdiction})`,
  clock: (clock: BreachClockName, due: string, end: ClockEnd) => `  ${clock} until ${due}: ${endOf(end)}`,
  step: (time: string, state: BreachState, leaf: number) => `  ${time}  ${state}, leaf ${leaf}`,
  needNot: (whom: BreachTold, reasons: string) => `  ${whom} need not be told for --reason ${reasons}`,
};

export const breachTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
