/**
 * Replaces the log's key, and adds one of ML-DSA-44, in the data folder of a service that is not running. To replace it takes
 * two steps, with as much time in between as verifiers need to get the new policy:
 *
 * 1. {@link beginLogRotation}: the next key is made, and from then on both sign. Policies that name either one are met.
 * 2. {@link endLogRotation}: the former key signs no more. Its private part is destroyed; its public one stays, with the size
 *    up to which it counts.
 *
 * Each step puts one whole file in the place of another. If it is cut off, the service starts with the keys before it or
 * those after it; starting the step again finishes what is left, such as destroying the former file.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import type { StorePlace } from "../store/open.ts";
import { readPrivateFile, writePrivateFile } from "./key-files.ts";
import { formatLogKeys, logSignerOf, makeLogKey, parseLogKeys, type KeptKey } from "./log-key-file.ts";
import { withWriterLock } from "./offline-api-keys.ts";

/** Where the log and its keys are. */
export interface LogKeyPlace extends StorePlace {
  readonly keyFile: string;
  /** Called after each durable step. */
  readonly onStep?: ((step: "linked" | "replaced" | "destroyed") => void) | undefined;
}

/** What a step left. */
export interface LogKeyChange {
  readonly keys: LogKeys;
  /** Entries in the log at that moment. */
  readonly treeSize: number;
  /** Whether anything was left to do. */
  readonly isChanged: boolean;
}

/**
 * Makes the next key of each algorithm that signs; doing it again changes nothing until the rotation has ended.
 * @throws NOT_FOUND, STORE_LOCKED, CONFIG_INVALID
 */
export function beginLogRotation(place: LogKeyPlace): Promise<LogKeyChange> {
  return change(place, (keys) => {
    if (keys.some(({ isOutgoing }) => isOutgoing)) return keys;
    const signing = keys.filter(({ privateKey }) => privateKey);
    const next = signing.map(({ algorithm }) => makeLogKey(algorithm));
    return [...signing.map((key) => ({ ...key, isOutgoing: true })), ...next, ...keys.filter((key) => !key.privateKey)];
  });
}

/**
 * Ends the time in which both keys sign. A key of ML-DSA-44 that follows another one is asked for as {@link addMlDsaKey} says.
 * @throws NOT_FOUND, STORE_LOCKED, CONFIG_INVALID
 */
export function endLogRotation(place: LogKeyPlace): Promise<LogKeyChange> {
  return change(place, (keys, treeSize) => {
    const outgoing = keys.filter(({ isOutgoing }) => isOutgoing);
    if (outgoing.length === 0) return keys;
    const isRequired = place.database === undefined && outgoing.some(({ requiredFrom }) => requiredFrom !== undefined);
    return [
      ...keys
        .filter(({ privateKey, isOutgoing }) => privateKey && !isOutgoing)
        .map((key) => (isRequired && key.algorithm !== "ed25519" ? { ...key, requiredFrom: treeSize + 1 } : key)),
      ...outgoing.map((key) => formerOf(key, treeSize)),
      ...keys.filter(({ privateKey }) => !privateKey),
    ];
  });
}

/**
 * Adds a key of ML-DSA-44 that signs as well, and that policies ask for from the next entry on. In a database, other services
 * may be writing without it, so it is left to people to ask for it once all of them have it.
 * @throws NOT_FOUND, STORE_LOCKED, CONFIG_INVALID
 */
export function addMlDsaKey(place: LogKeyPlace): Promise<LogKeyChange> {
  return change(place, (keys, treeSize) => {
    if (keys.some(({ algorithm, privateKey }) => algorithm === "ml-dsa-44" && privateKey)) return keys;
    const isAlone = place.database === undefined;
    return [...keys, { ...makeLogKey("ml-dsa-44"), ...(isAlone && { requiredFrom: treeSize + 1 }) }];
  });
}

function formerOf({ algorithm, publicKey, requiredFrom }: KeptKey, until: number): KeptKey {
  return { algorithm, publicKey, until, ...(requiredFrom !== undefined && { requiredFrom }) };
}

function change(
  place: LogKeyPlace,
  changed: (keys: readonly KeptKey[], treeSize: number) => readonly KeptKey[],
): Promise<LogKeyChange> {
  return withWriterLock(place, async (store) => {
    const { keyFile } = place;
    const treeSize = store.treeSize();
    const before = parseLogKeys(readPrivateFile(keyFile), keyFile);
    const keys = changed(before, treeSize);
    const isChanged = keys !== before;
    if (isChanged) replace(place, formatLogKeys(keys));
    else destroyFormer(keyFile);
    const after = parseLogKeys(readPrivateFile(keyFile), keyFile);
    return { keys: logSignerOf(store.origin, after).key, treeSize, isChanged };
  });
}

/** The former file keeps a name until it is overwritten, so that a crash leaves nothing that cannot be found any more. */
function replace({ keyFile, onStep }: LogKeyPlace, text: string): void {
  try {
    destroyFormer(keyFile);
    linkSync(keyFile, formerFile(keyFile));
    onStep?.("linked");
    writePrivateFile(keyFile, text);
    onStep?.("replaced");
    destroyFormer(keyFile);
    onStep?.("destroyed");
  } catch (cause) {
    if (cause instanceof WarifuError) throw cause;
    throw new WarifuError("CONFIG_INVALID", `the key file ${keyFile} cannot be replaced: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Where the former keys are while they are being destroyed. */
export function formerFile(keyFile: string): string {
  return `${keyFile}.former`;
}

/**
 * Overwrites the former file in its place, for what that is worth: a file system that copies on write, a drive that levels
 * wear, and every backup may still have what was there. If a crash left a second name of the present file, only that goes.
 */
function destroyFormer(keyFile: string): void {
  const former = formerFile(keyFile);
  if (!existsSync(former)) return;
  if (statSync(former).ino !== statSync(keyFile).ino) {
    const file = openSync(former, "r+");
    try {
      writeSync(file, "0".repeat(statSync(former).size), 0);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
  rmSync(former);
}
