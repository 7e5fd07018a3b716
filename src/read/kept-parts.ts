/**
 * The parts that bundles of one anchor share, made once: the chain's evidence, parsed and as octets, and the beacon with its
 * proof, checked when it was read.
 *
 * Each is remembered by what it follows from, so nothing goes stale: an anchor that a reorg moved has other evidence, and a
 * beacon before a published leaf stays where it is. That the chain has a beacon's block is remembered once the chain has
 * confirmed it.
 */
import { chainText } from "../core/bundle.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import type { StoredEntry } from "../store/log-store.ts";
import { octetsOf } from "./octets.ts";

/**
 * Whether a beacon can go into the bundle of an anchor. `reorged`: the chain has another block at its height.
 * `notBeforeAnchor`: nothing shows that its block is older than the anchor's.
 */
export type Fit = "usable" | "reorged" | "notBeforeAnchor";

/** The evidence of an anchor, and the octets of its member in a bundle. */
export interface KeptEvidence {
  readonly evidence: ChainEvidence;
  readonly octets: string;
}

/** A beacon as it is stored, with its body. */
export type BeaconEntry = StoredEntry & { readonly body: Uint8Array };

/** From a beacon to a leaf, with no other beacon between them. */
interface Stretch {
  readonly beacon: BeaconEntry;
  readonly end: number;
}

const MOST_ANCHORS = 64;
const MOST_STRETCHES = 64;
const MOST_BEACONS = 1_000;

/** The parts kept for one log. */
export class KeptParts {
  readonly #evidence = new Bounded<KeptEvidence>(MOST_ANCHORS);
  readonly #fits = new Bounded<Fit>(MOST_BEACONS);
  readonly #beacons = new Bounded<string>(MOST_BEACONS);
  #stretches: readonly Stretch[] = [];

  /** @throws SyntaxError the stored text is not JSON */
  evidenceOf(stored: string): KeptEvidence {
    return this.#evidence.get(stored) ?? this.#evidence.keep(stored, readEvidence(stored));
  }

  /** The newest beacon before a leaf, if it is known. */
  beaconBefore(leafIndex: number): BeaconEntry | undefined {
    return this.#stretches.find(({ beacon, end }) => beacon.leafIndex < leafIndex && leafIndex <= end)?.beacon;
  }

  /** Remembers that a beacon is the newest before a leaf, and therefore before each leaf between the two. */
  keepBefore(leafIndex: number, beacon: BeaconEntry): BeaconEntry {
    const others = this.#stretches.filter((one) => one.beacon.leafIndex !== beacon.leafIndex);
    this.#stretches = [{ beacon, end: leafIndex }, ...others].slice(0, MOST_STRETCHES);
    return beacon;
  }

  /** Whether a beacon can go into an anchor's bundles; `pair` names the two. */
  fitOf(pair: string): Fit | undefined {
    return this.#fits.get(pair);
  }

  keepFit(pair: string, fit: Fit): Fit {
    return this.#fits.keep(pair, fit);
  }

  /** The octets of the member of a bundle for that pair. */
  beaconOf(pair: string): string | undefined {
    return this.#beacons.get(pair);
  }

  keepBeacon(pair: string, octets: string): string {
    return this.#beacons.keep(pair, octets);
  }
}

function readEvidence(stored: string): KeptEvidence {
  const evidence = JSON.parse(stored) as ChainEvidence;
  return { evidence, octets: octetsOf(chainText(evidence)) };
}

/** A few values by name; when there are too many, all are forgotten. */
class Bounded<T> {
  readonly #most: number;
  readonly #values = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  keep(name: string, value: T): T {
    if (this.#values.size >= this.#most) this.#values.clear();
    this.#values.set(name, value);
    return value;
  }
}
