/** API keys in PostgreSQL. Nothing in the log vouches for their rows, so each is sealed when it is written. */
import type { KeyStore, StoredApiKey } from "../key-store.ts";
import { API_KEYS, apiKeyOf, apiKeyRow, apiKeyScopeRow } from "../rows/api-key-rows.ts";
import { unsealed } from "../rows/seals.ts";
import { replaceSealed } from "./sealed-rows.ts";
import type { Sessions } from "./sessions.ts";

/** See {@link KeyStore}. */
export class PostgresKeys implements KeyStore {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    return (await this.#sessions.all(API_KEYS)).map(apiKeyOf);
  }

  async addApiKey(key: StoredApiKey): Promise<void> {
    await this.#sessions.transaction(async (queries) => {
      await replaceSealed(queries, "api_key", apiKeyRow(key));
      await replaceSealed(queries, "api_key_scope", apiKeyScopeRow(key));
    });
  }

  async revokeApiKey(keyId: string, revokedAt: number): Promise<boolean> {
    return this.#sessions.transaction(async (queries) => {
      const sql = "SELECT * FROM api_key WHERE key_id = $1 AND revoked_at IS NULL FOR UPDATE";
      const row = await queries.first(sql, keyId);
      if (row) await replaceSealed(queries, "api_key", { ...unsealed(row), revoked_at: revokedAt });
      return row !== undefined;
    });
  }

  async noteApiKeyUse(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.#sessions.transaction(async (queries) => {
      // In one order for all services, so that no two wait for each other.
      for (const [keyId, usedAt] of [...uses].sort(([a], [b]) => (a < b ? -1 : 1)))
        await replaceSealed(queries, "api_key_use", { key_id: keyId, used_at: usedAt });
    });
  }
}
