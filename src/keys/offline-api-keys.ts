/**
 * The API keys in the data folder of a service that is not running: for administrators who have no key left. And the
 * right to write there, for whoever does something else with such a folder.
 */
import { randomBytes } from "node:crypto";
import { Access } from "./api-keys.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import { openLedger, readLedger, type StorePlace } from "../store/open.ts";

/**
 * Does something with the keys of a folder, as its only writer.
 * @throws NOT_FOUND there is no ledger; STORE_LOCKED a service runs there; what opening a ledger throws
 */
export async function withAccess<T>(place: StorePlace, action: (access: Access) => Promise<T>): Promise<T> {
  return withWriterLock(place, async (store) => action(await Access.open(store, randomBytes, Date.now)));
}

/** Does something as the only writer of a folder. @throws as {@link withAccess} */
export async function withWriterLock<T>(place: StorePlace, action: (store: LedgerStore) => Promise<T>): Promise<T> {
  const store = await openLedger(place, await originOf(place));
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

async function originOf(place: StorePlace): Promise<string> {
  const store = await readLedger(place);
  try {
    return store.origin;
  } finally {
    await store.close();
  }
}
