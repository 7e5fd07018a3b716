/** What `warifu disclose` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type DiscloseTexts = typeof EN;

const EN = {
  disclose: {
    summary: "grant somebody claims that records conceal",
    description: "Grants somebody named claims of records, for a purpose and a time.",
    ids: "ids of records",
    claims: "concealed claims, with commas; originals: the bytes of pictures too",
    to: "to whom",
    purpose: "what for, in words",
    purposeCode: "what for, as everybody may see",
    until: "when it ends, at a full hour: 12h, 30d, 8w from now on, or with a day such as 2027-01-31",
    after: `
The log says that claims of a record were granted, how many, until when and the code of the purpose, and each time that
something was handed out. To whom, which claims and the words of the purpose are in the vault alone. The token is shown
once: give it to the recipient.

Examples:
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text,pictures --to "Road works" \\
    --purpose "fill the hole" --purpose-code repair --until 30d
  warifu disclose 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --claims text --to "Auditor" --purpose "file 4711" \\
    --until 2027-01-31 --sd-jwt -o report.sd-jwt
  warifu disclose fetch --token-file token -o report.json
  warifu disclose list
  warifu disclose withdraw 7`,
  },
  output: "write the bundles with the granted openings there; of several records, one a line",
  sdJwt: "write SD-JWTs (RFC 9901) instead of bundles",
  fetch: {
    summary: "fetch what was disclosed to you",
    description: "Fetches what a disclosure holds, with its token.",
    tokenFile: "a file that holds the token",
  },
  list: {
    summary: "list what is granted",
    description: "Lists grants, one for each record, with what was handed out.",
  },
  none: "nothing was ever granted",
  withdraw: {
    number: "number of the disclosure",
    summary: "withdraw a disclosure",
    description: "Withdraws a disclosure: its token is refused from then on.",
  },
  wasOver: (disclosure: number) => `disclosure ${disclosure} was over already`,
  withdrawn: (disclosure: number, records: number) =>
    `disclosure ${disclosure} is withdrawn: ${counted(records, "record")}`,
  granted: (disclosure: number, claims: string, records: number, end: string) =>
    `disclosure ${disclosure}: ${claims} of ${counted(records, "record")}, until ${end}`,
  token: (token: string) => `token      ${token}`,
  keepToken: "the token is shown only now: give it to the recipient, and to nobody else",
  written: (file: string, count: number, isSdJwt: boolean) =>
    `${file}: ${counted(count, isSdJwt ? "SD-JWT" : "proof bundle")}`,
  recordLine: (id: string, leaf: number, what: string) => `${id}  leaf ${leaf}  ${what}`,
  erased: "erased meanwhile: nothing of it can be opened",
  grantLine: ({ disclosure, record, claims, recipient, purpose, end, accesses }: GrantWords) =>
    `${disclosure}  ${record}  ${claims}  to ${recipient} (${purpose})  ${end}, seen ${counted(accesses, "time")}`,
  until: (time: string) => `until ${time}`,
  states: { expired: "expired", withdrawn: "withdrawn", "in-force": "in-force", erased: "erased" },
  values: {
    disclosure: "It is the number of a disclosure.",
    names: "They are names with commas between them.",
  },
};

interface GrantWords {
  readonly disclosure: number;
  readonly record: string;
  readonly claims: string;
  readonly recipient: string;
  readonly purpose: string;
  readonly end: string;
  readonly accesses: number;
}

export const discloseTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
