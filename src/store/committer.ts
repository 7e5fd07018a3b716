/** Makes a batch durable: in the vault and in the ledger. */
import type { Batch } from "./log-store.ts";
import type { RecordOpenings } from "./vault.ts";

export interface Committer {
  /**
   * Makes openings durable in the vault, then the batch in the ledger: an entry without its openings could never be shown,
   * whereas an opening without its entry is set aside at the next start. After a failure nothing more is committed.
   * @throws VAULT_FAILED, STORE_FAILED, STORE_CORRUPT
   */
  commit(batch: Batch, openings: readonly RecordOpenings[]): Promise<void>;
}
