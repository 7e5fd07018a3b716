/** Everything that signing in to the desk needs, opened together. */
import type { RandomBytes } from "../core/random.ts";
import type { OfficerStore, StoredOfficer } from "../store/officer-store.ts";
import { OidcSignIn } from "./oidc.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { Officers } from "./officers.ts";
import { Passkeys } from "./passkeys.ts";
import { DEFAULT_SESSION_TIMES, Sessions, type SessionStore, type SessionTimes } from "./sessions.ts";

/** What a desk is opened with. */
export interface DeskOptions {
  readonly store: OfficerStore;
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  /** The origin at which people open it; without one, `localhost`. */
  readonly url?: string | undefined;
  readonly times?: SessionTimes | undefined;
  readonly oidc?: OidcSettings | undefined;
}

/** Who may sign in, how, and who has. */
export interface Desk {
  readonly url: string | undefined;
  readonly officers: Officers;
  readonly passkeys: Passkeys;
  readonly sessions: Sessions<StoredOfficer>;
  /** None unless the settings name a provider. */
  readonly oidc: OidcSignIn | undefined;
}

export async function openDesk({ store, randomBytes, now, url, times, oidc }: DeskOptions): Promise<Desk> {
  const officers = await Officers.open(store, randomBytes, now);
  const sessions = await Sessions.open<StoredOfficer>({
    ...{ store: sessionsIn(store), kind: "ws", randomBytes, now, times: times ?? DEFAULT_SESSION_TIMES },
    valid: (officerId) => officers.valid(officerId),
    endOf: ({ expiresAt }) => expiresAt,
  });
  return {
    ...{ url, officers, sessions, passkeys: new Passkeys(officers, randomBytes, now) },
    oidc: oidc && new OidcSignIn(oidc, randomBytes, now),
  };
}

function sessionsIn(store: OfficerStore): SessionStore {
  return {
    sessions: async () => (await store.sessions()).map(({ officerId, ...row }) => ({ ...row, accountId: officerId })),
    addSession: ({ accountId, ...row }) => store.addSession({ ...row, officerId: accountId }),
    endSessions: (ids) => store.endSessions(ids),
    noteSessionUse: (uses) => store.noteSessionUse(uses),
  };
}
