/**
 * API keys and what they allow. A key is `wk_<id>_<secret>`; the store holds SHA-256 of the secret, which is 32 random
 * bytes, so there is nothing to guess and nothing to steal. Comparison is in constant time.
 */
import { timingSafeEqual } from "node:crypto";
import { toBase64Url, toHex, utf8 } from "./core/bytes.ts";
import { WarifuError } from "./core/errors.ts";
import type { RandomBytes } from "./core/random.ts";
import { sha256 } from "./core/sha256.ts";
import type { LedgerStore, StoredApiKey } from "./store/ledger-store.ts";

/**
 * What a key may do, beyond what everybody may (read the log, proofs and public bodies, verify):
 * submitter sends records; auditor lists records; officer sees openings and acts for citizens; admin manages keys and
 * may do all of it except seeing openings.
 */
export const ROLES = ["submitter", "auditor", "officer", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** An action that needs a role. */
export type Action = "submit" | "list" | "open" | "manage";

const ALLOWED: Readonly<Record<Action, readonly Role[]>> = {
  submit: ["submitter", "admin"],
  list: ["auditor", "officer", "admin"],
  open: ["officer"],
  manage: ["admin"],
};

/** A key that was recognised. */
export interface Principal {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
}

const KEY = /^wk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Issues, recognises and revokes API keys. */
export class Access {
  readonly #store: LedgerStore;
  readonly #randomBytes: RandomBytes;
  readonly #now: () => number;
  #keys = new Map<string, StoredApiKey>();

  private constructor(store: LedgerStore, randomBytes: RandomBytes, now: () => number) {
    this.#store = store;
    this.#randomBytes = randomBytes;
    this.#now = now;
  }

  static async open(store: LedgerStore, randomBytes: RandomBytes, now: () => number): Promise<Access> {
    const access = new Access(store, randomBytes, now);
    access.#keys = new Map((await store.apiKeys()).map((key) => [key.keyId, key]));
    return access;
  }

  /** All keys ever issued, without their secrets. */
  list(): Omit<StoredApiKey, "secretHash">[] {
    return [...this.#keys.values()].map(({ secretHash: _, ...rest }) => rest);
  }

  /** Issues a key. The text returned is the only place where its secret ever stands. */
  async issue(name: string, role: Role): Promise<{ keyId: string; key: string }> {
    const keyId = toHex(this.#randomBytes(8));
    const secret = toBase64Url(this.#randomBytes(32));
    const stored = { keyId, name, role, secretHash: sha256(utf8(secret)), createdAt: this.#now(), revokedAt: null };
    await this.#store.addApiKey(stored);
    this.#keys.set(keyId, stored);
    return { keyId, key: `wk_${keyId}_${secret}` };
  }

  /**
   * Revokes a key; it is refused from this moment on.
   * @throws NOT_FOUND
   */
  async revoke(keyId: string): Promise<void> {
    const revokedAt = this.#now();
    const key = this.#keys.get(keyId);
    if (!key || !(await this.#store.revokeApiKey(keyId, revokedAt)))
      throw new WarifuError("NOT_FOUND", "there is no key of that id that is still valid");
    this.#keys.set(keyId, { ...key, revokedAt });
  }

  /**
   * The holder of a key; the same answer for a key that never was, was revoked or has another secret.
   * @throws UNAUTHENTICATED
   */
  recognise(text: string | undefined): Principal {
    const [, keyId, secret] = KEY.exec(text ?? "") ?? [];
    const key = keyId === undefined ? undefined : this.#keys.get(keyId);
    // Hashed and compared in every case, so that the time tells nothing about which ids exist.
    const matches = timingSafeEqual(sha256(utf8(secret ?? "")), key?.secretHash ?? NO_HASH);
    if (!key || !matches || key.revokedAt !== null)
      throw new WarifuError("UNAUTHENTICATED", "send a valid API key in the header `Authorization: Bearer wk_…`");
    return { keyId: key.keyId, name: key.name, role: key.role as Role };
  }
}

/**
 * @throws FORBIDDEN when the holder's role does not allow the action
 */
export function assertAllowed(principal: Principal, action: Action): void {
  if (!ALLOWED[action].includes(principal.role))
    throw new WarifuError(
      "FORBIDDEN",
      `this key is for ${principal.role}s; this needs ${ALLOWED[action].join(" or ")}`,
    );
}

const NO_HASH = new Uint8Array(32);
