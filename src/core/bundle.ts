/**
 * The proof bundle `warifu-bundle/1`: everything that shows where one record stands, in one JSON file of a few KB.
 * This module knows its form only; `verify/` knows what it proves.
 */
import { beaconMember, readBeaconProof, type BeaconProof } from "./beacon.ts";
import { fromBase64, fromUtf8, toBase64, utf8 } from "./bytes.ts";
import { readChainEvidence, type ChainEvidence } from "./chain-evidence.ts";
import { ENTRY_BYTES } from "./entry.ts";
import { WarifuError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { ObjectReader } from "./shape.ts";

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
}

/** Text of a bundle: JSON, indented for people. */
export function formatBundle(bundle: ProofBundle): string {
  const { source, body, proof, chain, openings } = bundle;
  const entry = toBase64(bundle.entry);
  const beacon = bundle.beacon && beaconMember(bundle.beacon);
  const value = { format: BUNDLE_FORMAT, source, body, entry, proof, chain, beacon, openings };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * The bundle in a file; nothing it says is verified.
 * @throws BUNDLE_INVALID unknown format, unknown or missing member, wrong form, above {@link MAX_BUNDLE_BYTES}
 */
export function parseBundle(bytes: Uint8Array): ProofBundle {
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw new WarifuError("BUNDLE_INVALID", `the bundle is larger than ${MAX_BUNDLE_BYTES} bytes`);
  try {
    return readBundle(new ObjectReader(parseJson(fromUtf8(bytes, "bundle"), "bundle"), "bundle", "BUNDLE_INVALID"));
  } catch (cause) {
    if (cause instanceof WarifuError && cause.code !== "BUNDLE_INVALID")
      throw new WarifuError("BUNDLE_INVALID", `the bundle is not readable: ${cause.message}`, { cause });
    throw cause;
  }
}

function readBundle(reader: ObjectReader): ProofBundle {
  const format = reader.string("format");
  if (format !== BUNDLE_FORMAT) reader.fail("format", `must be "${BUNDLE_FORMAT}"`);
  const bundle = {
    source: reader.string("source"),
    body: reader.stringOrNull("body"),
    entry: fromBase64(reader.string("entry"), "bundle.entry", ENTRY_BYTES),
    proof: reader.string("proof"),
    chain: readChainEvidence(reader.object("chain")),
    beacon: reader.has("beacon") ? readBeaconProof(reader.object("beacon")) : null,
    openings: reader.strings("openings"),
  };
  reader.end();
  return bundle;
}

/** The body's bytes, as they are hashed. */
export function bodyBytes(bundle: ProofBundle): Uint8Array | null {
  return bundle.body === null ? null : utf8(bundle.body);
}
