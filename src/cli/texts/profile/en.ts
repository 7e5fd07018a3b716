/** What `warifu profile` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type ProfileTexts = typeof EN;

const EN = {
  profile: {
    summary: "check the profile of a type of record",
    description: "Checks the profile of a type of record.",
    after: `
A profile says what records of a type may hold, which claims everybody sees and how long they are kept. It is checked here
as at the start of the service; docs/formats.md has the members, the profiles of this program are in the folder profiles.

Exit code 0: it can be used, 2: it cannot, and why.

Examples:
  warifu profile check profiles/noise-complaint.json`,
  },
  check: {
    file: "the profile, a JSON file",
    summary: "say whether a profile can be used, and what it makes public",
    description: "Says whether a profile can be used, what it would make public and what it would conceal.",
  },
  usable: (vct: string) => `${vct} can be used`,
  publicForEver: (names: string) => `public for ever: ${names}`,
  concealed: (names: string) => `concealed:       ${names}`,
  everyClaim: "every claim",
  nothing: "nothing",
  kept: (days: number | null, concernsPeople: boolean) =>
    `${days === null ? "kept without limit" : `kept for ${days} days`}; about ${concernsPeople ? "people" : "no person"}`,
};

export const profileTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
