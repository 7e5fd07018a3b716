// The log of four entries that docs/formats.md works through, computed by the sources from fixed keys, times and salts,
// with chain evidence from a block that no chain has.
// Invariant: each part is the exact text of one block of the document, so neither can change without the other.

import { conceal, sealableOf } from "../../../src/write/conceal.ts";
import { append, type AppendedEntry } from "../../../src/write/append.ts";
import { LogTree } from "../../../src/write/log-tree.ts";
import { BEACON_CONTENT, BEACON_VCT, beaconContent } from "../../../src/core/beacon.ts";
import { formatEventBody } from "../../../src/core/body.ts";
import { formatBundle } from "../../../src/core/bundle.ts";
import { fromUtf8, toBase64, toHex } from "../../../src/core/bytes.ts";
import { signCheckpoint } from "../../../src/core/checkpoint.ts";
import { encodeEntry, type EntryKind } from "../../../src/core/entry.ts";
import { canonicalJson, parseJson, type JsonObject } from "../../../src/core/json.ts";
import { inclusionRanges, nodeHash } from "../../../src/core/merkle.ts";
import { formatVerifierKey, verifierKey, type VerifierKey } from "../../../src/core/note.ts";
import { formatPolicy } from "../../../src/core/policy.ts";
import { parseProfile, type Profile } from "../../../src/profiles/profile.ts";
import { signedBytesOf } from "../../../src/core/source-signature.ts";
import { logIdOf, sourceIdOf, type Record } from "../../../src/core/record.ts";
import { formatRecordId } from "../../../src/core/record-id.ts";
import { openingDigest } from "../../../src/core/opening.ts";
import { formatTlogProof } from "../../../src/core/tlog-proof.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import { blockFixture, CHAIN_ID, chainEvidence, CONTRACT } from "../../support/chain-fixture.ts";
import { signingKey } from "../../support/signing-key.ts";

export const ORIGIN = "santander.example/ledger";
const LOG_SEED = Uint8Array.from({ length: 32 }, (_, at) => at);
const SOURCE_SEED = Uint8Array.from({ length: 32 }, (_, at) => 32 + at);
/** 2026-11-22T08:00:00Z, of all four entries. */
export const RECEIVED_AT = 1_795_334_400;
/** Of the signed reading. The report has none, so the log assigns 0. */
const SENSOR_SEQ = 17;

/** Characters of a text in the document's JSON; the files hold them all. */
const LONGEST_SHOWN = 90;

/** Numbers as programs in other languages print them. */
const NUMBERS = ["16.0", "16.40", "-0.0", "1e-05", "1e-07", "1e15"];

/** The profiles of the example, as files would hold them. */
export type ExampleProfiles = { readonly added: JsonObject; readonly shipped: readonly JsonObject[] };

/** Every block of the document by name, and the pieces that the test computes once more by other means. */
export type WorkedExample = {
  readonly blocks: ReadonlyMap<string, string>;
  /** The report's bundle with one of its openings, and a policy under which it holds. */
  readonly files: { readonly bundle: string; readonly policy: string };
  readonly records: { readonly sensor: Record; readonly citizen: Record };
  readonly bodies: readonly Uint8Array[];
  readonly openings: readonly string[];
  readonly entries: readonly AppendedEntry[];
};

/** What is drawn for a salt or a decoy, one byte of which is not used. */
const SLOT_BYTES = 33;

/** Slot n of the random bytes is byte n+1 throughout: salts first, then decoys. */
function exampleRandom(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => 1 + Math.floor(at / SLOT_BYTES));
}

