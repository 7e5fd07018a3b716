/**
 * Example answers of the service for the OpenAPI document, from the log in docs/formats.md. Long hexadecimal and base64 is
 * shortened, so they show the form, and none of them verifies. A test checks each against its schema.
 */
import { inEnglish } from "../../verify/english.ts";
import type { StepFact } from "../../verify/step-fact.ts";
import { VERIFY_STEPS, type VerifyStep } from "../../verify/verdict.ts";

const ORIGIN = "santander.example/ledger";
const SOURCE = "street-app";
const ROOT = "bfa2c6726cb3ca74f4601a6a92f940174809c16289069b16e4040b3be70f9eeb";
const LEAF_HASH = "0658430994100ee9b9e5b13d5be0869c204e435cf6d919f78c75ae5a95c50916";
const CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const BLOCK_HASH = "0x57eeb1e5a3c1d71119b1ce509d62b7aeb0cebf8c9a9bd41d3f27697ae08cc381";
const TRANSACTION_HASH = "0x02397cd2e3a6298d2b6b9d72f35a38e126f9d38ca67e5ac73309ce73dd07f549";
const ENTRY =
  "AQGW9eGp9hwP7IUS31Gy5SpKLwDDv9uVQBbArKt6k6VqGwAAAAAAAAAAh9T5hGY+SSWIXWsN4+FZC4tVnzJ2+fxNStFwpQpeLYwAAAAqAQ==";
const CHECKPOINT = `${ORIGIN}\n4\nv6LGcmyzynT0YBpqkvlAF0gJwWKJBpsW5AQLO+cPnus=\n\n— ${ORIGIN} Un3WBPYCSUJs/Wnv9TdajFOiwS2p…\n`;
const PROOF = `c2sp.org/tlog-proof@v1\nindex 3\nARrQcBxZNoO6gsNjXHHT9qtLadqhNgj7s0p56p6hf+M=\n\n${CHECKPOINT}`;
const AT = "2026-11-22T08:00:00.000Z";
const ANCHORED_AT = 1_795_334_412;
const LAST_PAGE = { nextCursor: null };

