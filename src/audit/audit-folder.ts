/**
 * Composes an audit of a data folder: opens ledger and vault for reading, asks the chain, and hands all of it to the
 * audit stage. Works on a stopped service's folder and beside a running one.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { agreedAnchors } from "../chain/nodes/unanimous-anchors.ts";
import { rpcChainView } from "../chain/nodes/chain-view.ts";
import type { Config } from "../config.ts";
import { codeOf, messageOf } from "../core/errors.ts";
import { auditFinalityOf, type Policy } from "../core/policy.ts";
import { openSecretKey } from "../keys/key-files.ts";
import { pagedRandomBytes } from "../keys/random.ts";
import { audit, type AuditParts } from "./audit-ledger.ts";
import type { AuditReport } from "../verify/audit-findings.ts";
import type { KeptAcknowledgements } from "../verify/kept-acknowledgements.ts";
import { readHeadGuard } from "../store/head-guard.ts";
import { checkSqliteLedger } from "../store/sqlite/check.ts";
import { readSqliteLedger } from "../store/sqlite/ledger.ts";
import { openSqliteVault, VAULT_FILE } from "../store/sqlite/vault.ts";
import type { Vault } from "../store/vault.ts";

export interface AuditLedgerOptions {
  readonly config: Config;
  /** Names the log's key, the chain and the contract. */
  readonly policy: Policy;
  /** A node of the chain to compare with, in place of those of the configuration or else of the policy. */
  readonly rpcUrl?: string | undefined;
  /** Check so many random leaves instead of all. */
  readonly sample?: number | undefined;
  readonly acknowledgements?: KeptAcknowledgements | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Audits the data folder of a configuration.
 * @throws NOT_FOUND there is no ledger; STORE_FAILED, STORE_CORRUPT it cannot be read at all
 */
export async function auditLedger(options: AuditLedgerOptions): Promise<AuditReport> {
  const { config, policy, sample, acknowledgements, onProgress } = options;
  const store = readSqliteLedger(config.dataDir);
  const vault = openVault(config);
  const asked = await askChain(options);
  try {
    const { undecided, ...said } = asked;
    const report = await audit({
      store,
      vault,
      ...said,
      logKey: policy.log,
      isOwnChain: policy.chain.accept === "evidence",
      guard: readHeadGuard(config.files.head),
      storageFindings: checkSqliteLedger(store.database, store.origin),
      sample: sample === undefined ? undefined : { leaves: sample, randomBytes: pagedRandomBytes() },
      acknowledgements,
      onProgress,
    });
    if (undecided === undefined) return report;
    const notes = undecided === said.whyNoChain ? report.notes : [...report.notes, undecided];
    return { ...report, outcome: report.outcome === "holds" ? "undecided" : report.outcome, notes };
  } finally {
    await vault?.close();
    await store.close();
  }
}

function openVault({ dataDir, files }: Config): Vault | undefined {
  const path = join(dataDir, VAULT_FILE);
  if (!existsSync(path) || !existsSync(files.vaultKey)) return undefined;
  return openSqliteVault(path, openSecretKey(files.vaultKey, { mayMake: false }), pagedRandomBytes(), {
    readOnly: true,
  });
}

const NO_CHAIN = "no chain was asked";

/** What the chain says, or why it says nothing; undecided where a chain that should answer did not, or not all of it. */
type AskedChain = Pick<AuditParts, "chain" | "otherCodeAt" | "whyNoChain"> & { readonly undecided?: string };

/** Nobody is asked whom nobody named: who listens on a usual port may be anybody. */
async function askChain({ config, policy, rpcUrl }: AuditLedgerOptions): Promise<AskedChain> {
  const { id: chainId, contract, codeHash, accept } = policy.chain;
  const urls = rpcUrl === undefined ? (config.chain.rpcUrls ?? policy.rpc) : [rpcUrl];
  if (urls.length === 0) return accept === "evidence" ? {} : { undecided: NO_CHAIN, whyNoChain: NO_CHAIN };
  let otherCodeAt: string | undefined;
  try {
    const wanted = { chainId, contract, finality: auditFinalityOf(policy) };
    const reader = agreedAnchors(urls, wanted);
    if (codeHash !== undefined && (await reader.codeHash()) !== codeHash) otherCodeAt = contract;
    const { anchors: events, open, lacking } = await reader.anchorEvents();
    const { blockHashAt } = rpcChainView(urls);
    const chain = { chainId, contract, events, open, blockHashAt };
    return { chain, otherCodeAt, ...(lacking && { undecided: lacking }) };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const whyNoChain = `the chain could not be asked (${messageOf(error)})`;
    // What is known of the code by then stands, whatever else could not be read of a contract that is another.
    return { whyNoChain, otherCodeAt, undecided: whyNoChain };
  }
}
