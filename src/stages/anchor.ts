/**
 * Stage anchor: brings the log's tree head to the contract. A transaction is signed and persisted before it is sent, and
 * only one is outstanding, so a crash at any point leaves either nothing or a row that says what may have been sent.
 * Sending it again is harmless: the nonce is the same, and the contract takes the same head twice as one.
 *
 * The contract's head is a claim about our own log, so it is checked before anything is built on it.
 */
import { equalBytes, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { consistencyRanges } from "../core/merkle.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import type { AnchoredHead, Chain } from "../chain/chain.ts";
import type { LedgerStore, StoredAnchor } from "../store/ledger-store.ts";
import type { LogTree } from "./log-tree.ts";
import type { Publisher } from "./publish.ts";

/** What the anchoring stages work with. */
export interface AnchoringParts {
  readonly store: LedgerStore;
  readonly chain: Chain;
  readonly tree: LogTree;
  readonly publisher: Publisher;
  /** POSIX milliseconds. */
  readonly now: () => number;
}

/** The contract refuses to grow by more in one call; a larger backlog takes several. */
const MAX_GROWTH = 2 ** 26;

/**
 * The contract's head, once it is known to be a head of this log.
 * @throws STORE_BEHIND the contract is ahead of the store; STORE_CORRUPT it holds a root that the log does not have;
 *   CHAIN_REFUSED the contract is closed; CHAIN_UNREACHABLE
 */
export async function checkedHead({ chain, tree }: Pick<AnchoringParts, "chain" | "tree">): Promise<AnchoredHead> {
  const head = await chain.head();
  if (head.treeSize > tree.publishedSize)
    throw new WarifuError(
      "STORE_BEHIND",
      `the contract holds a head of ${head.treeSize} entries, the store has ${tree.publishedSize}: an older copy was put back. ` +
        "Restore the newest copy; nothing was written",
      { details: { stored: tree.publishedSize, anchored: head.treeSize } },
    );
  const root = await tree.rootAt(head.treeSize);
  if (!equalBytes(root, head.rootHash))
    throw new WarifuError(
      "STORE_CORRUPT",
      `the contract holds a root at size ${head.treeSize} that this log does not have: run \`warifu audit\``,
      { details: { anchored: toHex(head.rootHash), computed: toHex(root) } },
    );
  if (head.isClosed)
    throw new WarifuError("CHAIN_REFUSED", "the contract is closed: this log needs a successor contract");
  return head;
}

/** The size to anchor next: a tile boundary where there is a new one, for a shorter proof; else everything. */
export function nextAnchorSize(anchored: number, published: number): number {
  const boundary = published - (published % TILE_WIDTH);
  return Math.min(boundary > anchored ? boundary : published, anchored + MAX_GROWTH);
}

/**
 * Anchors the next size. Precondition: no other anchor is outstanding.
 * @returns the anchor, or `undefined` when there is nothing new
 * @throws as {@link checkedHead}
 */
export async function anchor(parts: AnchoringParts): Promise<StoredAnchor | undefined> {
  const { store, chain, tree, publisher } = parts;
  const head = await checkedHead(parts);
  const treeSize = nextAnchorSize(head.treeSize, tree.publishedSize);
  if (treeSize <= head.treeSize) return undefined;
  const checkpoint = await publisher.publishAt(tree, treeSize);
  const ranges = consistencyRanges(head.treeSize, treeSize);
  const consistencyProof: Uint8Array[] = [];
  for (const range of ranges) consistencyProof.push(await tree.rangeHash(range));
  const { rootHash, note } = checkpoint;
  const signed = await chain.sign({ treeSize, rootHash, consistencyProof });
  const { chainId, contract } = chain;
  // If we crash after this line, the next start finds the row and sends the same bytes.
  const stored = await store.addAnchor({
    treeSize,
    rootHash,
    note,
    chainId,
    contract,
    ...signed,
    createdAt: parts.now(),
  });
  return sendAnchor(parts, stored);
}

/** Sends a persisted anchor, for the first time or again. */
export async function sendAnchor({ store, chain }: AnchoringParts, stored: StoredAnchor): Promise<StoredAnchor> {
  await chain.send(stored);
  // If we crash before this line, the row still says `pending` and is sent again.
  await store.updateAnchor(stored.anchorId, { state: "submitted" });
  return { ...stored, state: "submitted" };
}
