/**
 * How a SQLite ledger forgets: idempotency keys, which may say who somebody is, and bodies that are withheld. Entries stay,
 * and so do the seals of the checkpoints over them, which are recomputed without the keys.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Row } from "../rows/row.ts";
import { all, checkpointWalNow, first, prepareAll, transaction } from "./database.ts";
import { checkpointSeal } from "../rows/seals.ts";
import { unlistType } from "./record-lists.ts";

/** Forgets in one ledger. */
export class SqliteForgetting {
  readonly #db: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  /** Whether deleted content may still be in the write-ahead log. */
  #hasRemains = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareAll(db, STATEMENTS);
  }

  /** Deletes the keys of entries, and their bodies if asked. @returns whether no file contains any of it any more */
  forget(leafIndexes: readonly number[], withBodies: boolean): boolean {
    transaction(this.#db, () => {
      const unsealed = new Map<number, Row>();
      for (const leafIndex of leafIndexes) {
        if (this.#deleteKeys(leafIndex)) this.#noteCheckpoint(leafIndex, unsealed);
        if (withBodies) this.#hasRemains = this.#deleteBody(leafIndex) || this.#hasRemains;
      }
      for (const checkpoint of unsealed.values()) this.#sealAnew(checkpoint);
      this.#hasRemains ||= unsealed.size > 0;
    });
    this.#hasRemains &&= !checkpointWalNow(this.#db);
    return !this.#hasRemains;
  }

  /** @returns whether there were any */
  #deleteKeys(leafIndex: number): boolean {
    const { deleteKeys, deleteAliases } = this.#statements;
    const aliases = Number(deleteAliases.run(leafIndex).changes);
    return Number(deleteKeys.run(leafIndex).changes) + aliases > 0;
  }

  #deleteBody(leafIndex: number): boolean {
    const body = first(this.#statements.body, leafIndex)?.["body"] as Uint8Array | null | undefined;
    if (body) unlistType(this.#db, leafIndex, body);
    return Number(this.#statements.deleteBody.run(leafIndex).changes) > 0;
  }

  #noteCheckpoint(leafIndex: number, unsealed: Map<number, Row>): void {
    const checkpoint = first(this.#statements.checkpointAbove, leafIndex);
    if (checkpoint) unsealed.set(checkpoint["tree_size"] as number, checkpoint);
  }

  #sealAnew({ tree_size: treeSize, note }: Row): void {
    const { sizeBelow, entries, reseal } = this.#statements;
    const begin = (first(sizeBelow, treeSize as number)?.["tree_size"] ?? 0) as number;
    const firstOfSender = new Map<number, number>();
    const sealed = all(entries, begin, treeSize as number).map((row) => {
      const leafIndex = row["leaf_index"] as number;
      if (row["sender_ref"] !== null) firstOfSender.set(leafIndex, row["sender_ref"] as number);
      return { leafIndex, id: row["id"] as Uint8Array, key: (row["key"] ?? undefined) as string | undefined };
    });
    reseal.run(checkpointSeal(note as string, sealed, firstOfSender), treeSize as number);
  }
}

const STATEMENTS = {
  deleteKeys: "DELETE FROM submission WHERE leaf_index = ?",
  deleteAliases: "DELETE FROM alias WHERE leaf_index = ?",
  body: "SELECT body FROM entry WHERE leaf_index = ?",
  deleteBody: "UPDATE entry SET body = NULL WHERE leaf_index = ? AND body IS NOT NULL",
  checkpointAbove: "SELECT tree_size, note FROM checkpoint WHERE tree_size > ? ORDER BY tree_size LIMIT 1",
  sizeBelow: "SELECT tree_size FROM checkpoint WHERE tree_size < ? ORDER BY tree_size DESC LIMIT 1",
  entries: `SELECT e.leaf_index, e.id, s.key, t.sender_ref FROM entry e
    LEFT JOIN submission s ON s.leaf_index = e.leaf_index LEFT JOIN sent t ON t.leaf_index = e.leaf_index
    WHERE e.leaf_index >= ? AND e.leaf_index < ? ORDER BY e.leaf_index`,
  reseal: "UPDATE checkpoint SET seal = ? WHERE tree_size = ?",
} as const;
