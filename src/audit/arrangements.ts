/**
 * Checks what the people of a city arrange, such as whom they follow: every list is of an account that is there. A service may
 * open accounts meanwhile, so what is found is looked for once more, with the accounts that there are by then.
 */
import type { StoreFault } from "../store/ledger-store.ts";
import { checkCityStore, type StorePlace } from "../store/open.ts";

/** Ids of the accounts that are there. */
export type AccountIds = () => Promise<readonly string[]>;

/** What is wrong. @throws as `accountIds` */
export async function* checkArrangements(
  place: StorePlace,
  accountIds: AccountIds,
): AsyncGenerator<StoreFault, void, undefined> {
  // Whoever leaves has no lists any more before the account goes, so those that were there count too.
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
