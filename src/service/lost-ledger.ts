/**
 * Whether a data folder without a ledger once had one. A new log next to the remains of another would sign under its
 * key and take its place. This is checked before anything is created, so that a refused start leaves nothing new
 * behind.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasLedger, STORE_FILES } from "../store/open.ts";
import { SHOWN_CHECKPOINT_FILE } from "../cosign/shown-checkpoint.ts";
import type { Config } from "../config.ts";
import { WarifuError } from "../core/errors.ts";
import { openLogSigner } from "../keys/key-files.ts";
import { vaultKeySource } from "../keys/vault-key.ts";

/** Files that exist only once a log has entries. */
const LATER_FILES = ["api-keys.json", "policy.json", SHOWN_CHECKPOINT_FILE, STORE_FILES.anchorIndex];

/**
 * Called before the ledger is opened. Keys alone are not a trace: they may have been created beforehand.
 * @throws STORE_BEHIND naming what is left of a log; CONFIG_INVALID when a key is missing too
 */
export async function assertLedgerNotLost(config: Config): Promise<void> {
  if (await hasLedger(config)) return;
  const traces = tracesIn(config.dataDir, [STORE_FILES.vault, ...LATER_FILES]);
  if (traces.length === 0) return;
  openLogSigner(config.files.logKey, config.origin, { mayMake: false });
  vaultKeySource(config).read({ mayMake: false });
  throw lost(config, traces);
}

/**
 * Called for a ledger without entries: one created in place of a lost one, or one that never got beyond its first
 * start.
 * @throws STORE_BEHIND naming what is left of a log
 */
export function assertNotEmptied(config: Config): void {
  const traces = tracesIn(config.dataDir, LATER_FILES);
  if (traces.length > 0) throw lost(config, traces);
}

/**
 * Called before a log is started again in the same process, before anything is created: a new log would take its place.
 * @throws STORE_FAILED while there is no ledger, as on a disk that is not mounted
 */
export async function assertLedgerStillThere(config: Config): Promise<void> {
  if (await hasLedger(config)) return;
  throw new WarifuError(
    "STORE_FAILED",
    "the ledger that this log had is not there: put it back, or restart the whole service; nothing was written",
  );
}

/**
 * Called for a ledger that was open before in the same process.
 * @param leastSize entries that it had then
 * @throws STORE_BEHIND when an older copy was put in its place
 */
export function assertNotShorter(treeSize: number, leastSize: number): void {
  if (treeSize >= leastSize) return;
  throw new WarifuError(
    "STORE_BEHIND",
    `the ledger had ${leastSize} entries before it stopped, and has ${treeSize} now: an older copy was put in its place. ` +
      "Put the newest one back; nothing was written",
    { details: { stored: treeSize, published: leastSize } },
  );
}

/** Whether a log that ran before has no head guard: it was removed, its disk is not mounted, or it has a new place. */
export function lacksHeadGuard({ dataDir, files }: Config): boolean {
  return !existsSync(files.head) && tracesIn(dataDir, LATER_FILES).length > 0;
}

function tracesIn(folder: string, names: readonly string[]): string[] {
  return names.filter((name) => existsSync(join(folder, name)));
}

function lost({ dataDir, database }: Config, traces: readonly string[]): WarifuError {
  const place = database === undefined ? join(dataDir, STORE_FILES.ledger) : "the database, for the data folder";
  return new WarifuError(
    "STORE_BEHIND",
    `there is no ledger in ${place}, but beside it lies what belongs to one: ${traces.join(", ")}. Restore the newest copy of it, ` +
      "or set another data folder for a new log; nothing was written",
    { details: { traces: traces.join(", ") } },
  );
}
