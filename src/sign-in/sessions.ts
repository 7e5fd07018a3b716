/**
 * Who is signed in. The browser has a random secret in a cookie, the store its hash. A session ends when it was idle
 * for too long, when its time is over, at signing out, and as soon as its account is removed.
 */
import type { RandomBytes } from "../core/random.ts";
import type { SessionRow } from "../store/sign-in-rows.ts";
import { findSecret, newSecret, type SessionKind } from "./secret-text.ts";

/** How long a session lasts. */
export interface SessionTimes {
  /** Without a request. */
  readonly idleMs: number;
  /** In all. */
  readonly lifeMs: number;
}

/** Of officers: half an hour, and a long day's work. */
export const DEFAULT_SESSION_TIMES: SessionTimes = { idleMs: 1_800_000, lifeMs: 43_200_000 };

/** Sessions of one account at once; of more, the oldest ends. */
const MOST_SESSIONS = 8;

/** A session that lasts. */
export interface LiveSession<Account> {
  readonly sessionId: string;
  readonly account: Account;
  /** POSIX milliseconds. */
  readonly begunAt: number;
  /** When it ends if nothing more is asked. */
  readonly until: number;
}

/** A session, and whose. */
export interface OwnedSession extends SessionRow {
  readonly accountId: string;
}

/** Where sessions are kept: what is changed is durable when a method returns. */
export interface SessionStore {
  sessions(): Promise<readonly OwnedSession[]>;
  addSession(session: OwnedSession): Promise<void>;
  endSessions(sessionIds: readonly string[]): Promise<void>;
  /** POSIX milliseconds by id. */
  noteSessionUse(uses: ReadonlyMap<string, number>): Promise<void>;
}

export interface SessionParts<Account> {
  readonly store: SessionStore;
  readonly kind: SessionKind;
  /** The account of that id, if it is valid. */
  readonly valid: (accountId: string) => Account | undefined;
  /** POSIX milliseconds from which an account is refused. */
  readonly endOf?: ((account: Account) => number | null) | undefined;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  readonly times: SessionTimes;
}

/** The sessions of accounts of one kind. */
export class Sessions<Account> {
  readonly #parts: SessionParts<Account>;
  readonly #sessions = new Map<string, OwnedSession>();
  /** Ids of the sessions of each account, in the order in which they began. */
  readonly #idsOf = new Map<string, Set<string>>();
  #seen = new Map<string, number>();

  private constructor(parts: SessionParts<Account>) {
    this.#parts = parts;
  }

  static async open<Account>(parts: SessionParts<Account>): Promise<Sessions<Account>> {
    const opened = new Sessions(parts);
    for (const session of await parts.store.sessions()) opened.#note(session);
    await opened.noteUses();
    return opened;
  }

  /** Begins a session. @returns what the browser is to keep: the only place where its secret appears */
  async begin(accountId: string): Promise<string> {
    const { store, kind, randomBytes, now } = this.#parts;
    const { id, secretHash, text } = newSecret(kind, randomBytes);
    const at = now();
    const session = { sessionId: id, accountId, secretHash, begunAt: at, seenAt: at };
    await store.addSession(session);
    this.#note(session);
    for (const { sessionId } of this.#of(accountId).slice(0, -MOST_SESSIONS)) await this.end(sessionId);
    return text;
  }

  /** The session of that secret, if it lasts. */
  recognise(text: string | undefined): LiveSession<Account> | undefined {
    const session = findSecret(this.#parts.kind, text, this.#sessions);
    return session && this.#live(session);
  }

  /** Something was asked in it: it is not idle. */
  touch({ sessionId }: Pick<LiveSession<Account>, "sessionId">): void {
    const session = this.#sessions.get(sessionId);
    if (!session) return;
    const seenAt = this.#parts.now();
    this.#sessions.set(sessionId, { ...session, seenAt });
    this.#seen.set(sessionId, seenAt);
  }

  async end(sessionId: string): Promise<void> {
    this.#forget(sessionId);
    await this.#parts.store.endSessions([sessionId]);
  }

  /** Ends all sessions of an account, but for one. */
  async endAllOf(accountId: string, exceptId?: string): Promise<void> {
    for (const { sessionId } of this.#of(accountId)) if (sessionId !== exceptId) await this.end(sessionId);
  }

  /** Keeps when sessions were last seen, and forgets those that have ended. Called from time to time. */
  async noteUses(): Promise<void> {
    const { store } = this.#parts;
    const ended = [...this.#sessions.values()].filter((one) => !this.#live(one)).map(({ sessionId }) => sessionId);
    for (const id of ended) this.#forget(id);
    if (ended.length > 0) await store.endSessions(ended);
    const seen = this.#seen;
    this.#seen = new Map();
    if (seen.size > 0) await store.noteSessionUse(seen);
  }

  #of(accountId: string): OwnedSession[] {
    const ids = this.#idsOf.get(accountId) ?? new Set<string>();
    return [...ids].flatMap((id) => this.#sessions.get(id) ?? []);
  }

  #note(session: OwnedSession): void {
    const { accountId, sessionId } = session;
    this.#sessions.set(sessionId, session);
    this.#idsOf.set(accountId, (this.#idsOf.get(accountId) ?? new Set<string>()).add(sessionId));
  }

  #forget(sessionId: string): void {
    const { accountId = "" } = this.#sessions.get(sessionId) ?? {};
    this.#sessions.delete(sessionId);
    this.#seen.delete(sessionId);
    const ids = this.#idsOf.get(accountId);
    ids?.delete(sessionId);
    if (ids?.size === 0) this.#idsOf.delete(accountId);
  }

  #live({ sessionId, accountId, begunAt, seenAt }: OwnedSession): LiveSession<Account> | undefined {
    const { valid, endOf, now, times } = this.#parts;
    const account = valid(accountId);
    if (!account) return undefined;
    const until = Math.min(begunAt + times.lifeMs, seenAt + times.idleMs, endOf?.(account) ?? Infinity);
    return now() < until ? { sessionId, account, begunAt, until } : undefined;
  }
}
