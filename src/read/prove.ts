/**
 * Stage prove: puts together the proof bundle of one entry, against the smallest final anchor that covers it and that the
 * witnesses cosigned, with the newest beacon before it. Proofs are built from the tree, not from an index, so a planted row
 * cannot produce one that verifies.
 */
import type { ReadOnlyChain } from "../chain/chain.ts";
import { beaconInBody, isBlockAfter } from "../core/beacon.ts";
import { beaconText, formatSharingBundle, type Timestamp } from "../core/bundle.ts";
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { formatTlogProof } from "../core/tlog-proof.ts";
import type { AnchorJournal, AnchorState, StoredAnchor } from "../store/anchor-journal.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { LogTree } from "../write/log-tree.ts";
import { KeptParts, type BeaconEntry, type Fit } from "./kept-parts.ts";
import { octetsOf, textOf } from "./octets.ts";

/** Further parts of a bundle, and where they come from. */
export interface ProveOptions {
  /** Openings that the requester was granted. */
  readonly openings?: readonly string[] | undefined;
  /** Timestamps of the anchor's checkpoint. */
  readonly timestamps?: readonly Timestamp[] | undefined;
  /** Asked whether it still has a beacon's block. */
  readonly chain?: Pick<ReadOnlyChain, "blockHashAt"> | undefined;
  /** Accepts what was read from the store, or throws STORE_DAMAGED. */
  readonly check?: { bodyOf(entry: StoredEntry): Promise<unknown> } | undefined;
  /** Parts shared by the many records between two anchors. */
  readonly kept?: KeptParts | undefined;
}

/** At most this many beacons are tried, each older than the last: a reorg below finality removes a few blocks, not hundreds. */
const MOST_TRIED = 16;

/** Which anchor a bundle should rest on. */
export interface WantedAnchor {
  /** The anchor of exactly this tree size, whoever cosigned it. */
  readonly size?: number | undefined;
  /** Whether the note of an anchor carries as many cosignatures as required. */
  readonly hasQuorum?: ((anchor: StoredAnchor) => boolean) | undefined;
}

/** This many anchors are searched at a time for one with enough cosignatures. */
const ANCHORS_AT_ONCE = 64;
/**
 * How many anchors are searched; after that, the newest one serves, since a log may have made tens of thousands before it
 * had witnesses.
 */
const MOST_LOOKED_THROUGH = 256;

/**
 * The final anchor that the bundle of an entry rests on: the one of the size named, or else the smallest above the entry
 * that has the quorum. A witness that was absent cannot go back, so an anchor that lacks its cosignature will always lack
 * it, and a later one has to serve. If none has the quorum, the smallest.
 * @throws NOT_ANCHORED_YET while no anchor above the entry, or of that size, is final; NOT_FOUND no anchor has that size;
 *   REQUEST_INVALID the entry is not in a tree of that size
 */
export async function anchorFor(
  entry: StoredEntry,
  store: AnchorJournal,
  { size, hasQuorum = () => true }: WantedAnchor = {},
): Promise<StoredAnchor> {
  const { leafIndex } = entry;
  if (size !== undefined) return anchorOfSize(size, leafIndex, store);
  const smallest = await store.anchorAbove(leafIndex);
  if (smallest?.state !== "finalized" || smallest.evidence === null)
    throw new WarifuError(
      "NOT_ANCHORED_YET",
      `leaf ${leafIndex} is ${smallest?.state ?? "pending"}: its anchor is not final on the chain yet`,
      { details: { leafIndex, state: smallest?.state ?? "pending" } },
    );
  if (hasQuorum(smallest)) return smallest;
  for (let [size, looked] = [smallest.treeSize, 0]; looked < MOST_LOOKED_THROUGH; looked += ANCHORS_AT_ONCE) {
    const page = await store.finalAnchorsAbove(size, ANCHORS_AT_ONCE);
    const cosigned = page.find(hasQuorum);
    if (cosigned) return cosigned;
    size = page.at(-1)?.treeSize ?? Infinity;
    if (page.length < ANCHORS_AT_ONCE) return smallest;
  }
  const newest = await store.newestFinalAnchor();
  return newest && hasQuorum(newest) ? newest : smallest;
}

async function anchorOfSize(size: number, leafIndex: number, store: AnchorJournal): Promise<StoredAnchor> {
  if (size <= leafIndex)
    throw new WarifuError("REQUEST_INVALID", `size: a tree of ${size} entries does not hold leaf ${leafIndex}`);
  const [next] = await store.finalAnchorsAbove(size - 1, 1);
  if (next === undefined)
    throw new WarifuError("NOT_ANCHORED_YET", `no anchor of ${size} entries or more is final on the chain yet`, {
      details: { leafIndex, size },
    });
  if (next.treeSize !== size)
    throw new WarifuError(
      "NOT_FOUND",
      `no final anchor has ${size} entries: the next larger one has ${next.treeSize}, and GET /v1/anchors lists them all`,
      { details: { size, next: next.treeSize } },
    );
  return next;
}

/**
 * The bundle of an entry against an anchor, as text.
 * @throws STORE_FAILED; STORE_CORRUPT when a final anchor has no chain evidence; STORE_DAMAGED for a beacon
 */
export async function prove(
  entry: StoredEntry,
  anchor: StoredAnchor,
  store: LogStore,
  tree: LogTree,
  options: ProveOptions = {},
): Promise<string> {
  return textOf(await proveInOctets(entry, anchor, store, tree, options));
}

