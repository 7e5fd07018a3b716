/**
 * How many new records each source may send: each has a bucket of its own, refilled at a steady rate. Repetitions cost
 * nothing, so when a device runs wild, some of its records are accepted all the while, and in the end all of them.
 */
import { WarifuError } from "../core/errors.ts";

/** After a silence, a source may send at once what it could have sent in this time. */
const BURST_SECONDS = 10;
/**
 * Full buckets need not be remembered: they are removed whenever there are this many, or twice as many as were left
 * last time.
 */
const MANY = 10_000;

interface Bucket {
  /** Records that may still be taken. */
  left: number;
  /** Milliseconds of the clock. */
  at: number;
}

/** The quotas of all sources, which have the same rate. */
export class SourceQuotas {
  readonly #perSecond: number;
  readonly #capacity: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = MANY;

  /** @param now milliseconds of a clock; if it is set back, nothing is refilled for that time */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, perSecond * BURST_SECONDS);
    this.#now = now;
  }

  /** Sources that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Counts one record.
   * @returns the refusal RATE_LIMITED if the source has used up its quota: then nothing is counted
   */
  take(source: string): WarifuError | undefined {
    const now = this.#now();
    const bucket = this.#buckets.get(source) ?? this.#newBucket(source, now);
    bucket.left = this.#leftAt(bucket, now);
    bucket.at = now;
    if (bucket.left < 1) return this.#exceeded(bucket.left);
    bucket.left -= 1;
    return undefined;
  }

  /** The refusal that {@link SourceQuotas.take} would have now; nothing is counted. */
  refusalOf(source: string): WarifuError | undefined {
    const left = this.#left(source);
    return left < 1 ? this.#exceeded(left) : undefined;
  }

  /** Whether a source has used up its burst, and is down to what is refilled each second. */
  isNearlySpent(source: string): boolean {
    return this.#left(source) <= Math.min(this.#perSecond, this.#capacity / 2);
  }

  #left(source: string): number {
    const bucket = this.#buckets.get(source);
    return bucket ? this.#leftAt(bucket, this.#now()) : this.#capacity;
  }

  #newBucket(source: string, now: number): Bucket {
    if (this.#buckets.size >= this.#sweepAt) this.#removeFull(now);
    const bucket = { left: this.#capacity, at: now };
    this.#buckets.set(source, bucket);
    return bucket;
  }

  #removeFull(now: number): void {
    for (const [source, bucket] of this.#buckets)
      if (this.#leftAt(bucket, now) >= this.#capacity) this.#buckets.delete(source);
    this.#sweepAt = Math.max(MANY, 2 * this.#buckets.size);
  }

  #leftAt({ left, at }: Bucket, now: number): number {
    return Math.min(this.#capacity, left + (Math.max(0, now - at) / 1_000) * this.#perSecond);
  }

  #exceeded(left: number): WarifuError {
    const seconds = Math.ceil((1 - left) / this.#perSecond);
    return new WarifuError(
      "RATE_LIMITED",
      `this source may send ${this.#perSecond} records a second: send what was refused again in ${seconds} s or later`,
      { details: { recordsPerSecond: this.#perSecond, seconds } },
    );
  }
}
