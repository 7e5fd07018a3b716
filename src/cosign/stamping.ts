/**
 * Has anchored checkpoints stamped by time-stamping authorities and calendars, renews authorities' timestamps before their
 * certificates expire, and completes calendars' proofs. It runs in rounds beside anchoring: an authority that is down or
 * wrong raises an alarm and stops nothing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import type { Timestamp } from "../core/bundle.ts";
import { fromUtf8, utf8 } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { keysOfLog, type LogKeys } from "../core/log-keys.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import { LAST_SECOND } from "../core/timestamp.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { NamedAuthority } from "./authorities-file.ts";
import { completedBy, enterInto, isInBlock } from "./calendar.ts";
import { MissingTimestamps } from "./missing-timestamps.ts";
import { stampBy } from "./time-authority.ts";
import {
  NO_BLOCK_YET,
  timestampOf,
  type Stamp,
  type StampedCheckpoint,
  type TimestampFiles,
} from "./timestamp-files.ts";

/** What the rounds use. */
export interface StampingOptions {
  readonly authorities: readonly NamedAuthority[];
  readonly store: Pick<AnchorJournal, "anchors">;
  readonly files: TimestampFiles;
  readonly logKey: LogKeys;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Time between rounds. */
  readonly everyMs: number;
  /** Called with the reason when a round failed; the next one tries again. */
  readonly onFailure: (reason: WarifuError) => void;
}

/**
 * How long a bundle may show what the last look at a file found: most files do not exist, and a look takes as long as a
 * proof.
 */
const SHOWN_FOR_MS = 1_000;
const MOST_SHOWN = 1_000;
/** How many of the newest anchors are checked: an authority that was away for longer misses older ones. */
const ANCHORS_LOOKED_AT = 256;
/** Requests to one authority in one round: a backlog must not look like an attack. */
const MOST_REQUESTS = 16;
/** Files checked per round for tokens due for renewal; after the last file, it starts over. */
const FILES_A_ROUND = 64;
const RENEW_BEFORE_SECONDS = 60 * 86_400;
/** How often a calendar is asked for a proof at most: it has a block only after some hours. */
const CALENDAR_PAUSE_MS = 600_000;

/** Asks the authorities, and keeps their timestamps. */
export class Stamping {
  readonly #options: StampingOptions;
  readonly #stop = new AbortController();
  /** Tree sizes that every authority has stamped, and every calendar completed. */
  readonly #done = new Set<number>();
  #rounds: Promise<void> = Promise.resolve();
  #renewedUpTo = 0;
  /** The timestamps that bundles show at present, by the note of their checkpoint. */
  readonly #shown = new Map<string, { readonly at: number; readonly timestamps: readonly Timestamp[] }>();
  /** When a calendar was last asked about a tree size, by name and size; only for proofs that wait for a block. */
  readonly #askedAt = new Map<string, number>();
  readonly #absent: MissingTimestamps;

  constructor(options: StampingOptions) {
    this.#options = options;
    const names = options.authorities.map(({ name }) => name);
    this.#absent = new MissingTimestamps(names, Math.floor(options.now() / 1_000));
  }

