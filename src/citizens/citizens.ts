/** Everything that the citizens of a city need to have accounts, opened together. */
import { WarifuError } from "../core/errors.ts";
import type { RandomBytes } from "../core/random.ts";
import type { OwnConsent } from "../privacy/own-consent.ts";
import type { Rights } from "../privacy/rights.ts";
import { Sessions, type SessionStore, type SessionTimes } from "../sign-in/sessions.ts";
import type { CitizenStore, StoredCitizen } from "../store/citizen-store.ts";
import { CitizenAccounts } from "./accounts.ts";
import type { City } from "./city-file.ts";
import { CitizenConsents } from "./consents.ts";
import { exportOwn, type OwnExport } from "./export.ts";
import { FreshProofs } from "./fresh-proofs.ts";
import { Pace } from "./pace.ts";
import { CitizenPasskeys } from "./passkeys.ts";
import { removeCitizen, type Removal, type RemovalParts } from "./removal.ts";
import { namesOfCitizens } from "./sent-records.ts";

const DAY_MS = 86_400_000;

/**
 * Two weeks without a request, and three months in all: what waits on a phone is sent when it is started again, without
 * asking its owner for a passkey each time.
 */
export const CITIZEN_SESSION_TIMES: SessionTimes = { idleMs: 14 * DAY_MS, lifeMs: 90 * DAY_MS };

const CONSENTS_PER_HOUR = 60;
const EXPORTS_PER_HOUR = 6;

/** What the citizens' part is opened with. */
export interface CitizensOptions {
  readonly city: City;
  readonly store: CitizenStore;
  readonly rights: Rights;
  readonly log: RemovalParts["log"];
  readonly randomBytes: RandomBytes;
  readonly now: () => number;
  /** The origin at which people open the app; without one, `localhost`. */
  readonly url?: string | undefined;
  readonly times?: SessionTimes | undefined;
}

/** The citizens of a city: who they are to the service, and how they come in. */
export interface Citizens {
  readonly city: City;
  readonly url: string | undefined;
  /** From which age people consent alone. */
  readonly ownConsent: OwnConsent;
  readonly accounts: CitizenAccounts;
  readonly passkeys: CitizenPasskeys;
  readonly sessions: Sessions<StoredCitizen>;
  readonly proofs: FreshProofs;
  readonly consents: CitizenConsents;
  /** How often an account does what enters the log. */
  readonly pace: { readonly consents: Pace; readonly receipts: Pace; readonly exports: Pace };
  /** How long a browser keeps the cookie. */
  readonly sessionMs: number;
  /** The pseudonym of an account that is there. */
  accountOf(citizenId: string): Pick<StoredCitizen, "pseudonym"> | undefined;
  /** Whether somebody consents to a purpose now; nobody does whose account is not there. @throws STORE_DAMAGED, VAULT_FAILED */
  hasConsent(citizenId: string, purpose: string): Promise<boolean>;
  /** What is kept of people elsewhere is forgotten when they leave. */
  alsoForget(forget: (citizenId: string) => Promise<void>): void;
  /** See {@link exportOwn}. */
  export(citizen: StoredCitizen): Promise<OwnExport>;
  /** See {@link removeCitizen}. */
  remove(citizen: StoredCitizen): Promise<Removal>;
}

/**
 * Opens it.
 * @throws CONFIG_INVALID the law does not say from which age people consent alone; STORE_FAILED
 */
export async function openCitizens(options: CitizensOptions): Promise<Citizens> {
  const { city, store, rights, log, randomBytes, now, url, times = CITIZEN_SESSION_TIMES } = options;
  const { ownConsent, jurisdiction } = rights.law;
  if (!ownConsent)
    throw new WarifuError("CONFIG_INVALID", `WARIFU_CITY: the law of ${jurisdiction} lacks ownConsent: see laws/`);
  const accounts = await CitizenAccounts.open({ store, randomBytes, now });
  const consents = new CitizenConsents(rights, now);
  rights.consents.nameAlso(namesOfCitizens({ log, accounts, city }));
  const passkeys = new CitizenPasskeys({
    ...{ accounts, consents, ownConsent, city, randomBytes, now },
    serviceName: city.names[rights.law.language],
  });
  const valid = (citizenId: string): StoredCitizen | undefined => accounts.valid(citizenId);
  const sessions = await Sessions.open({ store: sessionsIn(store), kind: "wc", valid, randomBytes, now, times });
  const [consentPace, receiptPace] = [new Pace(CONSENTS_PER_HOUR, now), new Pace(CONSENTS_PER_HOUR, now)];
  const pace = { consents: consentPace, receipts: receiptPace, exports: new Pace(EXPORTS_PER_HOUR, now) };
  const forgetting: ((citizenId: string) => Promise<void>)[] = [];
  const removing = { log, accounts, consents, city, basis: ownConsent.withdrawn, forgetting };
  return {
    ...{ pace, proofs: new FreshProofs(randomBytes, now) },
    ...{ city, url, ownConsent, accounts, passkeys, sessions, consents, sessionMs: times.lifeMs },
    accountOf: valid,
    hasConsent: async (citizenId, purpose) => {
      const citizen = valid(citizenId);
      return citizen !== undefined && consents.has(citizen, purpose);
    },
    alsoForget: (forget) => void forgetting.push(forget),
    export: async (citizen) => {
      pace.exports.assertAllows(citizen.citizenId);
      return exportOwn(citizen, { log, accounts, city, rights });
    },
    remove: async (citizen) => {
      const removal = await removeCitizen(citizen, removing);
      await sessions.endAllOf(citizen.citizenId);
      return removal;
    },
  };
}

function sessionsIn(store: CitizenStore): SessionStore {
  return {
    sessions: async () =>
      (await store.citizenSessions()).map(({ citizenId, ...row }) => ({ ...row, accountId: citizenId })),
    addSession: ({ accountId, ...row }) => store.addCitizenSession({ ...row, citizenId: accountId }),
    endSessions: (ids) => store.endCitizenSessions(ids),
    noteSessionUse: (uses) => store.noteCitizenSessionUse(uses),
  };
}
