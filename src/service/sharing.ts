/**
 * How services share a log that is in a database. The one that holds a lease does what only one may do: it anchors, asks
 * witnesses, publishes pictures, erases what is due, exchanges records, and serves officers and citizens. The others are
 * front ends: they take records and answer questions.
 *
 * Invariant: a service that has lost the lease commits nothing more, because each of its transactions checks the fence. It
 * also ends, but nothing depends on that.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import type { Access } from "../keys/api-keys.ts";
import type { LedgerStore } from "../store/ledger-store.ts";
import type { OfficerStore } from "../store/officer-store.ts";
import type { Lease } from "../store/shared-log.ts";
import type { Writer } from "../write/writer.ts";

const LEASE = "service";
const LEASE_MS = 10_000;
const RENEW_EVERY_MS = 2_000;
/** Longer than a lease lasts: a service that was killed and is started again finds it free in the end. */
const WAIT_MS = 12_000;
const ASK_EVERY_MS = 500;
/** How far behind the others a service may be in what it shows. */
const FOLLOW_EVERY_MS = 200;
const RELOAD_EVERY_MS = 1_000;

/**
 * Refuses settings for things that a front end cannot do.
 * @throws CONFIG_INVALID naming the settings that do not go together
 */
export function assertShareable(config: Config): void {
  const { database, isFrontEnd, cityFile, connectorsFile, chain, witnesses, mirrorsFile } = config;
  const refuse = (isWrong: boolean, message: string): void => {
    if (isWrong) throw new WarifuError("CONFIG_INVALID", message);
  };
  if (!isFrontEnd) return;
  refuse(database === undefined, "WARIFU_FRONT_END: a front end shares a log in a database: set WARIFU_DATABASE");
  refuse(chain.rpcUrls === undefined, "WARIFU_FRONT_END: a front end starts no chain of its own: set WARIFU_RPC_URL");
  refuse(cityFile !== undefined, "WARIFU_CITY: citizens are served by the service that is no front end");
  refuse(connectorsFile !== undefined, "WARIFU_CONNECTORS: connections are opened by the service that is no front end");
  refuse(
    config.logStorageFile !== undefined,
    "WARIFU_LOG_STORAGE: the log is copied by the service that is no front end",
  );
  refuse(mirrorsFile !== undefined, "WARIFU_MIRRORS: mirrors are pushed to by the service that is no front end");
  refuse(witnesses.file !== undefined, "WARIFU_WITNESSES: witnesses are asked by the service that is no front end");
}

/** Whose lease it is, and how to end. */
interface Place {
  readonly config: Pick<Config, "isFrontEnd">;
  readonly closing: AsyncDisposableStack;
  readonly onStop: (reason: WarifuError) => void;
  readonly tell: (line: string) => void;
}

/**
 * Takes the lease of a log that is shared, and keeps it until the end. A front end needs none.
 * @throws STORE_LOCKED another service has it
 */
export async function takePlace({ shared }: LedgerStore, { config, closing, onStop, tell }: Place): Promise<void> {
  if (!shared || config.isFrontEnd) return;
  let lease: Lease | undefined;
  for (let waited = 0; !lease; waited += ASK_EVERY_MS) {
    lease = await shared.takeLease(LEASE, LEASE_MS);
    if (lease) break;
    if (waited === 0) tell("another service holds the lease of this log: waiting for it");
    if (waited >= WAIT_MS)
      throw new WarifuError(
        "STORE_LOCKED",
        "another service holds the lease of this log: stop it, or start this one as a front end (WARIFU_FRONT_END=on)",
      );
    await sleep(ASK_EVERY_MS);
  }
  const held = lease;
  const renewing = setInterval(() => void held.renew().catch(onStop), RENEW_EVERY_MS).unref();
  closing.defer(async () => {
    clearInterval(renewing);
    await held.release().catch(() => undefined);
  });
}

/** The parts that catch up with other services. */
interface Follower {
  readonly writer: Pick<Writer, "follow" | "stopReason">;
  readonly access: Pick<Access, "reload">;
}

/** Catches up with what other services write, and with the keys that they issue and revoke. */
export function followOthers(
  { shared }: LedgerStore,
  { writer, access }: Follower,
  closing: AsyncDisposableStack,
): void {
  if (!shared) return;
  // If the writer has stopped, it has said so itself.
  let isFollowing = false;
  const follow = async (): Promise<void> => {
    if (isFollowing || writer.stopReason) return;
    isFollowing = true;
    await writer.follow().catch(() => undefined);
    isFollowing = false;
  };
  const timers = [
    setInterval(() => void follow(), FOLLOW_EVERY_MS).unref(),
    setInterval(() => void access.reload().catch(() => undefined), RELOAD_EVERY_MS).unref(),
  ];
  closing.defer(async () => timers.forEach(clearInterval));
}

/** Officers sign in at the service that is not a front end: a front end's knowledge of them would soon be out of date. */
export function officersFor<Store extends OfficerStore>(
  store: Store,
  { isFrontEnd }: Pick<Config, "isFrontEnd">,
): Store {
  if (!isFrontEnd) return store;
  const none = async (): Promise<[]> => [];
  return { ...store, officers: none, passkeys: none, invitations: none, sessions: none };
}
