/**
 * The contract's head is a claim about our own log, so it is compared with the log before anything is built on it.
 */
import type { AnchoredHead, Chain } from "../chain/chain.ts";
import { equalBytes, toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { LogTree } from "../write/log-tree.ts";

/** What the contract's head is compared with. */
export interface ComparedLog {
  readonly chain: Pick<Chain, "head">;
  readonly tree: LogTree;
  /** Where other services write to the log and anchor it: brings the tree up to what they have written. */
  readonly follow?: (() => Promise<void>) | undefined;
}

/**
 * The contract's head, once it is known to be a head of this log; that of a closed contract as well.
 * @throws STORE_BEHIND the contract is ahead of the store; STORE_CORRUPT it holds a root that the log does not have;
 *   CHAIN_UNREACHABLE; what `follow` throws
 */
export async function comparedHead({ chain, tree, follow }: ComparedLog): Promise<AnchoredHead> {
  const head = await chain.head();
  if (head.treeSize > tree.publishedSize) await follow?.();
  if (head.treeSize > tree.publishedSize)
    throw new WarifuError(
      "STORE_BEHIND",
      `the contract holds a head of ${head.treeSize} entries, the store has ${tree.publishedSize}: an older copy was put back, ` +
        "or somebody else has the anchoring key. Restore the newest copy; if there is none, see docs/keys.md. Nothing was written",
      { details: { stored: tree.publishedSize, anchored: head.treeSize } },
    );
  const root = await tree.rootAt(head.treeSize);
  if (!equalBytes(root, head.rootHash))
    throw new WarifuError(
      "STORE_CORRUPT",
      `the contract holds a root at size ${head.treeSize} that this log does not have: run \`warifu audit\``,
      { details: { anchored: toHex(head.rootHash), computed: toHex(root) } },
    );
  return head;
}
