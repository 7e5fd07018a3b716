/**
 * Checks what citizens arrange among themselves, such as whom they follow: every list must belong to an account. A running
 * service may open accounts meanwhile, so if there is a fault, the check is repeated with the accounts that exist by then.
 */
import type { StoreFault } from "../store/ledger-store.ts";
import { checkCityStore, type StorePlace } from "../store/open.ts";

/** Ids of the accounts that exist. */
export type AccountIds = () => Promise<readonly string[]>;

/** The faults. @throws as `accountIds` */
export async function* checkArrangements(
  place: StorePlace,
  accountIds: AccountIds,
): AsyncGenerator<StoreFault, void, undefined> {
  // Lists are removed before their account is, so accounts that existed at the start count too.
  const accounts = new Set(await accountIds());
  if (await isSound(checkCityStore(place, accounts))) return;
  for (const id of await accountIds()) accounts.add(id);
  yield* checkCityStore(place, accounts);
}

async function isSound(faults: AsyncGenerator<StoreFault>): Promise<boolean> {
  const first = await faults.next();
  await faults.return(undefined);
  return first.done === true;
}