  /** What a policy should say about these authorities. */
  get certificates(): readonly string[] {
    return [...new Set(this.#options.authorities.flatMap(({ certificates = [] }) => certificates))];
  }

  /** The timestamps of the checkpoint with that size and note, for a bundle. @throws STORE_CORRUPT, STORE_FAILED */
  timestampsOf(treeSize: number, note: string): readonly Timestamp[] {
    const shown = this.#shown.get(note);
    const at = this.#options.now();
    if (shown && at >= shown.at && at - shown.at < SHOWN_FOR_MS) return shown.timestamps;
    if (this.#shown.size >= MOST_SHOWN) this.#shown.clear();
    const timestamps = this.#readTimestamps(treeSize, note);
    this.#shown.set(note, { at, timestamps });
    return timestamps;
  }

  #readTimestamps(treeSize: number, note: string): Timestamp[] {
    const kept = this.#options.files.read(treeSize);
    // If another checkpoint of that size was stamped, its timestamps are not for this one.
    if (kept === undefined || kept.checkpoint !== fromUtf8(stampedBytes(note, keysOfLog(this.#options.logKey)), "note"))
      return [];
    return kept.stamps.map(timestampOf);
  }

  /** Starts the rounds, if there is anybody to ask. */
  start(): void {
    if (this.#options.authorities.length > 0) this.#rounds = this.#everyNowAndThen();
  }

  /** Ends the rounds; a request in progress is aborted. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  /** One round: new checkpoints first, then renewals. Each authority is asked one question at a time. */
  async round(): Promise<void> {
    const { authorities, alarms, files, now } = this.#options;
    const sizes = files.sizes();
    this.#absent.compare(sizes);
    const missing = await this.#missing(new Set(sizes));
    const ending = this.#ending(sizes);
    for (const one of [...missing, ...ending]) this.#absent.note(one);
    await Promise.all(
      authorities.map(async (authority) => {
        const reason = await this.#ask(authority, missing, ending);
        const silent = { id: "authority-silent" as const, authority: authority.name, message: reason ?? "" };
        alarms.set("timestamp-late", reason === undefined ? undefined : silent, authority.name);
      }),
    );
    alarms.setAll("timestamp-missing", this.#absent.facts(now() / 1_000));
  }

  async #everyNowAndThen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => this.#options.onFailure(asWarifuError(error)));
      await sleep(this.#options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * The checkpoints of the newest anchors that some authority has not stamped yet, or some calendar not completed; oldest
   * first.
   */
  async #missing(sizes: ReadonlySet<number>): Promise<StampedCheckpoint[]> {
    const { store, files, logKey, authorities } = this.#options;
    const anchors = await store.anchors(Number.MAX_SAFE_INTEGER, ANCHORS_LOOKED_AT);
    const bySize = new Map(
      anchors.flatMap(({ treeSize, note }) => {
        const isDone = this.#done.has(treeSize) && sizes.has(treeSize);
        return isDone ? [] : [[treeSize, note]];
      }),
    );
    const found = [...bySize].map(([treeSize, note]) => {
      const checkpoint = fromUtf8(stampedBytes(note, keysOfLog(logKey)), "note");
      const kept = files.read(treeSize);
      return kept?.checkpoint === checkpoint ? kept : { treeSize, checkpoint, stamps: [] };
    });
    const missing = found.filter(({ stamps }) =>
      authorities.some(({ name }) => (stampOf(stamps, name)?.until ?? NO_BLOCK_YET) === NO_BLOCK_YET),
    );
    for (const { treeSize } of found) if (!missing.some((one) => one.treeSize === treeSize)) this.#done.add(treeSize);
    return missing.sort((a, b) => a.treeSize - b.treeSize);
  }

  /** Some of the files: those with a timestamp whose certificate expires soon. */
  #ending(sizes: readonly number[]): StampedCheckpoint[] {
    const { files, now } = this.#options;
    const next = sizes.filter((size) => size > this.#renewedUpTo).slice(0, FILES_A_ROUND);
    this.#renewedUpTo = next.length < FILES_A_ROUND ? 0 : (next.at(-1) as number);
    const before = now() / 1_000 + RENEW_BEFORE_SECONDS;
    return next
      .flatMap((size) => files.read(size) ?? [])
      .filter(({ stamps }) => stamps.some(({ until }) => until < before));
  }

  /** @returns why the authority gave no valid answer; its other questions wait for the next round */
  async #ask(
    authority: NamedAuthority,
    missing: readonly StampedCheckpoint[],
    ending: readonly StampedCheckpoint[],
  ): Promise<string | undefined> {
    const { now } = this.#options;
    const before = now() / 1_000 + RENEW_BEFORE_SECONDS;
    const fresh = missing.filter(({ stamps }) => !stampOf(stamps, authority.name));
    const kept = new Map([...missing, ...ending].map((one) => [one.treeSize, one]));
    const old = [...kept.values()]
      .filter(({ stamps }) => (stampOf(stamps, authority.name)?.until ?? Infinity) < before)
      .filter(({ treeSize }) => this.#isTimeToAsk(authority, treeSize));
    try {
      for (const one of [...fresh, ...old].slice(0, MOST_REQUESTS)) await this.#stamp(authority, one);
      return undefined;
    } catch (error) {
      if (!(error instanceof WarifuError) || error.code.startsWith("STORE_")) throw error;
      return this.#stop.signal.aborted ? undefined : `${error.code}: ${error.message}`;
    }
  }

  async #stamp(authority: NamedAuthority, { treeSize, checkpoint }: StampedCheckpoint): Promise<void> {
    const { files } = this.#options;
    const stampsNow = (): readonly Stamp[] => {
      const kept = files.read(treeSize);
      return kept?.checkpoint === checkpoint ? kept.stamps : [];
    };
    const before = stampOf(stampsNow(), authority.name);
    const given = await stampFrom(authority, utf8(checkpoint), before, this.#stop.signal);
    const stamp = given.until === NO_BLOCK_YET ? { ...given, since: this.#promisedAt(before) } : given;
    this.#noteAsked(stamp, treeSize);
    // An authority without a newer certificate cannot renew yet, nor a calendar complete: the next cycle asks again.
    if (before && stamp.until <= before.until) return;
    // Read once more: another authority may have answered meanwhile.
    const others = stampsNow().filter((one) => one.authority !== authority.name);
    const stamps = [...others, stamp];
    files.write({ treeSize, checkpoint, stamps });
    this.#shown.clear();
    this.#absent.note({ treeSize, stamps });
  }

  /** POSIX seconds. */
  #promisedAt(before: Stamp | undefined): number {
    return before?.since ?? Math.floor(this.#options.now() / 1_000);
  }

  #isTimeToAsk({ name }: NamedAuthority, treeSize: number): boolean {
    const askedAt = this.#askedAt.get(`${name} ${treeSize}`);
    return askedAt === undefined || this.#options.now() - askedAt >= CALENDAR_PAUSE_MS;
  }

  #noteAsked({ authority, until }: Stamp, treeSize: number): void {
    const name = `${authority} ${treeSize}`;
    if (until === NO_BLOCK_YET) this.#askedAt.set(name, this.#options.now());
    else this.#askedAt.delete(name);
  }
}

async function stampFrom(
  authority: NamedAuthority,
  stamped: Uint8Array,
  before: Stamp | undefined,
  signal: AbortSignal,
): Promise<Stamp> {
  const { name } = authority;
  if (authority.certificates) {
    const { series, time } = await stampBy(
      authority,
      stamped,
      before && "tokens" in before ? before : undefined,
      signal,
    );
    return { authority: name, tokens: series.tokens, until: time.until };
  }
  const proof =
    before && "opentimestamps" in before
      ? await completedBy(authority, before, stamped, signal)
      : await enterInto(authority, stamped, signal);
  return { authority: name, ...proof, until: isInBlock(proof, stamped) ? LAST_SECOND : NO_BLOCK_YET };
}

function stampOf(stamps: readonly Stamp[], authority: string): Stamp | undefined {
  return stamps.find((one) => one.authority === authority);
}

function asWarifuError(error: unknown): WarifuError {
  return error instanceof WarifuError ? error : new WarifuError("STOPPED", messageOf(error), { cause: error });
}
