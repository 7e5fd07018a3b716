/**
 * The most this machine could do, measured in the same run: bare SQLite inserts of the same size and durability, and bare
 * SHA-256. The ledger's figures are also given as shares of these.
 */
import { hash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Rows per second into one table with an integer key, `bytesPerRow` each, with an fsync per `rowsPerCommit` rows. */
export function bareInserts(folder: string, bytesPerRow: number, rowsPerCommit: number, seconds: number): number {
  const db = new DatabaseSync(join(folder, `bare-${rowsPerCommit}.sqlite`));
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (n INTEGER PRIMARY KEY, bytes BLOB) STRICT",
  );
  const insert = db.prepare("INSERT INTO row (n, bytes) VALUES (?, ?)");
  const bytes = randomBytes(bytesPerRow);
  let rows = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    db.exec("BEGIN");
    for (let i = 0; i < rowsPerCommit; i++) insert.run(rows++, bytes);
    db.exec("COMMIT");
  }
  const rate = rows / ((performance.now() - started) / 1000);
  db.close();
  return rate;
}

/** SHA-256 hashes per second, each of 65 bytes, the size of a tree node. */
export function bareHashes(seconds: number): number {
  const node = randomBytes(65);
  let count = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1000) {
    for (let i = 0; i < 1000; i++) hash("sha256", node, "buffer");
    count += 1000;
  }
  return count / ((performance.now() - started) / 1000);
}
