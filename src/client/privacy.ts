/** What the client asks and does for the people whom records are about. */
import type { PageQuery, PersonPage } from "./answers.ts";
import { queryOf } from "./query.ts";

/** The part of the client that is about people; it needs the key of an officer. */
export interface PrivacyClient {
  /** A page of the records of the people whom these values identify, by the names of the claims. */
  findPerson(values: Readonly<Record<string, string>>, query?: PageQuery): Promise<PersonPage>;
}

/** This part of the client, built on JSON requests. */
export function privacyClient(post: <T>(path: string, value: object) => Promise<T>): PrivacyClient {
  return { findPerson: (values, query = {}) => post(`/v1/privacy/persons${queryOf(query)}`, values) };
}
