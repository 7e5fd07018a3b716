/** Rows that belong to nothing: queries for them, each of which should find none. */

/** A query that gives the place of each such row as `at`. */
interface StrayRows {
  readonly where: string;
  readonly sql: string;
  readonly message: string;
}

const ofRemovedOfficers = ["passkey", "invitation", "session"].map((table) => ({
  where: "officer",
  sql: `SELECT officer_id AS at FROM ${table} EXCEPT SELECT officer_id FROM officer WHERE removed_at IS NULL`,
  message: `there is no such account, or it was removed, and a ${table} of it is there`,
}));

const ofNoCitizens = ["citizen_passkey", "citizen_session"].map((table) => ({
  where: "citizen",
  sql: `SELECT citizen_id AS at FROM ${table} EXCEPT SELECT citizen_id FROM citizen`,
  message: `there is no such account, and a ${table} of it is there`,
}));

/** What no row may be. */
export const STRAY_ROWS: readonly StrayRows[] = [
  {
    where: "anchor_course",
    sql: "SELECT anchor_id AS at FROM anchor_course EXCEPT SELECT anchor_id FROM anchor",
    message: "there is no such anchor",
  },
  {
    // A key that points at a future entry would make that entry answer for it.
    where: "leaf",
    sql: "SELECT leaf_index AS at FROM submission EXCEPT SELECT leaf_index FROM entry",
    message: "an idempotency key points at it, but there is no such entry",
  },
  {
    // A further key of an entry must be stored with that entry's source, and must not be the first key of another entry.
    where: "leaf",
    sql: `SELECT a.leaf_index AS at FROM alias a LEFT JOIN entry e ON e.leaf_index = a.leaf_index
      WHERE e.source_ref IS DISTINCT FROM a.source_ref
        OR EXISTS (SELECT 1 FROM submission s WHERE s.source_ref = a.source_ref AND s.key = a.key)`,
    message: "a further idempotency key points at it, but is of another entry",
  },
  {
    // A sender that begins at no record would be taken for the sender of future records.
    where: "leaf",
    sql: `SELECT leaf_index AS at FROM sent t
      WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.leaf_index = t.leaf_index AND e.kind = 1)
        OR NOT EXISTS (SELECT 1 FROM sender s WHERE s.sender_ref = t.sender_ref)`,
    message: "a sender begins at it who is not there, or it is no record",
  },
  {
    // Keys are never deleted, and each has a scope. Who deletes a key with its scope, leaves nothing that tells of it.
    where: "api_key",
    sql: "SELECT key_id AS at FROM api_key EXCEPT SELECT key_id FROM api_key_scope",
    message: "its scope is missing: until it is issued anew, the key opens nothing",
  },
  {
    where: "api_key",
    sql: "SELECT key_id AS at FROM api_key_scope EXCEPT SELECT key_id FROM api_key",
    message: "the key is missing, and its scope is there",
  },
  ...ofRemovedOfficers,
  ...ofNoCitizens,
  {
    where: "citizen",
    sql: "SELECT citizen_id AS at FROM citizen INTERSECT SELECT citizen_id FROM former_citizen",
    message: "the account was removed, and is there",
  },
];
