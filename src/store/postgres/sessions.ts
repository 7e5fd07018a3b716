/**
 * Connections to PostgreSQL (node-postgres), in the one way that this program uses them: what is committed is flushed before
 * the server says so (https://www.postgresql.org/docs/current/runtime-config-wal.html), and whatever the server refuses is
 * an error of ours.
 */
import pg from "pg";
import { WarifuError, messageOf, type ErrorCode } from "../../core/errors.ts";
import type { Row } from "../rows/row.ts";
import { addressIn, type DatabaseAddress } from "./address.ts";
import { binaryArray, type Element } from "./binary-arrays.ts";

/** What a query is given. */
export type Value = Element | boolean | readonly Element[];

/** Something that answers queries: one connection, or whichever of several is free. */
export interface Queries {
  all(sql: string, ...values: readonly Value[]): Promise<Row[]>;
  first(sql: string, ...values: readonly Value[]): Promise<Row | undefined>;
  /** @returns the number of rows that it changed */
  run(sql: string, ...values: readonly Value[]): Promise<number>;
}

/** Several connections, each of which can run a transaction. */
export interface Sessions extends Queries {
  readonly address: DatabaseAddress;
  /** All or nothing, durable when it returns. */
  transaction<T>(change: (queries: Queries) => Promise<T>): Promise<T>;
  /** Reads as of one moment, on a connection of its own; ended by `close`. */
  snapshot(): Promise<Queries & { close(): Promise<void> }>;
  close(): Promise<void>;
}

/** How connections are opened. */
export interface SessionOptions {
  readonly code: Extract<ErrorCode, "STORE_FAILED" | "VAULT_FAILED">;
  readonly readOnly?: boolean | undefined;
  /** Whose tables names stand for: those of ledger and vault, if left out. */
  readonly tables?: "city" | undefined;
  /** Most connections at a time. */
  readonly most?: number;
}

/** A holder of a lock that has fallen silent for so long loses its connection, and with it the lock. */
const SILENT_HOLDER_MS = 15_000;
const CONNECT_MS = 10_000;
const BIGINT = 20;
const BYTEA = 17;
// https://www.postgresql.org/docs/current/errcodes-appendix.html: damage, and tables that are not those of this program.
const DAMAGE = /^(XX001|XX002|42P01|42703|42P08)$/;

/** Whole numbers as numbers and bytes as plain arrays of their own. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") => {
    if (oid === BIGINT) return Number;
    if (oid === BYTEA) return (text: string) => Uint8Array.from(Buffer.from(text.slice(2), "hex"));
    return pg.types.getTypeParser(oid, format as "text");
  },
};

const names = new Map<string, string>();

/** Prepared once per connection. */
function nameOf(sql: string): string {
  const known = names.get(sql) ?? `warifu_${names.size}`;
  names.set(sql, known);
  return known;
}

/** Runs a query on a connection. Arrays of numbers are for `bigint[]`. */
async function ask(on: pg.Pool | pg.ClientBase, sql: string, values: readonly Value[]): Promise<pg.QueryResult<Row>> {
  return on.query<Row>({ name: nameOf(sql), text: sql, values: values.map(sendable) });
}

function sendable(value: Value): unknown {
  return Array.isArray(value) ? (binaryArray(value as readonly Element[]) ?? value) : value;
}

/** Queries on one connection; errors of the server get a code of ours. */
export class Session implements Queries {
  readonly client: pg.ClientBase;
  readonly #code: SessionOptions["code"];

  constructor(client: pg.ClientBase, code: SessionOptions["code"]) {
    this.client = client;
    this.#code = code;
  }