/** Computes the example. */
export async function workedExample({ added, shipped }: ExampleProfiles): Promise<WorkedExample> {
  const profiles = new Map([added, ...shipped].map(parseProfile).map((profile) => [profile.document.type, profile]));
  const records = { sensor: sensorRecord(), citizen: citizenRecord() };
  const parts = [concealed(records.sensor, profiles, SENSOR_SEQ), concealed(records.citizen, profiles, 0)];
  const beacon = beaconContent(CHAIN_ID, blockFixture({ blockNumber: 1_200, blockTime: RECEIVED_AT - 396 }));
  const bodies = [
    eventBody(0, "warifu:profile:1", "profile", added),
    eventBody(1, BEACON_VCT, BEACON_CONTENT, beacon),
    ...parts.map(({ body }) => body),
  ];
  const openings = parts[1]?.openings ?? [];
  const tree = await LogTree.load(emptyStore());
  const entries = append(tree, [
    sealable("profile", ORIGIN, logIdOf(ORIGIN), 0, bodies[0] as Uint8Array),
    sealable("beacon", ORIGIN, logIdOf(ORIGIN), 1, bodies[1] as Uint8Array),
    sealable("record", records.sensor.source, idOf(records.sensor), SENSOR_SEQ, bodies[2] as Uint8Array),
    sealable("record", records.citizen.source, idOf(records.citizen), 0, bodies[3] as Uint8Array),
  ]).map(({ entry }) => entry);
  tree.markPublished();
  const { note, key } = published(tree);
  const [beaconProof, proof] = [await proofOf(1, tree, note), await proofOf(3, tree, note)];
  const chain = await chainEvidence({ treeSize: tree.size, rootHash: tree.rootHash(), receipts: 1, proofHashes: 0 });
  const files = {
    bundle: formatBundle({
      source: records.citizen.source,
      body: fromUtf8(bodies[3] as Uint8Array, "body"),
      entry: encodeEntry(entries[3] as AppendedEntry),
      proof,
      chain,
      beacon: {
        entry: encodeEntry(entries[1] as AppendedEntry),
        body: fromUtf8(bodies[1] as Uint8Array, "body"),
        proof: beaconProof,
      },
      openings: openings.slice(0, 1),
    }),
    policy: formatPolicy({
      log: key,
      chain: { id: CHAIN_ID, contract: CONTRACT, accept: "trusted-block" },
      trustedBlocks: [chain.block.hash],
      rpc: [],
      sources: [{ name: records.sensor.source, key: toBase64(signingKey(SOURCE_SEED).publicKey) }],
      witnesses: { keys: [], quorum: 0 },
    }),
  };
  const blocks = new Map([
    ...recordBlocks(records, bodies, openings),
    ...entryBlocks(entries),
    ...treeBlocks(tree, entries),
    ["vkey", formatVerifierKey(key)],
    ["checkpoint", note.slice(0, -1)],
    ["proof", proof.slice(0, -1)],
    ["acknowledgement", acknowledgement(entries[3] as AppendedEntry, note)],
    ["beacon", pretty(shortened(beacon))],
    ["chain evidence", pretty(shortened(chain))],
    ["bundle", pretty(shortened({ ...(JSON.parse(files.bundle) as object), chain: "…" }))],
    ["policy", files.policy.slice(0, -1)],
  ]);
  return { blocks, files, records, bodies, openings, entries };
}

function sensorRecord(): Record {
  const unsigned = {
    type: "sensor-reading",
    source: "santander/env-419",
    seq: SENSOR_SEQ,
    claims: { observedAt: "2026-11-22T07:59:58Z", temperature: 16.45, noise: 71.2 },
  };
  const { publicKey, sign } = signingKey(SOURCE_SEED);
  const sig = toBase64(sign(signedBytesOf(unsigned)));
  return { ...unsigned, evidence: { alg: "Ed25519", key: toBase64(publicKey), sig } };
}

function citizenRecord(): Record {
  return {
    key: "app-1/000042",
    type: "citizen-report",
    source: "street-app",
    claims: { category: "pothole", area: "centro", text: "A deep hole", reporterEmail: "a@example.org" },
  };
}

function concealed(record: Record, profiles: ReadonlyMap<string, Profile>, seq: number) {
  const profile = profiles.get(record.type) as Profile;
  profile.assertClaims(record.claims);
  const newRecord = { record: conceal({ record, profile }, exampleRandom), seq };
  const id = idOf(record);
  return sealableOf(newRecord, { bytes: id, hex: toHex(id) }, { origin: ORIGIN, receivedAt: RECEIVED_AT });
}

function eventBody(seq: number, vct: string, contentName: string, content: JsonObject): Uint8Array {
  return formatEventBody(
    { iat: RECEIVED_AT, iss: ORIGIN, seq, src: toHex(logIdOf(ORIGIN)), vct },
    contentName,
    content,
  );
}

function idOf(record: Record): Uint8Array {
  return sourceIdOf(ORIGIN, record.source);
}

function sealable(kind: EntryKind, sourceName: string, sourceId: Uint8Array, seq: number, body: Uint8Array) {
  return { kind, sourceName, sourceId, seq, body, receivedAt: RECEIVED_AT };
}

