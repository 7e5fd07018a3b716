/** What the client asks and does about breaches of personal data. */
import type { BreachFacts, BreachReason, BreachReport, BreachTold } from "../core/breach-event.ts";
import type { JsonObject } from "../core/json.ts";
import type { BreachPeople, BreachView } from "../privacy/breach-view.ts";
import type { RequestFilter } from "../privacy/requests.ts";
import { queryOf } from "./query.ts";

/** A breach to note; `records` by their ids, times in RFC 3339. */
export interface NotedBreach {
  /** `nature` says what happened. */
  readonly facts: BreachFacts;
  readonly records?: readonly string[] | undefined;
  readonly knownAt?: string | undefined;
  readonly happenedAt?: string | undefined;
  readonly onPurpose?: boolean | undefined;
}

/** What became known since. */
export interface AmendedBreach {
  readonly facts?: BreachFacts | undefined;
  readonly records?: readonly string[] | undefined;
  readonly happenedAt?: string | undefined;
  readonly onPurpose?: true | undefined;
}

interface Telling {
  /** RFC 3339; by default, now. */
  readonly toldAt?: string | undefined;
  readonly lateReason?: string | undefined;
}

/** A report to the authority. */
export interface AuthorityTold extends Telling {
  readonly report: BreachReport;
  readonly facts?: BreachFacts | undefined;
}

/** People who were told: by pseudonyms of the vault, and how many others. */
export interface PeopleTold extends Telling {
  readonly subjects?: readonly string[] | "all" | undefined;
  readonly others?: number | undefined;
  readonly complete: boolean;
}

/** Why somebody need not be told. */
export interface NotNeededReason {
  readonly whom: BreachTold;
  readonly reason: BreachReason;
  readonly words: string;
}

/** The part of the client that is about breaches; it needs the key of an officer, or for some of it of an admin or auditor. */
export interface BreachClient {
  breaches(state?: RequestFilter): Promise<{ readonly items: readonly BreachView[] }>;
  breach(id: string): Promise<BreachView>;
  noteBreach(breach: NotedBreach): Promise<BreachView>;
  amendBreach(id: string, found: AmendedBreach): Promise<BreachView>;
  tellAuthority(id: string, told: AuthorityTold): Promise<BreachView>;
  tellPeople(id: string, told: PeopleTold): Promise<BreachView>;
  findNotNeeded(id: string, found: NotNeededReason): Promise<BreachView>;
  closeBreach(id: string): Promise<BreachView>;
  /** As it is filed. */
  breachReport(id: string): Promise<JsonObject>;
  breachPeople(id: string): Promise<BreachPeople>;
}

/** This part of the client, built on JSON requests. */
export function breachClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
): BreachClient {
  const path = (id: string): string => `/v1/privacy/breaches/${encodeURIComponent(id)}`;
  return {
    breaches: (state) => read(`/v1/privacy/breaches${queryOf({ state })}`),
    breach: (id) => read(path(id)),
    noteBreach: (breach) => post("/v1/privacy/breaches", breach),
    amendBreach: (id, found) => post(`${path(id)}/amend`, found),
    tellAuthority: (id, told) => post(`${path(id)}/authority`, told),
    tellPeople: (id, told) => post(`${path(id)}/people`, told),
    findNotNeeded: (id, found) => post(`${path(id)}/not-needed`, found),
    closeBreach: (id) => post(`${path(id)}/close`, {}),
    breachReport: (id) => read(`${path(id)}/report`),
    breachPeople: (id) => read(`${path(id)}/people`),
  };
}
