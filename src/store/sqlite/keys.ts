/** API keys in the ledger's database. Nothing in the log vouches for their rows, so each is sealed when it is written. */
import type { DatabaseSync } from "node:sqlite";
import type { KeyStore, StoredApiKey } from "../key-store.ts";
import { API_KEYS, apiKeyOf, apiKeyRow, apiKeyScopeRow } from "../rows/api-key-rows.ts";
import { unsealed } from "../rows/seals.ts";
import { all, first, onLedger, statement, transaction } from "./database.ts";
import { replaceSealed } from "./sealed-rows.ts";

/** See {@link KeyStore}. */
export class SqliteKeys implements KeyStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return onLedger(() => all(statement(this.#db, API_KEYS)).map(apiKeyOf));
  }

  async addApiKey(key: StoredApiKey): Promise<void> {
    onLedger(() =>
      transaction(this.#db, () => {
        replaceSealed(this.#db, "api_key", apiKeyRow(key));
        replaceSealed(this.#db, "api_key_scope", apiKeyScopeRow(key));
      }),
    );
  }

  async revokeApiKey(keyId: string, revokedAt: number): Promise<boolean> {
    return onLedger(() => {
      const row = first(statement(this.#db, "SELECT * FROM api_key WHERE key_id = ? AND revoked_at IS NULL"), keyId);
      if (row) replaceSealed(this.#db, "api_key", { ...unsealed(row), revoked_at: revokedAt });
      return row !== undefined;
    });
  }

  async noteApiKeyUse(uses: ReadonlyMap<string, number>): Promise<void> {
    onLedger(() =>
      transaction(this.#db, () => {
        for (const [keyId, usedAt] of uses) replaceSealed(this.#db, "api_key_use", { key_id: keyId, used_at: usedAt });
      }),
    );
  }
}

/** Gives every key of a version without scopes a scope that limits nothing, see {@link apiKeyOf}. */
export function giveScopes(db: DatabaseSync): void {
  const unlimited = { sources: null, types: null, expires_at: null, rate_per_minute: null };
  for (const row of all(db.prepare("SELECT key_id FROM api_key"))) {
    const keyId = row["key_id"] as string;
    replaceSealed(db, "api_key_scope", { key_id: keyId, sender: keyId, ...unlimited });
  }
}
