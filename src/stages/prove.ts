/**
 * Stage prove: puts together the proof bundle of one entry, against the smallest final anchor above it, with the newest
 * beacon below it. The proofs are built from the tree, not from an index, so a planted row cannot make one that verifies.
 */
import type { ReadOnlyChain } from "../chain/chain.ts";
import { beaconInBody, isBlockAfter, type BeaconProof } from "../core/beacon.ts";
import { formatBundle } from "../core/bundle.ts";
import { checkChainEvidence, type ChainEvidence } from "../core/chain-evidence.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { inclusionRanges } from "../core/merkle.ts";
import { formatTlogProof } from "../core/tlog-proof.ts";
import type { AnchorState, LedgerStore, StoredAnchor, StoredEntry } from "../store/ledger-store.ts";
import type { LogTree } from "./log-tree.ts";

/** What else a bundle may be made with. */
export interface ProveOptions {
  /** Openings that the asker was granted. */
  readonly openings?: readonly string[] | undefined;
  /** Asked whether it still has a beacon's block. */
  readonly chain?: Pick<ReadOnlyChain, "blockHashAt"> | undefined;
  /** How beacons were found to fit anchors; the many records between two anchors share both. */
  readonly fitting?: Map<string, Fit> | undefined;
}

/** `gone`: the chain has another block at its height. `beside`: nothing shows that its block is below the anchor's. */
export type Fit = "fits" | "gone" | "beside";

/** So many beacons are tried, each below the other: a reorg below finality takes some blocks away, not hundreds. */
const MOST_TRIED = 16;

/**
 * The bundle of an entry, as text.
 * @throws NOT_ANCHORED_YET while no anchor above the entry is final
 */
export async function prove(
  entry: StoredEntry,
  store: LedgerStore,
  tree: LogTree,
  options: ProveOptions = {},
): Promise<string> {
  const { openings = [] } = options;
  const anchor = await store.anchorAbove(entry.leafIndex);
  if (anchor?.state !== "finalized" || anchor.evidence === null)
    throw new WarifuError(
      "NOT_ANCHORED_YET",
      `leaf ${entry.leafIndex} is ${anchor?.state ?? "pending"}: its anchor is not final on the chain yet`,
      { details: { leafIndex: entry.leafIndex, state: anchor?.state ?? "pending" } },
    );
  const evidence = JSON.parse(anchor.evidence) as ChainEvidence;
  const below = await beaconBelow(entry.leafIndex, anchor, evidence, store, options);
  return formatBundle({
    source: entry.sourceName,
    body: entry.body === null ? null : fromUtf8(entry.body, "body"),
    entry: encodeEntry(entry),
    proof: await proofOf(entry, anchor, tree),
    chain: evidence,
    beacon: below ? await beaconProof(below, anchor, tree) : null,
    openings,
  });
}

/** Where an entry stands on its way to finality. */
export async function anchorStateOf(leafIndex: number, store: LedgerStore): Promise<AnchorState> {
  return (await store.anchorAbove(leafIndex))?.state ?? "pending";
}

async function proofOf({ leafIndex }: StoredEntry, { treeSize, note }: StoredAnchor, tree: LogTree): Promise<string> {
  const hashes: Uint8Array[] = [];
  for (const range of inclusionRanges(leafIndex, treeSize)) hashes.push(await tree.rangeHash(range));
  return formatTlogProof({ leafIndex, hashes, checkpoint: note });
}

type Beaconed = StoredEntry & { readonly body: Uint8Array };

async function beaconProof(beacon: Beaconed, anchor: StoredAnchor, tree: LogTree): Promise<BeaconProof> {
  const proof = await proofOf(beacon, anchor, tree);
  return { entry: encodeEntry(beacon), body: fromUtf8(beacon.body, "body"), proof };
}

/** The newest beacon below a leaf that every verifier of this evidence will accept. */
async function beaconBelow(
  leafIndex: number,
  { anchorId, blockHash }: StoredAnchor,
  evidence: ChainEvidence,
  store: LedgerStore,
  { chain, fitting }: ProveOptions,
): Promise<Beaconed | undefined> {
  for (let [below, tried] = [leafIndex, 0]; tried < MOST_TRIED; tried++) {
    const entry = await store.newestOfKind("beacon", below);
    if (!entry?.body) return undefined;
    const pair = `${anchorId} ${blockHash} ${entry.leafIndex}`;
    const fit = fitting?.get(pair) ?? (await fitOf(beaconInBody(entry.body), evidence, chain));
    fitting?.set(pair, fit);
    if (fit === "fits") return { ...entry, body: entry.body };
    // What does not fit the anchor is of a local chain that is gone, and so are those below it.
    if (fit === "beside") return undefined;
    below = entry.leafIndex;
  }
  return undefined;
}

async function fitOf(
  beacon: ReturnType<typeof beaconInBody>,
  evidence: ChainEvidence,
  chain: ProveOptions["chain"],
): Promise<Fit> {
  if (!isBlockAfter(checkChainEvidence(evidence), beacon)) return "beside";
  return chain && (await isGone(beacon, chain)) ? "gone" : "fits";
}

/** A chain that gives no answer, or has no such height yet, does not contradict: the block was final when it was entered. */
async function isGone(
  { blockNumber, blockHash }: { readonly blockNumber: number; readonly blockHash: string },
  chain: Pick<ReadOnlyChain, "blockHashAt">,
): Promise<boolean> {
  try {
    const hash = await chain.blockHashAt(blockNumber);
    return hash !== undefined && hash !== blockHash;
  } catch (error) {
    if (error instanceof WarifuError) return false;
    throw error;
  }
}
