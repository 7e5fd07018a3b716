/**
 * Tree heads as the text of a checkpoint (https://c2sp.org/tlog-checkpoint).
 *
 *     <origin>\n<tree size, decimal>\n<root hash, base64>\n
 */
import { equalBytes, fromBase64, fromDecimal, toBase64 } from "./bytes.ts";
import { WarifuError } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./merkle.ts";

/** Size and root of a tree, of the log with that origin. */
export interface TreeHead {
  readonly origin: string;
  readonly treeSize: number;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** A tree head read from a text. */
export interface ReadTreeHead extends TreeHead {
  /** Lines after the root, which not every kind of signature covers. */
  readonly extensions: readonly string[];
}

/** Text of a tree head. */
export function formatTreeHead({ origin, treeSize, rootHash }: TreeHead): string {
  return `${origin}\n${treeSize}\n${toBase64(rootHash)}\n`;
}

/**
 * The tree head in a checkpoint's text, which ends in a line feed.
 * @throws CHECKPOINT_INVALID
 */
export function parseTreeHead(text: string): ReadTreeHead {
  const [origin, size, root, ...extensions] = text.slice(0, -1).split("\n");
  if (!origin || size === undefined || root === undefined || extensions.includes(""))
    throw new WarifuError("CHECKPOINT_INVALID", "a checkpoint has the lines origin, tree size and root hash");
  let treeSize: number;
  let rootHash: Uint8Array;
  try {
    treeSize = fromDecimal(size, "tree size");
    rootHash = fromBase64(root, "root hash", HASH_BYTES);
  } catch (cause) {
    throw new WarifuError("CHECKPOINT_INVALID", "the checkpoint's tree size or root hash is malformed", { cause });
  }
  if (treeSize === 0 && !equalBytes(rootHash, EMPTY_ROOT))
    throw new WarifuError("CHECKPOINT_INVALID", "a checkpoint of size 0 carries the root of the empty tree");
  return { origin, treeSize, rootHash, extensions };
}
