/**
 * Checks the entries of a bundle that are plain records, as most are: nothing in the vault, no event, nothing wrong. It says
 * nothing about a bundle that has anything else in it, which the audit then goes through entry by entry; so a thread that does
 * this can save the audit work, and cannot hide anything from it.
 */
import { equalBytes } from "../core/bytes.ts";
import type { Body } from "../core/body.ts";
import { encodeEntry } from "../core/entry.ts";
import { WarifuError } from "../core/errors.ts";
import { HASH_BYTES, leafHash } from "../core/merkle.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { RECEIVED_CLAIM } from "../core/received.ts";
import { recordIdOf } from "../core/record-id.ts";
import { TILE_WIDTH } from "../core/tile.ts";
import type { LogStore, StoredEntry } from "../store/log-store.ts";
import type { PlainLeaves } from "../verify/audited-log.ts";
import { checkBodyOf } from "../verify/check-body.ts";

/** A bundle of plain records, with what only a store knows of them. */
export interface PlainBundle extends PlainLeaves {
  /** In the order of the source ids. */
  readonly sourceNames: readonly string[];
  /** Each kind of record once. */
  readonly vcts: readonly string[];
}

/** Which entries are plain. */
export interface PlainTerms {
  /** Whether there is a vault to check: what it keeps something of is not plain. */
  readonly hasVault: boolean;
}

/** The bundle of that number if all of it is plain, and its tile is the one of its entries. @throws STORE_FAILED */
export async function plainBundle(
  store: Pick<LogStore, "entries" | "tile" | "origin">,
  index: number,
  terms: PlainTerms,
): Promise<PlainBundle | undefined> {
  const begin = index * TILE_WIDTH;
  const rows = await store.entries(begin, begin + TILE_WIDTH);
  const gathered = rows.length === TILE_WIDTH ? gather(rows, store.origin, terms) : undefined;
  const tile = gathered && (await store.tile(0, index));
  return tile && equalBytes(tile, gathered.hashes) ? gathered : undefined;
}

function gather(rows: readonly StoredEntry[], origin: string, terms: PlainTerms): PlainBundle | undefined {
  const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
  const [places, seqs, times] = [
    new Uint16Array(TILE_WIDTH),
    new Float64Array(TILE_WIDTH),
    new Float64Array(TILE_WIDTH),
  ];
  const sources = new Map<string, { readonly place: number; readonly name: string }>();
  const vcts = new Set<string>();
  for (const [at, row] of rows.entries()) {
    const plain = plainRecord(row, origin, terms);
    if (!plain) return undefined;
    const { leaf, body } = plain;
    hashes.set(leaf, at * HASH_BYTES);
    const source = sources.get(body.src) ?? { place: sources.size, name: row.sourceName };
    sources.set(body.src, source);
    places[at] = source.place;
    seqs[at] = row.seq;
    times[at] = body.iat;
    vcts.add(body.vct);
  }
  const sourceNames = [...sources.values()].map(({ name }) => name);
  return { hashes, sourceIds: [...sources.keys()], sourceNames, sources: places, seqs, times, vcts: [...vcts] };
}

function plainRecord(
  row: StoredEntry,
  origin: string,
  terms: PlainTerms,
): { readonly leaf: Uint8Array; readonly body: Body } | undefined {
  const { kind, body: bytes, unreadable } = row;
  if (unreadable !== undefined || kind !== "record" || bytes === null) return undefined;
  if (row.sourceId.length !== HASH_BYTES || row.bodyDigest.length !== HASH_BYTES) return undefined;
  const body = soundBody(row, bytes, origin);
  if (!body || (terms.hasVault && isInVault(body))) return undefined;
  const leaf = leafHash(encodeEntry(row));
  return equalBytes(row.id, recordIdOf(leaf, body.iat)) ? { leaf, body } : undefined;
}

function soundBody(row: StoredEntry, bytes: Uint8Array, origin: string): Body | undefined {
  try {
    return checkBodyOf(row, bytes, origin);
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    return undefined;
  }
}

function isInVault({ digests, content }: Body): boolean {
  return digests.length > 0 || Object.hasOwn(content, RECEIVED_CLAIM) || Object.hasOwn(content, PICTURES_CLAIM);
}
