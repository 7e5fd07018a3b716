// A whole proof bundle and the policy of somebody who verifies it: a record with public and concealed claims, signed by
// its source, in a log of other leaves, under a cosigned checkpoint that a contract on a made-up chain recorded.
// Pure, with fixed keys and salts: the same bytes in every run. Options replace single parts, so that each step of the
// verifier can be made to fail alone while everything around it stays consistent.

import { formatEventBody } from "../../src/core/body.ts";
import type { BeaconProof } from "../../src/core/beacon.ts";
import { formatBundle, type ProofBundle } from "../../src/core/bundle.ts";
import { toBase64, toHex, utf8 } from "../../src/core/bytes.ts";
import { formatOpening, openingDigest } from "../../src/core/opening.ts";
import { encodeEntry, type Entry } from "../../src/core/entry.ts";
import { canonicalJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";
import { verifierKey, type VerifierKey } from "../../src/core/note.ts";
import type { Policy } from "../../src/core/policy.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";
import { signedBytesOf } from "../../src/core/source-signature.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { formatTlogProof } from "../../src/core/tlog-proof.ts";
import { naiveInclusionProof, naiveLeafHash, naiveRangeHash } from "../reference/naive-merkle.ts";
import { CHAIN_ID, CONTRACT, blockFixture, chainEvidence, type ChainFixtureOptions } from "./chain-fixture.ts";
import { signingKey, type SigningKey } from "./signing-key.ts";
import { recordBodyOf } from "./record-body.ts";

export const ORIGIN = "santander.example/ledger";
export const SOURCE = "santander/app-7";
export const LOG_PAIR = signingKey(1);
export const LOG_KEY = verifierKey(ORIGIN, LOG_PAIR.publicKey);
export const SOURCE_PAIR = signingKey(2);
export const WITNESS_PAIRS = [signingKey(11), signingKey(12), signingKey(13)] as const;
export const WITNESS_KEYS: readonly VerifierKey[] = WITNESS_PAIRS.map((pair, at) =>
  verifierKey(`witness${at}.example`, pair.publicKey, "cosignature"),
);
/** POSIX seconds at which the witnesses cosign. */
const COSIGNED_AT = 1_795_334_405;

/** What may be other than usual. */
export type BundleFixtureOptions = {
  readonly claims?: JsonObject;
  /** Claims that the body conceals. None: the body has no digests. */
  readonly concealed?: JsonObject;
  /** What the log says itself of the bytes that the record was made of: no source signs it. */
  readonly received?: JsonValue;
  /** The same of the content credentials of its pictures. */
  readonly credentials?: JsonValue;
  /** Names of the openings that the bundle carries; all by default. */
  readonly disclosed?: readonly string[];
  /** Who signs the record; null for an unsigned one. */
  readonly signer?: SigningKey | null;
  /** What the signer signs: the record's canonical form, by default; a JWS, or a request, that holds the record. */
  readonly signs?: "form" | "jws" | "request";
  /** What a JWS or request says, in the place of the record. */
  readonly says?: (record: JsonObject) => JsonValue;
  readonly evidence?: (evidence: JsonObject) => JsonValue;
  readonly source?: string;
  /** Changes what the body says of the signature; undefined, as in bodies from before there was such a member. */
  readonly signed?: (signed: string | false) => string | false | undefined;
  /** Changes the body before the entry commits to it. */
  readonly body?: (body: JsonObject) => JsonObject;
  readonly entry?: (entry: Entry) => Entry;
  readonly treeSize?: number;
  readonly leafIndex?: number;
  /** Who signs the checkpoint, over which origin, and how many of the witnesses cosign. */
  readonly logPair?: SigningKey;
  readonly origin?: string;
  readonly cosigners?: number;
  /** Changes the checkpoint's note after it was signed. */
  readonly note?: (note: string) => string;
  readonly chain?: Partial<ChainFixtureOptions>;
  /** A beacon in the log, in the bundle; none by default. */
  readonly beacon?: BeaconFixtureOptions;
  /** Changes the finished bundle. */
  readonly bundle?: (bundle: ProofBundle) => ProofBundle;
};

/** What may be other than usual about a beacon: block 1,200 at leaf 5, as the log itself would enter it. */
export type BeaconFixtureOptions = {
  readonly leafIndex?: number;
  readonly block?: Parameters<typeof blockFixture>[0];
  readonly content?: (content: JsonObject) => JsonObject;
  /** Changes the body before the entry commits to it. */
  readonly body?: (body: JsonObject) => JsonObject;
  readonly entry?: (entry: Entry) => Entry;
  /** Changes the member of the finished bundle. */
  readonly member?: (member: BeaconProof) => BeaconProof;
};

/** A bundle and what belongs to it. */
export type BundleFixture = {
  readonly bundle: ProofBundle;
  readonly bytes: Uint8Array;
  /** Believes the evidence of a chain of one's own, and asks for no witness. */
  readonly policy: Policy;
  readonly entry: Entry;
  readonly note: string;
};

/** Builds the bundle. */
export async function bundleFixture(options: BundleFixtureOptions = {}): Promise<BundleFixture> {
  const { openings, bodyText } = recordBody(options);
  const entry = entryOf(options, bodyText);
  const entryBytes = encodeEntry(entry);
  const { treeSize = 300, leafIndex = 171 } = options;
  const beacon = options.beacon && beaconEntry(options.beacon);
  const entries = new Map([[leafIndex, entryBytes], ...(beacon ? [[beacon.leafIndex, beacon.entry] as const] : [])]);
  const leaves = Array.from({ length: treeSize }, (_, at) =>
    naiveLeafHash(entries.get(at) ?? Buffer.from(`another entry, ${at}`)),
  );
  const hash = naiveRangeHash(leaves);
  const note = checkpointNote(options, treeSize, hash(0, treeSize));
  const proofOf = (at: number): string =>
    formatTlogProof({ leafIndex: at, hashes: naiveInclusionProof(hash, at, 0, treeSize), checkpoint: note });
  const member = beacon && { entry: beacon.entry, body: beacon.body, proof: proofOf(beacon.leafIndex) };
  const bundle: ProofBundle = {
    source: options.source ?? SOURCE,
    body: bodyText,
    entry: entryBytes,
    proof: proofOf(leafIndex),
    chain: await chainEvidence({ treeSize, rootHash: hash(0, treeSize), previousSize: 256, ...options.chain }),
    beacon: member ? (options.beacon?.member?.(member) ?? member) : null,
    openings: openings.filter(({ name }) => options.disclosed?.includes(name) ?? true).map(({ text }) => text),
  };
  const altered = options.bundle?.(bundle) ?? bundle;
  return { bundle: altered, bytes: utf8(formatBundle(altered)), policy: fixturePolicy(), entry, note };
}

/** The policy that the bundle holds under, with any part replaced. */
export function fixturePolicy(change: Partial<Policy> & { chain?: Policy["chain"] } = {}): Policy {
  return {
    log: LOG_KEY,
    chain: { id: CHAIN_ID, contract: CONTRACT, accept: "evidence" },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses: { keys: [], quorum: 0 },
    ...change,
  };
}

type NamedOpening = { readonly name: string; readonly text: string };

function recordBody(options: BundleFixtureOptions): { openings: NamedOpening[]; bodyText: string } {
  const claims = options.claims ?? { category: "pothole" };
  const concealed = options.concealed ?? { text: "a deep hole", reporter: { name: "Jane Doe" } };
  const reserved: JsonObject = {
    ...evidenceOf(options, { ...claims, ...concealed }),
    ...(options.received !== undefined && { received: options.received }),
    ...(options.credentials !== undefined && { c2pa: options.credentials }),
  };
  const conceals = Object.keys(concealed).length > 0;
  // The source's signature hides with what it signs.
  const hidden = conceals ? { ...concealed, ...reserved } : {};
  const openings = Object.entries(hidden).map(([name, value], at) => ({
    name,
    text: formatOpening({ salt: new Uint8Array(32).fill(at + 1), name, value }),
  }));
  const decoys = Array.from({ length: conceals ? 8 - openings.length : 0 }, (_, at) => `decoy ${at}`);
  const digests = [...openings.map(({ text }) => openingDigest(text)), ...decoys.map(openingDigest)].sort();
  const content: JsonObject = conceals ? { ...claims, _sd: digests } : { ...claims, ...reserved };
  const source = options.source ?? SOURCE;
  const head = { iat: 1_795_334_400, iss: ORIGIN, seq: 17, src: toHex(sourceIdOf(ORIGIN, source)) };
  const saltAt = Object.keys(hidden).indexOf("evidence");
  const commitment = commitmentOf(options, { ...claims, ...concealed }, new Uint8Array(32).fill(saltAt + 1));
  const said = options.signed ? options.signed(commitment) : commitment;
  const vct = "warifu:citizen-report:1";
  const text = Buffer.from(recordBodyOf({ ...head, vct }, content, conceals ? said : undefined)).toString();
  return { openings, bodyText: options.body ? canonicalJson(options.body(JSON.parse(text) as JsonObject)) : text };
}

/** By the definition in docs/formats.md. */
function commitmentOf(options: BundleFixtureOptions, claims: JsonObject, salt: Uint8Array): string | false {
  if (options.signer === null) return false;
  return Buffer.from(sha256(Buffer.concat([salt, coveredBytes(options, claims)]))).toString("base64url");
}

function coveredBytes(options: BundleFixtureOptions, claims: JsonObject): Uint8Array {
  const record = { claims, seq: 17, source: options.source ?? SOURCE, type: "citizen-report" };
  const { signs = "form", says = () => record } = options;
  if (signs === "form") return signedBytesOf(record);
  const said = Buffer.from(JSON.stringify(says(record)));
  if (signs === "jws") return Buffer.from(`${base64Url('{"alg":"EdDSA"}')}.${base64Url(said)}`);
  const digest = `"content-digest": sha-256=:${toBase64(sha256(said))}:`;
  return Buffer.from(
    `"@method": POST\n${digest}\n"@signature-params": ("@method" "content-digest");created=1795334400`,
  );
}

function base64Url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** Entry and body of the beacon; no code of core/beacon.ts takes part. */
function beaconEntry(options: BeaconFixtureOptions): { leafIndex: number; entry: Uint8Array; body: string } {
  const { hash, header } = blockFixture({ blockNumber: 1_200, blockTime: 1_795_334_004, ...options.block });
  const { blockNumber = 1_200, blockTime = 1_795_334_004 } = options.block ?? {};
  const content: JsonObject = {
    blockHash: hash,
    blockNumber: Number(blockNumber),
    blockTime: Number(blockTime),
    chainId: CHAIN_ID,
    header,
  };
  const head = { iat: 1_795_334_008, iss: ORIGIN, seq: 4, src: toHex(logIdOf(ORIGIN)), vct: "warifu:beacon:1" };
  const text = Buffer.from(formatEventBody(head, "beacon", options.content?.(content) ?? content)).toString();
  const body = options.body ? canonicalJson(options.body(JSON.parse(text) as JsonObject)) : text;
  const entry: Entry = { kind: "beacon", sourceId: logIdOf(ORIGIN), seq: 4, bodyDigest: sha256(utf8(body)) };
  return { leafIndex: options.leafIndex ?? 5, entry: encodeEntry(options.entry?.(entry) ?? entry), body };
}

function evidenceOf(options: BundleFixtureOptions, claims: JsonObject): JsonObject {
  const signer = options.signer === undefined ? SOURCE_PAIR : options.signer;
  if (signer === null) return {};
  const covered = coveredBytes(options, claims);
  const signature = signer.sign(covered);
  const sig = toBase64(signature);
  const key = { crv: "Ed25519", kty: "OKP", x: base64Url(signer.publicKey) };
  const record = { claims, seq: 17, source: options.source ?? SOURCE, type: "citizen-report" };
  const content = toBase64(Buffer.from(JSON.stringify(options.says?.(record) ?? record)));
  const evidence = {
    form: { alg: "Ed25519", key: toBase64(signer.publicKey), sig },
    jws: { jws: `${Buffer.from(covered).toString()}.${base64Url(signature)}`, key },
    request: { base: Buffer.from(covered).toString(), content, key, sig },
  }[options.signs ?? "form"];
  return { evidence: options.evidence?.(evidence) ?? evidence };
}

function entryOf(options: BundleFixtureOptions, bodyText: string): Entry {
  const sourceId = sourceIdOf(ORIGIN, options.source ?? SOURCE);
  const entry: Entry = { kind: "record", sourceId, seq: 17, bodyDigest: sha256(utf8(bodyText)) };
  return options.entry?.(entry) ?? entry;
}

function checkpointNote(options: BundleFixtureOptions, treeSize: number, rootHash: Uint8Array): string {
  const text = `${options.origin ?? ORIGIN}\n${treeSize}\n${toBase64(rootHash)}\n`;
  const line = (name: string, ...blob: Uint8Array[]): string =>
    `\u2014 ${name} ${Buffer.concat(blob).toString("base64")}\n`;
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(COSIGNED_AT));
  const cosignatures = WITNESS_KEYS.slice(0, options.cosigners ?? 0).map((key, at) => {
    const signature = (WITNESS_PAIRS[at] as SigningKey).sign(utf8(`cosignature/v1\ntime ${COSIGNED_AT}\n${text}`));
    return line(key.name, key.keyId, time, signature);
  });
  const signed = line(ORIGIN, LOG_KEY.keyId, (options.logPair ?? LOG_PAIR).sign(utf8(text)));
  const note = `${text}\n${signed}${cosignatures.join("")}`;
  return options.note?.(note) ?? note;
}
