/** API keys as rows: the key and its scope are two. */
import type { StoredApiKey } from "../key-store.ts";
import type { Row } from "./row.ts";

/** All keys with their scopes, and when they were last used. */
export const API_KEYS = `
  SELECT k.*, s.sender, s.sources, s.types, s.expires_at, s.rate_per_minute, u.used_at
  FROM api_key k LEFT JOIN api_key_scope s USING (key_id) LEFT JOIN api_key_use u USING (key_id)
  ORDER BY k.created_at, k.key_id`;

export function apiKeyRow(key: StoredApiKey): Row {
  return {
    key_id: key.keyId,
    name: key.name,
    role: key.role,
    secret_hash: key.secretHash,
    created_at: key.createdAt,
    revoked_at: key.revokedAt,
  };
}

export function apiKeyScopeRow({ keyId, sender, sources, types, expiresAt, ratePerMinute }: StoredApiKey): Row {
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
export function apiKeyOf(row: Row): StoredApiKey {
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
