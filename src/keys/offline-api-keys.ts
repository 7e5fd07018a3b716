/**
 * The API keys in the data folder of a service that is not running: for administrators who have no key left. And the
 * right to write there, for whoever does something else with such a folder.
 */
import { randomBytes } from "node:crypto";
import { Access } from "./api-keys.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import { openLedger, readLedger } from "../store/open.ts";

/**
 * Does something with the keys of a folder, as its only writer.
 * @throws NOT_FOUND there is no ledger; STORE_LOCKED a service runs there; what opening a ledger throws
 */
export async function withAccess<T>(folder: string, action: (access: Access) => Promise<T>): Promise<T> {
  return withWriterLock(folder, async (store) => action(await Access.open(store, randomBytes, Date.now)));
}

/** Does something as the only writer of a folder. @throws as {@link withAccess} */
export async function withWriterLock<T>(folder: string, action: (store: LedgerStore) => Promise<T>): Promise<T> {
  const store = openLedger(folder, await originOf(folder));
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

async function originOf(folder: string): Promise<string> {
  const store = readLedger(folder);
  try {
    return store.origin;
  } finally {
    await store.close();
  }
}
