/**
 * Reads a log that is laid out as C2SP tlog-tiles over plain HTTP, with its addenda. https://c2sp.org/tlog-tiles,
 * https://c2sp.org/tlog-addenda
 *
 * Invariant: every answer of a server is bounded in time and size. Nothing is believed here: the caller computes what the
 * bytes are worth.
 */
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import { MAX_NOTE_BYTES } from "../core/note.ts";
import type { LeafReader } from "./audited-log.ts";
import { decodeEntryBundle, splitTile, TILE_WIDTH, tilePath, type TileName } from "../core/tile.ts";

/** A log as it shows itself to anybody. */
export interface LogReader extends LeafReader {
  /** The newest checkpoint's note. */
  checkpoint(): Promise<Uint8Array>;
}

/** How patiently a log is read. */
export interface LogReaderOptions {
  /** Longest time for one request. */
  readonly requestTimeoutMs?: number | undefined;
  /** Pause before the first retry; it doubles with each. */
  readonly retryPauseMs?: number | undefined;
}

const MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + 65_535);
const MAX_ADDENDUM_BYTES = 1_048_576;
const ATTEMPTS = 3;
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

/**
 * The log below an address, such as `http://127.0.0.1:8080/log`.
 * @throws USAGE when the address is not one of http or https
 */
export function httpLogReader(url: string, options: LogReaderOptions = {}): LogReader {
  const prefix = prefixOf(url);
  const get = (path: string, maxBytes: number): Promise<Uint8Array | undefined> =>
    getPatiently(`${prefix}${path}`, maxBytes, options);
  /** A partial tile may disappear once the full one exists, which then begins with the same bytes. */
  const getTile = async <T>(
    name: TileName,
    maxBytes: number,
    parse: (bytes: Uint8Array, width: number) => T[],
  ): Promise<T[] | undefined> => {
    const partial = await get(tilePath(name), maxBytes);
    if (partial) return parse(partial, name.width);
    if (name.width === TILE_WIDTH) return undefined;
    const full = await get(tilePath({ ...name, width: TILE_WIDTH }), maxBytes);
    return full && parse(full, TILE_WIDTH).slice(0, name.width);
  };
  return {
    nameOf: tilePath,
    keepsPartialTiles: true,
    async checkpoint() {
      const note = await get("checkpoint", MAX_NOTE_BYTES);
      if (note) return note;
      const hint = prefix.endsWith("/log/") ? "" : `; a service's own log lies at ${prefix}log`;
      throw new WarifuError("SERVICE_UNREACHABLE", `there is no log at ${prefix}: it serves no checkpoint${hint}`);
    },
    tile: (level, index, width) => getTile({ level, index, width }, MAX_TILE_BYTES, splitTile),
    entries: (index, width) => getTile({ level: "entries", index, width }, MAX_BUNDLE_BYTES, decodeEntryBundle),
    hasAddenda: async () => (await get("addenda.v1", MAX_NOTE_BYTES)) !== undefined,
    addendum: (digest) => get(addendumPath(digest), MAX_ADDENDUM_BYTES),
  };
}

function prefixOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new WarifuError("USAGE", "the log's address must be an http or https address");
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function addendumPath(digest: Uint8Array): string {
  const hex = toHex(digest);
  return `addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
}

async function getPatiently(
  url: string,
  maxBytes: number,
  { requestTimeoutMs = 30_000, retryPauseMs = 250 }: LogReaderOptions,
): Promise<Uint8Array | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await getOnce(url, maxBytes, requestTimeoutMs);
    } catch (cause) {
      const code = "SERVICE_UNREACHABLE";
      if (attempt === ATTEMPTS)
        throw new WarifuError(code, `${url}: ${whyFetchFailed(cause, requestTimeoutMs)}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs * 2 ** (attempt - 1)));
    }
  }
}

async function getOnce(url: string, maxBytes: number, timeoutMs: number): Promise<Uint8Array | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), cache: "no-store", redirect: "error" });
  if (response.ok) return boundedBody(response, maxBytes);
  await response.body?.cancel();
  if (ABSENT.has(response.status)) return undefined;
  throw new WarifuError("SERVICE_UNREACHABLE", `the server answered ${response.status}`);
}
