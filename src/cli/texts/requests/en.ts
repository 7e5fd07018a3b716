/** What the verbs about requests of people say, in English. The type of the other languages. */
import type { RequestOperation, RequestStep } from "../../../core/request-event.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type RequestTexts = typeof EN;

/** What is said of a request in a line. */
interface RequestLine {
  readonly id: string;
  readonly operation: RequestOperation;
  readonly state: RequestStep;
  readonly due: string;
  readonly overdue: boolean;
  readonly jurisdiction: string;
}

const EN = {
  list: {
    summary: "list what people ask for, by when it is due",
    description: "Lists what people ask for, the one that is due first at the head.",
    state: "which of them",
    found: (requests: number) => counted(requests, "request"),
  },
  request: {
    summary: "take what a person asks for, and follow it to its end",
    description: "Takes what a person asks for, and follows it to its end by the clocks of the law.",
  },
  open: {
    summary: "take a request",
    description: "Takes a request. Its clock runs from when it came.",
    operation: (operations: string) => operations,
    record: "a record that it is about; may be repeated",
    subject: "whose it is, as `warifu privacy find` names the person",
    received: "when it came, RFC 3339 (default: now)",
    textFrom: "a file with what the person says, - for stdin; only the vault keeps it",
  },
  id: "the request",
  show: {
    summary: "show a request, and what each step takes",
    description: "Shows a request, its steps, and what the next ones take.",
  },
  steps: {
    identity: {
      summary: "note that you know who sent it",
      description: "Notes that it is known who sent a request: some laws ask for that.",
    },
    extend: {
      summary: "extend its time, once",
      description: "Extends the time of a request once, for a reason that the person is told.",
    },
    done: {
      summary: "note that it is done",
      description: "Ends a request that was done, once the person is told what the law asks for.",
    },
    refuse: {
      summary: "refuse it",
      description: "Ends a request that is refused, with the reason and the provisions that allow it.",
    },
  },
  told: "what the person was told, as `request show` lists it, separated by commas",
  reasonFrom: "a file with the reason, - for stdin; only the vault keeps it",
  provision: "the provisions that allow it, such as gdpr-17-3, separated by commas",
  copy: {
    id: "a request for access or export",
    summary: "get the copy of their data that a person asked for",
    description: "Gets the copy of their data that a person asked for, as portable JSON.",
    written: (records: number, file: string) => `${counted(records, "record")} in ${file}`,
  },
  line: ({ id, operation, state, due, overdue, jurisdiction }: RequestLine) =>
    `${id}  ${operation}, ${state}, ${overdue ? "overdue since" : "due"} ${due}  (${jurisdiction})`,
  step: (time: string, state: RequestStep, leaf: number) => `  ${time}  ${state}, leaf ${leaf}`,
  takes: (step: string, told: string) => `  ${step} takes --told ${told || "none"}`,
};

export const requestTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
