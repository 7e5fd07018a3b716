/**
 * What citizens have sent: records of the app's source that name the account in a concealed claim, found by the vault's
 * index of persons. Other sources may state what they like: having an account gives nobody power over their records.
 */
import { codeOf, type ErrorCode } from "../core/errors.ts";
import type { OtherName } from "../privacy/consent.ts";
import { claimsAt } from "../privacy/concealed.ts";
import type { OpenLog } from "../write/open-log.ts";
import type { CitizenAccounts } from "./accounts.ts";
import type { City } from "./city-file.ts";

/** The claim of a record that names the account it was sent from. */
const ACCOUNT_CLAIM = "reporterId";

export interface SentParts {
  readonly log: Pick<OpenLog, "store" | "check" | "persons">;
  readonly accounts: CitizenAccounts;
  readonly city: Pick<City, "source">;
}

const PAGE = 1_000;
const DAMAGE: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>(["STORE_DAMAGED", "VAULT_DAMAGED"]);
/** Records that are looked at for an account: those of one person name the same. */
const LOOKED_AT = 8;

/** Leaf indexes of all that an account sent through the app, ascending. @throws VAULT_FAILED, STORE_FAILED */
export async function recordsSentBy(citizenId: string, parts: SentParts): Promise<readonly number[]> {
  const found: number[] = [];
  for (let after = -1, isLast = false; !isLast;) {
    const person = [{ claim: ACCOUNT_CLAIM, value: citizenId }];
    const { leafIndexes } = await parts.log.persons.findPerson(person, after, PAGE);
    for (const leafIndex of leafIndexes) if (await isSentBy(citizenId, leafIndex, parts)) found.push(leafIndex);
    after = leafIndexes.at(-1) ?? after;
    isLast = leafIndexes.length < PAGE;
  }
  return found;
}

/**
 * Leads from the vault's pseudonym for a sender of records to that under which the same person consents, and back, as long
 * as both are there.
 */
export function namesOfCitizens(parts: SentParts): OtherName {
  // A pseudonym of the vault stays the same as long as there is a record, and is never given to another person.
  const known = new Map<string, string>();
  return async (subject) => {
    const citizen = parts.accounts.bySubject(subject);
    if (!citizen) return subject.startsWith("sub_") ? consenting(subject, parts) : undefined;
    const found = known.get(subject) ?? (await sending(citizen.citizenId, parts));
    if (found !== undefined) known.set(subject, found);
    return found;
  };
}

async function sending(citizenId: string, { log }: SentParts): Promise<string | undefined> {
  const { subjects } = await log.persons.findPerson([{ claim: ACCOUNT_CLAIM, value: citizenId }], -1, 1);
  return subjects[0];
}

async function consenting(subject: string, parts: SentParts): Promise<string | undefined> {
  const accounts = new Set<string>();
  for (const leafIndex of await parts.log.persons.recordsOf(subject, -1, LOOKED_AT)) {
    const account = (await isOfApp(leafIndex, parts)) ? await accountIn(leafIndex, parts) : undefined;
    if (account !== undefined) accounts.add(account);
  }
  const [account] = accounts;
  // Where the index has made one of two people, neither consents for the other.
  return account === undefined || accounts.size > 1 ? undefined : parts.accounts.valid(account)?.subject;
}

/** The index leads from one value to all records of whoever is taken for one person: what a record says itself decides. */
async function isSentBy(citizenId: string, leafIndex: number, parts: SentParts): Promise<boolean> {
  if (!(await isOfApp(leafIndex, parts))) return false;
  try {
    return (await accountIn(leafIndex, parts)) === citizenId;
  } catch (error) {
    if (!DAMAGE.has(codeOf(error))) throw error;
    // It cannot be read any more, and is to go.
    return true;
  }
}

async function accountIn(leafIndex: number, { log }: SentParts): Promise<string | undefined> {
  const account = (await claimsAt(leafIndex, log))?.[ACCOUNT_CLAIM];
  return typeof account === "string" ? account : undefined;
}

async function isOfApp(leafIndex: number, { log, city }: SentParts): Promise<boolean> {
  const [entry] = await log.store.entries(leafIndex, leafIndex + 1);
  return entry?.sourceName === city.source;
}
