/** What `warifu report` and `warifu receipt` say, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type ReportsTexts = typeof EN;

const EN = {
  report: {
    summary: "check a signed report, or enter it into the log",
    description:
      "Checks the signature of an audit report, or makes the record that enters it into the log by its hash.",
    after: `
\`warifu audit --report FILE --sign KEY\` writes FILE and its signature, FILE.sig; \`warifu source keygen\` makes a key.
A report is about the log; its signature is about the report, and worth as much as what is known of the key.

Examples:
  warifu report verify audit.pdf --key auditor.jwk.pub
  warifu report record audit.pdf --source auditors/court-of-audit | warifu submit -`,
  },
  file: "the report; FILE.sig beside it is its signature",
  verify: {
    summary: "check the signature of a report",
    description: "Checks that a report is the one that was signed, and by which key.",
    key: "the auditor's public key, a JWK; without it, the key is only named",
  },
  signed: (file: string, thumbprint: string, time: string) =>
    `${file} was signed by the key ${thumbprint}, at ${time} as it says`,
  whoseKey: "whose key that is was not checked: give --key, or compare its name",
  record: {
    summary: "make the record that enters a report into the log",
    description: "Prints a record of type audit-report with the report's hash, for `warifu submit`.",
    source: "the source of the record, such as auditors/court-of-audit",
  },
  hashAlone: "the log will hold the hash alone: keep the report and its signature",

  receipt: {
    summary: "write the receipt for a record, with a QR code that leads to the verifier",
    description: "Writes what whoever submitted a record keeps: what was received, when, and where it can be verified.",
    id: "the id of the record, as its acknowledgement gave it",
    format: "html or pdf (default: as FILE ends, else html)",
    output: "write there (default: stdout)",
    publicUrl: "where people reach the service: the QR code leads there (default: --url)",
    json: "print one JSON document: the receipt as data",
    after: `
A receipt is open to all who know the id of a record, and shows nothing that the record says. The same is a page of the
service, /receipts/ID.

Examples:
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --output receipt.pdf
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --lang es --format html > justificante.html
  warifu receipt 019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f --public-url https://ledger.example -o receipt.pdf`,
  },
  receiptWritten: (file: string, id: string) => `${file}: receipt for ${id}`,
};

export const reportsTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
