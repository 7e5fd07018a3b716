/**
 * Audits the data folder of a configuration: opens ledger and vault for reading, and passes them to the audit with the nodes
 * to ask. Works whether the service is stopped or running.
 */
import { anchorsUnder } from "../chain/nodes/unanimous-anchors.ts";
import type { Config } from "../config.ts";
import type { Policy } from "../core/policy.ts";
import { vaultKeySource } from "../keys/vault-key.ts";
import { pagedRandomBytes } from "../core/random.ts";
import { TimestampFiles } from "../cosign/timestamp-files.ts";
import { checkArrangements } from "./arrangements.ts";
import { audit } from "./audit-ledger.ts";
import { auditThreadsFor } from "./audit-threads.ts";
import type { AuditReport } from "../verify/audit-findings.ts";
import type { CompletenessAudit } from "../verify/completeness.ts";
import type { KeptAcknowledgements } from "../verify/kept-acknowledgements.ts";
import type { Sample } from "../verify/sample.ts";
import { readHeadGuard } from "../store/head-guard.ts";
import { hasVault, openVault, readLedger, type StorePlace } from "../store/open.ts";
import type { Vault } from "../store/vault.ts";

export interface AuditLedgerOptions {
  readonly config: Config;
  /** Names the log's key, the chain and the contract. */
  readonly policy: Policy;
  /** A node of the chain to compare with, instead of those in the configuration or, failing that, in the policy. */
  readonly rpcUrl?: string | undefined;
  /** Check this many random leaves instead of all. */
  readonly sample?: Sample | undefined;
  readonly acknowledgements?: KeptAcknowledgements | undefined;
  readonly completeness?: CompletenessAudit | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Audits the data folder of a configuration.
 * @throws NOT_FOUND there is no ledger; STORE_FAILED, STORE_CORRUPT it cannot be read at all
 */
export async function auditLedger(options: AuditLedgerOptions): Promise<AuditReport> {
  const { config, policy, rpcUrl, sample, acknowledgements, completeness, onProgress } = options;
  const store = await readLedger(config);
  const vault = await vaultOf(config);
  const { dataDir, database }: StorePlace = config;
  const data = { place: { dataDir, database }, hasVault: vault !== undefined, logKey: policy.log };
  const threads = sample ? undefined : auditThreadsFor(data, store.treeSize());
  try {
    return await audit({
      store,
      vault,
      threads,
      policy,
      anchors: anchorsUnder(policy, rpcUrl === undefined ? (config.chain.rpcUrls ?? policy.rpc) : [rpcUrl]),
      guard: readHeadGuard(config.files.head),
      arrangements: async () =>
        checkArrangements(data.place, async () => (await store.citizens()).map(({ citizenId }) => citizenId)),
      timestamps: new TimestampFiles(config.dataDir),
      sample,
      acknowledgements,
      completeness,
      onProgress,
    });
  } finally {
    await threads?.close();
    await vault?.close();
    await store.close();
  }
}

async function vaultOf(config: Config): Promise<Vault | undefined> {
  const source = vaultKeySource(config);
  if (!(await hasVault(config)) || !source.isThere()) return undefined;
  return openVault(config, { ...source.read({ mayMake: false }), randomBytes: pagedRandomBytes(), readOnly: true });
}
