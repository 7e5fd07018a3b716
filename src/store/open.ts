/**
 * Opens the stores of a log: ledger, vault, the index of anchors, and what citizens arrange among themselves. The only place
 * that names the engines: SQLite in the data folder, or PostgreSQL. The index of anchors is always in the folder.
 */
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "../core/random.ts";
import { syncFolder } from "../files/whole-file.ts";
import type { AnchorIndex } from "./anchor-index.ts";
import type { CityStore } from "./city-store.ts";
import type { LedgerReader, LedgerStore, StoreFault } from "./ledger-store.ts";
import type { Committer } from "./committer.ts";
import {
  hasPostgresLedger,
  hasPostgresVault,
  openPostgresLedger,
  readPostgresLedger,
  type PostgresLedger,
} from "./postgres/ledger.ts";
import { checkPostgresCity } from "./postgres/check-city.ts";
import { openPostgresCityStore } from "./postgres/city-store.ts";
import { openPostgresVault, PostgresVault } from "./postgres/vault.ts";
import { endPostgresRotation, rewrapPostgresVault, whileNoneIsOpen } from "./postgres/vault-rotation.ts";
import type { RowSource } from "./rows/row-source.ts";
import type { RewrapOptions, Rewrapped } from "./rows/wrapped-values.ts";
import { fillPostgres, type FillOptions } from "./postgres/fill.ts";
import { CommitThread } from "./sqlite/commit-thread.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "./sqlite/anchor-index.ts";
import { checkCityFile } from "./sqlite/check-city.ts";
import { CITY_FILE, openSqliteCityStore } from "./sqlite/city-store.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "./sqlite/ledger.ts";
import { openRows } from "./sqlite/rows-out.ts";
import { openSqliteVault, VAULT_FILE } from "./sqlite/vault.ts";
import { endRotation, rewrapSqliteVault } from "./sqlite/vault-rotation.ts";
import type { Vault } from "./vault.ts";
import type { WriteTurns } from "./write-turns.ts";

/** Names of the engine's own files within the data folder. */
export const STORE_FILES = {
  ledger: LEDGER_FILES.database,
  vault: VAULT_FILE,
  anchorIndex: ANCHOR_INDEX_FILE,
  city: CITY_FILE,
} as const;

/** Suffixes of the files of a log: while it is being moved into a database, and afterwards. */
const [ASIDE, COPIED] = [".migrating", ".migrated"];

/** Where a log is stored. */
export interface StorePlace {
  readonly dataDir: string;
  /** Address of a PostgreSQL database; `undefined`: SQLite in the folder. */
  readonly database?: string | undefined;
}

/** Where files are that are not in the folder. */
export interface OpenLedgerOptions {
  /** The head guard. */
  readonly guardPath?: string | undefined;
  /** Turns for writing to ledger and vault, if a committer thread writes too. */
  readonly turns?: WriteTurns | undefined;
}

/** How a vault is opened. */
export interface OpenVaultOptions {
  readonly masterKey: Uint8Array;
  /** The master key that it replaces, while that is in progress. */
  readonly formerKey?: Uint8Array | undefined;
  readonly randomBytes: RandomBytes;
  readonly readOnly?: boolean;
  /** Turns for writing to ledger and vault, if a committer thread writes too. */
  readonly turns?: WriteTurns | undefined;
}

/** Where the committer finds what it writes to, and the keys of the vault. */
export interface CommitterOptions extends Pick<OpenVaultOptions, "masterKey" | "formerKey" | "turns"> {
  readonly dataDir: string;
  /** The head guard. */
  readonly guardPath: string;
}

/** An index of anchors that was opened. */
export interface OpenedAnchorIndex {
  readonly index: AnchorIndex;
  /** Why the existing index could not be used; `undefined` when it could, or there was none. */
  readonly discarded: string | undefined;
}

