/**
 * The verifier's findings in English sentences. Another language is another table of the same shape.
 */
import type { LogSignatures } from "../core/log-keys.ts";
import { formatSecond } from "../core/timestamp.ts";
import type { StepFact } from "./step-fact.ts";
import type { SignatureState } from "./verdict.ts";

type Sentences = { readonly [Id in StepFact["id"]]: (fact: Extract<StepFact, { readonly id: Id }>) => string };

/** The sentence about a fact. */
export function inEnglish(fact: StepFact): string {
  const sentence = SENTENCES[fact.id] as (fact: StepFact) => string;
  return sentence(fact);
}

const SIGNED_WITH: Readonly<Record<LogSignatures, string>> = {
  ed25519: "with Ed25519, and not with ML-DSA-44, for which the policy does not ask here",
  "ml-dsa-44": "with ML-DSA-44",
  both: "with Ed25519 and ML-DSA-44",
};

const SENTENCES: Sentences = {
  form: () => "has the form warifu-bundle/1",
  entry: ({ kind }) => `a ${kind} entry of version 1`,
  "body-withheld": () => "is withheld: that the record stands in the log is proven, not what it says",
  "body-committed": ({ vct }) => `is the one committed to (${vct})`,
  "no-opening": () => "none is shown",
  opened: ({ count }) => `${count} opened`,
  "source-is-log": () => "the log itself",
  conflict: ({ source, seq, isShown, isKeyKnown }) =>
    `the log itself says that source ${source} signed two records under seq ${seq}: ` +
    (isShown
      ? `the second is signed by ${isKeyKnown ? "its known key" : "a key that nobody vouches for, since the policy knows none of this source"}`
      : "the second is not shown: ask for the opening of `record`"),
  signature: ({ state, isKeyKnown }) => (isKeyKnown ? OF_KNOWN_SOURCE : OF_STRANGER)[state],
  checkpoint: ({ origin, treeSize, signatures }) =>
    `signed by ${origin}, tree size ${treeSize}${signatures ? `, ${SIGNED_WITH[signatures]}` : ""}`,
  "no-cosignature-asked": () => "the policy asks for none",
  cosigned: ({ count, quorum }) => `${count} cosigned, ${quorum} asked for`,
  included: ({ leafIndex }) => `leaf ${leafIndex} is in that tree`,
  anchored: ({ contract, chainId, blockNumber, blockTime }) =>
    `recorded by ${contract} on chain ${chainId} in block ${blockNumber} (${formatSecond(blockTime)})`,
  "no-beacon": () => "there is none: nothing shows what the record is newer than",
  beacon: ({ blockNumber, blockTime }) => `a lower leaf names block ${blockNumber} (${formatSecond(blockTime)})`,
  block: ({ blockNumber, by, beacon }) =>
    BLOCK[by](blockNumber) +
    (beacon === undefined
      ? ""
      : `; the beacon's block ${beacon.blockNumber} is ${beacon.isChecked ? "on the chain too" : "claimed by the log, not checked against the chain"}`),
  original: ({ adapter, at, size }) =>
    `the ${size} bytes are what ${adapter} received (${formatSecond(Math.floor(at / 1_000))}), as the service says`,
  "original-not-shown": () => "what the record was made of is not shown: ask for the opening of `received`",
  stamped: ({ tsa, time, until }) =>
    `${tsa} saw it at ${formatSecond(time)}; its certificate is valid until ${formatSecond(until)}`,
  "in-bitcoin": ({ bitcoinBlock, time }) => `Bitcoin block ${bitcoinBlock} commits to it (${formatSecond(time)})`,
  "bitcoin-open": ({ bitcoinBlock }) =>
    bitcoinBlock === null
      ? "not checked: the proof still waits for a Bitcoin block"
      : `not checked: needs the header of Bitcoin block ${bitcoinBlock}`,
  error: ({ message }) => message,
};

/** If the policy names no key of a source, nobody can say who signed. */
const OF_STRANGER: Readonly<Record<SignatureState, string>> = {
  verified: "signed by a key that the policy does not know",
  "partly-shown": "signed by a key that the policy does not know; not all that it covers is shown",
  "not-shown": "the name matches the one in the body; it is signed, and the signature is not shown",
  none: "the name matches the one in the body; it is not signed",
  unknown: "the name matches the one in the body; whether it is signed is not shown",
};

const OF_KNOWN_SOURCE: Readonly<Record<SignatureState, string>> = {
  verified: "signed by its known key",
  "partly-shown": "signed by its known key, but not all that the signature covers is shown: ask for the other openings",
  "not-shown": "a known source; its signature is not shown: ask for the opening of `evidence`",
  none: "the policy knows a key of this source, but it did not sign",
  unknown: "a known source; whether it signed is not shown",
};

const BLOCK = {
  trust: (blockNumber: number) => `block ${blockNumber} is trusted`,
  nodes: (blockNumber: number) => `the chain has block ${blockNumber}, and it is final`,
  validators: (blockNumber: number) =>
    `block ${blockNumber} is sealed by a quorum of the chain's validators: it is final`,
  nobody: (blockNumber: number) =>
    `evidence up to block ${blockNumber} fits together; nobody was asked whether the chain has that block`,
} as const;
