/**
 * Replaces the vault's master key, of services that are not running: everything under the former key is put under a new
 * one, then the former one is destroyed. From then on no key opens earlier copies of the vault; that is how erased
 * records disappear from backups.
 *
 * It can be interrupted anywhere and is then started again. The steps: the new key is in a file of its own, durable;
 * the vault is rewrapped; the former key's file is overwritten; the new key takes its name.
 */
import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { WarifuError } from "../core/errors.ts";
import { syncFolder } from "../files/whole-file.ts";
import { giveUpDamaged, hasVault, openVault, rewrapVault, whileNobodyHasOpen, type StorePlace } from "../store/open.ts";
import { openSecretKey } from "./key-files.ts";
import { withWriterLock } from "./offline-api-keys.ts";
import { pagedRandomBytes } from "../core/random.ts";
import { isDestroyed, nextKeyFile, type VaultKeys, type VaultKeySource } from "./vault-key.ts";
import { idempotencyNameKey } from "./vault-secrets.ts";

/** How to rotate. */
export interface RotationOptions extends StorePlace {
  readonly source: VaultKeySource;
  /** The file for the new key, if the present one is not in a file; created if it is missing. */
  readonly newKeyFile?: string | undefined;
  /** Whether to go on although some values open with neither key. */
  readonly leavesDamaged?: boolean | undefined;
  /** Called after each durable step; what it returns between the steps of the key file is waited for. */
  readonly onStep?: ((step: RotationStep) => unknown) | undefined;
  readonly batchRows?: number | undefined;
}

/** Where a rotation is. */
export type RotationStep =
  | { readonly step: "key-made" | "rewrapped" | "destroyed" | "renamed" }
  | { readonly step: "batch"; readonly done: number; readonly total: number };

/** What was done. */
export interface Rotation {
  /** The file that holds the new key. */
  readonly keyFile: string;
  readonly values: number;
  readonly damaged: number;
  /** Whether the former key is gone from where it was; if not, that is left to whoever put it there. */
  readonly isFormerDestroyed: boolean;
}

/** How the rewrapping ended. */
type Rewrapped = Pick<Rotation, "values" | "damaged">;

/**
 * Rotates the key.
 * @throws NOT_FOUND there is no vault; USAGE where the new key is to be; STORE_LOCKED a service runs there; CONFIG_INVALID;
 *   VAULT_FAILED; VAULT_DAMAGED some values open with neither key, and nothing was destroyed
 */
export async function rotateVaultKey(options: RotationOptions): Promise<Rotation> {
  const { dataDir, database, source, newKeyFile } = options;
  if (!(await hasVault({ dataDir, database })))
    throw new WarifuError("NOT_FOUND", `there is no vault in ${database === undefined ? dataDir : "the database"}`);
  if (source.file === undefined && newKeyFile === undefined)
    throw new WarifuError("USAGE", "the key is not in a file: say with --new-key-file where the new one is to be");
  if (source.file !== undefined && newKeyFile !== undefined)
    throw new WarifuError("USAGE", "the key is in a file, and the new one takes its place: leave out --new-key-file");
  const action = (): Promise<Rotation> => rotate(options);
  return database === undefined ? withWriterLock({ dataDir }, action) : whileNobodyHasOpen(database, action);
}

async function rotate(options: RotationOptions): Promise<Rotation> {
  const { source, newKeyFile, onStep } = options;
  const keyFile = newKeyFile ?? nextKeyFile(source.file as string);
  const keys = await prepared(options, keyFile);
  await onStep?.({ step: "key-made" });
  const { values, damaged } = await rewrapped(options, keys);
  await onStep?.({ step: "rewrapped" });
  if (source.file === undefined) return { keyFile, values, damaged, isFormerDestroyed: false };
  destroyKeyFile(source.file);
  await onStep?.({ step: "destroyed" });
  renameSync(keyFile, source.file);
  syncFolder(dirname(source.file));
  await onStep?.({ step: "renamed" });
  return { keyFile: source.file, values, damaged, isFormerDestroyed: true };
}

/** The new key, and the former one. What the former one derives is kept first, since it derives nothing later on. */
async function prepared({ dataDir, database, source }: RotationOptions, keyFile: string): Promise<VaultKeys> {
  const present = source.read({ mayMake: false });
  const isBegun = present.formerKey !== undefined || (source.file !== undefined && isDestroyed(source.file));
  if (isBegun) return present;
  const known = source.file === undefined ? openSecretKey(keyFile) : undefined;
  const keys = known ? { masterKey: known, formerKey: present.masterKey } : present;
  const vault = await openVault({ dataDir, database }, { ...keys, randomBytes: pagedRandomBytes() });
  try {
    await idempotencyNameKey(vault, present);
  } finally {
    await vault.close();
  }
  return { masterKey: known ?? openSecretKey(keyFile), formerKey: present.masterKey };
}

/** @throws VAULT_DAMAGED */
async function rewrapped(options: RotationOptions, { masterKey, formerKey }: VaultKeys): Promise<Rewrapped> {
  const { dataDir, database, leavesDamaged, onStep, batchRows } = options;
  const place = { dataDir, database };
  // The former key is destroyed only when all is under the new one.
  if (!formerKey) return { values: 0, damaged: 0 };
  const onBatch = (done: number, total: number): void => {
    onStep?.({ step: "batch", done, total });
  };
  const how = { masterKey, formerKey, randomBytes: pagedRandomBytes(), onBatch, batchRows };
  const result = await rewrapVault(place, how);
  if (result.damaged === 0) return result;
  if (!leavesDamaged)
    throw new WarifuError(
      "VAULT_DAMAGED",
      `${result.damaged} of ${result.values} values open neither with the present key nor with the new one, and both keys are ` +
        "kept. Put the vault right from a copy, or give these up with --leave-damaged",
      { details: { ...result } },
    );
  await giveUpDamaged(place);
  return result;
}

/**
 * Overwrites the file in its place, for what that is worth: a file system that copies on write, a drive that levels wear,
 * and every backup may still have what was there.
 */
function destroyKeyFile(path: string): void {
  if (isDestroyed(path)) return;
  const file = openSync(path, "r+");
  try {
    writeSync(file, "0".repeat(statSync(path).size), 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
