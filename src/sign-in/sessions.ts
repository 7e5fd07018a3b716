/**
 * Who is signed in. The browser has a random secret in a cookie, the store its hash. A session ends when it was idle for
 * too long, when its time is over, at signing out, and in the moment in which its account is removed.
 */
import type { RandomBytes } from "../core/random.ts";
import type { OfficerStore, StoredOfficer, StoredSession } from "../store/officer-store.ts";
import type { Officers } from "./officers.ts";
import { findSecret, newSecret } from "./secret-text.ts";

/** How long a session lasts. */
export interface SessionTimes {
  /** Without a request. */
  readonly idleMs: number;
  /** In all. */
  readonly lifeMs: number;
}

/** Half an hour, and a long day's work. */
export const DEFAULT_SESSION_TIMES: SessionTimes = { idleMs: 1_800_000, lifeMs: 43_200_000 };

/** Sessions of one account at once; of more, the oldest ends. */
const MOST_SESSIONS = 8;

/** A session that lasts. */
export interface LiveSession {
  readonly sessionId: string;
  readonly officer: StoredOfficer;
  /** POSIX milliseconds. */
  readonly begunAt: number;
  /** When it ends if nothing more is asked. */
  readonly until: number;
}

export interface SessionParts {
  readonly store: OfficerStore;
  readonly officers: Officers;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  readonly times: SessionTimes;
}

/** The sessions. */
export class Sessions {
  readonly #parts: SessionParts;
  #sessions = new Map<string, StoredSession>();
  #seen = new Map<string, number>();

  private constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  static async open(parts: SessionParts): Promise<Sessions> {
    const opened = new Sessions(parts);
    opened.#sessions = new Map((await parts.store.sessions()).map((one) => [one.sessionId, one]));
    await opened.noteUses();
    return opened;
  }

  /** Begins a session. @returns what the browser is to keep: the only place where its secret appears */
  async begin({ officerId }: Pick<StoredOfficer, "officerId">): Promise<string> {
    const { store, randomBytes, now } = this.#parts;
    const { id, secretHash, text } = newSecret("ws", randomBytes);
    const at = now();
    const session = { sessionId: id, officerId, secretHash, begunAt: at, seenAt: at };
    await store.addSession(session);
    this.#sessions.set(id, session);
    const others = [...this.#sessions.values()].filter((one) => one.officerId === officerId);
    for (const { sessionId } of others.slice(0, -MOST_SESSIONS)) await this.end(sessionId);
    return text;
  }

  /** The session of that secret, if it lasts. */
  recognise(text: string | undefined): LiveSession | undefined {
    const session = findSecret("ws", text, this.#sessions);
    return session && this.#live(session);
  }

  /** Something was asked in it: it is not idle. */
  touch({ sessionId }: Pick<LiveSession, "sessionId">): void {
    const session = this.#sessions.get(sessionId);
    if (!session) return;
    const seenAt = this.#parts.now();
    this.#sessions.set(sessionId, { ...session, seenAt });
    this.#seen.set(sessionId, seenAt);
  }

  async end(sessionId: string): Promise<void> {
    this.#sessions.delete(sessionId);
    this.#seen.delete(sessionId);
    await this.#parts.store.endSessions([sessionId]);
  }

  /** Keeps when sessions were last seen, and forgets those that have ended. Called from time to time. */
  async noteUses(): Promise<void> {
    const { store } = this.#parts;
    const ended = [...this.#sessions.values()].filter((one) => !this.#live(one)).map(({ sessionId }) => sessionId);
    for (const id of ended) {
      this.#sessions.delete(id);
      this.#seen.delete(id);
    }
    if (ended.length > 0) await store.endSessions(ended);
    const seen = this.#seen;
    this.#seen = new Map();
    if (seen.size > 0) await store.noteSessionUse(seen);
  }

  #live({ sessionId, officerId, begunAt, seenAt }: StoredSession): LiveSession | undefined {
    const { officers, now, times } = this.#parts;
    const officer = officers.valid(officerId);
    const until = Math.min(begunAt + times.lifeMs, seenAt + times.idleMs, officer?.expiresAt ?? Infinity);
    return officer && now() < until ? { sessionId, officer, begunAt, until } : undefined;
  }
}
