/** What `warifu source` says, in English. The type of the other languages. */
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type SourceTexts = typeof EN;

const EN = {
  source: {
    summary: "register sources and their signing keys",
    description: "Registers sources and their signing keys, ends keys, and sets the numbers of a source right.",
    after: `
A source with a signing key must sign what it sends. Each change is an event in the log and holds for what enters after
it: what was signed with a key before it was revoked stays valid. To list and to show needs no key.

Examples:
  warifu source keygen device.jwk
  warifu source add santander/env-419 --signing-key device.jwk.pub
  warifu source add app/7f3c --signing-key phone.pub --personal
  warifu source rotate santander/env-419 --signing-key new.jwk.pub
  warifu source revoke santander/env-419 --reason compromised
  warifu source repair santander/env-419 --from 1001`,
  },
  name: "the source",
  keygen: {
    file: "the file for the private key; FILE.pub gets the public one",
    summary: "make a signing key for a device",
    description: "Makes a signing key as a JWK. The private key goes onto the device and nowhere else.",
    curve: "kind of key",
  },
  made: (file: string) => `register ${file}.pub; keep ${file} on the device`,
  list: {
    summary: "list all sources",
    description:
      "Lists sources: those that have sent, then those that are registered and sent nothing. Needs no key; with one, lists " +
      "the sources of the key.",
    key: "an API key, to list its sources alone; other users of the machine can see it: prefer --key-file",
  },
  show: {
    summary: "show a source, its keys and its missing numbers",
    description: "Shows a source, its keys and its missing numbers. Needs no key.",
  },
  add: {
    name: "the source; never a person's name",
    summary: "register a source",
    description: "Registers a source. With a key, what it sends must be signed with it from then on.",
    signingKey: "its public key: a JWK, PEM, or 32 bytes of Ed25519 in base64",
    done: (name: string) => `${name} is registered`,
  },
  personal: "the device is a person's own: the log holds no more of its key than a salted digest",
  rotate: {
    summary: "give a source another signing key",
    description: "Gives a source another signing key, in place of those before.",
    signingKey: "its new public key: a JWK, PEM, or 32 bytes of Ed25519 in base64",
    keepOld: "keep the earlier keys valid too, until they are revoked",
    done: (name: string) => `${name} has the new key`,
  },
  revoke: {
    summary: "revoke signing keys of a source",
    description: "Revokes the signing keys of a source. What comes after, signed with them, is refused.",
    which: "only one key: the leaf that added it, see `warifu source show`",
    reason: "why",
    done: (name: string) => `${name} lost the key`,
  },
  suspend: {
    summary: "take nothing from a source for now",
    description: "Takes nothing from a source until it is resumed.",
    done: (name: string) => `${name} is suspended`,
  },
  resume: {
    summary: "take records of a suspended source again",
    description: "Takes records of a suspended source again.",
    done: (name: string) => `${name} is resumed`,
  },
  repair: {
    summary: "let its numbering go on from a number",
    description:
      "When a source sent a number far too high by mistake, its later records are refused. The repair says that its numbering " +
      "continues from a number; what was numbered stays.",
    from: "the first number from now on; one that the source has not used",
    done: (name: string, from: number) => `${name} continues from ${from}`,
  },
  entered: (done: string, leaf: number) => `${done}: entered at leaf ${leaf}`,

  line: (name: string, records: number, missing: number, conflicts: number, state: string) =>
    `${name}  ${counted(records, "record")}, ${missing} missing${conflicts > 0 ? `, ${conflicts} contradicting` : ""}  (${state})`,
  unsigned: "unsigned",
  keysCount: (counting: number, all: number) => `${counting} of ${all} keys count`,
  suspended: "suspended",
  notRegistered: "not registered",
  keyOf: (leaf: number, what: string, until: string) => `key of leaf ${leaf}: ${what}, ${until}`,
  personsKey: "a person's own key",
  counts: "counts",
  endedAt: (leaf: number, why: string | null) => `to leaf ${leaf} (${why})`,
  conflicts: (count: number, leaves: string) =>
    `${counted(count, "record")} signed under the number of another one; see leaf ${leaves}`,
  missing: (ranges: string) => `missing numbers: ${ranges}`,
  reputation: ({ score, from, to, complete, punctual, signed, trusted }: ReputationWords) =>
    `reputation ${score} of 100 by the numbers ${from} to ${to}: ` +
    `complete ${complete}, punctual ${punctual}, signed ${signed}` +
    (trusted === undefined ? "" : `, trusted by ${trusted} of its auditors`),
  unknown: "unknown",
};

/** Shares are written out: a percentage, or that it is unknown. */
interface ReputationWords {
  readonly score: number;
  readonly from: number;
  readonly to: number;
  readonly complete: string;
  readonly punctual: string;
  readonly signed: string;
  readonly trusted: string | undefined;
}

export const sourceTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
