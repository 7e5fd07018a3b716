/** What `warifu stamp` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";

export type StampTexts = typeof EN;

const EN = {
  summary: "have a bundle's checkpoint dated by a time-stamping authority or in Bitcoin",
  description:
    "Has the checkpoint of a proof bundle stamped by a time-stamping authority, and adds the token to the bundle.",
  bundle: "the proof bundle",
  tsa: "the authority's address (RFC 3161)",
  certificate: "its certificate, or that of who issues it, PEM; may be repeated",
  calendar: "instead of an authority, a calendar of OpenTimestamps",
  renew:
    "instead, renew the timestamps that the bundle has, before their certificates end, or complete its OpenTimestamps proofs",
  output: "write there (default: the bundle itself)",
  after: `
The authority learns a hash and nothing else. Its answer is checked under the certificates that you name before anything is
written. Whoever verifies the bundle names certificates in a policy of their own: warifu policy add-tsa.

A calendar promises at once that a Bitcoin block will commit to the hash, and has one some hours later: ask it again then
with --renew. Whoever verifies the bundle names that block: warifu policy add-bitcoin, or verify --bitcoin-header.

Exit code 0: stamped, 1: the answer does not hold, 2: wrong use, 3: no answer, or a token under none of the certificates.

Examples:
  warifu stamp bundle.json --tsa https://tsa.example/tsr --certificate tsa-root.pem
  warifu stamp bundle.json --renew --tsa https://tsa.example/tsr --certificate tsa-root.pem --certificate former-root.pem
  warifu stamp bundle.json --calendar https://calendar.example`,
  stamped: (file: string, tsa: string, time: string, until: string) =>
    `${file}: stamped by ${tsa} at ${time}, valid until ${until}`,
  entered: (file: string) => `${file}: the proof waits for a Bitcoin block; ask again in some hours, with --renew`,
  inBlock: (file: string) => `${file}: the proof leads to a Bitcoin block`,
};

export const stampTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
