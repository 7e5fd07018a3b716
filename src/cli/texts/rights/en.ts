/** What the verbs about notices, consent, restrictions and rectification say, in English. The type of the other languages. */
import type { NewRestriction } from "../../../privacy/restrictions.ts";
import { inEachLanguage } from "../../language.ts";

export type RightsTexts = typeof EN;

type Restricted = NewRestriction["state"];

const EN = {
  notice: {
    summary: "put in force what people are told of the use of their data, or show it",
    description: "What people are told of the use of their data, in each language.",
    add: {
      file: "the notice, a JSON file as in examples/privacy",
      summary: "put a notice in force",
      description: "Puts a notice in force, in place of the one in its language. It is public for ever.",
    },
    added: (leaf: number) => `in force: entered at leaf ${leaf}`,
    show: { summary: "show the notice in force", description: "Shows the notice in force." },
    lang: "such as es",
    shown: (language: string, version: number, since: string) => `${language}, version ${version}, since ${since}`,
    purpose: (code: string, text: string, needsConsent: boolean) =>
      `${code}: ${text}${needsConsent ? " (with consent)" : ""}`,
  },
  consent: {
    summary: "note consent and its withdrawal, and get the receipt",
    description: "Notes consent and its withdrawal, in the same way, and gets the receipt.",
    purpose: "a code of the notice in force",
    given: { summary: "note that consent was given", description: "Notes that consent was given." },
    withdrawn: { summary: "note that consent was withdrawn", description: "Notes that consent was withdrawn." },
    lang: "language of the notice that was shown",
    country: "country of the recipients, such as JP; the purpose as a whole without",
    subject: "whose it is; somebody new without",
    noted: (subject: string, purpose: string, state: "given" | "withdrawn", leaf: number) =>
      `${subject}: ${purpose} ${state}, entered at leaf ${leaf}`,
    getReceipt: (id: string) => `the receipt: npx warifu privacy consent receipt ${id} -o receipt.json`,
    receipt: {
      id: "the event, as it was noted",
      summary: "get the receipt of a consent",
      description: "Gets the receipt of a consent, in the shape of ISO/IEC TS 27560.",
      output: "the file to write",
    },
    receiptIn: (file: string) => `receipt in ${file}`,
  },
  restrict: {
    ids: "records",
    summary: "restrict the use of records, or stop their provision to others",
    description: "Restricts the use of records, upholds an objection, or stops their provision to others.",
    state: "what is stopped",
    basis: "the provision of law, such as gdpr-18",
    purpose: "only for these purposes, separated by commas (default: for all)",
    subject: "whose records they are",
    done: (state: Restricted, leaf: number) => `${state}: entered at leaf ${leaf}`,
    stillShown: (purposes: string) => `  no effect on what is disclosed to these: ${purposes}`,
    lifting: (id: string) => `what lifting it takes: npx warifu privacy restrictions ${id}`,
  },
  restrictions: {
    id: "a record",
    summary: "list what stands against the use of a record",
    description: "Lists what stands against the use of a record, and what lifting it takes.",
    one: (time: string, state: Restricted, purposes: string, basis: string) =>
      `${time}  ${state} for ${purposes}  (${basis})`,
    lift: (id: string, options: string) => `  to lift it: npx warifu privacy lift ${id} ${options}`,
    none: "nothing stands against it",
  },
  rectify: {
    wrong: "the record that is wrong",
    right: "the new one",
    summary: "say which record takes the place of a wrong one",
    description: "Says which record takes the place of a wrong one, and who was shown or given the wrong one.",
    basis: "the provision of law, such as gdpr-16",
    done: (leaf: number) => `rectified: entered at leaf ${leaf}`,
    tell: (leaf: number) => `  tell the recipient of leaf ${leaf}`,
  },
  lift: {
    id: "id of the restriction's event, which `restrictions` shows; not of a record",
    summary: "lift a restriction",
    description: "Lifts a restriction. In the EU the person is told before the use of restricted records goes on.",
    told: "what the person was told before, as `restrictions` lists it",
    done: (leaf: number) => `lifted: entered at leaf ${leaf}`,
  },
  request: "the request that it answers",
};

export const rightsTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
