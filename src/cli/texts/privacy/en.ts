/** What `warifu privacy` and its verbs for a person's records say, in English. The type of the other languages. */
import type { TimedEvents } from "../../../privacy/event-retention.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type PrivacyTexts = typeof EN;

const done = (isDry: boolean): string => (isDry ? "would be erased" : "erased");

const EN = {
  privacy: {
    summary: "act for the people whom records are about",
    description: "What an officer does for the people whom records are about.",
    after: `
Examples:
  warifu privacy find --claim reporterEmail
  warifu privacy find --claim reporterEmail --value-from - < address.txt
  warifu privacy notice add notice-es.json
  warifu privacy consent give research --lang es --country JP
  warifu privacy request open access --subject sub_…
  warifu privacy requests --state soon
  warifu privacy breach note --facts-from facts.json
  warifu privacy retention --dry-run`,
  },
  find: {
    summary: "find all records of a person",
    description: "Finds all records of the person whom a value identifies, such as a mail address in any spelling.",
    claim: "the claim that states the value, such as reporterEmail",
    valueFrom: "a file that holds the value, - for stdin (default: it is asked for)",
    record: (id: string, leaf: number, source: string, subjects: string) =>
      `${id}  leaf ${leaf}  ${source}  ${subjects}`,
    found: (records: number, people: number) =>
      `${counted(records, "record")} of ${counted(people, "person", "people")}`,
  },
  retention: {
    summary: "erase records whose time is over",
    description:
      "Erases records about people that are older than their profile's retentionDays, as the service does every hour. Records " +
      "whose use is restricted are kept. What requests say of people, and to whom records were given, goes by the times of " +
      "the law.",
    dryRun: "only count them",
    records: (type: string, days: number, records: number, isDry: boolean) =>
      `${type}  kept for ${counted(days, "day")}: ${counted(records, "record")} ${done(isDry)}`,
    events: (what: TimedEvents, events: number, isDry: boolean) =>
      `${what}  what ${counted(events, "event")} of the log conceal: ${done(isDry)}`,
    restricted: (records: number) => `${counted(records, "record")} kept, because their use is restricted`,
    more: "there is more: run it again, or leave it to the service",
  },
  deidentify: {
    type: "the type of record",
    summary: "make a de-identified table, in which nobody is to be singled out",
    description:
      "Counts the records of a type that came in on some days, by claims that its profile lets leave and makes coarser. Cells " +
      "of few people are left out. There is one table of a type and day.",
    from: "the first day on which records came in, in UTC, such as 2026-11-01",
    to: "the last one",
    k: "people in each cell, at least 5 (default: 10)",
    l: "values of each concealed claim wherever public ones are the same (default: 2)",
    claims: "some of the claims, with commas (default: all that the profile lets leave)",
    csv: "write CSV, without the rules",
    wholeNumber: "It is a whole number.",
    written: (file: string, records: number, cells: number, leftOut: number) =>
      `${file}: ${counted(records, "record")} in ${counted(cells, "cell")}, at most ${leftOut} left out`,
    dropped: (claims: string) => `dropped: ${claims}`,
  },
  register: {
    summary: "check and print the register of processing",
    check: "say whether the register is whole and agrees with the profiles",
    export: "print the register as CSV, or as JSON with --json",
    folder: "the register, a folder of JSON files",
    profiles: "the folders of the profiles in force",
    agrees: (activities: number) => `${counted(activities, "record")} of processing, as the profiles say`,
  },
  output: "the file to write",
  privateOutput: "the file to write; other users of the machine cannot read it",
};

export const privacyTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
