/** Opens the ledger, the vault and the keys that belong to them. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { WarifuError } from "../core/errors.ts";
import { openLogSigner } from "../keys/key-files.ts";
import { keyedNames } from "../keys/keyed-names.ts";
import { vaultKeySource } from "../keys/vault-key.ts";
import { idempotencyNameKey } from "../keys/vault-secrets.ts";
import { hasVault, openLedger, openVault, startCommitter } from "../store/open.ts";
import { WriteTurns } from "../store/write-turns.ts";
import { derivedKeyNames } from "../write/derived-keys.ts";
import { assertLedgerNotLost, assertNotEmptied, assertNotShorter, lacksHeadGuard } from "./lost-ledger.ts";
import { takePlace } from "./sharing.ts";
import type { Start } from "./start.ts";

/**
 * Opens the stores; what does not exist yet is created, but only at the first start.
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_BEHIND, STORE_CORRUPT
 */
export async function openStores(start: Start) {
  const { config, closing, randomBytes } = start;
  const { dataDir, origin, files } = config;
  if (!existsSync(dirname(files.head)))
    throw new WarifuError("CONFIG_INVALID", `WARIFU_HEAD_FILE: there is no folder ${dirname(files.head)}`);
  await assertLedgerNotLost(config);
  if (lacksHeadGuard(config)) warnOfNoGuard(start);
  const turns = new WriteTurns();
  const store = await openLedger(config, origin, { guardPath: files.head, turns });
  closing.defer(() => store.close());
  assertNotShorter(store.treeSize(), start.shared?.leastSize ?? 0);
  await takePlace(store, start);
  if (store.treeSize() === 0) assertNotEmptied(config);
  // Both checked before the vault is created: next to a vault or entries, a missing key is a lost one, not a new one.
  const mayMake = store.treeSize() === 0 && !(await hasVault(config));
  const signer = openLogSigner(files.logKey, origin, { mayMake });
  const keys = vaultKeySource(config).read({ mayMake });
  const vault = await openVault(config, { ...keys, randomBytes, turns });
  closing.defer(() => vault.close());
  const committer = startCommitter(store, vault, { ...keys, dataDir, guardPath: files.head, turns });
  closing.defer(() => committer.close());
  const keyNames = derivedKeyNames(keyedNames(await idempotencyNameKey(vault, keys)));
  return { store, vault, committer, signer, keyNames };
}

/** The start goes on, since a guard may be given a new place; but nothing here notices an older copy this time. */
function warnOfNoGuard({ config, logger, tell }: Start): void {
  const { head: file } = config.files;
  logger.warn({ file }, "no head guard");
  tell(
    `there is no head guard ${file}, so an older copy of the ledger would not be noticed by it at this start: a new one is ` +
      "written. Unless you gave it a new place, look whether its disk is mounted, and who removed it",
  );
}