function recordBlocks(
  { sensor, citizen }: WorkedExample["records"],
  bodies: readonly Uint8Array[],
  openings: readonly string[],
): [string, string][] {
  const { claims, seq, source, type } = sensor;
  return [
    ["sensor record", pretty(sensor)],
    ["citizen record", pretty(citizen)],
    ["signed bytes", `warifu-record/1\n${canonicalJson({ claims, seq: seq as number, source, type })}`],
    ["signed numbers", table(NUMBERS.map((text) => [text, canonicalJson(parseJson(text, "number"))]))],
    [
      "ids",
      table([
        ["log", toHex(logIdOf(ORIGIN))],
        [source, toHex(idOf(sensor))],
        [citizen.source, toHex(idOf(citizen))],
      ]),
    ],
    // The beacon's is long, and shown by its content alone.
    ...[0, 2, 3].map((at): [string, string] => [`body ${at}`, fromUtf8(bodies[at] as Uint8Array, "body")]),
    ["openings", openings.map((text) => `${text}\n${openingDigest(text)}`).join("\n")],
  ];
}

function entryBlocks(entries: readonly AppendedEntry[]): [string, string][] {
  return entries.map((entry) => {
    const hex = toHex(encodeEntry(entry));
    const at = (from: number, to: number): string => hex.slice(2 * from, 2 * to);
    const lines: [string, string][] = [
      [at(0, 1), "version"],
      [at(1, 2), `kind: ${entry.kind}`],
      [at(2, 34), "source id"],
      [at(34, 42), "seq"],
      [at(42, 74), "SHA-256 of the body"],
      [at(74, 78), "offset of that digest"],
      [at(78, 79), "number of addenda"],
    ];
    return [`entry ${entry.leafIndex}`, table(lines)];
  });
}

/** The checkpoint over the whole tree. */
function published(tree: LogTree): { note: string; key: VerifierKey } {
  const { publicKey, sign } = signingKey(LOG_SEED);
  const key = verifierKey(ORIGIN, publicKey);
  const { note } = signCheckpoint({ origin: ORIGIN, treeSize: tree.size, rootHash: tree.rootHash() }, { key, sign });
  return { note, key };
}

async function proofOf(leafIndex: number, tree: LogTree, checkpoint: string): Promise<string> {
  const hashes: Uint8Array[] = [];
  for (const range of inclusionRanges(leafIndex, tree.size)) hashes.push(await tree.rangeHash(range));
  return formatTlogProof({ leafIndex, hashes, checkpoint });
}

function treeBlocks(tree: LogTree, entries: readonly AppendedEntry[]): [string, string][] {
  const leaves = entries.map(({ leafHash }) => leafHash);
  const [first, second, third, fourth] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const lines: [string, string][] = [
    ...leaves.map((leaf, at): [string, string] => [`leaf ${at}`, toHex(leaf)]),
    ["node over leaves 0 and 1", toHex(nodeHash(first, second))],
    ["node over leaves 2 and 3", toHex(nodeHash(third, fourth))],
    ["root", toHex(tree.rootHash())],
  ];
  return [
    ["tree", table(lines)],
    ["record ids", table(entries.map(({ leafIndex, id }) => [`leaf ${leafIndex}`, formatRecordId(id)]))],
  ];
}

function acknowledgement({ id, leafIndex, leafHash }: AppendedEntry, checkpoint: string): string {
  return pretty({ id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash), checkpoint });
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** The same value with the middle of each long text left out, as the document shows it. */
function shortened(value: unknown): unknown {
  const isLong = (item: unknown): item is string => typeof item === "string" && item.length > LONGEST_SHOWN;
  return JSON.parse(JSON.stringify(value), (_name, item: unknown) =>
    isLong(item) ? `${item.slice(0, LONGEST_SHOWN - 20)}…${item.slice(-16)}` : item,
  );
}

/** Two columns; the shorter cells of the first are filled up. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join("\n");
}

/** All that the tree asks of a store that holds nothing yet. */
function emptyStore(): LedgerStore {
  const store: Pick<LedgerStore, "treeSize" | "entries" | "newestCheckpoint" | "tile"> = {
    treeSize: () => 0,
    entries: async () => [],
    newestCheckpoint: async () => undefined,
    tile: async () => undefined,
  };
  return store as LedgerStore;
}
