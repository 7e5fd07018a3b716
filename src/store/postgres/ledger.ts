/**
 * The ledger in a PostgreSQL database: opens it, and combines its parts into one store. Several services may have it open for
 * writing; what orders them is in head-writer.ts. The head guard is a file of each of them.
 */
import { equalBytes } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import type { AnchorJournal } from "../anchor-journal.ts";
import type { CitizenStore } from "../citizen-store.ts";
import type { Committer } from "../committer.ts";
import { HeadGuard, readHeadGuard } from "../head-guard.ts";
import type { KeyStore } from "../key-store.ts";
import type { LedgerReader, LedgerStore } from "../ledger-store.ts";
import type { LogStore } from "../log-store.ts";
import type { OfficerStore } from "../officer-store.ts";
import { methodsOf } from "../rows/methods-of.ts";
import type { SharedLog } from "../shared-log.ts";
import type { DatabaseAddress } from "./address.ts";
import { checkTables } from "./check.ts";
import { PostgresCitizens } from "./citizens.ts";
import { headOf, HeadWriter, READ_HEAD, type KeepIn } from "./head-writer.ts";
import { Holding } from "./holding.ts";
import { PostgresJournal } from "./journal.ts";
import { PostgresKeys } from "./keys.ts";
import { PostgresLog } from "./log.ts";
import { PostgresOfficers } from "./officers.ts";
import { assertVersion, hasTable, prepareLedger } from "./prepare.ts";
import { openSessions, type Sessions } from "./sessions.ts";

/** A ledger that is open for writing, perhaps by others too. */
export interface PostgresLedger extends LedgerStore {
  readonly shared: SharedLog;
  /** Commits batches together with what a vault of the same database keeps of them. */
  committerWith(keepIn: KeepIn): Committer;
}

/**
 * Opens a ledger for writing, making its tables where there are none.
 * @throws STORE_BEHIND an older copy was put back; STORE_CORRUPT; STORE_FAILED; CONFIG_INVALID the log of another origin, or a
 *   server that may lose what it commits
 */
export async function openPostgresLedger(
  database: string,
  origin: string,
  { guardPath }: { readonly guardPath: string },
): Promise<PostgresLedger> {
  const sessions = await openSessions(database, { code: "STORE_FAILED" });
  try {
    await prepareLedger(sessions, origin);
    await assertNotBehindGuard(sessions, guardPath);
    const holding = new Holding();
    const guard = new HeadGuard(guardPath);
    const writer = await HeadWriter.open({ address: sessions.address, guard, holding });
    const shared: SharedLog = {
      begin: () => writer.begin(),
      end: () => writer.end(),
      head: async () => headOf(await sessions.first(READ_HEAD)),
      takeLease: (name, forMs) => holding.take(sessions, name, forMs),
    };
    const committerWith = (keepIn: KeepIn): Committer => {
      writer.keepWith(keepIn);
      return writer;
    };
    return { ...storesOf(sessions, origin, holding, { writer }), shared, committerWith };
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

/**
 * Opens a ledger for reading only.
 * @throws NOT_FOUND there is none; STORE_CORRUPT; STORE_FAILED
 */
export async function readPostgresLedger(database: string): Promise<LedgerReader> {
  const sessions = await openSessions(database, { code: "STORE_FAILED", readOnly: true });
  try {
    if (!(await hasTable(sessions, sessions.address.schema, "log")))
      throw new WarifuError(
        "NOT_FOUND",
        "there is no ledger in that database: start the service once, or set WARIFU_DATABASE",
      );
    await assertVersion(sessions);
    const origin = (await sessions.first("SELECT origin FROM log"))?.["origin"];
    if (typeof origin !== "string") throw new WarifuError("STORE_CORRUPT", "the ledger does not name its log");
    const seenSize = await sizeOf(sessions);
    const stores = storesOf(sessions, origin, new Holding(), { seenSize });
    return { ...stores, check: () => checkTables(sessions, origin) };
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

/** Whether there is a ledger. */
export function hasPostgresLedger(database: string): Promise<boolean> {
  return has(database, ({ schema }) => [schema, "log"]);
}

/** Whether there is a vault. */
export function hasPostgresVault(database: string): Promise<boolean> {
  return has(database, ({ vaultSchema }) => [vaultSchema, "opening"]);
}

async function has(database: string, table: (address: DatabaseAddress) => [string, string]): Promise<boolean> {
  const sessions = await openSessions(database, { code: "STORE_FAILED", most: 1 });
  try {
    return await hasTable(sessions, ...table(sessions.address));
  } finally {
    await sessions.close();
  }
}

/** The checkpoint that this service handed out last must be among the stored ones. */
async function assertNotBehindGuard(sessions: Sessions, guardPath: string): Promise<void> {
  const guard = readHeadGuard(guardPath);
  if (guard === undefined) return;
  const stored = await sizeOf(sessions);
  const details = { stored, published: guard.treeSize };
  if (guard.treeSize > stored)
    throw new WarifuError(
      "STORE_BEHIND",
      `the ledger holds ${stored} entries, but a checkpoint of ${guard.treeSize} was handed out: ` +
        "an older copy of the database was put back. Restore the newest copy; nothing was written",
      { details },
    );
  const sql = "SELECT root_hash FROM checkpoint WHERE tree_size = $1";
  const root = (await sessions.first(sql, guard.treeSize))?.["root_hash"];
  if (!(root instanceof Uint8Array) || !equalBytes(root, guard.rootHash))
    throw new WarifuError(
      "STORE_CORRUPT",
      `the ledger does not hold the checkpoint of ${guard.treeSize} entries that was handed out: ` +
        "its database is of another history. Restore the right copy; nothing was written",
      { details },
    );
}

async function sizeOf(sessions: Sessions): Promise<number> {
  return Number((await sessions.first("SELECT coalesce(max(leaf_index) + 1, 0) AS size FROM entry"))?.["size"]);
}

/** The stores of a ledger, combined. */
function storesOf(
  sessions: Sessions,
  origin: string,
  holding: Holding,
  { writer, ...log }: { readonly writer?: HeadWriter; readonly seenSize?: number },
): LedgerStore {
  const parts = {
    ...methodsOf<LogStore>(new PostgresLog(sessions, origin, writer ? { writer } : log)),
    ...methodsOf<AnchorJournal>(new PostgresJournal(sessions, holding)),
    ...methodsOf<KeyStore>(new PostgresKeys(sessions)),
    ...methodsOf<OfficerStore>(new PostgresOfficers(sessions)),
    ...methodsOf<CitizenStore>(new PostgresCitizens(sessions)),
  };
  const close = async (): Promise<void> => {
    try {
      await writer?.close();
    } finally {
      await sessions.close();
    }
  };
  return { ...parts, origin, close };
}
