/**
 * Composes an audit of a data folder: opens ledger and vault for reading, asks the chain, and hands all of it to the
 * audit stage. Works on a stopped service's folder and beside a running one.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readOnlyChain } from "./chain/read-only-chain.ts";
import type { Config } from "./config.ts";
import { codeOf, messageOf } from "./core/errors.ts";
import type { Policy } from "./core/policy.ts";
import { openSecretKey } from "./key-files.ts";
import { pagedRandomBytes } from "./random.ts";
import { audit, type AuditReport, type ChainTestimony } from "./stages/audit.ts";
import { readHeadGuard } from "./store/head-guard.ts";
import { checkSqliteLedger } from "./store/sqlite-check.ts";
import { LEDGER_FILES, readSqliteLedger } from "./store/sqlite-ledger.ts";
import { openSqliteVault, VAULT_FILE } from "./store/sqlite-vault.ts";
import type { Vault } from "./store/vault.ts";

export interface AuditLedgerOptions {
  readonly config: Config;
  /** Names the log's key, the chain and the contract. */
  readonly policy: Policy;
  /** The chain to compare with; the audit is undecided when it does not answer. */
  readonly rpcUrl?: string | undefined;
  readonly sample?: number | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Audits the data folder of a configuration.
 * @throws NOT_FOUND there is no ledger; STORE_FAILED, STORE_CORRUPT it cannot be read at all
 */
export async function auditLedger(options: AuditLedgerOptions): Promise<AuditReport> {
  const { config, policy, sample, onProgress } = options;
  const store = readSqliteLedger(config.dataDir);
  const vault = openVault(config);
  const asked = await askChain(options);
  try {
    const { chain, note, isUndecided } = asked;
    const report = await audit({
      store,
      vault,
      chain,
      logKey: policy.log,
      isOwnChain: policy.chain.accept === "evidence",
      guard: readHeadGuard(join(config.dataDir, LEDGER_FILES.guard)),
      storageFindings: checkSqliteLedger(store.database, store.origin),
      sample,
      onProgress,
    });
    const outcome = report.outcome === "holds" && isUndecided ? "undecided" : report.outcome;
    return { ...report, outcome, notes: note === undefined ? report.notes : [...report.notes, note] };
  } finally {
    await asked.close?.();
    await vault?.close();
    await store.close();
  }
}

function openVault({ dataDir, files }: Config): Vault | undefined {
  const path = join(dataDir, VAULT_FILE);
  if (!existsSync(path) || !existsSync(files.vaultKey)) return undefined;
  return openSqliteVault(path, openSecretKey(files.vaultKey), pagedRandomBytes(), { readOnly: true });
}

interface AskedChain {
  readonly chain?: ChainTestimony;
  readonly note?: string;
  readonly isUndecided?: boolean;
  /** Ends the connection. */
  readonly close?: () => Promise<void>;
}

/** A chain that was named must answer; the local one that stops with the service need not. */
async function askChain({ config, policy, rpcUrl }: AuditLedgerOptions): Promise<AskedChain> {
  const named = rpcUrl ?? config.chain.rpcUrls?.[0] ?? policy.rpc[0];
  const url = named ?? `http://127.0.0.1:${config.chain.port}`;
  const { id: chainId, contract } = policy.chain;
  try {
    const chain = await readOnlyChain({ rpcUrl: url, chainId, contract });
    const { blockHashAt } = chain;
    const close = (): Promise<void> => chain.close();
    try {
      if (named === undefined && !(await chain.hasContract())) return { close };
      return { chain: { chainId, contract, events: await chain.anchorEvents(), blockHashAt }, close };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    if (named === undefined && codeOf(error) !== undefined) return {};
    return { note: `the chain could not be asked: ${messageOf(error)}`, isUndecided: true };
  }
}
