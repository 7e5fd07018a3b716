/** API keys in the ledger's database. Nothing in the log vouches for their rows, so each is sealed when it is written. */
import type { DatabaseSync } from "node:sqlite";
import type { KeyStore, StoredApiKey } from "../key-store.ts";
import { all, first, onLedger, statement, transaction, type Row } from "./database.ts";
import { replaceSealed } from "./seals.ts";

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
      if (row) {
        const { seal: _, ...columns } = row;
        replaceSealed(this.#db, "api_key", { ...columns, revoked_at: revokedAt });
      }
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

const API_KEYS = `
  SELECT k.*, s.sender, s.sources, s.types, s.expires_at, s.rate_per_minute, u.used_at
  FROM api_key k LEFT JOIN api_key_scope s USING (key_id) LEFT JOIN api_key_use u USING (key_id)
  ORDER BY k.created_at, k.key_id`;

/** Gives every key of a version that had no scopes one that limits nothing, see {@link apiKeyOf}. */
export function giveScopes(db: DatabaseSync): void {
  const unlimited = { sources: null, types: null, expires_at: null, rate_per_minute: null };
  for (const row of all(db.prepare("SELECT key_id FROM api_key"))) {
    const keyId = row["key_id"] as string;
    replaceSealed(db, "api_key_scope", { key_id: keyId, sender: keyId, ...unlimited });
  }
}

function apiKeyRow(key: StoredApiKey): Row {
  return {
    key_id: key.keyId,
    name: key.name,
    role: key.role,
    secret_hash: key.secretHash,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

function apiKeyScopeRow({ keyId, sender, sources, types, expiresAt, ratePerMinute }: StoredApiKey): Row {
  return {
    key_id: keyId,
    sender,
    sources: sources && JSON.stringify(sources),
    types: types && JSON.stringify(types),
    expires_at: expiresAt,
    rate_per_minute: ratePerMinute,
  };
}

/** Each key has a scope. If its row was removed, the key is void: nobody gains by removing a limit. */
function apiKeyOf(row: Row): StoredApiKey {
  const isVoid = row["sender"] === null;
  return {
    keyId: row["key_id"] as string,
    name: row["name"] as string,
    role: row["role"] as string,
    secretHash: row["secret_hash"] as Uint8Array,
    createdAt: row["created_at"] as number,
    revokedAt: row["revoked_at"] as number | null,
    sender: (row["sender"] ?? row["key_id"]) as string,
    sources: namesOf(row["sources"]),
    types: namesOf(row["types"]),
    expiresAt: isVoid ? 0 : (row["expires_at"] as number | null),
    ratePerMinute: row["rate_per_minute"] as number | null,
    lastUsedAt: row["used_at"] as number | null,
  };
}

function namesOf(text: unknown): string[] | null {
  return typeof text === "string" ? (JSON.parse(text) as string[]) : null;
}
