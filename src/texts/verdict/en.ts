/** What is said of a verdict, in English. */
import type { LogSignatures } from "../../core/log-keys.ts";
import type { SignatureState } from "../../verify/verdict.ts";
import { counterIn, numberIn } from "../plurals.ts";
import type {
  FactSentences,
  ForkTexts,
  KindNames,
  ReasonSentences,
  StepTexts,
  TimeInWords,
  VerdictTexts,
} from "./forms.ts";

const count = counterIn("en");
const numberInWords = numberIn("en");

/** The texts; times as they are to be read. */
export function verdictEN(timeInWords: TimeInWords): VerdictTexts {
  return { steps, found: found(timeInWords), reasons, fork: fork(timeInWords), kinds };
}

/** What the log signed its state with. */
const SIGNED_WITH: Readonly<Record<LogSignatures, string>> = {
  ed25519: "With Ed25519; there is no ML-DSA-44 signature, and your policy does not ask for one here.",
  "ml-dsa-44": "With ML-DSA-44, which withstands quantum computers.",
  both: "With Ed25519 and with ML-DSA-44, which withstands quantum computers.",
};

const steps: StepTexts = {
  bundle: { name: "The file", about: "Is it a proof bundle, whole and in the right form?" },
  entry: { name: "The entry", about: "Is the entry one that this log makes?" },
  body: { name: "The contents", about: "Are the contents the ones that the entry committed to?" },
  openings: { name: "What was opened", about: "Does each opened claim fit the place that was kept for it?" },
  source: { name: "The source", about: "Does the record come from the source that it names?" },
  checkpoint: { name: "The log’s signature", about: "Did the log that your policy names sign its state?" },
  witnesses: { name: "Witnesses", about: "Did others sign that they saw the same log?" },
  inclusion: { name: "In the log", about: "Is the record in the log that was signed?" },
  anchor: { name: "On the blockchain", about: "Did the contract record this very state of the log?" },
  beacon: { name: "Not older than", about: "Which block did the log know before it took the record in?" },
  chain: { name: "The block itself", about: "Does somebody whom you trust know the block?" },
  time: { name: "Timestamp", about: "When did an authority see the log?" },
  original: { name: "The original", about: "Was the record made from the file that you hold?" },
};

const found = (timeInWords: TimeInWords): FactSentences => ({
  form: () => "It is a proof bundle of version 1.",
  entry: ({ kind }) => `It is an entry of the kind “${kinds[kind]}”.`,
  "body-withheld": () => "The contents are withheld. That the record is in the log is proven, not what it says.",
  "body-committed": ({ vct }) => `They are, to the letter (type ${vct}).`,
  "no-opening": () => "No concealed claim is shown.",
  opened: ({ count: opened }) =>
    count(opened, { one: "# claim was opened, and it fits.", other: "# claims were opened, and all fit." }),
  "source-is-log": () => "The log itself made this entry.",
  conflict: ({ source, seq, isShown }) =>
    `The log says that source ${source} signed two different records under number ${numberInWords(seq)}. ` +
    (isShown ? "The second one is shown." : "The second one is not shown."),
  signature: ({ state, isKeyKnown }) => (isKeyKnown ? ofKnownSource : ofStranger)[state],
  checkpoint: ({ origin, treeSize, signatures }) =>
    count(treeSize, {
      one: `Signed by ${origin} when it had # entry.`,
      other: `Signed by ${origin} when it had # entries.`,
    }) + (signatures ? ` ${SIGNED_WITH[signatures]}` : ""),
  "no-cosignature-asked": () => "Your policy asks for none.",
  cosigned: ({ count: signed, quorum }) =>
    count(signed, { one: "# witness signed; ", other: "# witnesses signed; " }) +
    `your policy asks for ${numberInWords(quorum)}.`,
  included: ({ leafIndex }) => `It is, at place ${numberInWords(leafIndex)}.`,
  anchored: ({ contract, chainId, blockNumber, blockTime }) =>
    `Contract ${contract} on chain ${chainId} recorded it in block ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}.`,
  "no-beacon": () => "There is none: nothing shows what the record is newer than.",
  beacon: ({ blockNumber, blockTime }) => `Block ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}.`,
  block: ({ blockNumber, by, beacon }) =>
    block[by](numberInWords(blockNumber)) +
    (beacon === undefined
      ? ""
      : beacon.isChecked
        ? ` So is the earlier block ${numberInWords(beacon.blockNumber)}.`
        : ` The earlier block ${numberInWords(beacon.blockNumber)} is the log’s own word.`),
  original: ({ adapter, at }) =>
    `It was. The service says that ${adapter} received it ${timeInWords(Math.floor(at / 1_000))}.`,
  "original-not-shown": () => "What the record was made from is not shown. Ask for the opening of “received”.",
  stamped: ({ tsa, time, until }) => `${tsa}: ${timeInWords(time)}. Certificate valid until ${timeInWords(until)}.`,
  "in-bitcoin": ({ bitcoinBlock, time }) => `Bitcoin block ${numberInWords(bitcoinBlock)}: ${timeInWords(time)}.`,
  "bitcoin-open": ({ bitcoinBlock }) =>
    bitcoinBlock === null
      ? "Not checked: the proof still waits for a Bitcoin block."
      : `Not checked: needs the header of Bitcoin block ${numberInWords(bitcoinBlock)}.`,
  error: () => "",
});

