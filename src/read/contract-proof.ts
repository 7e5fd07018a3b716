/**
 * Stage prove, for other contracts: the anchor contract's own `verifyInclusion` accepts only proofs against its current
 * head, and the smallest anchor above a record is soon no longer the head. So this proof leads to the head, and is valid
 * until the next anchor.
 */
import type { AnchoredHead } from "../chain/chain.ts";
import { toHex } from "../core/bytes.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { leafHash } from "../core/merkle.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { LogTree } from "../write/log-tree.ts";

/**
 * What a transaction needs so that it can depend on an entry. Bytes are hexadecimal with the prefix `0x`, as in Ethereum's
 * tools.
 */
export interface ContractProof {
  /** The current head, which the proof leads to. */
  readonly treeSize: number;
  readonly rootHash: string;
  readonly entry: string;
  readonly leafHash: string;
  readonly leafIndex: number;
  /** RFC 9162 section 2.1.3. */
  readonly inclusionProof: readonly string[];
}

/**
 * The proof of an entry against the contract's head. Precondition: the head is one of this log.
 * @throws NOT_ANCHORED_YET while the head does not cover the entry
 */
export async function proveToContract(
  entry: StoredEntry,
  { treeSize, rootHash }: Pick<AnchoredHead, "treeSize" | "rootHash">,
  tree: Pick<LogTree, "inclusionProof">,
): Promise<ContractProof> {
  const { leafIndex } = entry;
  if (leafIndex >= treeSize)
    throw new WarifuError(
      "NOT_ANCHORED_YET",
      `leaf ${leafIndex} is not in the contract's present head yet, which has ${treeSize} entries`,
      { details: { leafIndex, treeSize } },
    );
  const bytes = encodeEntry(entry);
  const inclusionProof = (await tree.inclusionProof(leafIndex, treeSize)).map(hex);
  return {
    treeSize,
    rootHash: hex(rootHash),
    entry: hex(bytes),
    leafHash: hex(leafHash(bytes)),
    leafIndex,
    inclusionProof,
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}
