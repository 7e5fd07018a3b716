/**
 * The most this machine could do, measured in the same run: bare SQLite inserts of the same size and durability, and bare
 * SHA-256. The ledger's figures are also given as shares of these.
 */
import { hash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA } from "../../src/store/sqlite/schema.ts";

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

/** What is inserted into a ledger's tables, and how. */
export interface LedgerInserts {
  readonly rows: number;
  readonly perCommit: number;
  readonly bodyOf: (n: number) => Uint8Array;
}

/** Rows per second, and microseconds of CPU a row, into the ledger's own table of entries with its indexes, and nothing else. */
export function ledgerInserts(
  folder: string,
  { rows, perCommit, bodyOf }: LedgerInserts,
): { readonly perSecond: number; readonly cpu: number } {
  const db = new DatabaseSync(join(folder, "tables.sqlite"));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000; ${SCHEMA}`);
  const insert = db.prepare("INSERT INTO entry VALUES (?, 1, ?, ?, ?, ?, ?)");
  let [milliseconds, cpu] = [0, 0];
  for (let first = 0; first < rows; first += perCommit) {
    const made = Array.from({ length: Math.min(perCommit, rows - first) }, (_, at) => madeRow(first + at, bodyOf));
    const [started, before] = [performance.now(), process.cpuUsage()];
    db.exec("BEGIN");
    for (const row of made) insert.run(...row);
    db.exec("COMMIT");
    const { user, system } = process.cpuUsage(before);
    milliseconds += performance.now() - started;
    cpu += user + system;
  }
  db.close();
  return { perSecond: (rows * 1_000) / milliseconds, cpu: cpu / rows };
}

function madeRow(n: number, bodyOf: LedgerInserts["bodyOf"]): (number | Uint8Array)[] {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(n, 0);
  return [n, n % 50, Math.floor(n / 50), id, Buffer.alloc(32, n % 256), bodyOf(n)];
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
