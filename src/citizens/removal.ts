/**
 * Leaving: everything that a citizen sent is erased, consents are withdrawn, and the account is removed. Each erasure
 * and each withdrawal is an event of the log, and the answer names them: whoever leaves can prove that it was done,
 * while the log does not say whose it was.
 */
import { eraseRecords, type Erased } from "../privacy/erasure.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { StoredCitizen } from "../store/citizen-store.ts";
import type { CitizenConsents, CitizenReceipt } from "./consents.ts";
import { recordsSentBy, type SentParts } from "./sent-records.ts";

export interface RemovalParts extends SentParts {
  readonly log: SentParts["log"] & Pick<OpenLog, "events" | "writer">;
  readonly consents: CitizenConsents;
  /** Provision that the erasures rest on. */
  readonly basis: string;
  /** What forgets what is kept of people elsewhere. */
  readonly forgetting: readonly ((citizenId: string) => Promise<void>)[];
}

/** What was done. */
export interface Removal {
  readonly erased: readonly Erased[];
  readonly withdrawn: readonly CitizenReceipt[];
  /** Whether no file holds any of it any longer. */
  readonly isGone: boolean;
}

/**
 * Removes somebody.
 * @throws UNAUTHENTICATED the account is being removed, or was; VAULT_FAILED, STORE_FAILED, STOPPED; then the account is
 *   there, and leaving can be tried again
 */
export async function removeCitizen({ citizenId }: StoredCitizen, parts: RemovalParts): Promise<Removal> {
  const { accounts, consents, basis, forgetting, log } = parts;
  const citizen = accounts.valid(citizenId);
  const { erased, isGone } = await accounts.remove(citizenId, async () => {
    const records = await recordsSentBy(citizenId, parts);
    const result = await eraseRecords(records, { basis }, log);
    for (const forget of forgetting) await forget(citizenId);
    return { ...result, withdrawn: citizen ? await consents.withdrawAll(citizen) : [] };
  });
  return { erased: erased.erased, withdrawn: erased.withdrawn, isGone: isGone && erased.isGone };
}