const place = { leafIndex: 3, leafHash: LEAF_HASH };
const acknowledgement = { id: "01a20244-e975-7658-8309-94100ee9b9e5", ...place, checkpoint: CHECKPOINT };
const record = {
  id: acknowledgement.id,
  ...place,
  kind: "record",
  source: SOURCE,
  seq: 0,
  state: "finalized",
  vct: "warifu:citizen-report:4",
  receivedAt: 1_795_334_400,
  claims: { category: "pothole", area: "centro" },
  concealed: 16,
  signed: false,
};
const anchor = {
  anchorId: 1,
  treeSize: 4,
  rootHash: ROOT,
  checkpoint: CHECKPOINT,
  chainId: 31_337,
  contract: CONTRACT,
  transactionHash: TRANSACTION_HASH,
  state: "finalized",
  blockNumber: 1_234,
  blockHash: BLOCK_HASH,
  leftBlocks: [],
  createdAt: AT,
  baseSize: 0,
  blockTime: ANCHORED_AT,
  entries: 4,
  records: 2,
  gasUsed: 52_500,
  gasPriceWei: "1500000000",
  dataFeeWei: null,
  costWei: "78750000000000",
  gasPerRecord: 26_250,
  times: {
    headSigned: "2026-11-22T07:59:58.750Z",
    signed: AT,
    sent: "2026-11-22T08:00:00.020Z",
    included: "2026-11-22T08:00:13.100Z",
    final: "2026-11-22T08:13:25.400Z",
  },
  latencyMs: { sign: 1_250, send: 20, include: 13_080, finalize: 792_300, total: 806_650 },
};
const FACTS: Readonly<Record<VerifyStep, StepFact>> = {
  bundle: { id: "form" },
  entry: { id: "entry", kind: "record" },
  body: { id: "body-committed", vct: record.vct },
  openings: { id: "opened", count: 1 },
  source: { id: "signature", state: "none", isKeyKnown: false },
  checkpoint: { id: "checkpoint", origin: ORIGIN, treeSize: 4 },
  witnesses: { id: "no-cosignature-asked" },
  inclusion: { id: "included", leafIndex: 3 },
  anchor: { id: "anchored", contract: CONTRACT, chainId: 31_337, blockNumber: 1_234, blockTime: ANCHORED_AT },
  beacon: { id: "no-beacon" },
  chain: { id: "block", blockNumber: 1_234, by: "trust" },
};
const UNCHECKED: ReadonlySet<VerifyStep> = new Set(["source", "witnesses", "beacon"]);
const steps = VERIFY_STEPS.map((step) => {
  const fact = FACTS[step];
  return { step, outcome: UNCHECKED.has(step) ? "unchecked" : "holds", fact, detail: inEnglish(fact) };
});
const key = { keyId: "0f3c2a9b7d51e864", name: "gateway-7", role: "submitter" };
const REPUTATION = { window: [15, 18], complete: 0.75, punctual: 1, signed: 1, consistent: 1, trusted: 1, score: 92 };
const SOURCE_KEY = { crv: "Ed25519", kty: "OKP", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const source = {
  name: "santander/env-419",
  records: 3,
  firstSeq: 15,
  lastSeq: 18,
  missing: 16,
  ranges: [
    [0, 14],
    [16, 16],
  ],
  registeredAt: 2,
  suspended: false,
  keys: [
    { from: 2, key: SOURCE_KEY, thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", endedAt: null, why: null },
  ],
  conflicts: 0,
  conflictEvents: [],
  ...LAST_PAGE,
};
const alarm = {
  code: "anchor-late",
  severity: "red",
  facts: [{ id: "records-waiting", since: AT }],
  message: `records have been waiting for a final anchor since ${AT}`,
  since: AT,
};
const health = { ok: true, reasons: [], alarms: [] };

const subject = "sub_q6jX0mN3T2yVbYtD0o2i5A";

/** By the kind of answer. */
export const EXAMPLES = {
  submission: {
    key: "env-419/2026-04-11T13:24:19Z",
    type: "sensor-reading",
    source: "santander/env-419",
    claims: { observedAt: "2026-04-11T13:24:19Z", temperature: 16.45, noise: 71.2 },
  },
  acknowledgement,
  record,
  recordPage: { items: [record], ...LAST_PAGE },
  lineage: {
    record,
    steps: [
      { what: "received", at: record.receivedAt, says: { source: SOURCE, signed: false } },
      { what: "logged", at: record.receivedAt, says: { ...place, seq: 0 } },
    ],
    isCut: false,
  },
  bundle: {
    format: "warifu-bundle/1",
    source: SOURCE,
    body: '{"_sd_alg":"sha-256","iat":1795334400,"iss":"santander.example/ledger","record":{"_sd":["-1Q7…"],…}}',
    entry: ENTRY,
    proof: PROOF,
    chain: {
      chainId: 31_337,
      contract: CONTRACT,
      block: { hash: BLOCK_HASH, header: "0xf90267a00101" },
      transaction: { hash: TRANSACTION_HASH, index: 0, raw: "0x02f8ef827a69" },
      receipt: { raw: "0x02f901a60182", proof: ["0xf901b0822080"] },
    },
    beacon: null,
    openings: ["WyJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFIiwidGV4dCIsIkEgZGVlcCBob2xlIl0"],
  },
  disclosure: {
    records: [acknowledgement.id],
    claims: ["text", "pictures"],
    recipient: "Road works department",
    purpose: "repair",
    purposeText: "The hole is to be filled",
    until: "2026-12-22T08:00:00.000Z",
  },
  disclosed: {
    disclosure: 0,
    recipient: "Road works department",
    purpose: "repair",
    purposeText: "The hole is to be filled",
    until: 1_797_926_400,
    records: [
      {
        ...{ id: acknowledgement.id, leafIndex: 3, claims: ["pictures", "text"], erased: false },
        labels: { pictures: "Pictures", text: "Description" },
      },
    ],
  },
  grant: {
    number: 0,
    disclosure: 0,
    record: acknowledgement.id,
    leafIndex: 3,
    source: SOURCE,
    claims: ["pictures", "text"],
    labels: { pictures: "Pictures", text: "Description" },
    recipient: "Road works department",
    purpose: "repair",
    purposeText: "The hole is to be filled",
    grantedAt: 1_795_334_500,
    until: 1_797_926_400,
    state: "in-force",
    accesses: 1,
  },
  contractProof: {
    chainId: 31_337,
    contract: CONTRACT,
    treeSize: 4,
    rootHash: `0x${ROOT}`,
    entry: `0x${Buffer.from(ENTRY, "base64").toString("hex")}`,
    leafHash: `0x${LEAF_HASH}`,
    leafIndex: 3,
    inclusionProof: ["0x011ad0701c593683ba82c3635c71d3f6ab4b69daa13608fbb34a79ea9ea17fe3"],
  },
  checkpointPage: { items: [{ treeSize: 4, rootHash: ROOT, checkpoint: CHECKPOINT }], ...LAST_PAGE },
  growth: {
    items: [
      { at: ANCHORED_AT - 3_600, treeSize: 1 },
      { at: ANCHORED_AT, treeSize: 4 },
    ],
  },
  anchor,
  anchorPage: { items: [anchor], ...LAST_PAGE },
  verdict: {
    outcome: "holds",
    steps,
    record: {
      kind: "record",
      ...place,
      source: SOURCE,
      seq: 0,
      signature: "none",
      claims: record.claims,
      concealed: 15,
      receivedAt: record.receivedAt,
      vct: record.vct,
      before: { blockNumber: 1_234, blockHash: BLOCK_HASH, time: ANCHORED_AT, checked: true },
      anchor: {
        chainId: 31_337,
        contract: CONTRACT,
        blockHash: BLOCK_HASH,
        blockNumber: 1_234,
        blockTime: ANCHORED_AT,
        transactionHash: TRANSACTION_HASH,
        treeSize: 4,
        rootHash: ROOT,
        previousSize: 0,
      },
    },
  },
  keyList: {
    items: [
      {
        ...key,
        sources: ["santander/*"],
        types: ["sensor-reading"],
        ratePerMinute: null,
        createdAt: AT,
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
      },
    ],
  },
  newKey: { name: key.name, role: key.role, sources: ["santander/*"], types: ["sensor-reading"] },
  issuedKey: { ...key, key: "wk_…" },
  source,
  shownSource: { ...source, reputation: REPUTATION },
  sourcePage: { items: [source], ...LAST_PAGE },
  sourceKey: SOURCE_KEY,
  subject,
  personPage: {
    subjects: [subject],
    items: [{ id: acknowledgement.id, leafIndex: place.leafIndex, source: source.name, subjects: [subject] }],
    nextCursor: null,
  },
  retention: {
    items: [{ type: "citizen-report", retentionDays: 365, records: 3 }],
    restricted: 0,
    statements: [
      { what: "requests", events: 4 },
      { what: "provision-records", events: 0 },
      { what: "breaches", events: 0 },
    ],
    complete: true,
  },
  erasures: {
    items: [{ id: acknowledgement.id, leafIndex: place.leafIndex, event: 7, isNew: true }],
    gone: true,
  },
  erasure: {
    id: acknowledgement.id,
    leafIndex: place.leafIndex,
    erased: { at: record.receivedAt + 86_400, basis: "gdpr-17-1-a", event: 7 },
    withheld: null,
    kept: false,
  },
  sourceChange: { id: acknowledgement.id, ...place, name: source.name },
  repair: { id: acknowledgement.id, ...place, name: source.name, from: 1_000 },
  profiles: {
    items: [
      {
        type: "noise-level",
        version: 1,
        title: "Noise at a street corner",
        concernsPeople: false,
        retentionDays: null,
        public: "*",
        claims: { type: "object", required: ["decibel"], properties: { decibel: { type: "number" } } },
      },
    ],
  },
  status: {
    origin: ORIGIN,
    vkey: "santander.example/ledger+527dd604+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
    chainId: 31_337,
    contract: CONTRACT,
    treeSize: 4,
    rootHash: ROOT,
    finalizedSize: 4,
    pendingEntries: 0,
    queueLength: 0,
    lastChainAnswerAt: AT,
    anchoring: {
      account: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
      balanceWei: null,
      spentTodayWei: null,
      height: 1_240,
      finalizedHeight: 1_234,
      finality: "tag",
      outstanding: 0,
      lastFinal: { treeSize: 4, blockNumber: 1_234, at: AT },
      lagSeconds: 0,
      endpoints: [{ name: "1", ok: true, failures: 0, lastAnswerAt: AT, lastError: null }],
      witnesses: [{ name: "witness.example.org/w1", lastSize: 4, lastSuccessAt: AT, lastError: null }],
    },
    connectors: [
      {
        ...{ name: "1", type: "mqtt", connected: true, since: AT, lastMessageAt: AT, inHand: 0, gaps: 0 },
        ...{ records: { new: 4, repeated: 0, refused: 1 }, refusals: { CLAIMS_INVALID: 1 }, lastError: null },
      },
    ],
    health,
  },
  up: { ok: true },
  health,
  unhealthy: { ok: false, reasons: [`${alarm.code}: ${alarm.message}`], alarms: [alarm] },
  openApi: { openapi: "3.1.1" },
} as const;
