/**
 * Sets aside what a crash left without an entry: moved out of the way, still encrypted, and erased after some time.
 */
import type { DatabaseSync } from "node:sqlite";
import { first } from "./database.ts";
import { deleteFrom, hasTable } from "./vault-tables.ts";

// The same leaf index may come again after another crash. An attachment refers to the row of its record.
const ASIDE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside (
  leaf_index INTEGER NOT NULL, wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL) STRICT`;
const ASIDE_ATTACHMENT_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside_attachment (
  row INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT`;
// When rows were first seen to be set aside; applies to all rows up to that rowid.
const ASIDE_SINCE_SCHEMA = `CREATE TABLE IF NOT EXISTS set_aside_since (
  row INTEGER PRIMARY KEY, noted_at INTEGER NOT NULL) STRICT`;
// Notes about entries that no longer exist; deleted, so that they do not apply to others in their place.
const NOTES = ["erased", "to_publish", "person"];

/**
 * Sets aside what is kept from a leaf index on. Within a transaction.
 * @returns the number of records
 */
export function setAsideFrom(db: DatabaseSync, leafIndex: number): number {
  db.exec(ASIDE_SCHEMA);
  const before = newestAside(db);
  const copy = "INSERT INTO set_aside SELECT leaf_index, wrapped_key, sealed FROM opening WHERE leaf_index >= ?";
  db.prepare(copy).run(leafIndex);
  if (hasTable(db, "attachment")) setAttachmentsAside(db, leafIndex, before);
  for (const table of NOTES) deleteFrom(db, table, ">=", leafIndex);
  return Number(db.prepare("DELETE FROM opening WHERE leaf_index >= ?").run(leafIndex).changes);
}

function setAttachmentsAside(db: DatabaseSync, leafIndex: number, before: number): void {
  db.exec(ASIDE_ATTACHMENT_SCHEMA);
  const copy = `INSERT INTO set_aside_attachment SELECT s.rowid, a.place, a.sealed
    FROM set_aside s JOIN attachment a ON a.leaf_index = s.leaf_index WHERE s.rowid > ?`;
  db.prepare(copy).run(before);
  db.prepare("DELETE FROM attachment WHERE leaf_index >= ?").run(leafIndex);
}

/**
 * Deletes what was seen here `keptMs` ago or earlier. Within a transaction.
 * @returns the number of records
 */
export function deleteSetAside(db: DatabaseSync, now: number, keptMs: number): number {
  if (!hasTable(db, "set_aside")) return 0;
  noteSetAside(db, now);
  const isOld = "(SELECT coalesce(max(row), -1) FROM set_aside_since WHERE noted_at <= ?)";
  if (hasTable(db, "set_aside_attachment"))
    db.prepare(`DELETE FROM set_aside_attachment WHERE row <= ${isOld}`).run(now - keptMs);
  const { changes } = db.prepare(`DELETE FROM set_aside WHERE rowid <= ${isOld}`).run(now - keptMs);
  db.prepare("DELETE FROM set_aside_since WHERE noted_at <= ?").run(now - keptMs);
  return Number(changes);
}

/** A rowid is reused only once no row is left, and with it no note. */
function noteSetAside(db: DatabaseSync, now: number): void {
  db.exec(ASIDE_SINCE_SCHEMA);
  const newest = newestAside(db);
  const noted = Number(first(db.prepare("SELECT max(row) AS row FROM set_aside_since"))?.["row"] ?? -1);
  if (newest > noted) db.prepare("INSERT INTO set_aside_since VALUES (?, ?)").run(newest, now);
}

function newestAside(db: DatabaseSync): number {
  return Number(first(db.prepare("SELECT max(rowid) AS row FROM set_aside"))?.["row"] ?? -1);
}
