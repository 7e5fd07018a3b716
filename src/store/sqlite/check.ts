/**
 * What the SQLite ledger can check by itself: pages and indexes (`PRAGMA integrity_check`), the structure of its
 * tables, the seals of rows that nothing in the log vouches for, names of sources, and the digest index. Reads in
 * order, in bounded memory, and as of one moment.
 */
import { DatabaseSync } from "node:sqlite";
import { equalBytes } from "../../core/bytes.ts";
import { TILE_WIDTH } from "../../core/tile.ts";
import { sourceIdOf } from "../../core/record.ts";
import type { StoreFault } from "../ledger-store.ts";
import { SEALED_TABLES, sealOf } from "../rows/seals.ts";
import type { Row } from "../rows/row.ts";
import { checkDigestIndex, checkLeafIndex, checkLists, checkSeqs, checkSubmissions } from "./check-entries.ts";
import { all } from "./database.ts";
import { attempt, corrupt } from "./faults.ts";
import { groupedOf } from "./groups.ts";
import { SCHEMA } from "./schema.ts";
import { sizeOf } from "./tree-size.ts";

/** Yields what is wrong with the tables of a ledger. */
export function* checkTables(db: DatabaseSync, origin: string): Generator<StoreFault> {
  // A service may be writing: all checks see the same state.
  db.exec("BEGIN");
  try {
    yield* attempt("database", checkPages(db));
    yield* attempt("database", checkSchema(db));
    for (const table of SEALED_TABLES) yield* attempt(table, checkSeals(db, table));
    yield* attempt("anchor", checkAnchorRows(db));
    yield* attempt("source", checkSources(db, origin));
    yield* attempt("submission", checkSubmissions(db));
    yield* attempt("submission", checkStraySubmissions(db));
    yield* attempt("alias", checkAliases(db));
    yield* attempt("sent", checkSenders(db));
    yield* attempt("api_key", checkApiKeys(db));
    yield* attempt("officer", checkOfficers(db));
    yield* attempt("citizen", checkCitizens(db));
    yield* attempt("tile", checkTileCount(db));
    yield* attempt("digest index", checkDigestIndex(db));
    yield* attempt("leaf index", checkLeafIndex(db));
    yield* attempt("record list", checkLists(db));
    yield* attempt("source_seq", checkSeqs(db));
  } finally {
    db.exec("ROLLBACK");
  }
}

/** Checks pages and indexes, and that no key occurs twice. */
export function* checkPages(db: DatabaseSync, where = "database"): Generator<StoreFault> {
  for (const row of all(db.prepare("PRAGMA integrity_check(20)")))
    if (row["integrity_check"] !== "ok") yield corrupt(where, String(row["integrity_check"]));
}

/** Every table and index must be as the schema creates it: without an index, duplicates could get in. */
export function* checkSchema(db: DatabaseSync, schema = SCHEMA): Generator<StoreFault> {
  const pristine = new DatabaseSync(":memory:");
  pristine.exec(schema);
  const [expected, found] = [schemaOf(pristine), schemaOf(db)];
  pristine.close();
  for (const name of new Set([...expected.keys(), ...found.keys()]))
    if (expected.get(name) !== found.get(name)) yield corrupt(name, "its definition was changed, added or removed");
}

