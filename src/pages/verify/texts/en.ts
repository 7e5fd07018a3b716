/** What the verifier says, in English. This catalogue is the type of the others. */
import { timeInWords, numberInWords } from "../../texts/formats.ts";
import { counterIn } from "../../texts/plurals.ts";
import type { SignatureState } from "../../../verify/verdict.ts";
import type { FactSentences, ForkTexts, KindNames, ReasonSentences, StepTexts } from "./forms.ts";

const count = counterIn("en");

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
  original: { name: "The original", about: "Was the record made from the file that you hold?" },
};

const found: FactSentences = {
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
  checkpoint: ({ origin, treeSize }) =>
    count(treeSize, {
      one: `Signed by ${origin} when it had # entry.`,
      other: `Signed by ${origin} when it had # entries.`,
    }),
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
  error: () => "",
};

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
  notFinal: "The block is on the chain but not final yet. Check again later.",
  otherOriginal: "The record was made from other bytes than this file.",
  originalHidden: "What the record was made from is not shown. Ask for the opening of “received”.",
  other: "This could not be checked.",
};

const fork: ForkTexts = {
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
};

export const EN = {
  title: "Verify a record",
  lead: "Check for yourself that a record has not changed since it was logged. Everything happens on this device: no file leaves it.",
  policy: {
    title: "1. Whom you trust",
    why: "A policy says which log and which contract are the right ones. Get it from the operator once, in a way that you trust, and never together with the proof.",
    choose: "Choose a policy file",
    paste: "Or paste the policy here",
    pasteHint: "Text that begins with a brace and names warifu-policy/1",
    use: "Use this policy",
    change: "Use another policy",
    keep: "Save this page with the policy inside",
    pinned: "This page was made with this policy inside.",
    log: "Log",
    chain: "Blockchain and contract",
    chainValue: (id: number, contract: string) => `chain ${id}, ${contract}`,
    rule: "How the blockchain is trusted",
    rules: {
      "trusted-block": "Blocks that you name, or that a node of yours knows",
      evidence: "Evidence that fits together is enough",
    },
    sources: "Known sources",
    witnesses: "Witnesses",
    witnessesValue: (quorum: number, keys: number) => `${numberInWords(quorum)} of ${numberInWords(keys)} must sign`,
    none: "none",
    fingerprint: "Fingerprint",
    fingerprintHint:
      "Have whoever gave you the policy read these digits to you, over the phone or from paper. “warifu verify” prints the same.",
    wrong: "This is not a policy that can be used.",
  },
  given: {
    title: "2. What to check",
    drop: "Drop files here",
    dropHint:
      "A proof bundle, several, or a ZIP of them, together with the original photo, document or reading if you have it.",
    choose: "Choose files",
    clear: "Remove all files",
    first: "First choose a policy above: without one, nobody can say whom to believe.",
    only: "There is no proof bundle among these files yet. Add the bundle of the record: a file that ends in .json.",
    problems: {
      empty: "is empty",
      tooLarge: "is too large to be checked here",
      unreadable: "cannot be read",
      damagedZip: "is a ZIP that is damaged or too large",
      policy: "is a policy; choose it above",
    },
  },
  options: {
    title: "More ways to know the blockchain",
    blockHash: "Hash of a block that you trust",
    blockHashHint: "0x and 64 digits, from somewhere else than the bundle. Several are separated by spaces.",
    wrongHash: "A block hash is 0x and 64 hexadecimal digits.",
    node: "Address of a node of your own",
    nodeHint: "Only this address is asked, and only about blocks and the contract.",
    wrongNode: "This is no address that begins with http:// or https://.",
    noNode: "This file is closed to the network. A second file, warifu-verify-rpc.html, can ask a node of yours.",
    apply: "Check again",
  },
  working: "Checking…",
  verdict: {
    title: "Verdict",
    holds: "This record has not changed since it was anchored.",
    undecided: "Nothing is wrong, but something that your policy asks for is not checked.",
    refuted: "Do not rely on this: it does not hold.",
    at: (step: string) => `It fails at “${step}”.`,
    many: "All bundles",
    bundle: "Bundle",
    outcome: "Outcome",
    record: "Record",
    sum: (holds: number, refuted: number, undecided: number) =>
      `${count(holds, { one: "# holds", other: "# hold" })}, ${numberInWords(refuted)} refuted, ${numberInWords(undecided)} undecided`,
    place: (kind: string, leaf: number, source: string) => `${kind} ${numberInWords(leaf)} from ${source}`,
  },
  steps: {
    title: "Step by step",
    detail: "Technical detail",
    notReached: "After a step that fails, nothing more is checked.",
  },
  step: steps,
  found,
  reasons,
  fork,
  kinds,
  time: {
    title: "When",
    received: "Received, as the service says",
    block: (number: number) => `block ${numberInWords(number)}`,
    claimedBlock: (number: number) => `block ${numberInWords(number)}, which nobody vouched for`,
    open: "not shown",
  },
  record: {
    title: "The record",
    id: "Record id",
    log: "Log and place",
    logValue: (origin: string, leaf: number) => `${origin}, entry ${numberInWords(leaf)}`,
    hash: "Hash of the entry",
    source: "Source and number",
    sourceValue: (source: string, seq: number) => `${source}, number ${numberInWords(seq)}`,
    type: "Type",
    anchor: "Anchored in",
    transaction: "Transaction",
  },
  claims: {
    title: "What it says",
    withheld: "The contents are withheld or erased.",
    struck: "Not shown",
    struckHint:
      "Struck claims belong to records of this type. They are concealed here, or the record does not have them: nobody but the service can tell.",
    labels: {
      category: "Category",
      theme: "Theme",
      area: "Area",
      text: "Text",
      language: "Language",
      reportedAt: "Reported at",
      latitude: "Latitude",
      longitude: "Longitude",
      address: "Address",
      pictures: "Pictures",
      reporterName: "Reporter’s name",
      reporterId: "Reporter’s id",
      reporterEmail: "Reporter’s e-mail",
      reporterPhone: "Reporter’s phone",
      requestId: "Number of the request",
      status: "Status",
      updatedAt: "Updated at",
      details: "Details",
      evidence: "The source’s signature",
      received: "What was received",
      c2pa: "Content credentials, as the service found them",
      observedAt: "Observed at",
      temperature: "Temperature",
      humidity: "Humidity",
      noise: "Noise",
    },
  },
  limits: {
    title: "What this does not show",
    truth: "Whether what the source sent is true.",
    withheld: "What the record says: its contents are withheld or erased.",
    digests: (digests: number) =>
      count(digests, {
        one: "What # further digest conceals: a claim that was not opened, or nothing, as some are decoys.",
        other: "What # further digests conceal: claims that were not opened, or nothing, as some are decoys.",
      }),
    unsigned: {
      "partly-shown": "Who sent it: not all that the source’s signature covers is shown.",
      "not-shown": "Who sent it: the source’s signature is not shown.",
      none: "Who sent it: the source did not sign.",
      unknown: "Who sent it: whether the source signed is not shown.",
    },
    strangersKey: "Whether the signing key is the source’s own: your policy names none of it.",
    noBeacon: "What it is newer than: the bundle has no beacon.",
    blocks: (numbers: string) => `Whether the chain has block ${numbers}: nobody whom you trust was asked.`,
  },
  originals: {
    title: "Your original files",
    received: (name: string) => `Recognised: the record in ${name} was made from exactly this file.`,
    picture: (name: string, place: number) =>
      `Recognised: this is picture ${numberInWords(place)} of the record in ${name}.`,
    reading: (name: string) => `Recognised: the record in ${name} says the same as this file.`,
    refuted:
      "Not recognised: the record speaks of other bytes. The file was changed, or it is not the one that was sent.",
    undecided: "Not recognised. What the record was made from, or its pictures, are not shown: ask for these openings.",
    inRefuted: "The bundle itself does not hold, so nothing can be said about this file.",
    hash: "SHA-256",
  },
  report: {
    print: "Print or save as PDF",
    title: "How this was checked",
    tool: "Checked with",
    toolValue: "warifu-verify, in the browser",
    time: "Checked at",
    policy: "Policy (fingerprint)",
    file: "SHA-256 of the bundle",
    repeat: "To repeat it",
    repeatValue: "warifu verify BUNDLE --policy POLICY",
  },
  about: {
    offline: "This page works without a network. Save it as a file, and it works from a memory stick.",
    save: "Save this page as a file",
    hash: "SHA-256 of the file",
  },
};
