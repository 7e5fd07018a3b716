/** What the verbs about other controllers say, in English. The type of the other languages. */
import type { RecipientKind } from "../../../core/recipient.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type TransferTexts = typeof EN;

const EN = {
  recipient: {
    summary: "keep the register of other controllers",
    description:
      "Keeps the register of the controllers that records go to and come from. The log says nothing of them.",
  },
  add: {
    name: "its name; what is known of one of that name is replaced",
    summary: "add a recipient, or replace what is known of it",
    description: "Adds a recipient, and says on which bases of law it may be given records.",
    country: "where it is: two letters of ISO 3166-1",
    kind: "what it is",
    jurisdiction: "whose law it is under, such as jp-public-body",
    log: "the verifier key of its log, if it runs one",
    contract: "a contract or arrangement, and where it is filed",
    information: "what people were told about its country",
  },
  list: {
    summary: "list the recipients",
    description: "Lists the recipients, and on which bases of law each may be given records.",
    none: "there is no recipient",
  },
  remove: {
    number: "its number",
    summary: "take a recipient out",
    description: "Takes a recipient out of the register. Nothing more goes to it.",
    done: (number: number) => `recipient ${number} is not in the register any longer`,
  },
  line: (number: number, name: string, kind: RecipientKind, country: string) =>
    `${number}  ${name}  ${kind}  ${country}`,
  way: (id: string, title: string, lacks: readonly string[]) =>
    `   ${id}  ${title}: ${lacks.length === 0 ? "holds" : `lacks ${lacks.join(", ")}`}`,
  provide: {
    ids: "ids of records",
    summary: "give records to another controller",
    description: "Writes a file with records for another controller, if a basis of law holds for it.",
    recipient: "its name in the register",
    claims: "concealed claims to be opened, with commas",
    purpose: "what for, as notices have it",
    basis: "the basis (default: the first that holds)",
    output: "the file to write",
    written: (file: string, records: number, bases: string) => `${file}: ${counted(records, "record")} on ${bases}`,
  },
  receive: {
    file: "the file of the sender",
    summary: "take records of another controller",
    description: "Takes the records of a file whose bundles hold under a policy. They keep whose law came with them.",
    policy: "the policy for the sender's log",
    from: "the sender's name in the register",
    how: "how it came",
    asFile: "as a file",
    /** Why a record was not taken: the words of the service, which are English. */
    refused: (why: string) => why,
    taken: (id: string, leaf: number, origin: string) => `${id}  leaf ${leaf}  under the law of ${origin}`,
  },
  provisions: {
    id: "id of a record",
    summary: "list to whom a record was given",
    description:
      "Lists to whom a record was given: who is told when it is corrected, erased, or not provided any longer.",
    one: (time: string, to: string, country: string, what: string) => `${time}  to ${to} (${country})  ${what}`,
    none: "it was given to nobody",
  },
  values: {
    paper: "It is basis=reference, or basis=reference@2027-03-31 with its last day.",
    recipient: "It is the number of a recipient.",
  },
};

export const transferTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
