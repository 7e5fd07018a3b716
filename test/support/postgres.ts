// The PostgreSQL server of the tests (scripts/postgres.ts). One server serves all tests of a run, and each folder of a test has a
// schema of its own.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import pg from "pg";

import { freePort } from "../../scripts/free-port.ts";
import { startPostgres } from "../../scripts/postgres.ts";

/** A server that runs. */
export interface PostgresServer {
  /** Address of its database. */
  readonly url: string;
  /** Address of a schema of one's own in it. */
  addressFor(folder: string): string;
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends the server at once, as a crash does, and starts it again. */
  crash(): Promise<void>;
}

let running: Promise<PostgresServer> | undefined;
let stop: (() => Promise<void>) | undefined;

/** The server, fetched and started when first asked for. It ends after the last test. */
export function thePostgres(): Promise<PostgresServer> {
  return (running ??= start());
}

after(async () => stop?.());

async function start(): Promise<PostgresServer> {
  const server = await startPostgres(await freePort());
  const { url, crash } = server;
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on("error", () => undefined);
  stop = async () => {
    await pool.end();
    await server.stop();
  };
  return {
    url,
    addressFor: (name) => `${url}?schema=${schemaOf(name)}`,
    query: async (sql, values = []) => (await pool.query<Record<string, unknown>>(sql, [...values])).rows,
    crash,
  };
}

/** The schema of a folder's tables. */
export function schemaOf(folder: string): string {
  return `w_${createHash("sha256").update(basename(folder)).digest("hex").slice(0, 16)}`;
}

/** Writes what a folder's tables hold into that folder, a file a table: the server's own data go with it. */
export async function keepTables(server: PostgresServer, folder: string): Promise<void> {
  const schema = schemaOf(folder);
  const tables = await server.query("SELECT tablename FROM pg_tables WHERE schemaname = $1", [schema]);
  mkdirSync(join(folder, "tables"));
  for (const { tablename: name } of tables) {
    const rows = await server.query(`SELECT to_jsonb(t) AS row FROM ${schema}.${String(name)} AS t`);
    const lines = rows.map(({ row }) => `${JSON.stringify(row)}\n`);
    writeFileSync(join(folder, "tables", `${String(name)}.jsonl`), lines.join(""));
  }
}