const ofStranger: Readonly<Record<SignatureState, string>> = {
  verified: "The record is signed, by a key that your policy does not know.",
  "partly-shown": "The record is signed, by a key that your policy does not know; not all that it covers is shown.",
  "not-shown": "The name is the one in the record. It is signed, and the signature is not shown.",
  none: "The name is the one in the record. The source did not sign it.",
  unknown: "The name is the one in the record. Whether the source signed it is not shown.",
};

const ofKnownSource: Readonly<Record<SignatureState, string>> = {
  verified: "The source signed it with the key that your policy knows.",
  "partly-shown": "The source signed it with its known key, but not all that the signature covers is shown.",
  "not-shown": "Your policy knows the source, but its signature is not shown. Ask for the opening of “evidence”.",
  none: "Your policy knows a key of this source, but the source did not sign.",
  unknown: "Your policy knows the source, but whether it signed is not shown.",
};

const block = {
  trust: (number: string) => `Block ${number} is one that you trust.`,
  nodes: (number: string) => `Your node has block ${number}, and it is final.`,
  validators: (number: string) => `A quorum of the chain’s validators sealed block ${number}: it is final.`,
  nobody: (number: string) =>
    `The evidence up to block ${number} fits together. Nobody was asked whether the chain has that block.`,
} as const;

const kinds: KindNames = {
  record: "record",
  source: "event about a source",
  profile: "profile of a type of records",
  beacon: "beacon",
  erasure: "erasure",
  consent: "consent",
  disclosure: "disclosure",
  provision: "provision to somebody else",
  derivation: "derived picture",
};

const reasons: ReasonSentences = {
  damaged:
    "The file is damaged or was changed: it is no proof bundle that could be read. Get it once more from where it came.",
  entry: "The entry is not one that this log could have made.",
  body: "The contents are not the ones that the log recorded. Somebody changed them, or they belong to another record.",
  opening: "An opened claim does not fit the record: its value was changed, or it belongs to another record.",
  signature: "A signature is not valid for what it should cover.",
  signatureHidden:
    "Your policy asks for the source’s signature, and it is not shown. Ask for the opening of “evidence”.",
  otherLog: "This comes from another log than the one that your policy names.",
  note: "The signed state of the log is damaged or was changed.",
  quorum: "Fewer witnesses signed than your policy asks for.",
  inclusion: "The proof does not lead to the signed log: the record is not in it, or the proof was changed.",
  evidence: "The evidence of the blockchain does not fit together: it was changed, or it is of another transaction.",
  otherChain: "This is another blockchain, contract or block than the one that you trust.",
  otherAnchor: "The contract recorded another state of the log than the one that is shown.",
  silent:
    "Nobody was asked, or nobody answered, whether the chain has this block. Give a block hash that you trust, or ask a node of your own.",
  wrongChain: "Your node serves another chain than the one that your policy names.",
  notFinal: "The block is not shown to be final: not yet, or by too few of the chain’s validators. Check again later.",
  unstamped: "No timestamp by an authority or a Bitcoin block that the policy names was found.",
  otherOriginal: "The record was made from other bytes than this file.",
  originalHidden: "What the record was made from is not shown. Ask for the opening of “received”.",
  other: "This could not be checked.",
};

const fork = (timeInWords: TimeInWords): ForkTexts => ({
  title: "Evidence against a log",
  holds: "Proven: this log has two histories. Whoever holds its keys answers for both.",
  refuted: "This file proves nothing against the log.",
  undecided: "The two histories contradict each other, but nobody vouched for the block of one of them.",
  steps: {
    evidence: "The file",
    smaller: "The first history",
    larger: "The second history",
    contradiction: "The contradiction",
    chain: "The block itself",
  },
  found: {
    "fork-form": () => "It is evidence of version 1.",
    "head-signed": ({ origin, treeSize, rootHash }) =>
      count(treeSize, { one: `${origin} signed # entry`, other: `${origin} signed # entries` }) + `, root ${rootHash}.`,
    "head-anchored": ({ contract, blockNumber, blockTime, treeSize, rootHash }) =>
      `Contract ${contract} recorded it in block ${numberInWords(blockNumber)}, ${timeInWords(blockTime)}: ` +
      `${numberInWords(treeSize)} entries, root ${rootHash}.`,
    "roots-differ": ({ treeSize }) =>
      `For the same ${numberInWords(treeSize)} entries there are two roots: one of them was altered.`,
    "prefix-differs": ({ treeSize, largerSize }) =>
      `The log of ${numberInWords(largerSize)} entries does not begin with the ${numberInWords(treeSize)} of the first history.`,
  },
});
