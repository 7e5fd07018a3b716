/**
 * The API keys as they are stored: with hashes, not secrets.
 */

/** An API key. Its secret is stored only as a hash. */
export interface StoredApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: string;
  /** SHA-256 of the secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  /** POSIX milliseconds. */
  readonly createdAt: number;
  readonly revokedAt: number | null;
  /** Id of the first key in this key's chain of replacements: what was sent with that key counts as sent with this one. */
  readonly sender: string;
  /** Names and prefixes (`santander/*`) of the sources that the key may be used for; `null`: all. */
  readonly sources: readonly string[] | null;
  /** Types of record that it may send; `null`: all. */
  readonly types: readonly string[] | null;
  /** POSIX milliseconds; `null`: never. */
  readonly expiresAt: number | null;
  /** Records and other requests per minute; `null`: as many as anybody. */
  readonly ratePerMinute: number | null;
  /** POSIX milliseconds, updated from time to time; `null`: never used. */
  readonly lastUsedAt: number | null;
}

/** The store of API keys. All methods throw STORE_FAILED when the engine fails. */
export interface KeyStore {
  apiKeys(): Promise<StoredApiKey[]>;
  addApiKey(key: StoredApiKey): Promise<void>;
  revokeApiKey(keyId: string, revokedAt: number): Promise<boolean>;
  /** Notes when API keys were last used, POSIX milliseconds by key id. */
  noteApiKeyUse(uses: ReadonlyMap<string, number>): Promise<void>;
}