/** The same in the form in which it is sent. JSON escapes nothing that a text and its octets differ in. */
export async function proveInOctets(
  entry: StoredEntry,
  anchor: StoredAnchor,
  store: LogStore,
  tree: LogTree,
  options: ProveOptions = {},
): Promise<string> {
  const { openings = [], kept = new KeptParts() } = options;
  if (anchor.evidence === null)
    throw new WarifuError("STORE_CORRUPT", `anchor ${anchor.anchorId} is final and has no chain evidence`);
  const { evidence, octets: chain } = kept.evidenceOf(anchor.evidence);
  const beacon = await beaconBefore(entry.leafIndex, anchor, evidence, store, { ...options, kept });
  const own = {
    source: octetsOf(entry.sourceName),
    body: entry.body === null ? null : octetsOf(fromUtf8(entry.body, "body")),
    entry: encodeEntry(entry),
    proof: octetsOf(await proofOf(entry, anchor, tree)),
    openings,
    ...(options.timestamps && { timestamps: options.timestamps }),
  };
  return formatSharingBundle(own, { chain, beacon: await beaconOctetsOf(beacon, anchor, tree, kept) });
}

/** How far an entry has come on its way to finality. */
export async function anchorStateOf(leafIndex: number, store: AnchorJournal): Promise<AnchorState> {
  return (await store.anchorAbove(leafIndex))?.state ?? "pending";
}

async function proofOf({ leafIndex }: StoredEntry, { treeSize, note }: StoredAnchor, tree: LogTree): Promise<string> {
  const hashes = await tree.inclusionProof(leafIndex, treeSize);
  return formatTlogProof({ leafIndex, hashes, checkpoint: note });
}

/** A usable beacon, and the name of the pair of beacon and anchor. */
interface FoundBeacon {
  readonly entry: BeaconEntry;
  readonly pair: string;
}

async function beaconOctetsOf(
  found: FoundBeacon | undefined,
  anchor: StoredAnchor,
  tree: LogTree,
  kept: KeptParts,
): Promise<string> {
  if (!found) return beaconText(null);
  const { entry, pair } = found;
  const known = kept.beaconOf(pair);
  if (known !== undefined) return known;
  const body = fromUtf8(entry.body, "body");
  const proof = await proofOf(entry, anchor, tree);
  return kept.keepBeacon(pair, octetsOf(beaconText({ entry: encodeEntry(entry), body, proof })));
}

/** The newest beacon before a leaf that every verifier of this evidence will accept. */
async function beaconBefore(
  leafIndex: number,
  { anchorId, note, blockHash, treeSize }: StoredAnchor,
  evidence: ChainEvidence,
  store: LogStore,
  { chain, kept, check }: ProveOptions & { readonly kept: KeptParts },
): Promise<FoundBeacon | undefined> {
  for (let [end, tried] = [leafIndex, 0]; tried < MOST_TRIED; tried++) {
    const entry = kept.beaconBefore(end) ?? (await readBeacon(end, store, { kept, check, treeSize }));
    if (!entry) return undefined;
    // With the note: witnesses may cosign the checkpoint of an anchor later.
    const pair = `${anchorId} ${blockHash} ${entry.leafIndex} ${note}`;
    const fit = kept.fitOf(pair) ?? (await fitOf(pair, beaconInBody(entry.body), evidence, { chain, kept }));
    if (fit === "usable") return { entry, pair };
    // A beacon of a local chain that is gone, as are those before it.
    if (fit === "notBeforeAnchor") return undefined;
    end = entry.leafIndex;
  }
  return undefined;
}

/** Read from the store, and checked before it is kept: for all leaves of the tree up to the next beacon, if that is known. */
async function readBeacon(
  end: number,
  store: Pick<LogStore, "newestOfKind">,
  { kept, check, treeSize }: { readonly kept: KeptParts; readonly treeSize: number } & Pick<ProveOptions, "check">,
): Promise<BeaconEntry | undefined> {
  const newest = await store.newestOfKind("beacon", treeSize);
  const isBefore = newest === undefined || newest.leafIndex < end;
  const entry = isBefore ? newest : await store.newestOfKind("beacon", end);
  if (!entry?.body) return undefined;
  await check?.bodyOf(entry);
  return kept.keepBefore(isBefore ? treeSize : end, { ...entry, body: entry.body });
}

/**
 * Remembered only if nothing can change it: a chain that is silent now may contradict later, and a contradiction may be
 * repaired.
 */
async function fitOf(
  pair: string,
  beacon: ReturnType<typeof beaconInBody>,
  evidence: ChainEvidence,
  { chain, kept }: { readonly chain: ProveOptions["chain"]; readonly kept: KeptParts },
): Promise<Fit> {
  if (!isBlockAfter(checkChainEvidence(evidence), beacon)) return kept.keepFit(pair, "notBeforeAnchor");
  const hash = chain && (await answeredHash(beacon, chain));
  if (hash === beacon.blockHash) return kept.keepFit(pair, "usable");
  return hash === undefined ? "usable" : "reorged";
}

/**
 * A chain that gives no answer, or does not reach that height yet, does not contradict: the block was final when it was
 * entered.
 */
async function answeredHash(
  { blockNumber }: { readonly blockNumber: number },
  chain: Pick<ReadOnlyChain, "blockHashAt">,
): Promise<string | undefined> {
  try {
    return await chain.blockHashAt(blockNumber);
  } catch (error) {
    if (error instanceof WarifuError) return undefined;
    throw error;
  }
}
