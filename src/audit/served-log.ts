/**
 * A log that is served over HTTP, or lies in a folder as files, read and checked ahead of the audit by threads. Bundles that
 * they find plain need no further check; of all others the walk gets the files that they read, so that nothing is fetched
 * twice unless it is large.
 *
 * Invariant: an audit finds the same with threads as without.
 */
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { parseBodyBundlePath } from "../core/body-bundle.ts";
import { parseTilePath, TILE_WIDTH } from "../core/tile.ts";
import type { PlainLeaves } from "../verify/audited-log.ts";
import { httpLogFiles, logReaderOf, type LogFiles, type LogReader } from "../verify/log-reader.ts";
import { exportedLogFiles } from "./exported-log.ts";
import { BUNDLES_IN_A_PART, LEAVES_IN_A_PART, PartThreads, WORTH_THREADS, type PartAnswer } from "./part-threads.ts";
import { ifSound } from "./plain-leaves.ts";
import type { ServedBundle } from "./served-leaves.ts";

const PROGRAM = new URL(`./served-thread${extname(import.meta.filename)}`, import.meta.url);
/** More would open more connections than a server likes. */
const MOST_THREADS = 4;
const BODIES = "bodies/";

/** Where a log is served. */
export type LogPlace = { readonly url: string } | { readonly folder: string };

/** What a thread is told at its start. */
export interface ServedThreadData {
  readonly place: LogPlace;
  /** Of the auditor's policy. */
  readonly origin: string;
  /** Index of the first bundle to read, and of the one after the last. */
  readonly bundles: readonly [begin: number, end: number];
}

/**
 * What a thread answers: each bundle of a part, unless reading it failed or it is outside {@link ServedThreadData.bundles}.
 */
export interface ServedAnswer extends PartAnswer {
  readonly bundles: readonly (ServedBundle | undefined)[];
}

/** The files of a log at a place. @throws USAGE when its address is not one of http or https */
export function filesAt(place: LogPlace): LogFiles {
  return "url" in place ? httpLogFiles(place.url) : exportedLogFiles(place.folder);
}

/** How many threads to start, and from how many leaves on. */
export interface ServedLogOptions {
  readonly threads?: number;
  readonly worthLeaves?: number;
}

/** A log to be read once, in order. Close it afterwards. */
export interface ServedLog {
  readonly reader: LogReader;
  close(): Promise<void>;
}

/** The log of that name at a place. @throws as {@link filesAt} */
export function openServedLog(place: LogPlace, origin: string, options: ServedLogOptions = {}): ServedLog {
  const { get, noCheckpoint } = filesAt(place);
  const ahead = new BundlesAhead(place, origin, options);
  const log = logReaderOf({ get: async (path, most) => (await ahead.file(path)) ?? get(path, most), noCheckpoint });
  // No bundle counts as plain unless its bodies can be checked.
  let hasAddenda = false;
  const reader: LogReader = {
    ...log,
    hasAddenda: async () => (hasAddenda = await log.hasAddenda()),
    plain: async (index, size) => (hasAddenda ? ahead.plain(index, size) : undefined),
  };
  return { reader, close: () => ahead.close() };
}

/** Bundles that threads read ahead, starting where the walk does. */
class BundlesAhead {
  readonly #place: LogPlace;
  readonly #origin: string;
  readonly #options: Required<ServedLogOptions>;
  #threads: PartThreads<ServedAnswer> | undefined;
  #hasBegun = false;

  constructor(
    place: LogPlace,
    origin: string,
    { threads = threadsHere(), worthLeaves = WORTH_THREADS }: ServedLogOptions,
  ) {
    this.#place = place;
    this.#origin = origin;
    this.#options = { threads, worthLeaves };
  }

  async plain(index: number, size: number): Promise<PlainLeaves | undefined> {
    if (!this.#hasBegun) this.#begin(index, size);
    const parts = Math.ceil(size / LEAVES_IN_A_PART);
    const answer = await this.#threads?.answerTo(Math.floor(index / BUNDLES_IN_A_PART), parts);
    return answer?.bundles[index % BUNDLES_IN_A_PART]?.plain;
  }

  /** A file, if its bundle was read ahead. */
  async file(path: string): Promise<Uint8Array | undefined> {
    const index = this.#threads && bundleOf(path);
    if (index === undefined) return undefined;
    const answer = await this.#threads?.held(Math.floor(index / BUNDLES_IN_A_PART));
    return answer?.bundles[index % BUNDLES_IN_A_PART]?.files.get(path);
  }

  async close(): Promise<void> {
    await this.#threads?.close();
  }

  #begin(index: number, size: number): void {
    this.#hasBegun = true;
    const { threads, worthLeaves } = this.#options;
    if (threads === 0 || size - index * TILE_WIDTH < worthLeaves) return;
    const bundles: ServedThreadData["bundles"] = [index, Math.floor(size / TILE_WIDTH)];
    const data: ServedThreadData = { place: this.#place, origin: this.#origin, bundles };
    this.#threads = new PartThreads(PROGRAM, data, threads);
  }
}

/** The index of the bundle that a file belongs to. */
function bundleOf(path: string): number | undefined {
  return ifSound(() => {
    if (path.startsWith(BODIES)) return parseBodyBundlePath(path.slice(BODIES.length)).index;
    const { level, index } = parseTilePath(path);
    return level === "entries" || level === 0 ? index : undefined;
  });
}

function threadsHere(): number {
  const cores = availableParallelism();
  return cores > 1 ? Math.min(cores, MOST_THREADS) : 0;
}
