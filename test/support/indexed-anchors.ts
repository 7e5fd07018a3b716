// What stands in the file of an index of anchors, row by row, also what no question of the service asks for.

import { DatabaseSync } from "node:sqlite";

import type { IndexedAnchor, IndexedContract } from "../../src/store/anchor-index.ts";

const ROWS = `SELECT transaction_hash AS transactionHash, block_hash AS blockHash, log_index AS logIndex,
    block_number AS blockNumber, tree_size AS treeSize, root_hash AS rootHash, previous_size AS previousSize, state,
    first_seen_at AS firstSeenAt, verdict
  FROM anchor JOIN sighting USING (chain_id, contract, transaction_hash, block_hash, log_index)
  WHERE chain_id = ? AND contract = ? ORDER BY tree_size DESC, block_number DESC, block_hash`;

/** All rows of a contract, the largest tree first; of one tree the newest block first. */
export function indexedAnchors(path: string, { chainId, contract }: IndexedContract): IndexedAnchor[] {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 60_000 });
  try {
    return db
      .prepare(ROWS)
      .all(chainId, contract)
      .map((row) => ({ ...row }) as unknown as IndexedAnchor);
  } finally {
    db.close();
  }
}
