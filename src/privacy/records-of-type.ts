/** Finds the records of a type among entries without checking all the others. */
import type { Body } from "../core/body.ts";
import { codeOf } from "../core/errors.ts";
import type { StoredEntry } from "../store/log-store.ts";
import type { StoredCheck } from "../write/stored-check.ts";

/** A record of which the body is intact. */
export interface IntactRecord {
  readonly entry: StoredEntry;
  readonly body: Body;
}

/** Records of a type, in the order of the entries. A damaged one was reported, and is passed over. */
export async function recordsOfType(
  type: string,
  entries: readonly StoredEntry[],
  check: Pick<StoredCheck, "bodyOf">,
): Promise<IntactRecord[]> {
  // Most entries are of other types: they are passed over without being checked.
  const name = Buffer.from(`"vct":"warifu:${type}:`);
  const found: IntactRecord[] = [];
  for (const entry of entries) {
    if (entry.kind !== "record" || !entry.body || !Buffer.from(entry.body).includes(name)) continue;
    const body = await intactBodyOf(entry, check);
    if (body && typeOf(body) === type) found.push({ entry, body });
  }
  return found;
}

/** `undefined` for a body that is withheld or damaged. */
export async function intactBodyOf(entry: StoredEntry, check: Pick<StoredCheck, "bodyOf">): Promise<Body | undefined> {
  try {
    return await check.bodyOf(entry);
  } catch (error) {
    if (codeOf(error) !== "STORE_DAMAGED") throw error;
    return undefined;
  }
}

/** Type of the record that a body is of. */
export function typeOf(body: Body | undefined): string | undefined {
  return body?.vct.split(":")[1];
}
