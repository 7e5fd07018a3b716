/**
 * How a PostgreSQL ledger forgets: idempotency keys, which may say who somebody is, and bodies that are withheld. Entries
 * stay, and so do the seals of the checkpoints over them, which are made anew without the keys.
 */
import type { Row } from "../rows/row.ts";
import { checkpointSeal } from "../rows/seals.ts";
import { unlistType } from "./record-lists.ts";
import type { Queries } from "./sessions.ts";

/** Deletes the keys of entries, and their bodies if asked. Within a transaction. */
export async function forgetIn(queries: Queries, leafIndexes: readonly number[], withBodies: boolean): Promise<void> {
  const unsealed = new Map<number, Row>();
  for (const leafIndex of leafIndexes) {
    const keys = await queries.run("DELETE FROM submission WHERE leaf_index = $1", leafIndex);
    const aliases = await queries.run("DELETE FROM alias WHERE leaf_index = $1", leafIndex);
    if (keys + aliases > 0) await noteCheckpoint(queries, leafIndex, unsealed);
    if (withBodies) await withhold(queries, leafIndex);
  }
  for (const checkpoint of unsealed.values()) await sealAnew(queries, checkpoint);
}

async function withhold(queries: Queries, leafIndex: number): Promise<void> {
  const sql = "SELECT body FROM entry WHERE leaf_index = $1 AND body IS NOT NULL";
  const body = (await queries.first(sql, leafIndex))?.["body"] as Uint8Array | undefined;
  if (!body) return;
  await unlistType(queries, leafIndex, body);
  await queries.run("UPDATE entry SET body = NULL WHERE leaf_index = $1", leafIndex);
}

async function noteCheckpoint(queries: Queries, leafIndex: number, unsealed: Map<number, Row>): Promise<void> {
  const sql = "SELECT tree_size, note FROM checkpoint WHERE tree_size > $1 ORDER BY tree_size LIMIT 1";
  const checkpoint = await queries.first(sql, leafIndex);
  if (checkpoint) unsealed.set(checkpoint["tree_size"] as number, checkpoint);
}

async function sealAnew(queries: Queries, { tree_size: treeSize, note }: Row): Promise<void> {
  const below = "SELECT tree_size FROM checkpoint WHERE tree_size < $1 ORDER BY tree_size DESC LIMIT 1";
  const begin = ((await queries.first(below, treeSize as number))?.["tree_size"] ?? 0) as number;
  const firstOfSender = new Map<number, number>();
  const rows = await queries.all(
    `${SEALED_ENTRIES} WHERE e.leaf_index >= $1 AND e.leaf_index < $2 ORDER BY 1`,
    begin,
    treeSize as number,
  );
  const sealed = rows.map((row) => {
    const leafIndex = row["leaf_index"] as number;
    if (row["sender_ref"] !== null) firstOfSender.set(leafIndex, row["sender_ref"] as number);
    return { leafIndex, id: row["id"] as Uint8Array, key: (row["key"] ?? undefined) as string | undefined };
  });
  const seal = checkpointSeal(note as string, sealed, firstOfSender);
  await queries.run("UPDATE checkpoint SET seal = $1 WHERE tree_size = $2", seal, treeSize as number);
}

/** What the seals of checkpoints are over. */
export const SEALED_ENTRIES = `SELECT e.leaf_index, e.id, e.source_ref, s.key, s.source_ref AS key_source, t.sender_ref
  FROM entry e LEFT JOIN submission s ON s.leaf_index = e.leaf_index LEFT JOIN sent t ON t.leaf_index = e.leaf_index`;
