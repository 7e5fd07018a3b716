/**
 * The composition root of `warifu witness`: a data folder with the key and the memory of one witness, and its server.
 * Key and memory belong together and are created together; if one is missing, it is not replaced, since a witness that
 * has forgotten what it cosigned would cosign another history.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { codeOf, WarifuError } from "../core/errors.ts";
import { formatVerifierKey, parseVerifierKey } from "../core/note.ts";
import type { ListedLog } from "../core/tlog-list.ts";
import { openMlDsaSigner, openWitnessSigner } from "../keys/key-files.ts";
import { openSqliteWitness, type SqliteWitnessStore } from "./sqlite-store.ts";
import type { Conflict } from "./witness-store.ts";
import { takeWriterLock, type WriterLock } from "../store/sqlite/writer-lock.ts";
import { Witness, type WitnessSigner } from "./witness.ts";
import { startWitnessServer } from "./server.ts";

/** Files in the data folder of a witness. */
export const WITNESS_FILES = {
  key: "witness.key",
  mlDsaKey: "witness-ml-dsa.key",
  memory: "witness.sqlite",
  lock: "writer.lock",
} as const;

/** How a witness is run. */
export interface WitnessServiceOptions {
  readonly dataDir: string;
  /** Needed at the first start; later it must be the same or omitted. */
  readonly name?: string | undefined;
  /** Whether it signs with ML-DSA-44 as well; the key is made if it is missing. */
  readonly signsMlDsa?: boolean | undefined;
  readonly logs: readonly ListedLog[];
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** POSIX milliseconds; defaults to the system's clock. */
  readonly now?: () => number;
  readonly onConflict: (conflict: Conflict) => void;
}

/** A running witness. */
export interface WitnessService {
  readonly url: string;
  readonly name: string;
  readonly vkey: string;
  /** Where it signs with ML-DSA-44 as well. */
  readonly mlDsaVkey?: string;
  readonly witness: Witness;
  /** Settles with the reason when the witness stops by itself (fail stop). */
  readonly stopped: Promise<WarifuError>;
  /** Lets running requests end, then stops everything. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * Starts a witness.
 * @throws USAGE no name at the first start; CONFIG_INVALID; STORE_LOCKED; STORE_BEHIND the memory is gone; STORE_CORRUPT;
 *   STORE_FAILED
 */
export async function startWitness(options: WitnessServiceOptions): Promise<WitnessService> {
  const { dataDir, logs, host, port, now = Date.now, onConflict } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockFolder(dataDir);
  let store: SqliteWitnessStore | undefined;
  const closeStore = async (): Promise<void> => {
    await store?.close();
    store = undefined;
    lock.release();
  };
  try {
    store = openMemory(dataDir);
    const own = openSigner(dataDir, store, options.name);
    const mlDsa = options.signsMlDsa && openMlDsaSigner(join(dataDir, WITNESS_FILES.mlDsaKey), own.key.name);
    const signer = { ...own, ...(mlDsa && { mlDsa }) };
    const { promise: stopped, resolve: onStop } = Promise.withResolvers<WarifuError>();
    const witness = await Witness.open({ store, signer, logs, now, onConflict, onStop });
    const server = await startWitnessServer({ witness, host, port });
    const close = (): Promise<void> => server.close().then(closeStore);
    const { name } = signer.key;
    const vkeys = {
      vkey: formatVerifierKey(signer.key),
      ...(mlDsa && { mlDsaVkey: formatVerifierKey(mlDsa.key) }),
    };
    return { url: server.url, name, ...vkeys, witness, stopped, close: once(close) };
  } catch (error) {
    await closeStore();
    throw error;
  }
}

function lockFolder(dataDir: string): WriterLock {
  try {
    return takeWriterLock(join(dataDir, WITNESS_FILES.lock));
  } catch (cause) {
    if (!(cause instanceof WarifuError) || cause.code !== "STORE_LOCKED") throw cause;
    throw new WarifuError("STORE_LOCKED", `another witness runs over ${dataDir}: stop it, or name another --data`, {
      cause,
    });
  }
}

/** The memory is created first: if there is a key but no memory, or an empty one, the memory was lost. */
function openMemory(dataDir: string): SqliteWitnessStore {
  try {
    return openSqliteWitness(join(dataDir, WITNESS_FILES.memory), !existsSync(join(dataDir, WITNESS_FILES.key)));
  } catch (cause) {
    if (codeOf(cause) !== "STORE_BEHIND") throw cause;
    throw new WarifuError(
      "STORE_BEHIND",
      `${dataDir} has the key of a witness and not what it cosigned: it must not sign again. ` +
        "Start a new witness, with a new name, in another folder, and have the logs and policies name that one",
      { cause },
    );
  }
}

/** The key, created at the first start. A crash in between leaves a memory without an owner, which the next start adopts. */
function openSigner(dataDir: string, store: SqliteWitnessStore, given: string | undefined): WitnessSigner {
  const { vkey } = store;
  const name = given ?? (vkey === undefined ? undefined : parseVerifierKey(vkey).name);
  if (name === undefined)
    throw new WarifuError("USAGE", "a new witness needs a name: give one with --name, such as witness.example.org/w1");
  const path = join(dataDir, WITNESS_FILES.key);
  if (vkey !== undefined && !existsSync(path))
    throw new WarifuError("CONFIG_INVALID", `the key of this witness, ${path}, is missing: put it back`);
  const signer = openWitnessSigner(path, name);
  if (vkey === undefined) store.bindTo(formatVerifierKey(signer.key));
  else if (vkey !== formatVerifierKey(signer.key))
    throw new WarifuError(
      "CONFIG_INVALID",
      `${dataDir} belongs to the witness ${vkey}: it cannot go on under another name or key`,
    );
  return signer;
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}
