/**
 * Moves a log from the SQLite files of a data folder into a PostgreSQL database, while no service runs on it. Audited before and
 * after. It can be cut off anywhere and is then started again.
 *
 * Invariant: at no moment can two services continue the log in two places. Before the first row is copied, the files are put
 * aside under other names, without which no service starts in the folder; and the database is opened by no service before the
 * last row is there.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { auditLedger } from "../audit/audit-folder.ts";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { pagedRandomBytes } from "../core/random.ts";
import { vaultKeySource } from "../keys/vault-key.ts";
import { withWriterLock } from "../keys/offline-api-keys.ts";
import {
  copyIntoDatabase,
  hasLedger,
  isPutAside,
  keepAside,
  openCityStore,
  openVault,
  putAside,
  STORE_FILES,
  type StorePlace,
} from "../store/open.ts";

type AuditReport = Awaited<ReturnType<typeof auditLedger>>;

export interface MigrationOptions {
  readonly config: Config;
  /** Names the log's key, the chain and the contract. */
  readonly policy: Policy;
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** What was moved. */
export interface Migration {
  readonly entries: number;
  /** Of the database; it holds, or nodes could not be asked. */
  readonly audit: AuditReport;
}

/**
 * Moves the log.
 * @throws USAGE no database is named; NOT_FOUND there is no ledger; STORE_LOCKED a service runs there; STORE_CORRUPT an audit
 *   has findings, before or after; CONFIG_INVALID the database has a ledger; STORE_BEHIND the vault is ahead
 */
export async function migrate({ config, policy, onRows }: MigrationOptions): Promise<Migration> {
  const { dataDir, database } = config;
  if (database === undefined) throw new WarifuError("USAGE", "name the database to move the log into: WARIFU_DATABASE");
  if (!isPutAside(dataDir)) await prepare(config, policy);
  await copyIntoDatabase({ dataDir, database }, { origin: config.origin, onRows });
  const audited = await auditLedger({ config, policy });
  assertSound(audited, "the database");
  keepAside(dataDir);
  return { entries: audited.checked.entries, audit: audited };
}

/** Nothing is touched unless all of it is in order. */
async function prepare(config: Config, policy: Policy): Promise<void> {
  const place = { dataDir: config.dataDir };
  if (await hasLedger(config)) throw new WarifuError("CONFIG_INVALID", "the database has a ledger already");
  // Opened for writing once: an earlier program's tables are brought up to date, and what was logged ahead goes into the file.
  await withWriterLock(place, (store) => assertSettled(config, store.treeSize()));
  await settleCity(place);
  assertSound(await auditLedger({ config: { ...config, database: undefined }, policy }), "the data folder");
  putAside(config.dataDir);
}

/** What a program that was killed has written ahead of its file goes into it. */
async function settleCity({ dataDir }: StorePlace): Promise<void> {
  if (existsSync(join(dataDir, STORE_FILES.city))) await (await openCityStore({ dataDir })).close();
}

async function assertSettled(config: Config, treeSize: number): Promise<void> {
  const keys = vaultKeySource(config).read({ mayMake: false });
  const vault = await openVault({ dataDir: config.dataDir }, { ...keys, randomBytes: pagedRandomBytes() });
  try {
    const { records } = await vault.beyond(treeSize);
    if (records > 0)
      throw new WarifuError(
        "STORE_BEHIND",
        `the vault holds openings of ${records} records that the ledger does not have: start the service once, which settles that`,
      );
  } finally {
    await vault.close();
  }
}

function assertSound({ outcome, findings }: AuditReport, where: string): void {
  if (outcome === "refuted")
    throw new WarifuError(
      "STORE_CORRUPT",
      `the audit of ${where} finds ${findings.length} faults: run \`warifu audit\``,
    );
}
