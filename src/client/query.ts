/** Queries of requests. */

/** The query of what is given, behind its `?`; empty when nothing is. */
export function queryOf(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined) as [
    string,
    string | number | boolean,
  ][];
  return given.length === 0
    ? ""
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}
