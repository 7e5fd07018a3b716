/**
 * Reads a log that is laid out as C2SP tlog-tiles over plain HTTP, with its addenda. https://c2sp.org/tlog-tiles,
 * https://c2sp.org/tlog-addenda
 *
 * Invariant: every answer of a server is bounded in time and size. Nothing is trusted here: the caller computes every hash
 * itself.
 */
import {
  bodyBundlePath,
  decodeBodyBundle,
  decodeIntactBundle,
  intactBundlePath,
  MAX_BUNDLED_BYTES,
} from "../core/body-bundle.ts";
import { ADDENDA_MARKER, addendumPath } from "../core/addenda.ts";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { fromUtf8 } from "../core/bytes.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJson, type JsonObject } from "../core/json.ts";
import { HASH_BYTES } from "../core/merkle.ts";
import { MAX_NOTE_BYTES } from "../core/note.ts";
import type { LeafReader } from "./audited-log.ts";
import { decodeEntryBundle, splitTile, TILE_WIDTH, tilePath, type TileName } from "../core/tile.ts";

/** A log as it is served to anybody. */
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

export const MAX_TILE_BYTES: number = TILE_WIDTH * HASH_BYTES;
const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + 65_535);
const MAX_BODIES_BYTES = MAX_BUNDLED_BYTES + TILE_WIDTH * 4;
const MAX_ADDENDUM_BYTES = 1_048_576;
const MAX_INTACT_BYTES = MAX_BUNDLE_BYTES + TILE_WIDTH * 4;
const MAX_PROBLEM_BYTES = 65_536;
const ATTEMPTS = 3;
/** Limits for a server that says when to come again: how often it is asked, and how long it is waited for. */
const ASKED_ATTEMPTS = 6;
const LONGEST_WAIT_S = 60;
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

/**
 * The log below an address, such as `http://127.0.0.1:8080/log`.
 * @throws USAGE when the address is not one of http or https
 */
export function httpLogReader(url: string, options: LogReaderOptions = {}): LogReader {
  return logReaderOf(httpLogFiles(url, options));
}

/** The files of that log. @throws as {@link httpLogReader} */
export function httpLogFiles(url: string, options: LogReaderOptions = {}): LogFiles {
  const prefix = prefixOf(url);
  const hint = prefix.endsWith("/log/") ? "" : `; a service's own log lies at ${prefix}log`;
  return {
    get: (path, maxBytes) => getPatiently(`${prefix}${path}`, maxBytes, options),
    noCheckpoint: `there is no log at ${prefix}: it serves no checkpoint${hint}`,
  };
}

/**
 * The file at a path such as `tile/0/000`; `undefined` when there is none.
 * @throws SERVICE_UNREACHABLE when it cannot be read, or has more than `maxBytes`
 */
export type GetLogFile = (path: string, maxBytes: number) => Promise<Uint8Array | undefined>;

/** The files of a log, wherever they lie. */
export interface LogFiles {
  readonly get: GetLogFile;
  /** What to say when there is no checkpoint among them. */
  readonly noCheckpoint: string;
}

/** The log whose files these are. */
export function logReaderOf({ get, noCheckpoint }: LogFiles): LogReader {
  /** A partial tile may disappear once the full one exists; the full one then begins with the same bytes. */
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
  /** Logs of other software have no bundles of bodies; after the first miss, no more are requested. */
  let hasBundles = true;
  return {
    nameOf: tilePath,
    keepsPartialTiles: true,
    async checkpoint() {
      const note = await get("checkpoint", MAX_NOTE_BYTES);
      if (note) return note;
      throw new WarifuError("SERVICE_UNREACHABLE", noCheckpoint);
    },
    tile: (level, index, width) => getTile({ level, index, width }, MAX_TILE_BYTES, splitTile),
    async entries(index, width) {
      try {
        return await getTile({ level: "entries", index, width }, MAX_BUNDLE_BYTES, decodeEntryBundle);
      } catch (error) {
        if (codeOf(error) !== "STORE_DAMAGED") throw error;
        const rest = await get(intactBundlePath(index, width), MAX_INTACT_BYTES);
        if (!rest) throw error;
        return decodeIntactBundle(rest, width).map((entry, at) => entry ?? ownedDamage(index * TILE_WIDTH + at));
      }
    },
    async bodies(index, width) {
      if (!hasBundles) return undefined;
      const part = await get(bodyBundlePath(index, width), MAX_BODIES_BYTES);
      if (part) return decodeBodyBundle(part, width);
      const whole = width < TILE_WIDTH ? await get(bodyBundlePath(index, TILE_WIDTH), MAX_BODIES_BYTES) : undefined;
      hasBundles = whole !== undefined;
      return whole && decodeBodyBundle(whole, TILE_WIDTH).slice(0, width);
    },
    hasAddenda: async () => (await get(ADDENDA_MARKER, MAX_NOTE_BYTES)) !== undefined,
    addendum: (digest) => get(addendumPath(digest), MAX_ADDENDUM_BYTES),
  };
}

function prefixOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new WarifuError("USAGE", "the log's address must be an http or https address");
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
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
      if (codeOf(cause) === "STORE_DAMAGED") throw cause;
      const askedMs = cause instanceof TryLater ? cause.waitMs : undefined;
      const reason = cause instanceof TryLater ? cause.reason : cause;
      // An answer that is too large will be too large again.
      const isLast = codeOf(cause) === "TOO_LARGE" || attempt >= (askedMs === undefined ? ATTEMPTS : ASKED_ATTEMPTS);
      if (isLast)
        throw new WarifuError("SERVICE_UNREACHABLE", `${url}: ${whyFetchFailed(reason, requestTimeoutMs)}`, {
          cause: reason,
        });
      await new Promise((resolve) => setTimeout(resolve, askedMs ?? retryPauseMs * 2 ** (attempt - 1)));
    }
  }
}

/** Marks a refusal that says when to try again. */
class TryLater {
  readonly reason: WarifuError;
  readonly waitMs: number;

  constructor(reason: WarifuError, waitMs: number) {
    this.reason = reason;
    this.waitMs = waitMs;
  }
}

async function getOnce(url: string, maxBytes: number, timeoutMs: number): Promise<Uint8Array | undefined> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    cache: "no-store",
    redirect: "error",
    // Between two programs of one machine, compressing costs more than it saves.
    ...(isThisMachine(url) && { headers: { "accept-encoding": "identity" } }),
  });
  if (response.ok) return boundedBody(response, maxBytes, "TOO_LARGE");
  if (ABSENT.has(response.status)) {
    await response.body?.cancel();
    return undefined;
  }
  const damage = await saidDamage(response);
  if (damage) throw damage;
  const refusal = new WarifuError("SERVICE_UNREACHABLE", `the server answered ${response.status}`);
  const seconds = response.headers.get("retry-after") ?? "";
  if (!/^[0-9]{1,9}$/.test(seconds)) throw refusal;
  throw new TryLater(refusal, Math.min(Number(seconds), LONGEST_WAIT_S) * 1_000);
}

function isThisMachine(url: string): boolean {
  return /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);
}

/** The error of a log that admits damage: it does not have what it signed for, and asking again would not help. */
async function saidDamage(response: Response): Promise<WarifuError | undefined> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) {
    await response.body?.cancel();
    return undefined;
  }
  const { code, detail } = parsedProblem(await boundedBody(response, MAX_PROBLEM_BYTES));
  if (code !== "STORE_DAMAGED") return undefined;
  // Nothing of a stranger's sentence is repeated but a number.
  const leaf = typeof detail === "string" ? /\bleaf ([0-9]{1,15})\b/.exec(detail)?.[1] : undefined;
  return ownedDamage(leaf === undefined ? undefined : Number(leaf));
}

function ownedDamage(leafIndex: number | undefined): WarifuError {
  const where = leafIndex === undefined ? "there" : `for leaf ${leafIndex}`;
  return new WarifuError(
    "STORE_DAMAGED",
    `the log says itself that what it holds ${where} is damaged: it cannot show what it signed for`,
    leafIndex === undefined ? {} : { details: { leafIndex } },
  );
}

function parsedProblem(bytes: Uint8Array): JsonObject {
  try {
    const value = parseJson(fromUtf8(bytes, "problem"), "problem");
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
