/** Reports in English; the facts of an audit have their English sentences already. */
import type { ReportTexts } from "./texts.ts";

export const EN: ReportTexts = {
  title: "Audit report",
  headings: {
    verdict: "Verdict",
    question: "Question",
    scope: "Scope",
    method: "Method",
    exceptions: "Exceptions",
    figures: "Figures",
    notes: "Not checked, and worth knowing",
    identities: "Who and what this is about",
    repeat: "How to repeat it",
    limits: "What this does not show",
  },
  usualQuestion: {
    log: "Is every record of this log what was entered, in its place, and is this the history that was anchored?",
    bundles: "Are these records in the log, unchanged since they were anchored?",
  },
  outcome: {
    holds: "It holds: everything that was checked fits together.",
    refuted: "It is refuted: see the exceptions.",
    undecided: "It cannot be decided yet: what was read holds, but not everything could be read or compared.",
  },
  holdsWithoutChain: "Nothing was compared with the chain.",
  scopeOf: (place, size) => (size === undefined ? place : `${place}: all ${size} entries under its newest checkpoint`),
  method: {
    whole:
      "Every entry, body and hash tile was read and recomputed up to the signed root; anchors and beacons were compared with the chain where nodes were asked.",
    continued:
      "As a whole audit, continued from the state of an earlier one: what that one had checked was not read again, and the history was proven to continue it.",
    sample:
      "Leaves were drawn at random from the seed named below and checked by inclusion proofs up to the signed root; every anchor was compared by a consistency proof.",
    folder:
      "The data folder was read: entries, bodies, openings, tiles, checkpoints and anchors were recomputed and compared.",
    bundles: "Each proof bundle was verified step by step under the policy, without asking the service.",
  },
  noExceptions: "None.",
  exceptionCount: (count) => `${count} in all; those beyond 1,000 are counted in the notes.`,
  noNotes: "Nothing.",
  figures: {
    entries: "entries",
    tiles: "hash tiles",
    checkpoints: "signed checkpoints",
    bodies: "bodies",
    openings: "openings of concealed claims",
    anchors: "anchors",
    bundles: "bundles",
    holding: "that hold",
    refuted: "refuted",
    undecided: "undecided",
  },
  labels: {
    origin: "Log",
    key: "Fingerprint of its key (SHA-256)",
    head: "Checkpoint",
    chain: "Chain",
    contract: "Contract",
    anchor: "Newest anchor",
    nodes: "Nodes that were asked",
    noNodes: "none",
    policy: "Policy (SHA-256 of the file)",
    policyFingerprint: "Fingerprint of the policy",
    tool: "Program",
    time: "Made",
  },
  anchorOf: (treeSize, block) => (block === undefined ? `${treeSize} entries` : `${treeSize} entries, block ${block}`),
  headOf: (treeSize, rootHash) => `${treeSize} entries, root ${rootHash}`,
  repeatHint: "Anybody who has the policy can run:",
  limits: [
    "Whether what the sources sent is true.",
    "What was never entered: a log shows what it took, not what it refused or was not sent.",
  ],
};
