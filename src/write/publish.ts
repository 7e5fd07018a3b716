/**
 * Stage publish: signs the tree head, and never two heads that contradict each other: sizes only grow, and each size has
 * one root. The log's key is used in one other place, before this one: cosign/witnessed-size.ts shows witnesses the head
 * that the store has.
 */
import { equalBytes, toHex, utf8 } from "../core/bytes.ts";
import { openCheckpoint, signCheckpoint, type Checkpoint, type LogSigner } from "../core/checkpoint.ts";
import { WarifuError } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import type { LogStore, StoredCheckpoint } from "../store/log-store.ts";
import type { LogTree } from "./log-tree.ts";

/** Signs checkpoints of one log. */
export class Publisher {
  readonly #signer: LogSigner;
  #newest: StoredCheckpoint | undefined;

  /**
   * `newest` is the newest checkpoint in the store.
   * @throws CONFIG_INVALID when it was signed by another key: the log would continue under a new identity
   */
  constructor(signer: LogSigner, newest: StoredCheckpoint | undefined) {
    if (newest) assertOwn(newest, signer.key);
    this.#signer = signer;
    this.#newest = newest;
  }

  /**
   * Signs the tree as it stands, which becomes durable together with its checkpoint.
   * @throws STOPPED when that would contradict what was signed before
   */
  publish(tree: LogTree): Checkpoint {
    const head = { origin: this.#signer.key.name, treeSize: tree.size, rootHash: tree.rootHash() };
    const last = this.#newest;
    if (
      last &&
      (head.treeSize < last.treeSize || (head.treeSize === last.treeSize && !equalBytes(head.rootHash, last.rootHash)))
    )
      throw new WarifuError("STOPPED", `refusing to sign a tree of ${head.treeSize} after one of ${last.treeSize}`, {
        details: { signed: toHex(last.rootHash), asked: toHex(head.rootHash) },
      });
    const checkpoint = signCheckpoint(head, this.#signer);
    this.#newest = checkpoint;
    return checkpoint;
  }

  /**
   * Continues from a head that another service of this log has signed.
   * @throws CONFIG_INVALID when it was signed by another key
   */
  adopt(head: StoredCheckpoint): void {
    assertOwn(head, this.#signer.key);
    this.#newest = head;
  }

  /**
   * Signs an earlier size of the same tree, as anchors at tile boundaries need it. Signing it again gives the same text
   * and the same Ed25519 signature; ML-DSA-44 signatures differ each time.
   * @throws STOPPED when the entries up to there are not durable yet
   */
  async publishAt(tree: LogTree, treeSize: number): Promise<Checkpoint> {
    if (treeSize > tree.publishedSize)
      throw new WarifuError(
        "STOPPED",
        `refusing to sign ${treeSize} entries, of which ${tree.publishedSize} are durable`,
      );
    const rootHash = await tree.rootAt(treeSize);
    return signCheckpoint({ origin: this.#signer.key.name, treeSize, rootHash }, this.#signer);
  }
}

/**
 * The newest checkpoint over what a tree has published. The store may have a larger one already, from another service
 * or a batch that this one has not adopted yet; a reader who was given that would ask for files that are not served
 * yet.
 */
export async function publishedCheckpoint(
  store: Pick<LogStore, "checkpoints">,
  { publishedSize }: Pick<LogTree, "publishedSize">,
): Promise<StoredCheckpoint | undefined> {
  return (await store.checkpoints(publishedSize + 1, 1))[0];
}

function assertOwn({ note, treeSize }: StoredCheckpoint, key: LogKeys): void {
  try {
    openCheckpoint(utf8(note), key);
  } catch (cause) {
    throw new WarifuError(
      "CONFIG_INVALID",
      `the log's key did not sign the newest checkpoint (${treeSize} entries): put the right key file back`,
      { cause },
    );
  }
}
