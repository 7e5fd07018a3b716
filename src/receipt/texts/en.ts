/** Receipts in English. This catalogue is the type of the others. */
export const EN = {
  title: "Receipt",
  lead: "What was received here, and how you can check, now or in years, that nobody has changed it since.",
  way: "From received to proven",
  stages: {
    received: "Received",
    logged: "Entered in the log",
    anchored: "Anchored on the blockchain",
    proven: "Proven",
  },
  about: {
    received: "The service has what was sent, and noted when.",
    logged: "It has a place of its own in a log that only grows, and the log was signed with it inside.",
    anchored: "The state of the log is recorded in a block, where whoever runs the service cannot change it.",
    proven: "The block is final. From now on anybody can verify the record, also without this service.",
  },
  done: "done",
  toCome: "still to come",
  inFile: (state: string, when: string | undefined, about: string) =>
    `${state}${when === undefined ? "" : `, ${when}`}. ${about}`,
  what: "What was received",
  labels: {
    type: "Type",
    source: "Source",
    received: "Received",
    id: "Id of the record",
    leaf: "Number in the log",
    leafHash: "Hash of the leaf",
    origin: "Log",
    key: "Fingerprint of the log’s key (SHA-256)",
    checkpoint: "Checkpoint",
    anchor: "Anchor",
    contract: "Contract",
    transaction: "Transaction",
    made: "This receipt was made",
  },
  typeWithheld: "withheld",
  identity: "What to check it against",
  checkpointOf: (size: string) => `${size} entries, root`,
  notUnder: "The record is not under it yet.",
  noAnchor: "none yet",
  anchorOf: (size: string, chain: number, block: string | undefined) =>
    `the first ${size} entries, chain ${chain}, ${block === undefined ? "in no block yet" : `block ${block}`}`,
  check: "Check it",
  checkLead:
    "The QR code leads to the verifier. It holds the id of the record and the name of the log, and nothing else. Keep it: it stays the same, also while the anchor is still to come.",
  code: "QR code with the address of the verifier for this record",
  limits: "What this is not",
  limit: [
    "A receipt is no proof by itself: it says where the record stands. The proof is the bundle that the verifier checks.",
    "Nothing of what the record says is on it.",
  ],
};
