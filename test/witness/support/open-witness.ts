// A witness over a real memory on the disk, with a fixed key and a clock that the test holds; and what its answers say.

import { join } from "node:path";

import type { WarifuError } from "../../../src/core/errors.ts";
import type { NoteSigner } from "../../../src/core/note-signer.ts";
import { verifierKey } from "../../../src/core/note.ts";
import type { ListedLog } from "../../../src/core/tlog-list.ts";
import { openSqliteWitness, type SqliteWitnessStore } from "../../../src/witness/sqlite-store.ts";
import type { Conflict, WitnessStore } from "../../../src/witness/witness-store.ts";
import { Witness, type Verdict, type WitnessSigner } from "../../../src/witness/witness.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { signingKey } from "../../support/signing-key.ts";
import { smallLog } from "./small-log.ts";

/** POSIX seconds of the clock at the start. */
export const STARTED_AT = 1_795_334_400;

/** What a test may choose. */
export type OpenWitnessOptions = {
  readonly folder?: string;
  readonly logs?: readonly ListedLog[];
  readonly seed?: number;
  readonly mlDsa?: NoteSigner;
  /** Puts something between the witness and its memory. */
  readonly wrap?: (store: WitnessStore) => WitnessStore;
};

/** A witness that a test asks. */
export type OpenWitness = {
  readonly folder: string;
  readonly witness: Witness;
  readonly store: SqliteWitnessStore;
  readonly signer: WitnessSigner;
  readonly conflicts: readonly Conflict[];
  readonly stops: readonly WarifuError[];
  /** POSIX seconds; a test sets it. */
  readonly clock: { seconds: number };
};

/** The key of the witness with that seed. */
export function witnessSigner(seed: number): WitnessSigner {
  const { publicKey, sign } = signingKey(seed);
  return { key: verifierKey(`witness.example/w${seed}`, publicKey, "cosignature"), sign };
}

/** Opens a witness for the usual log, in a folder of its own unless one is named. */
export async function openWitness(options: OpenWitnessOptions = {}): Promise<OpenWitness> {
  const { folder = temporaryFolder(), logs = [smallLog().listed], seed = 21, wrap = (store) => store } = options;
  const store = openSqliteWitness(join(folder, "witness.sqlite"));
  const signer = { ...witnessSigner(seed), ...(options.mlDsa && { mlDsa: options.mlDsa }) };
  const clock = { seconds: STARTED_AT };
  const conflicts: Conflict[] = [];
  const stops: WarifuError[] = [];
  try {
    const witness = await Witness.open({
      store: wrap(store),
      signer,
      logs,
      now: () => clock.seconds * 1_000 + 500,
      onConflict: (conflict) => conflicts.push(conflict),
      onStop: (reason) => stops.push(reason),
    });
    return { folder, witness, store, signer, conflicts, stops, clock };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** `cosigned`, or the size that the witness told instead. */
export function saidBy(verdict: Verdict): "cosigned" | number {
  return "cosignatures" in verdict ? "cosigned" : verdict.latestSize;
}
