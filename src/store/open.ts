/**
 * Opens what a data folder stores: ledger, vault and the index of anchors. The only place that names the engine:
 * another engine would be another folder next to sqlite/ and a choice here.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "../core/random.ts";
import type { AnchorIndex } from "./anchor-index.ts";
import type { CityStore } from "./city-store.ts";
import type { LedgerReader, LedgerStore } from "./ledger-store.ts";
import type { Committer } from "./committer.ts";
import type { LogStore } from "./log-store.ts";
import { CommitThread } from "./sqlite/commit-thread.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "./sqlite/anchor-index.ts";
import { CITY_FILE, openSqliteCityStore } from "./sqlite/city-store.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "./sqlite/ledger.ts";
import { openSqliteVault, VAULT_FILE } from "./sqlite/vault.ts";
import { endRotation, rewrapSqliteVault, type RewrapOptions, type Rewrapped } from "./sqlite/vault-rotation.ts";
import type { Vault } from "./vault.ts";

/** Names of the engine's own files within the data folder. */
export const STORE_FILES = {
  ledger: LEDGER_FILES.database,
  vault: VAULT_FILE,
  anchorIndex: ANCHOR_INDEX_FILE,
  city: CITY_FILE,
} as const;

/** Where files are, if not in the folder. */
export interface OpenLedgerOptions {
  /** The head guard. */
  readonly guardPath?: string | undefined;
}

/** How a vault is opened. */
export interface OpenVaultOptions {
  readonly masterKey: Uint8Array;
  /** The one that it is taking the place of, as long as that is under way. */
  readonly formerKey?: Uint8Array | undefined;
  readonly randomBytes: RandomBytes;
  readonly readOnly?: boolean;
}

/** Where what is committed goes, and the keys of the vault. */
export interface CommitterOptions extends Pick<OpenVaultOptions, "masterKey" | "formerKey"> {
  readonly folder: string;
  /** The head guard. */
  readonly guardPath: string;
}

/** An index that was opened. */
export interface OpenedAnchorIndex {
  readonly index: AnchorIndex;
  /** Why the existing index could not be used; `undefined` when it could, or there was none. */
  readonly discarded: string | undefined;
}

/** Whether there is a ledger in a data folder. One that was created but never written to does not count. */
export function hasLedger(folder: string): boolean {
  return (statSync(join(folder, STORE_FILES.ledger), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Whether there is a vault in a data folder. */
export function hasVault(folder: string): boolean {
  return existsSync(join(folder, STORE_FILES.vault));
}

/**
 * Opens the ledger of a data folder for writing, creating it if there is none.
 * @throws STORE_LOCKED another writer; STORE_BEHIND an older copy was put back; STORE_CORRUPT; STORE_FAILED;
 *   CONFIG_INVALID the folder holds the log of another origin
 */
export function openLedger(folder: string, origin: string, options: OpenLedgerOptions = {}): LedgerStore {
  return openSqliteLedger(folder, origin, options);
}

/**
 * Opens the ledger of a data folder for reading only, alongside a running service or after it.
 * @throws NOT_FOUND there is none; STORE_CORRUPT; STORE_FAILED
 */
export function readLedger(folder: string): LedgerReader {
  return readSqliteLedger(folder);
}

/**
 * Opens the vault of a data folder, creating it if there is none.
 * @throws VAULT_FAILED when it cannot be opened, or is under another master key
 */
export function openVault(folder: string, options: OpenVaultOptions): Vault {
  return openSqliteVault(join(folder, STORE_FILES.vault), options);
}

/**
 * Starts what commits to a ledger and a vault that are open, on a thread of its own. Close it before them.
 */
export function startCommitter(
  store: LogStore,
  { folder, guardPath, masterKey, formerKey }: CommitterOptions,
): Committer & { close(): Promise<void> } {
  const [ledgerPath, vaultPath] = [join(folder, STORE_FILES.ledger), join(folder, STORE_FILES.vault)];
  return new CommitThread(store, { ledgerPath, vaultPath, guardPath, masterKey, formerKey });
}

/**
 * Puts a vault under a new master key, see {@link rewrapSqliteVault}. Nobody else may have it open.
 * @throws VAULT_FAILED
 */
export function rewrapVault(folder: string, options: RewrapOptions): Rewrapped {
  return rewrapSqliteVault(join(folder, STORE_FILES.vault), options);
}

/** Gives up what opened with neither key, see {@link endRotation}. @throws VAULT_FAILED */
export function giveUpDamaged(folder: string): void {
  endRotation(join(folder, STORE_FILES.vault));
}

/**
 * Opens the index of anchors of a data folder, or starts a new one.
 * @throws STORE_FAILED when none can be made there
 */
export function openAnchorIndex(folder: string): OpenedAnchorIndex {
  return openSqliteAnchorIndex(join(folder, STORE_FILES.anchorIndex));
}

/**
 * Opens what is stored of a city's citizens among themselves, or starts a new store.
 * @throws STORE_FAILED, STORE_CORRUPT
 */
export function openCityStore(folder: string): CityStore {
  return openSqliteCityStore(join(folder, STORE_FILES.city));
}
