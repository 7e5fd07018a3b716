/** Queries of requests. */

/** The query string for the given values, including its `?`; empty when there are none. */
export function queryOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined) as [
    string,
    string | number | boolean,
  ][];
  return given.length === 0
    ? ""
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}
