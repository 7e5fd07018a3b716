/** Which submissions repeat an entry of a PostgreSQL ledger: one query for a batch, however large. */
import type { Fingerprint, StoredEntry, Submitted } from "../log-store.ts";
import type { Row } from "../rows/row.ts";
import { entryOf } from "./entries.ts";
import type { Queries } from "./sessions.ts";

// A key stands for an entry: if that entry is missing, the record is still not new.
const FIND = `SELECT f.place, found.keyed, e.kind, e.seq, e.id, e.body_digest, e.body, es.name AS source_name, es.source_id,
    found.leaf_index, e.leaf_index IS NULL AS is_lost, s.name AS own_name, s.source_id AS own_id,
    (SELECT n.name FROM sent t LEFT JOIN sender n USING (sender_ref)
      WHERE t.leaf_index <= found.leaf_index ORDER BY t.leaf_index DESC LIMIT 1) AS sender
  FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS f (source, key, seq, place)
  JOIN source s ON s.name = f.source
  CROSS JOIN LATERAL (
    SELECT leaf_index, true AS keyed, 1 AS rank FROM submission WHERE source_ref = s.source_ref AND key = f.key
    UNION ALL SELECT leaf_index, true, 2 FROM alias WHERE source_ref = s.source_ref AND key = f.key
    UNION ALL SELECT leaf_index, false, 3 FROM entry WHERE source_ref = s.source_ref AND seq = f.seq
    ORDER BY rank LIMIT 1
  ) AS found
  LEFT JOIN entry e ON e.leaf_index = found.leaf_index
  LEFT JOIN source es ON es.source_ref = e.source_ref`;

/** For each fingerprint, the entry that has its key or else its seq. */
export async function findSubmitted(
  queries: Queries,
  fingerprints: readonly Fingerprint[],
): Promise<(Submitted | undefined)[]> {
  const found = await queries.all(
    FIND,
    fingerprints.map(({ source }) => source),
    fingerprints.map(({ key }) => key ?? null),
    fingerprints.map(({ seq }) => seq ?? null),
  );
  const byPlace = new Map(found.map((row) => [row["place"] as number, row]));
  return fingerprints.map((_, at) => submittedOf(byPlace.get(at + 1)));
}

function submittedOf(row: Row | undefined): Submitted | undefined {
  if (!row) return undefined;
  const isLost = (row["is_lost"] as unknown) === true;
  const isKeyed = (row["keyed"] as unknown) === true;
  const sender = (row["sender"] ?? undefined) as string | undefined;
  return { entry: isLost ? lostEntry(row) : entryOf(row), by: isKeyed ? "key" : "seq", sender };
}

function lostEntry(row: Row): StoredEntry {
  const [leafIndex, none] = [row["leaf_index"] as number, new Uint8Array()];
  const of = { sourceId: row["own_id"] as Uint8Array, sourceName: row["own_name"] as string };
  const lost = { leafIndex, ...of, seq: 0, id: none, bodyDigest: none, body: null };
  return { ...lost, kind: "record", unreadable: "its entry is not in the store" };
}