function schemaOf(db: DatabaseSync): Map<string, string> {
  const rows = all(db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"));
  return new Map(rows.map((row) => [`${String(row["type"])} ${String(row["name"])}`, String(row["sql"])]));
}

function* checkSeals(db: DatabaseSync, table: string): Generator<StoreFault> {
  for (const row of iterate(db, `SELECT * FROM ${table} ORDER BY rowid`))
    if (!equalBytes(sealOf(row), row["seal"] as Uint8Array))
      yield corrupt(`${table} ${String(Object.values(row)[0])}`, "the row was changed: it does not have its seal");
}

/** Anchors are never deleted, and an anchored log has one contract. */
function* checkAnchorRows(db: DatabaseSync): Generator<StoreFault> {
  let next = 1;
  for (const { anchor_id: id } of iterate(db, "SELECT anchor_id FROM anchor ORDER BY anchor_id")) {
    if (id !== next) yield corrupt(`anchor ${next}`, "the row is missing");
    next = Number(id) + 1;
  }
  const stray = "SELECT anchor_id FROM anchor_course EXCEPT SELECT anchor_id FROM anchor";
  for (const { anchor_id: id } of iterate(db, stray))
    yield corrupt(`anchor_course ${String(id)}`, "there is no such anchor");
  const contracts = all(db.prepare("SELECT 1 FROM contract")).length;
  if (contracts > 1 || (contracts === 0 && next > 1)) yield corrupt("contract", `there are ${contracts} rows, not one`);
}

function* checkSources(db: DatabaseSync, origin: string): Generator<StoreFault> {
  const rows = iterate(
    db,
    `SELECT source_ref, name, source_id,
       EXISTS (SELECT 1 FROM source_seq q WHERE q.source_ref = s.source_ref)
         OR EXISTS (SELECT 1 FROM entry e WHERE e.leaf_index >= ${groupedOf(sizeOf(db))} AND e.source_ref = s.source_ref)
         AS is_used FROM source s`,
  );
  for (const row of rows) {
    const [where, name] = [`source ${String(row["source_ref"])}`, row["name"] as string];
    if (!equalBytes(sourceIdOf(origin, name), row["source_id"] as Uint8Array))
      yield corrupt(where, `the id does not belong to the name "${name}"`);
    if (row["is_used"] !== 1) yield corrupt(where, `no entry is of the source "${name}"`);
  }
}

/** A key that points at a future entry would make that entry answer for it. */
function* checkStraySubmissions(db: DatabaseSync): Generator<StoreFault> {
  const sql = `SELECT leaf_index FROM submission s
    WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.leaf_index = s.leaf_index)`;
  for (const { leaf_index: leafIndex } of iterate(db, sql))
    yield corrupt(`leaf ${String(leafIndex)}`, "an idempotency key points at it, but there is no such entry");
}

/** A further key of an entry must be stored with that entry's source, and must not be the first key of another entry. */
function* checkAliases(db: DatabaseSync): Generator<StoreFault> {
  const sql = `SELECT a.leaf_index FROM alias a LEFT JOIN entry e ON e.leaf_index = a.leaf_index
    WHERE e.source_ref IS NOT a.source_ref
      OR EXISTS (SELECT 1 FROM submission s WHERE s.source_ref = a.source_ref AND s.key = a.key)`;
  for (const { leaf_index: leafIndex } of iterate(db, sql))
    yield corrupt(`leaf ${String(leafIndex)}`, "a further idempotency key points at it, but is of another entry");
}

/** A sender that begins at no record would be taken for the sender of future records. */
function* checkSenders(db: DatabaseSync): Generator<StoreFault> {
  const sql = `SELECT leaf_index FROM sent t
    WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.leaf_index = t.leaf_index AND e.kind = 1)
      OR NOT EXISTS (SELECT 1 FROM sender s WHERE s.sender_ref = t.sender_ref)`;
  for (const { leaf_index: leafIndex } of iterate(db, sql))
    yield corrupt(`leaf ${String(leafIndex)}`, "a sender begins at it who is not there, or it is no record");
}

/** Keys are never deleted, and each has a scope. Deleting a key together with its scope leaves no trace. */
function* checkApiKeys(db: DatabaseSync): Generator<StoreFault> {
  const without = "SELECT key_id FROM api_key EXCEPT SELECT key_id FROM api_key_scope";
  for (const { key_id: keyId } of iterate(db, without))
    yield corrupt(`api_key ${String(keyId)}`, "its scope is missing: until it is issued anew, the key opens nothing");
  const stray = "SELECT key_id FROM api_key_scope EXCEPT SELECT key_id FROM api_key";
  for (const { key_id: keyId } of iterate(db, stray))
    yield corrupt(`api_key ${String(keyId)}`, "the key is missing, and its scope is there");
}

/** Whatever somebody signs in with must belong to an account that is still valid. */
function* checkOfficers(db: DatabaseSync): Generator<StoreFault> {
  for (const table of ["passkey", "invitation", "session"]) {
    const stray = `SELECT officer_id FROM ${table} EXCEPT SELECT officer_id FROM officer WHERE removed_at IS NULL`;
    for (const { officer_id: id } of iterate(db, stray))
      yield corrupt(
        `officer ${String(id)}`,
        `there is no such account, or it was removed, and a ${table} of it is there`,
      );
  }
}

/** The same for citizens; an account that was removed no longer exists. */
function* checkCitizens(db: DatabaseSync): Generator<StoreFault> {
  for (const table of ["citizen_passkey", "citizen_session"]) {
    const stray = `SELECT citizen_id FROM ${table} EXCEPT SELECT citizen_id FROM citizen`;
    for (const { citizen_id: id } of iterate(db, stray))
      yield corrupt(`citizen ${String(id)}`, `there is no such account, and a ${table} of it is there`);
  }
  const back = "SELECT citizen_id FROM citizen INTERSECT SELECT citizen_id FROM former_citizen";
  for (const { citizen_id: id } of iterate(db, back))
    yield corrupt(`citizen ${String(id)}`, "the account was removed, and is there");
}

/** Finds tiles that the log does not have; those that it must have are compared hash by hash elsewhere. */
function* checkTileCount(db: DatabaseSync): Generator<StoreFault> {
  const size = Number(all(db.prepare("SELECT count(*) AS size FROM entry"))[0]?.["size"]);
  const sql = "SELECT level, min(tile_index) AS first, max(tile_index) AS last FROM tile GROUP BY level";
  for (const row of iterate(db, sql)) {
    const [level, first, last] = [Number(row["level"]), Number(row["first"]), Number(row["last"])];
    if (level < 0 || first < 0 || (last + 1) * TILE_WIDTH ** (level + 1) > size)
      yield corrupt(`tile ${level}/${level < 0 || first < 0 ? first : last}`, "the log has no such tile");
  }
}

export function iterate(db: DatabaseSync, sql: string): Iterator<Row, undefined> & Iterable<Row> {
  return db.prepare(sql).iterate() as Iterator<Row, undefined> & Iterable<Row>;
}
