/**
 * What once derived from the vault's master key, and is now a secret of the vault's own, so that it outlives that key. It is
 * made of what the key derives, so that the names that a log has already given remain the same.
 */
import type { Vault } from "../store/vault.ts";
import { nameKey } from "./keyed-names.ts";
import type { VaultKeys } from "./vault-key.ts";

const IDEMPOTENCY_NAMES = "idempotency key names";
const PURPOSE = "warifu idempotency keys";

/** The key for names of idempotency keys. @throws VAULT_FAILED, VAULT_DAMAGED */
export function idempotencyNameKey(vault: Vault, { masterKey, formerKey }: VaultKeys): Promise<Uint8Array> {
  return vault.secret(IDEMPOTENCY_NAMES, nameKey(formerKey ?? masterKey, PURPOSE));
}
