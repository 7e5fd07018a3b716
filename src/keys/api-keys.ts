/**
 * API keys and what they allow. A key is `wk_<id>_<secret>`; the store holds only the SHA-256 of the secret, which is
 * 32 random bytes, so there is nothing to guess and nothing to steal. Comparison takes constant time.
 */
import { timingSafeEqual } from "node:crypto";
import { toBase64Url, toHex, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import { sha256 } from "../core/sha256.ts";
import type { KeyStore, StoredApiKey } from "../store/key-store.ts";
import type { Submitter } from "../core/submitter.ts";

/**
 * What a key may do, beyond what everybody may (read the log, records, sources, proofs and public bodies, verify):
 * submitter sends records; auditor lists requests and sees the state of the service's own parts; officer sees openings,
 * acts for citizens, registers sources and repairs their numbers; admin manages keys, registers sources, notes breaches, sends,
 * lists and inspects.
 */
export const ROLES = ["submitter", "auditor", "officer", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** An action that needs a role. */
export type Action =
  "submit" | "find" | "list" | "open" | "erase" | "repair" | "register" | "breach" | "inspect" | "manage";

const ALLOWED: Readonly<Record<Action, readonly Role[]>> = {
  submit: ["submitter", "admin"],
  find: ROLES,
  list: ["auditor", "officer", "admin"],
  open: ["officer"],
  erase: ["officer"],
  repair: ["officer"],
  register: ["officer", "admin"],
  breach: ["officer", "admin"],
  inspect: ["auditor", "admin"],
  manage: ["admin"],
};

/** What a key is limited to, within its role. */
export interface Scope {
  /** Sources that it may send, list and open, as names or prefixes that end in `*`; `null`: all. */
  readonly sources: readonly string[] | null;
  /** Types of record that it may send; `null`: all. */
  readonly types: readonly string[] | null;
  /** POSIX milliseconds from which it is refused; `null`: never. */
  readonly expiresAt: number | null;
  /** Records and other requests per minute; `null`: as many as anybody. */
  readonly ratePerMinute: number | null;
}

/** What a new key may be given. */
export interface IssueOptions extends Partial<{ readonly [name in keyof Scope]: Scope[name] | undefined }> {
  /** Id of a key that this one replaces: whatever is not given here is taken from that one. */
  readonly replaces?: string | undefined;
}

/** A key that was recognised. */
export interface Principal extends Pick<Scope, "sources" | "types"> {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  /** The same for all keys that replaced each other. */
  readonly sender: string;
}

const UNLIMITED: Scope = { sources: null, types: null, expiresAt: null, ratePerMinute: null };

const KEY = /^wk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** Issues, recognises and revokes API keys. */
export class Access {
  readonly #store: KeyStore;
  readonly #randomBytes: RandomBytes;
  readonly #now: () => number;
  #keys = new Map<string, StoredApiKey>();
  #uses = new Map<string, number>();
  readonly #allowances = new Map<string, Allowance>();

  private constructor(store: KeyStore, randomBytes: RandomBytes, now: () => number) {
    this.#store = store;
    this.#randomBytes = randomBytes;
    this.#now = now;
  }

  static async open(store: KeyStore, randomBytes: RandomBytes, now: () => number): Promise<Access> {
    const access = new Access(store, randomBytes, now);
    await access.reload();
    return access;
  }

  /** Takes note of keys that another service has issued or revoked. */
  async reload(): Promise<void> {
    this.#keys = new Map((await this.#store.apiKeys()).map((key) => [key.keyId, key]));
  }

  /** All keys ever issued, without their secrets. */
  list(): Omit<StoredApiKey, "secretHash">[] {
    return [...this.#keys.values()].map(({ secretHash: _, ...rest }) => ({
      ...rest,
      lastUsedAt: this.#uses.get(rest.keyId) ?? rest.lastUsedAt,
    }));
  }

  /**
   * Issues a key. The returned text is the only place where its secret ever appears.
   * @throws NOT_FOUND there is no key to replace; REQUEST_INVALID it is for another role, or an administrator's with a scope
   */
  async issue(name: string, role: Role, options: IssueOptions = {}): Promise<{ keyId: string; key: string }> {
    const { replaces, ...scope } = options;
    assertScopeLimits(role, scope);
    const keyId = toHex(this.#randomBytes(8));
    const secret = toBase64Url(this.#randomBytes(32));
    const former = replaces === undefined ? undefined : this.#former(replaces, role);
    const { sources, types, expiresAt, ratePerMinute } = { ...UNLIMITED, ...former, ...given(scope) };
    const stored: StoredApiKey = {
      keyId,
      name,
      role,
      secretHash: sha256(utf8(secret)),
      createdAt: this.#now(),
      revokedAt: null,
      sender: former?.sender ?? keyId,
      sources,
      types,
      expiresAt,
      ratePerMinute,
      lastUsedAt: null,
    };
    await this.#store.addApiKey(stored);
    this.#keys.set(keyId, stored);
    return { keyId, key: `wk_${keyId}_${secret}` };
  }

  #former(keyId: string, role: Role): Omit<StoredApiKey, "expiresAt"> {
    const former = this.#keys.get(keyId);
    if (!former) throw new WarifuError("NOT_FOUND", "there is no key of the id that is to be replaced");
    if (former.role !== role)
      throw new WarifuError(
        "REQUEST_INVALID",
        `the key to be replaced is for ${former.role}s: issue one for that role`,
      );
    // A key replaced because it has expired gets a successor with an expiry of its own.
    const { expiresAt: _, ...rest } = former;
    return rest;
  }

  /**
   * Revokes a key; it is refused from this moment on.
   * @throws NOT_FOUND; LAST_ADMIN no other key of an administrator is valid
   */
  async revoke(keyId: string): Promise<void> {
    const revokedAt = this.#now();
    const key = this.#keys.get(keyId);
    if (key && this.#isLastAdmin(key))
      throw new WarifuError(
        "LAST_ADMIN",
        "this is the last valid key of an administrator: issue another one first, then revoke this one with it",
      );
    if (!key || !(await this.#store.revokeApiKey(keyId, revokedAt)))
      throw new WarifuError("NOT_FOUND", "there is no key of that id that is still valid");
    this.#keys.set(keyId, { ...key, revokedAt });
  }

  #isLastAdmin(key: StoredApiKey): boolean {
    if (key.role !== "admin" || !this.#isValid(key)) return false;
    return ![...this.#keys.values()].some((other) => other !== key && other.role === "admin" && this.#isValid(other));
  }

  #isValid({ revokedAt, expiresAt }: StoredApiKey): boolean {
    return revokedAt === null && (expiresAt === null || this.#now() < expiresAt);
  }

  /**
   * The holder of a key; a key that never existed, was revoked, has expired or has another secret gets the same answer.
   * @throws UNAUTHENTICATED
   */
  recognise(text: string | undefined): Principal {
    const [, keyId, secret] = KEY.exec(text ?? "") ?? [];
    const key = keyId === undefined ? undefined : this.#keys.get(keyId);
    // Hashed and compared in every case, so that the time taken does not reveal which ids exist.
    const matches = timingSafeEqual(sha256(utf8(secret ?? "")), key?.secretHash ?? NO_HASH);
    if (!key || !matches || !this.#isValid(key)) throw new WarifuError("UNAUTHENTICATED", SEND_A_KEY);
    this.#uses.set(key.keyId, this.#now());
    const { name, role, sender, sources, types } = key;
    return { keyId: key.keyId, name, role: role as Role, sender, sources, types };
  }

  /** @throws UNAUTHENTICATED the key of somebody who was recognised was revoked since, or has expired */
  assertStillValid({ keyId }: Pick<Principal, "keyId">): void {
    const key = this.#keys.get(keyId);
    if (!key || !this.#isValid(key)) throw new WarifuError("UNAUTHENTICATED", SEND_A_KEY);
  }

  /**
   * Takes up to this many records or requests from what a key may do in a minute.
   * @returns how many it may do now
   */
  take({ keyId }: Pick<Principal, "keyId">, count: number): number {
    const rate = this.#keys.get(keyId)?.ratePerMinute ?? null;
    if (rate === null) return count;
    const allowance = this.#allowances.get(keyId) ?? new Allowance(rate, this.#now);
    this.#allowances.set(keyId, allowance);
    return allowance.take(count);
  }

  /** Gives back what was taken for something that was not even tried. */
  giveBack({ keyId }: Pick<Principal, "keyId">, count: number): void {
    this.#allowances.get(keyId)?.giveBack(count);
  }

  /** Records when keys were last used. Called from time to time: a request is not worth an fsync. */
  async noteUses(): Promise<void> {
    const uses = this.#uses;
    if (uses.size === 0) return;
    this.#uses = new Map();
    for (const [keyId, lastUsedAt] of uses) {
      const key = this.#keys.get(keyId);
      if (key) this.#keys.set(keyId, { ...key, lastUsedAt });
    }
    await this.#store.noteApiKeyUse(uses);
  }
}

/**
 * @throws FORBIDDEN when the holder's role does not allow the action
 */
export function assertAllowed(principal: Pick<Principal, "role">, action: Action): void {
  if (!ALLOWED[action].includes(principal.role))
    throw new WarifuError(
      "FORBIDDEN",
      `this key is for ${principal.role}s; this needs ${ALLOWED[action].join(" or ")}`,
    );
}

/** Whether a key's scope includes the source of that name. */
export function hasSource({ sources }: Pick<Scope, "sources">, name: string): boolean {
  if (sources === null) return true;
  return sources.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
}

/**
 * @throws FORBIDDEN when the holder's scope does not include the source
 */
export function assertHasSource(scope: Pick<Scope, "sources">, name: string): void {
  if (!hasSource(scope, name))
    throw new WarifuError("FORBIDDEN", `this key is for the sources ${scope.sources?.join(", ") ?? ""} alone`);
}

/** An administrator could issue a key without the scope: it would limit nothing, and somebody would rely on it. */
function assertScopeLimits(role: Role, { sources, types }: IssueOptions): void {
  if (role !== "admin" || ((sources ?? ["*"]).includes("*") && types === undefined)) return;
  throw new WarifuError(
    "REQUEST_INVALID",
    "an administrator's key cannot be limited to sources or types, because it can issue keys for all of them",
  );
}

/** The holder of a key, as the pipeline sees it. */
export function submitterOf(principal: Principal): Submitter {
  const { sender, sources, types } = principal;
  return {
    sender,
    assertMaySend({ source, type }) {
      if (hasSource(principal, source) && (types?.includes(type) ?? true)) return;
      const limits = [sources && `the sources ${sources.join(", ")}`, types && `the types ${types.join(", ")}`];
      throw new WarifuError("FORBIDDEN", `this key may send ${limits.filter(Boolean).join(" and ")} alone`);
    },
  };
}

const MINUTE_MS = 60_000;

/** This many per minute, all at once if need be; what was taken comes back evenly over time. */
export class Allowance {
  readonly #perMinute: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#left = perMinute;
    this.#at = now();
  }

  /** @returns how many of `count` may be done now */
  take(count: number): number {
    const now = this.#now();
    const back = (Math.max(0, now - this.#at) / MINUTE_MS) * this.#perMinute;
    this.#left = Math.min(this.#perMinute, this.#left + back);
    this.#at = now;
    const taken = Math.min(count, Math.floor(this.#left));
    this.#left -= taken;
    return taken;
  }

  giveBack(count: number): void {
    this.#left += count;
  }
}

/** The parts of a scope that were given. */
function given(scope: IssueOptions): Partial<Scope> {
  return Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined));
}

const SEND_A_KEY = "send a valid API key in the header `Authorization: Bearer wk_…`";
const NO_HASH = new Uint8Array(32);
