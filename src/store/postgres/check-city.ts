/**
 * What can be told of the store of a city in PostgreSQL: its indexes, the form of each row, and whether accounts that it names are
 * there, as {@link ../sqlite/check-city.ts} does for files.
 */
import type { StoreFault } from "../ledger-store.ts";
import { faultOfInvitation, faultOfListed, NO_ACCOUNT } from "../rows/city-rows.ts";
import { attempt, checkIndexes, corrupt, rowsOf, type Faults } from "./check.ts";
import { CITY_SCHEMA, CITY_TABLE } from "./city-store.ts";
import { hasTable } from "./prepare.ts";
import { openSessions, type Queries } from "./sessions.ts";

const WHERE = "city";

/**
 * What is wrong with the store; nothing where there is none.
 * @param accounts ids of those that are there
 * @throws STORE_FAILED the database cannot be asked
 */
export async function* checkPostgresCity(
  database: string,
  accounts: ReadonlySet<string>,
): AsyncGenerator<StoreFault, void, undefined> {
  const sessions = await openSessions(database, { code: "STORE_FAILED", readOnly: true, tables: "city", most: 2 });
  const { citySchema } = sessions.address;
  try {
    if (!(await hasTable(sessions, citySchema, CITY_TABLE))) return;
    const queries = await sessions.snapshot();
    try {
      yield* attempt(WHERE, checkIndexes(queries, citySchema, CITY_SCHEMA));
      yield* attempt(WHERE, checkLists(queries, accounts));
      yield* attempt(WHERE, checkInvitations(queries));
    } finally {
      await queries.close();
    }
  } finally {
    await sessions.close();
  }
}

async function* checkLists(queries: Queries, accounts: ReadonlySet<string>): Faults {
  const strays = new Set<string>();
  for await (const row of rowsOf(queries, "SELECT place, citizen_id, list, item FROM listed ORDER BY place")) {
    const [citizen, fault] = [String(row["citizen_id"]), faultOfListed(row)];
    if (fault !== undefined) yield corrupt(`${WHERE}, listed ${String(row["place"])}`, fault);
    if (!accounts.has(citizen)) strays.add(citizen);
  }
  for (const citizen of strays) yield corrupt(`${WHERE}, citizen ${citizen}`, NO_ACCOUNT);
}

async function* checkInvitations(queries: Queries): Faults {
  for await (const row of rowsOf(queries, "SELECT * FROM invitation ORDER BY invitation_id")) {
    const fault = faultOfInvitation(row);
    if (fault !== undefined) yield corrupt(`${WHERE}, invitation ${String(row["invitation_id"])}`, fault);
  }
}
