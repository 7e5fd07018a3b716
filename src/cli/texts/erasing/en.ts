/** What `warifu erase` and `warifu withhold` say, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type ErasingTexts = typeof EN;

const GOES = "what it conceals, the bytes and pictures it came with, what was made of them, and its idempotency keys";

const EN = {
  ids: "ids of records",
  yes: "do not ask",
  erase: {
    summary: "erase what records conceal",
    description: "Erases what records conceal and came with, for good. Their leaves stay, and every proof.",
    basis: "the provision of law on which they are erased",
    request: "the request that it answers; the log states it for a single record",
    after: `
The basis is the id of a provision of law, such as gdpr-17-1-a or appi-35-3. The log says that and when a record was
erased, and on which basis. Older copies of the vault keep it until the vault's key is changed.

Examples:
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis gdpr-17-1-a
  warifu erase 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --basis appi-35-3 --yes --json`,
    question: (records: number) => `erase ${counted(records, "record")} for good?`,
    goes: GOES,
    stays: "its leaf, its public claims and the digests of what it conceals, so that all else still verifies",
    done: (id: string, leaf: number) => `${id}  erased: leaf ${leaf}`,
    doneBefore: (id: string, leaf: number) => `${id}  was erased before: leaf ${leaf}`,
  },
  withhold: {
    summary: "withhold the public bodies of records",
    description: "Takes the public bodies of records out of the log's store, for good, and erases the records.",
    reason: "why",
    basis: "the provision of law on which they are withheld",
    after: `
For a record whose public claims should never have been public. Others may have copies of what was public.

Example:
  warifu withhold 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --reason personal-data`,
    question: (records: number) => `withhold ${counted(records, "record")} for good?`,
    goes: `all that it says, and ${GOES}`,
    stays: "its leaf, so that it can still be proven that it is in the log, and all else still verifies",
    done: (id: string, leaf: number) => `${id}  withheld: leaf ${leaf}`,
    doneBefore: (id: string, leaf: number) => `${id}  was withheld before: leaf ${leaf}`,
  },
  goes: (what: string) => `goes: ${what}`,
  stays: (what: string) => `stays: ${what}`,
  /** Why an item was refused: the words of the service, which are English. */
  refused: (id: string, why: string) => `${id}  ${why}`,
  notGone: "another process reads a file that still holds some of it: the service goes on trying",
};

export const erasingTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