  async all(sql: string, ...values: readonly Value[]): Promise<Row[]> {
    return (await this.#ask(sql, values)).rows;
  }

  async first(sql: string, ...values: readonly Value[]): Promise<Row | undefined> {
    return (await this.#ask(sql, values)).rows[0];
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return (await this.#ask(sql, values)).rowCount ?? 0;
  }

  /** Several statements in one message, without values. @returns what the last one answers */
  async script(sql: string): Promise<{ readonly commands: readonly string[]; readonly rows: Row[] }> {
    const answer = await onServer(this.#code, () => this.client.query<Row>(sql));
    const results = Array.isArray(answer) ? (answer as pg.QueryResult<Row>[]) : [answer];
    return { commands: results.map(({ command }) => command), rows: results.at(-1)?.rows ?? [] };
  }

  #ask(sql: string, values: readonly Value[]): Promise<pg.QueryResult<Row>> {
    return onServer(this.#code, () => ask(this.client, sql, values));
  }
}

/**
 * Opens connections, and makes sure that the server keeps what it says it has committed.
 * @throws the code of the options; CONFIG_INVALID
 */
export async function openSessions(database: string, options: SessionOptions): Promise<Sessions> {
  const { code, readOnly = false, tables, most = 8 } = options;
  const address = addressIn(database);
  const pool = new pg.Pool({ ...connectionTo(address, readOnly, tables), max: most, idleTimeoutMillis: 30_000 });
  // A connection that breaks while nobody uses it is replaced; one in use, also between two queries, fails the next one.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void client.on("error", () => undefined));
  try {
    await onServer(code, () => assertDurable(pool));
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PooledSessions(pool, code, address);
}

/** Opens one connection that is used by one holder alone. @param onLost called when it breaks */
export async function openSession(
  address: DatabaseAddress,
  code: SessionOptions["code"],
  onLost: (error: WarifuError) => void,
): Promise<{ session: Session; close(): Promise<void> }> {
  // What is asked at once is sent at once: on a network, each answer that is waited for lengthens the turn.
  const client = new pg.Client({ ...connectionTo(address, false), pipeline: true });
  let isClosing = false;
  const lost = (cause?: unknown): void => {
    const reason = cause === undefined ? "the server closed it" : messageOf(cause);
    if (!isClosing) onLost(new WarifuError(code, `the connection to the database is lost: ${reason}`, { cause }));
  };
  client.on("error", lost).on("end", () => lost());
  await onServer(code, () => client.connect());
  const close = async (): Promise<void> => {
    isClosing = true;
    await client.end();
  };
  return { session: new Session(client, code), close };
}

function connectionTo(
  { url, schema, vaultSchema, citySchema }: DatabaseAddress,
  readOnly: boolean,
  tables?: SessionOptions["tables"],
): pg.ClientConfig {
  const settings = [
    `search_path=${tables === "city" ? citySchema : `${schema},${vaultSchema}`}`,
    `idle_in_transaction_session_timeout=${SILENT_HOLDER_MS}`,
    ...(readOnly ? ["default_transaction_read_only=on", "idle_in_transaction_session_timeout=0"] : []),
  ];
  return {
    connectionString: url,
    application_name: "warifu",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: TYPES,
    options: settings.map((one) => `-c ${one}`).join(" "),
  };
}

/** Settings under which an acknowledged commit could be lost or torn. */
async function assertDurable(pool: pg.Pool): Promise<void> {
  for (const [setting, refused] of [
    ["fsync", ["off"]],
    ["full_page_writes", ["off"]],
    ["synchronous_commit", ["off"]],
    ["server_encoding", undefined],
  ] as const) {
    const value = String((await pool.query<Row>(`SHOW ${setting}`)).rows[0]?.[setting]);
    const isWrong = refused ? (refused as readonly string[]).includes(value) : value !== "UTF8";
    if (isWrong)
      throw new WarifuError(
        "CONFIG_INVALID",
        `the database has ${setting} = ${value}: what it commits could be lost, so nothing is written to it`,
      );
  }
}

class PooledSessions implements Sessions {
  readonly address: DatabaseAddress;
  readonly #pool: pg.Pool;
  readonly #code: SessionOptions["code"];

  constructor(pool: pg.Pool, code: SessionOptions["code"], address: DatabaseAddress) {
    this.#pool = pool;
    this.#code = code;
    this.address = address;
  }

  async all(sql: string, ...values: readonly Value[]): Promise<Row[]> {
    return (await this.#ask(sql, values)).rows;
  }

  async first(sql: string, ...values: readonly Value[]): Promise<Row | undefined> {
    return (await this.#ask(sql, values)).rows[0];
  }

  async run(sql: string, ...values: readonly Value[]): Promise<number> {
    return (await this.#ask(sql, values)).rowCount ?? 0;
  }

  async transaction<T>(change: (queries: Queries) => Promise<T>): Promise<T> {
    const client = await onServer(this.#code, () => this.#pool.connect());
    const session = new Session(client, this.#code);
    let failure: Error | undefined;
    try {
      return await inTransaction(session, () => change(session));
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // After a failure the connection is not used again: nobody knows in which state it is.
      client.release(failure);
    }
  }

  async snapshot(): Promise<Queries & { close(): Promise<void> }> {
    const client = await onServer(this.#code, () => this.#pool.connect());
    const session = new Session(client, this.#code);
    // Where it fails, the connection is given back, and not used again.
    const ask = async (sql: string, isLast: boolean): Promise<void> => {
      try {
        await session.script(sql);
        if (isLast) client.release();
      } catch (error) {
        client.release(error as Error);
        throw error;
      }
    };
    await ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", false);
    return Object.assign(session, { close: () => ask("ROLLBACK", true) });
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }

  #ask(sql: string, values: readonly Value[]): Promise<pg.QueryResult<Row>> {
    return onServer(this.#code, () => ask(this.#pool, sql, values));
  }
}

/** @throws what `change` throws, after taking everything back; the code when the server did not commit */
async function inTransaction<T>(session: Session, change: () => Promise<T>): Promise<T> {
  await session.script("BEGIN");
  let result: T;
  try {
    result = await change();
  } catch (error) {
    await session.script("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await commit(session);
  return result;
}

/**
 * What is asked at once in one transaction. It is over when all of it is, also where something fails: a query that came after
 * the transaction was taken back would be a transaction of its own.
 * @throws what the first of them throws
 */
export async function together<T extends readonly Promise<unknown>[]>(
  ...work: T
): Promise<{ -readonly [At in keyof T]: Awaited<T[At]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** @param andThen further statements of the same message, after the commit */
export async function commit(session: Session, andThen = ""): Promise<Row[]> {
  const { commands, rows } = await session.script(`COMMIT;${andThen}`);
  // A transaction in which something failed is rolled back by COMMIT, without an error.
  if (commands[0] !== "COMMIT") throw new WarifuError("STORE_FAILED", "the database rolled a transaction back");
  return rows;
}

/** Runs something on the server: its errors get a code of ours, damage STORE_CORRUPT; our own pass through. */
async function onServer<T>(code: SessionOptions["code"], action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof WarifuError) throw cause;
    const state = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const told = code === "STORE_FAILED" && DAMAGE.test(state) ? "STORE_CORRUPT" : code;
    throw new WarifuError(told, `the database failed: ${messageOf(cause)}`, { cause });
  }
}
