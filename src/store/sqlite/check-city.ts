/**
 * Checks the store of a city as far as possible: pages and indexes, the structure of its tables, the form of each row, and
 * whether the accounts that it names exist. Nothing in the log vouches for its contents, so a well-formed row that somebody
 * made up is not noticed (docs/threat-model.md).
 */
import { existsSync } from "node:fs";
import type { StoreFault } from "../ledger-store.ts";
import { checkPages, checkSchema, iterate } from "./check.ts";
import { attempt, corrupt } from "./faults.ts";
import { CITY_FILE, CITY_SCHEMA } from "./city-store.ts";
import { faultOfInvitation, faultOfListed, NO_ACCOUNT } from "../rows/city-rows.ts";
import { openDatabase } from "./database.ts";
import type { DatabaseSync } from "node:sqlite";

/** The faults of the store at a path; none if there is no store. @param accounts ids of the accounts that exist */
export function* checkCityFile(path: string, accounts: ReadonlySet<string>): Generator<StoreFault> {
  if (!existsSync(path)) return;
  let db: DatabaseSync;
  try {
    db = openDatabase(path, "STORE_FAILED", { readOnly: true });
  } catch {
    return yield corrupt(CITY_FILE, "it cannot be opened: it is no database, or another program holds it");
  }
  try {
    yield* attempt(CITY_FILE, checkPages(db, CITY_FILE));
    yield* attempt(CITY_FILE, checkSchema(db, CITY_SCHEMA));
    yield* attempt(CITY_FILE, checkLists(db, accounts));
    yield* attempt(CITY_FILE, checkInvitations(db));
  } finally {
    db.close();
  }
}

function* checkLists(db: DatabaseSync, accounts: ReadonlySet<string>): Generator<StoreFault> {
  const strays = new Set<string>();
  for (const row of iterate(db, "SELECT place, citizen_id, list, item FROM listed ORDER BY place")) {
    const [citizen, fault] = [String(row["citizen_id"]), faultOfListed(row)];
    if (fault !== undefined) yield corrupt(`${CITY_FILE}, listed ${String(row["place"])}`, fault);
    if (!accounts.has(citizen)) strays.add(citizen);
  }
  for (const citizen of strays) yield corrupt(`${CITY_FILE}, citizen ${citizen}`, NO_ACCOUNT);
}

function* checkInvitations(db: DatabaseSync): Generator<StoreFault> {
  for (const row of iterate(db, "SELECT * FROM invitation ORDER BY invitation_id")) {
    const fault = faultOfInvitation(row);
    if (fault !== undefined) yield corrupt(`${CITY_FILE}, invitation ${String(row["invitation_id"])}`, fault);
  }
}
