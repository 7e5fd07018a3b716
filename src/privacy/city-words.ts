/**
 * What a city says in its own name, such as the title of a theme, is not personal data, even if a record conceals it. Law
 * data says which claims of which types may be such words; whether they are is decided record by record, by the name under
 * which they were said. In case of doubt they are personal data.
 */
import type { Profiles } from "../profiles/profile.ts";
import type { StoredCheck } from "../write/stored-check.ts";
import type { OwnWordsRule, TransferLaw } from "./transfer-bases.ts";
import type { ReadEntry } from "./way-out.ts";

export interface OwnWordsParts {
  readonly law: { readonly jurisdiction: string };
  readonly transfers: Pick<TransferLaw, "ownWords">;
  readonly profiles: Profiles;
  readonly check: Pick<StoredCheck, "claimsOf">;
  /** The names that the city itself goes by; without any, nothing counts as its own words. */
  readonly ownNames?: ReadonlySet<string> | undefined;
}

/**
 * The rule by which these claims of a record are the city's own words.
 * @param origin jurisdiction whose law applies to the record: a record from elsewhere is not this city's
 * @returns `undefined` if they are not
 * @throws STORE_DAMAGED, VAULT_FAILED
 */
export async function ownWordsRule(
  { entry, body }: ReadEntry,
  claims: readonly string[],
  origin: string,
  { law, transfers, profiles, check, ownNames = new Set() }: OwnWordsParts,
): Promise<OwnWordsRule | undefined> {
  const type = body?.vct.split(":")[1] ?? "";
  // Without names of claims, all of them are meant.
  if (claims.length === 0 || origin !== law.jurisdiction || profiles.get(type)?.document.concernsPeople !== false)
    return undefined;
  const isFor = (rule: OwnWordsRule): boolean =>
    rule.type === type && rule.from.includes(origin) && claims.every((name) => rule.claims.includes(name));
  const rule = transfers.ownWords.find(isFor);
  const saidBy = rule && (await check.claimsOf(entry.leafIndex, body))?.[rule.saidBy];
  return typeof saidBy === "string" && ownNames.has(saidBy) ? rule : undefined;
}
