/**
 * Secrets that were once derived from the vault's master key, and are now the vault's own, so that they outlive that
 * key. They start out as what the key derived, so that the names that a log has already given stay the same.
 */
import type { Vault } from "../store/vault.ts";
import { nameKey } from "./keyed-names.ts";
import type { VaultKeys } from "./vault-key.ts";

const IDEMPOTENCY_NAMES = "idempotency key names";
const PURPOSE = "warifu idempotency keys";
const SECRET_BYTES = 32;

/** The key for names of idempotency keys. @throws VAULT_FAILED, VAULT_DAMAGED */
export function idempotencyNameKey(vault: Vault, { masterKey, formerKey }: VaultKeys): Promise<Uint8Array> {
  return vault.secret(IDEMPOTENCY_NAMES, nameKey(formerKey ?? masterKey, PURPOSE));
}

/** The vault's own secrets of the citizens' part: one makes the tags of authors, the other encrypts pictures on their way in. */
export async function citySecrets(
  vault: Vault,
  randomBytes: (length: number) => Uint8Array,
): Promise<{ readonly tags: Uint8Array; readonly uploads: Uint8Array }> {
  const secret = (name: string): Promise<Uint8Array> => vault.secret(name, randomBytes(SECRET_BYTES));
  return { tags: await secret("tags of authors"), uploads: await secret("uploads") };
}
