/**
 * Bodies that a log withholds by events above the audited head: a body may be withheld while the audit is running. Such an
 * event proves nothing yet, since no audited head covers it; it only keeps the body from being reported as missing.
 */
import { equalBytes } from "../core/bytes.ts";
import { openCheckpoint } from "../core/checkpoint.ts";
import { decodeEntry, type Entry } from "../core/entry.ts";
import { isWithholding, withholdingOf } from "../core/erasure-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { logIdOf } from "../core/record.ts";
import { TILE_WIDTH, tileWidth } from "../core/tile.ts";
import { checkBodyOf } from "./check-body.ts";
import type { LogReader } from "./log-reader.ts";

/**
 * How many entry bundles are read beyond the newest checkpoint at most: a log that serves entries without end must not keep
 * an auditor busy forever.
 */
const MOST_BEYOND = 1_024;

/** The parts of a log that are read. */
type ReadLog = Pick<LogReader, "addendum" | "checkpoint" | "entries">;
type Bundle = readonly (Uint8Array | WarifuError)[];

/**
 * The record whose body this entry withholds; `undefined` unless the entry is a valid withholding event of the log itself.
 */
export function withheldBy(
  leafIndex: number,
  entry: Entry,
  body: Uint8Array | null | undefined,
  origin: string,
): number | undefined {
  if (!body || entry.kind !== "erasure" || !equalBytes(entry.sourceId, logIdOf(origin))) return undefined;
  return unlessRefused(() => {
    const event = checkBodyOf(entry, body, origin);
    const record = isWithholding(event) ? withholdingOf(event).record : undefined;
    return record !== undefined && record < leafIndex ? record : undefined;
  });
}

/**
 * The records whose bodies are withheld by events that a log serves from leaf `size` on: up to its newest checkpoint and,
 * since that may be waiting for witnesses, up to a quarter of a million entries beyond it.
 * @throws SERVICE_UNREACHABLE
 */
export async function withheldAbove(log: ReadLog, logKey: LogKeys, size: number): Promise<ReadonlySet<number>> {
  const withheld = new Set<number>();
  const note = await log.checkpoint();
  const shown = unlessRefused(() => openCheckpoint(note, logKey).checkpoint.treeSize) ?? size;
  const end = Math.ceil(shown / TILE_WIDTH) + MOST_BEYOND;
  for (let index = Math.floor(size / TILE_WIDTH); index < end; index++) {
    const begin = index * TILE_WIDTH;
    const bundle = await longestBundle(log, index, begin < shown ? tileWidth(0, index, shown) : 0);
    for (const [at, bytes] of bundle.entries()) {
      const record = await withheldAt(log, begin + at, bytes, logKey.name);
      if (record !== undefined) withheld.add(record);
    }
    if (bundle.length < TILE_WIDTH) break;
  }
  return withheld;
}

async function withheldAt(
  log: ReadLog,
  leafIndex: number,
  bytes: Uint8Array | WarifuError,
  origin: string,
): Promise<number | undefined> {
  const entry = bytes instanceof WarifuError ? undefined : unlessRefused(() => decodeEntry(bytes));
  if (entry?.kind !== "erasure") return undefined;
  return withheldBy(leafIndex, entry, await log.addendum(entry.bodyDigest, leafIndex), origin);
}

/** As much of a bundle as the log has. `width` is how much its checkpoint covers; it need not serve more than that. */
async function longestBundle(log: ReadLog, index: number, width: number): Promise<Bundle> {
  let longest: Bundle = width === 0 ? [] : ((await log.entries(index, width)) ?? []);
  let most = TILE_WIDTH;
  // The full bundle is tried first: a log that goes on has it. Where it has not, the end is found by halving.
  let tried = most;
  while (longest.length < most) {
    const bundle = await log.entries(index, tried).catch(() => undefined);
    if (bundle) longest = bundle;
    else most = tried - 1;
    tried = Math.ceil((longest.length + most) / 2);
  }
  return longest;
}

function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