/** Whether there is a ledger. One in a folder that was created but never written to does not count. */
export async function hasLedger({ dataDir, database }: StorePlace): Promise<boolean> {
  if (database !== undefined) return hasPostgresLedger(database);
  return (statSync(join(dataDir, STORE_FILES.ledger), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Whether there is a vault. */
export async function hasVault({ dataDir, database }: StorePlace): Promise<boolean> {
  return database !== undefined ? hasPostgresVault(database) : existsSync(join(dataDir, STORE_FILES.vault));
}

/**
 * Opens a ledger for writing, creating it if there is none.
 * @throws STORE_LOCKED another writer; STORE_BEHIND an older copy was put back; STORE_CORRUPT; STORE_FAILED;
 *   CONFIG_INVALID it is the log of another origin
 */
export async function openLedger(
  { dataDir, database }: StorePlace,
  origin: string,
  options: OpenLedgerOptions = {},
): Promise<LedgerStore> {
  if (database === undefined) return openSqliteLedger(dataDir, origin, options);
  mkdirSync(dataDir, { recursive: true });
  const { guardPath = join(dataDir, LEDGER_FILES.guard) } = options;
  return openPostgresLedger(database, origin, { guardPath });
}

/**
 * Opens a ledger for reading only, alongside a running service or after it.
 * @throws NOT_FOUND there is none; STORE_CORRUPT; STORE_FAILED
 */
export async function readLedger({ dataDir, database }: StorePlace): Promise<LedgerReader> {
  return database === undefined ? readSqliteLedger(dataDir) : readPostgresLedger(database);
}

/**
 * Opens a vault, creating it if there is none.
 * @throws VAULT_FAILED when it cannot be opened, or is under another master key
 */
export async function openVault({ dataDir, database }: StorePlace, options: OpenVaultOptions): Promise<Vault> {
  if (database === undefined) return openSqliteVault(join(dataDir, STORE_FILES.vault), options);
  return openPostgresVault(database, options);
}

/** A committer that is starting. */
export interface StartedCommitter extends Committer {
  /** Waits until it can commit. @throws the error that keeps it from that */
  opened(): Promise<void>;
  close(): Promise<void>;
}

/** Adds these to a committer that has nothing of its own to open. */
const IDLE = { opened: async (): Promise<void> => undefined, close: async (): Promise<void> => undefined };

/**
 * Starts the committer of an open ledger and vault; for SQLite on a thread of its own, which also takes a moment to open
 * them. Close it before them.
 */
export function startCommitter(
  store: LedgerStore,
  vault: Vault,
  { dataDir, guardPath, masterKey, formerKey, turns }: CommitterOptions,
): StartedCommitter {
  if (isPostgres(store) && vault instanceof PostgresVault) {
    const committer = store.committerWith((queries, records) => vault.keepIn(queries, records));
    return { commit: (batch, openings) => committer.commit(batch, openings), ...IDLE };
  }
  const [ledgerPath, vaultPath] = [join(dataDir, STORE_FILES.ledger), join(dataDir, STORE_FILES.vault)];
  return new CommitThread(store, { ledgerPath, vaultPath, guardPath, masterKey, formerKey }, turns);
}

function isPostgres(store: LedgerStore): store is PostgresLedger {
  return "committerWith" in store;
}

/** Whether the files of a folder's ledger are set aside because they are being copied into a database. */
export function isPutAside(folder: string): boolean {
  return existsSync(join(folder, `${STORE_FILES.ledger}${ASIDE}`));
}

/**
 * Sets the files aside: from now on no service starts on them. The ledger goes first, without which no service touches the
 * vault.
 */
export function putAside(folder: string): void {
  renameStores(folder, "", ASIDE);
}

/** Marks the files as copied; they are kept. */
export function keepAside(folder: string): void {
  renameStores(folder, ASIDE, COPIED);
}

function renameStores(folder: string, from: string, to: string): void {
  for (const file of [STORE_FILES.ledger, STORE_FILES.vault, STORE_FILES.city])
    if (existsSync(join(folder, `${file}${from}`)))
      renameSync(join(folder, `${file}${from}`), join(folder, `${file}${to}`));
  syncFolder(folder);
}

/**
 * Copies the files that were set aside into a database, or continues if that was interrupted.
 * @throws CONFIG_INVALID the database has a ledger already; STORE_FAILED
 */
export async function copyIntoDatabase(
  { dataDir, database }: Required<StorePlace> & { readonly database: string },
  options: Pick<FillOptions, "origin" | "onRows">,
): Promise<void> {
  putAside(dataDir);
  const [ledger, vault] = [STORE_FILES.ledger, STORE_FILES.vault].map((file) =>
    openRows(join(dataDir, `${file}${ASIDE}`)),
  );
  const cityFile = join(dataDir, `${STORE_FILES.city}${ASIDE}`);
  const city = existsSync(cityFile) ? openRows(cityFile) : undefined;
  try {
    await fillPostgres(database, { ...options, ledger: ledger as RowSource, vault: vault as RowSource, city });
  } finally {
    for (const rows of [ledger, vault, city]) rows?.close();
  }
}

/** Runs an action while no service has the log in a database open. @throws STORE_LOCKED one has */
export function whileNobodyHasOpen<T>(database: string, action: () => Promise<T>): Promise<T> {
  return whileNoneIsOpen(database, action);
}

/**
 * Puts a vault under a new master key, see {@link rewrapSqliteVault}. Precondition: nobody else has it open.
 * @throws VAULT_FAILED
 */
export async function rewrapVault({ dataDir, database }: StorePlace, options: RewrapOptions): Promise<Rewrapped> {
  if (database !== undefined) return rewrapPostgresVault(database, options);
  return rewrapSqliteVault(join(dataDir, STORE_FILES.vault), options);
}

/** Gives up values that opened with neither key, see {@link endRotation}. @throws VAULT_FAILED */
export async function giveUpDamaged({ dataDir, database }: StorePlace): Promise<void> {
  if (database !== undefined) return endPostgresRotation(database);
  endRotation(join(dataDir, STORE_FILES.vault));
}

/**
 * Opens the index of anchors of a data folder, or starts a new one.
 * @throws STORE_FAILED when none can be made there
 */
export function openAnchorIndex(folder: string): OpenedAnchorIndex {
  return openSqliteAnchorIndex(join(folder, STORE_FILES.anchorIndex));
}

/** Opens the store of what citizens arrange among themselves, or makes a new one. @throws STORE_FAILED, STORE_CORRUPT */
export async function openCityStore({ dataDir, database }: StorePlace): Promise<CityStore> {
  if (database !== undefined) return openPostgresCityStore(database);
  return openSqliteCityStore(join(dataDir, STORE_FILES.city));
}

/**
 * The faults of that store, as far as they can be found: nothing in the log vouches for it.
 * @param accounts ids of the citizens' accounts
 */
export async function* checkCityStore(
  { dataDir, database }: StorePlace,
  accounts: ReadonlySet<string>,
): AsyncGenerator<StoreFault, void, undefined> {
  if (database !== undefined) yield* checkPostgresCity(database, accounts);
  else yield* checkCityFile(join(dataDir, STORE_FILES.city), accounts);
}
