/** What the client does about disclosures: for officers, and for those to whom something is disclosed. */
import type { DisclosurePurpose } from "../core/disclosure-event.ts";
import type { GrantedDisclosure } from "../privacy/disclosure.ts";
import type { DisclosedRecords, GrantView } from "../read/disclosures.ts";
import type { Page, PageQuery } from "./answers.ts";
import { queryOf } from "./query.ts";

/** What an officer grants. */
export interface DisclosureRequest {
  /** Ids. */
  readonly records: readonly string[];
  /** Names of concealed claims; `originals` for the bytes of pictures, `received` also for those a record was made of. */
  readonly claims: readonly string[];
  readonly recipient: string;
  readonly purpose: DisclosurePurpose;
  readonly purposeText: string;
  /** POSIX seconds; the service rounds it up to a full hour. */
  readonly until: number;
}

/** The part of the client that is about disclosures. */
export interface DisclosureClient {
  /** Grants claims to somebody; the token is for them. With the key of an officer, like the next two. */
  grantDisclosure(wanted: DisclosureRequest): Promise<GrantedDisclosure>;
  /** Grants, one a record. */
  grants(query?: PageQuery): Promise<Page<GrantView>>;
  /** @returns how many grants this ended */
  withdrawDisclosure(disclosure: number): Promise<{ readonly withdrawn: number }>;
  /** What a disclosure holds. With its token in place of an API key, like the next two. */
  disclosed(disclosure: number): Promise<DisclosedRecords>;
  /** The text of a record's bundle with the granted openings. @throws NOT_ANCHORED_YET */
  disclosedBundle(disclosure: number, id: string): Promise<string>;
  /** The record as an SD-JWT with the granted openings. */
  sdJwt(disclosure: number, id: string): Promise<string>;
}

/** This part of the client, built on JSON requests, and on one for text. */
export function disclosureClient(
  read: <T>(path: string) => Promise<T>,
  post: <T>(path: string, value: object) => Promise<T>,
  text: (path: string) => Promise<string>,
): DisclosureClient {
  const recordAt = (disclosure: number, id: string): string =>
    `/v1/disclosures/${disclosure}/records/${encodeURIComponent(id)}`;
  return {
    grantDisclosure: ({ until, ...wanted }) =>
      post("/v1/privacy/disclosures", { ...wanted, until: new Date(until * 1_000).toISOString() }),
    grants: (query = {}) => read(`/v1/privacy/disclosures${queryOf(query)}`),
    withdrawDisclosure: (disclosure) => post(`/v1/privacy/disclosures/${disclosure}/withdraw`, {}),
    disclosed: (disclosure) => read(`/v1/disclosures/${disclosure}`),
    disclosedBundle: (disclosure, id) => text(`${recordAt(disclosure, id)}/bundle`),
    sdJwt: (disclosure, id) => text(`${recordAt(disclosure, id)}/sd-jwt`),
  };
}
