/**
 * Has anchored checkpoints stamped by time-stamping authorities, and renews what they gave before its certificates end. It
 * goes on beside anchoring, in rounds: an authority that is down or wrong raises an alarm and stops nothing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Alarms } from "../alarms/alarms.ts";
import type { TimestampSeries } from "../core/bundle.ts";
import { fromUtf8, utf8 } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import type { VerifierKey } from "../core/note.ts";
import { stampedBytes } from "../core/stamped-checkpoint.ts";
import type { AnchorJournal } from "../store/anchor-journal.ts";
import type { NamedAuthority } from "./authorities-file.ts";
import { stampBy } from "./time-authority.ts";
import type { Stamp, StampedCheckpoint, TimestampFiles } from "./timestamp-files.ts";

/** What the rounds work with. */
export interface StampingOptions {
  readonly authorities: readonly NamedAuthority[];
  readonly store: Pick<AnchorJournal, "anchors">;
  readonly files: TimestampFiles;
  readonly logKey: VerifierKey;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Time between rounds. */
  readonly everyMs: number;
  /** Called with the reason when a round failed; the next one tries again. */
  readonly onFailure: (reason: WarifuError) => void;
}

/** So many of the newest anchors are looked at: an authority that was away for longer misses the others. */
const ANCHORS_LOOKED_AT = 256;
/** Of one authority in one round: a backlog must not look like an attack. */
const MOST_REQUESTS = 16;
/** Files looked at in a round for what must be renewed; after the last one, from the first again. */
const FILES_A_ROUND = 64;
const RENEW_BEFORE_SECONDS = 60 * 86_400;

/** Asks the authorities, and keeps what they give. */
export class Stamping {
  readonly #options: StampingOptions;
  readonly #stop = new AbortController();
  /** Tree sizes that every authority has stamped. */
  readonly #done = new Set<number>();
  #rounds: Promise<void> = Promise.resolve();
  #renewedUpTo = 0;

  constructor(options: StampingOptions) {
    this.#options = options;
  }

  /** What a policy says about these authorities. */
  get certificates(): readonly string[] {
    return [...new Set(this.#options.authorities.flatMap(({ certificates }) => certificates))];
  }

  /** Timestamps of the checkpoint with that size and note, for a bundle. @throws STORE_CORRUPT, STORE_FAILED */
  seriesOf(treeSize: number, note: string): TimestampSeries[] {
    const kept = this.#options.files.read(treeSize);
    // Another checkpoint of that size is not the one that was stamped.
    if (kept?.checkpoint !== fromUtf8(stampedBytes(note, this.#options.logKey), "note")) return [];
    return kept.stamps.map(({ tokens }) => ({ tokens }));
  }

  /** Starts the rounds, if there is anybody to ask. */
  start(): void {
    if (this.#options.authorities.length > 0) this.#rounds = this.#everyNowAndThen();
  }

  /** Ends the rounds; a request that is under way is given up. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#rounds;
  }

  /** One round: what is new, then what must be renewed. Each authority is asked one question at a time. */
  async round(): Promise<void> {
    const { authorities, alarms } = this.#options;
    const missing = await this.#missing();
    const ending = this.#ending();
    await Promise.all(
      authorities.map(async (authority) => {
        const reason = await this.#ask(authority, missing, ending);
        const silent = { id: "authority-silent" as const, authority: authority.name, message: reason ?? "" };
        alarms.set("timestamp-late", reason === undefined ? undefined : silent, authority.name);
      }),
    );
  }

  async #everyNowAndThen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.round().catch((error: unknown) => this.#options.onFailure(asWarifuError(error)));
      await sleep(this.#options.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The checkpoints of the newest anchors that somebody has not stamped yet, oldest first. */
  async #missing(): Promise<StampedCheckpoint[]> {
    const { store, files, logKey, authorities } = this.#options;
    const anchors = await store.anchors(Number.MAX_SAFE_INTEGER, ANCHORS_LOOKED_AT);
    const bySize = new Map(
      anchors.flatMap(({ treeSize, note }) => (this.#done.has(treeSize) ? [] : [[treeSize, note]])),
    );
    const found = [...bySize].map(([treeSize, note]) => {
      const checkpoint = fromUtf8(stampedBytes(note, logKey), "note");
      const kept = files.read(treeSize);
      return kept?.checkpoint === checkpoint ? kept : { treeSize, checkpoint, stamps: [] };
    });
    const missing = found.filter(({ stamps }) => authorities.some(({ name }) => !stampOf(stamps, name)));
    for (const { treeSize } of found) if (!missing.some((one) => one.treeSize === treeSize)) this.#done.add(treeSize);
    return missing.sort((a, b) => a.treeSize - b.treeSize);
  }

  /** A part of the files, those with a timestamp whose certificate ends soon. */
  #ending(): StampedCheckpoint[] {
    const { files, now } = this.#options;
    const sizes = files.sizes();
    const next = sizes.filter((size) => size > this.#renewedUpTo).slice(0, FILES_A_ROUND);
    this.#renewedUpTo = next.length < FILES_A_ROUND ? 0 : (next.at(-1) as number);
    const before = now() / 1_000 + RENEW_BEFORE_SECONDS;
    return next
      .flatMap((size) => files.read(size) ?? [])
      .filter(({ stamps }) => stamps.some(({ until }) => until < before));
  }

  /** @returns why the authority gave no answer that counts; its other questions wait for the next round */
  async #ask(
    authority: NamedAuthority,
    missing: readonly StampedCheckpoint[],
    ending: readonly StampedCheckpoint[],
  ): Promise<string | undefined> {
    const { now } = this.#options;
    const before = now() / 1_000 + RENEW_BEFORE_SECONDS;
    const fresh = missing.filter(({ stamps }) => !stampOf(stamps, authority.name));
    const old = ending.filter(({ stamps }) => (stampOf(stamps, authority.name)?.until ?? Infinity) < before);
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
    const { series, time } = await stampBy(authority, utf8(checkpoint), before, this.#stop.signal);
    // An authority that has no newer certificate yet cannot renew: the next cycle asks again.
    if (before && time.until <= before.until) return;
    // Read once more: another authority may have answered meanwhile.
    const others = stampsNow().filter((one) => one.authority !== authority.name);
    const stamps = [...others, { authority: authority.name, tokens: series.tokens, until: time.until }];
    files.write({ treeSize, checkpoint, stamps });
  }
}

function stampOf(stamps: readonly Stamp[], authority: string): Stamp | undefined {
  return stamps.find((one) => one.authority === authority);
}

function asWarifuError(error: unknown): WarifuError {
  return error instanceof WarifuError ? error : new WarifuError("STOPPED", messageOf(error), { cause: error });
}
