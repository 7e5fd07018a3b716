/** What the command says of a verdict and of what a record shows, in English. The type of the other languages. */
import type { CredentialsState } from "../../../core/content-credentials.ts";
import type { SignatureState } from "../../../verify/verdict.ts";
import type { VerdictTexts as Sentences } from "../../../texts/verdict/forms.ts";
import { inEachLanguage } from "../../language.ts";
import { counted } from "../../output.ts";

export type VerdictTexts = typeof EN;

const EN = {
  /** The sentences of the steps. In English each step brings its own (`detail`), which scripts read too. */
  sentences: undefined as Sentences | undefined,

  holds: (place: string) => `holds: ${place} has not changed since it was anchored`,
  undecided: (what: string) => `cannot be decided: ${what}`,
  refuted: (step: string, place: string) => `refuted at step "${step}": ${place}`,
  place: (kind: string, leaf: number, source: string) => `the ${kind} at leaf ${leaf} from ${source}`,
  claimedPlace: (leaf: number, source: string) => `the bundle claims leaf ${leaf} from ${source}; do not rely on it`,
  noPlace: "it is no bundle that could be read; do not rely on it",

  labels: {
    log: "log",
    source: "source",
    id: "id",
    received: "received",
    after: "after",
    before: "before",
    anchored: "anchored",
  },
  logOf: (name: string, leaf: number, hash: string) => `${name}, leaf ${leaf}, hash ${hash}`,
  sourceOf: (source: string, seq: number, type: string | undefined) =>
    `${source}, seq ${seq}${type === undefined ? "" : `, of type ${type}`}`,
  receivedAt: (time: string) => `${time} as the service says`,
  blockOf: (number: number, time: string, hash: string) => `block ${number} (${time}), ${hash}`,
  anchoredIn: (contract: string, chain: number) => `in contract ${contract} on chain ${chain}`,
  says: "says",
  asServiceFound: (line: string) => `${line}, as the service found it`,
  allOpened: "nothing else is concealed: each digest of its body is opened",

  notShown: "it does not show",
  withheld: "what the record says: its body is withheld or erased",
  unopened: (digests: number) =>
    `what ${digests} digests conceal: claims that were not opened, or nothing, as some are decoys`,
  leftOut: (digests: number) =>
    `whether any claim was left out: the ${digests} other digests may all be decoys, which nobody can tell from claims`,
  unsigned: {
    "partly-shown": "who sent it: not all that the source's signature covers is shown",
    "not-shown": "who sent it: the source's signature is not shown",
    none: "who sent it: the source did not sign",
    unknown: "who sent it: whether the source signed is not shown",
  } satisfies Readonly<Record<Exclude<SignatureState, "verified">, string>>,
  strangersKey: "whether the signing key is the source's own: the policy names none of it",
  noBeacon: "what it is newer than: the bundle has no beacon",
  blocks: (numbers: readonly number[], how: string) =>
    `whether the chain has ${numbers.length === 1 ? "block" : "blocks"} ${numbers.join(" and ")}: ${how}`,
  askAnother: "ask another node with --rpc, or name the block with --block-hash",
  ask: "ask with --rpc or --block-hash",
  certificateEnded: (tsa: string, when: string) =>
    `whether the timestamp of ${tsa} still counts: its certificate ended ${when}, and it was not renewed`,
  truth: "whether what the source sent is true",

  fork: {
    refuted: (step: string) => `refuted at step "${step}": it proves nothing against the log`,
    undecided: (why: string) => `cannot be decided: ${why}`,
    byAnchor: "proven: the log has two histories; whoever holds its key or the anchoring key stands for both",
    byKey: "proven: the log's key signed two histories",
  },

  nothingConcealed: "nothing is concealed",
  concealedDigests: (digests: number) => `${counted(digests, "digest")} of concealed claims and decoys`,
  concealedNames: (names: string, digests: number) =>
    `concealed  any of ${names}: ${counted(digests, "digest")} of such claims and decoys, as many in each record of the type`,

  picture: (at: number, words: string) => `picture ${at}: ${words}`,
  noCredentials: "came without content credentials (C2PA)",
  credentials: (state: string, signer: string | undefined) =>
    `came with content credentials (C2PA): ${state}${signer === undefined ? "" : `; their certificate says ${signer}`}`,
  credentialsState: {
    intact: "intact, signer not known to us",
    invalid: "they do not hold; the picture or they were changed, or their signature is not valid",
    unreadable: "they could not be read",
    "not-read": "not read",
  } satisfies Readonly<Record<CredentialsState, string>>,
};

/** For documents that programs read, whatever the language. */
export const VERDICT_ENGLISH: VerdictTexts = EN;

export const verdictTexts = inEachLanguage(EN, {
  es: async () => (await import("./es.ts")).ES,
  ja: async () => (await import("./ja.ts")).JA,
});
