/**
 * The proof bundle `warifu-bundle/1`: everything that proves one record's place in the log, in one JSON file of a few KB.
 * This module knows only its form; `verify/` knows what it proves.
 */
import { beaconMember, readBeaconProof, type BeaconProof } from "./beacon.ts";
import { fromBase64, fromUtf8, toBase64, utf8 } from "./bytes.ts";
import { readChainEvidence, type ChainEvidence } from "./chain-evidence.ts";
import { ENTRY_BYTES } from "./entry.ts";
import { WarifuError } from "./errors.ts";
import { parseJson, parseSharingJson, type JsonObject } from "./json.ts";
import { KnownObjects } from "./known-objects.ts";
import { ObjectReader } from "./object-reader.ts";

/** Value of the member `format`. */
export const BUNDLE_FORMAT = "warifu-bundle/1";
/** Largest bundle that is read. */
export const MAX_BUNDLE_BYTES = 1_048_576;

/** The parts of a bundle. */
export interface ProofBundle {
  /** Name of the source; its hash with the origin is the entry's source id. */
  readonly source: string;
  /** Canonical JSON text of the body; `null` when it is withheld or erased: the entry still verifies. */
  readonly body: string | null;
  /** The 79 bytes in the log. */
  readonly entry: Uint8Array;
  /** C2SP tlog-proof against an anchored checkpoint. */
  readonly proof: string;
  readonly chain: ChainEvidence;
  /** A block that the record is newer than; `null` when the log names none, and in bundles older than beacons. */
  readonly beacon: BeaconProof | null;
  /** Openings that the requester was granted, each as RFC 9901 text. */
  readonly openings: readonly string[];
  /** Timestamps of the checkpoint, from one authority each; bundles without any, as older ones, lack the member. */
  readonly timestamps?: readonly Timestamp[];
}

/** The timestamps of a checkpoint by one authority, or one calendar. */
export type Timestamp = TimestampSeries | BlockProof;

/** A timestamp and its renewals. */
export interface TimestampSeries {
  /** Base64 of RFC 3161 tokens: the first is about the checkpoint, each other one also about the token before it. */
  readonly tokens: readonly string[];
}

/** A path from the checkpoint to a Bitcoin block, or to a calendar until there is one. */
export interface BlockProof {
  /** Base64 of a detached proof of OpenTimestamps, the file `.ots`. */
  readonly opentimestamps: string;
}

/** Text of a bundle: JSON, indented for people. */
export function formatBundle(bundle: ProofBundle): string {
  return formatSharingBundle(bundle, { chain: chainText(bundle.chain), beacon: beaconText(bundle.beacon) });
}

/** The members that all bundles of one anchor have in common, as text. */
export interface SharedTexts {
  readonly chain: string;
  readonly beacon: string;
}

/** The members that differ from bundle to bundle. */
export type OwnParts = Pick<ProofBundle, "source" | "body" | "entry" | "proof" | "openings" | "timestamps">;

/** Text of a bundle whose common members were formatted before. */
export function formatSharingBundle(own: OwnParts, { chain, beacon }: SharedTexts): string {
  const { source, body, proof, openings, timestamps = [] } = own;
  const begin = JSON.stringify({ format: BUNDLE_FORMAT, source, body, entry: toBase64(own.entry), proof }, null, 2);
  const members = [`"chain": ${chain}`, `"beacon": ${beacon}`, `"openings": ${memberText(openings)}`];
  if (timestamps.length > 0) members.push(`"timestamps": ${memberText(timestamps)}`);
  return `${begin.slice(0, -"\n}".length)},\n  ${members.join(",\n  ")}\n}\n`;
}

/** Text of the member `chain`. */
export function chainText(chain: ChainEvidence): string {
  return memberText(chain);
}

/** Text of the member `beacon`. */
export function beaconText(beacon: BeaconProof | null): string {
  return memberText(beacon && beaconMember(beacon));
}

/** JSON escapes line feeds in strings, so all of these are between values. */
function memberText(value: object | null): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");
}

/**
 * Parts of earlier bundles: an object whose text occurs again is neither parsed nor interpreted again. So two bundles with
 * the same text of evidence have the same evidence object.
 */
export class KnownParts {
  readonly objects = new KnownObjects();
  readonly chains = new WeakMap<JsonObject, ChainEvidence>();
  readonly beacons = new WeakMap<JsonObject, BeaconProof>();
}

/**
 * The bundle in a file; nothing it says is verified.
 * @param known for reading many bundles: its parts are shared between them, and must not be changed
 * @throws BUNDLE_INVALID unknown format, unknown or missing member, wrong form, above {@link MAX_BUNDLE_BYTES}
 */
export function parseBundle(bytes: Uint8Array, known?: KnownParts): ProofBundle {
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new WarifuError("BUNDLE_INVALID", `the bundle is larger than ${MAX_BUNDLE_BYTES} bytes`);
  try {
    const text = fromUtf8(bytes, "bundle");
    const value = known ? parseSharingJson(text, "bundle", known.objects) : parseJson(text, "bundle");
    return readBundle(new ObjectReader(value, "bundle", "BUNDLE_INVALID"), known);
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "BUNDLE_INVALID")
      throw new WarifuError("BUNDLE_INVALID", `the bundle is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readBundle(reader: ObjectReader, known: KnownParts | undefined): ProofBundle {
  const format = reader.string("format");
  if (format !== BUNDLE_FORMAT) reader.fail("format", `must be "${BUNDLE_FORMAT}"`);
  const bundle = {
    source: reader.string("source"),
    body: reader.stringOrNull("body"),
    entry: fromBase64(reader.string("entry"), "bundle.entry", ENTRY_BYTES),
    proof: reader.string("proof"),
    chain: readOnce(reader, "chain", readChainEvidence, known?.chains),
    beacon: reader.has("beacon") ? readOnce(reader, "beacon", readBeaconProof, known?.beacons) : null,
    openings: reader.strings("openings"),
    ...(reader.has("timestamps") && { timestamps: reader.objects("timestamps").map(readTimestamp) }),
  };
  reader.end();
  return bundle;
}

/** A member that is no object cannot be a key of the map; it is refused when it is read. */
function readOnce<Part>(
  reader: ObjectReader,
  name: string,
  read: (member: ObjectReader) => Part,
  known: WeakMap<JsonObject, Part> | undefined,
): Part {
  const object = reader.value(name) as JsonObject;
  const before = known?.get(object);
  if (before !== undefined) return before;
  const part = read(reader.object(name));
  known?.set(object, part);
  return part;
}

function readTimestamp(reader: ObjectReader): Timestamp {
  const timestamp = reader.has("opentimestamps")
    ? { opentimestamps: reader.string("opentimestamps") }
    : { tokens: reader.strings("tokens") };
  reader.end();
  return timestamp;
}

/** The body's bytes, which the entry's digest is of. */
export function bodyBytes(bundle: ProofBundle): Uint8Array | null {
  return bundle.body === null ? null : utf8(bundle.body);
}
