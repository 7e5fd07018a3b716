/** Inserts a batch of entries with what belongs to it. Within a transaction that holds the head. */
import { ENTRY_KINDS } from "../../core/entry.ts";
import { WarifuError } from "../../core/errors.ts";
import type { Batch, FullTile, NewEntry, StoredCheckpoint } from "../log-store.ts";
import { checkpointSeal } from "../rows/seals.ts";
import { insertLeafBuckets } from "./leaf-index.ts";
import { insertLists } from "./record-lists.ts";
import { replaceSealed } from "./sealed-rows.ts";
import { together, type Queries } from "./sessions.ts";

/** Sources kept in memory. A bound, not a policy. */
const MAX_KNOWN = 50_000;

/** Numbers of sources and senders by their names. They never change, so whoever wrote them, they can be remembered. */
export class KnownNames {
  readonly #refs = new Map<string, number>();
  readonly #table: "source" | "sender";

  constructor(table: "source" | "sender") {
    this.#table = table;
  }

  /** The numbers of names; those that are new are added by `add`, with the numbers that follow. */
  async of(
    queries: Queries,
    names: ReadonlySet<string>,
    add: (fresh: readonly (readonly [ref: number, name: string])[]) => Promise<void>,
  ): Promise<ReadonlyMap<string, number>> {
    if (this.#refs.size > MAX_KNOWN) this.#refs.clear();
    const unknown = [...names].filter((name) => !this.#refs.has(name));
    if (unknown.length > 0) {
      const sql = `SELECT name, ${this.#table}_ref AS ref FROM ${this.#table} WHERE name = ANY($1::text[])`;
      for (const row of await queries.all(sql, unknown)) this.#refs.set(row["name"] as string, row["ref"] as number);
      const fresh = unknown.filter((name) => !this.#refs.has(name));
      if (fresh.length > 0) await this.#add(queries, fresh, add);
    }
    return this.#refs;
  }

  async #add(queries: Queries, names: readonly string[], add: Parameters<KnownNames["of"]>[2]): Promise<void> {
    const sql = `SELECT coalesce(max(${this.#table}_ref), 0) AS ref FROM ${this.#table}`;
    const newest = (await queries.first(sql))?.["ref"] as number;
    const fresh = names.map((name, at) => [newest + 1 + at, name] as const);
    await add(fresh);
    for (const [ref, name] of fresh) this.#refs.set(name, ref);
  }
}

/** Names that were met. */
export interface KnownInBatches {
  readonly sources: KnownNames;
  readonly senders: KnownNames;
}

/** @throws STORE_CORRUPT a batch that does not continue a log of that size */
export function assertContinues({ entries, checkpoint }: Batch, treeSize: number): void {
  const isContiguous = entries.every(({ leafIndex }, at) => leafIndex === treeSize + at);
  if (entries.length === 0 || !isContiguous || checkpoint.treeSize !== treeSize + entries.length)
    throw new WarifuError("STORE_CORRUPT", `a batch up to ${checkpoint.treeSize} does not continue ${treeSize}`);
}

/** Inserts all of it, in messages that do not wait for each other's answers: all of them come while others wait for their turn. */
export async function insertBatch(queries: Queries, batch: Batch, known: KnownInBatches): Promise<void> {
  const { entries, tiles, checkpoint } = batch;
  const [refs, firstOfSender] = await together(
    sourceRefs(queries, entries, known.sources),
    sendersBegun(queries, entries, known.senders),
  );
  await together(
    insertEntries(queries, entries, refs),
    insertKeys(queries, entries, refs),
    insertSenders(queries, firstOfSender),
    insertTiles(queries, tiles),
    insertCheckpoint(queries, checkpoint, checkpointSeal(checkpoint.note, entries, firstOfSender)),
    // Made by the server, from the entries above and those before them.
    insertLists(queries, checkpoint.treeSize - entries.length, checkpoint.treeSize),
  );
  await insertLeafBuckets(queries, checkpoint.treeSize - entries.length, checkpoint.treeSize);
}

function sourceRefs(queries: Queries, entries: readonly NewEntry[], sources: KnownNames) {
  const ids = new Map(entries.map(({ sourceName, sourceId }) => [sourceName, sourceId]));
  return sources.of(queries, new Set(ids.keys()), async (fresh) => {
    const sql = `INSERT INTO source (source_ref, name, source_id)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])`;
    const [numbers, names] = [fresh.map(([ref]) => ref), fresh.map(([, name]) => name)];
    await queries.run(
      sql,
      numbers,
      names,
      names.map((name) => ids.get(name) as Uint8Array),
    );
  });
}

async function insertEntries(
  queries: Queries,
  entries: readonly NewEntry[],
  refs: ReadonlyMap<string, number>,
): Promise<void> {
  const sql = `INSERT INTO entry (leaf_index, kind, source_ref, seq, id, body_digest, body) SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])`;
  await queries.run(
    sql,
    entries.map(({ leafIndex }) => leafIndex),
    entries.map(({ kind }) => ENTRY_KINDS[kind]),
    entries.map(({ sourceName }) => refs.get(sourceName) as number),
    entries.map(({ seq }) => seq),
    entries.map(({ id }) => id),
    entries.map(({ bodyDigest }) => bodyDigest),
    entries.map(({ body }) => body),
  );
}

async function insertKeys(
  queries: Queries,
  entries: readonly NewEntry[],
  refs: ReadonlyMap<string, number>,
): Promise<void> {
  const keyed = entries.filter(({ key }) => key !== undefined);
  if (keyed.length === 0) return;
  const sql = `INSERT INTO submission (source_ref, key, leaf_index)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])`;
  await queries.run(
    sql,
    keyed.map(({ sourceName }) => refs.get(sourceName) as number),
    keyed.map(({ key }) => key as string),
    keyed.map(({ leafIndex }) => leafIndex),
  );
}

/** One row for many records: only where another sender begins. @returns where that is */
async function sendersBegun(
  queries: Queries,
  entries: readonly NewEntry[],
  senders: KnownNames,
): Promise<ReadonlyMap<number, number>> {
  const records = entries.filter(({ kind }) => kind === "record");
  const firstOfSender = new Map<number, number>();
  if (records.length === 0) return firstOfSender;
  const names = new Set(records.map(({ sender = "" }) => sender));
  const refs = await senders.of(queries, names, async (fresh) => {
    for (const [ref, name] of fresh) await replaceSealed(queries, "sender", { sender_ref: ref, name });
  });
  const sql = "SELECT sender_ref FROM sent ORDER BY leaf_index DESC LIMIT 1";
  let newest = (await queries.first(sql))?.["sender_ref"] as number | undefined;
  for (const { leafIndex, sender = "" } of records) {
    const ref = refs.get(sender) as number;
    if (ref !== newest) firstOfSender.set(leafIndex, ref);
    newest = ref;
  }
  return firstOfSender;
}

async function insertSenders(queries: Queries, firstOfSender: ReadonlyMap<number, number>): Promise<void> {
  if (firstOfSender.size === 0) return;
  const sql = "INSERT INTO sent (leaf_index, sender_ref) SELECT * FROM unnest($1::bigint[], $2::bigint[])";
  await queries.run(sql, [...firstOfSender.keys()], [...firstOfSender.values()]);
}

async function insertTiles(queries: Queries, tiles: readonly FullTile[]): Promise<void> {
  if (tiles.length === 0) return;
  const sql =
    "INSERT INTO tile (level, tile_index, hashes) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])";
  const [levels, indexes] = [tiles.map(({ level }) => level), tiles.map(({ index }) => index)];
  await queries.run(
    sql,
    levels,
    indexes,
    tiles.map(({ hashes }) => hashes),
  );
}

async function insertCheckpoint(
  queries: Queries,
  { treeSize, rootHash, note }: StoredCheckpoint,
  seal: Uint8Array,
): Promise<void> {
  const sql = "INSERT INTO checkpoint (tree_size, root_hash, note, seal) VALUES ($1, $2, $3, $4)";
  await queries.run(sql, treeSize, rootHash, note, seal);
}
