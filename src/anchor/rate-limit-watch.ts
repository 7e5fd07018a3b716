/**
 * Which endpoints reject a large share of requests because they receive too many. A retry hides this from the caller,
 * until one day it no longer does.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { EndpointHealth } from "../chain/chain.ts";

type Counts = EndpointHealth["counts"];

/** The counts of all endpoints, in their order, at one time. */
interface Sample {
  /** POSIX milliseconds. */
  readonly at: number;
  readonly counts: readonly Counts[];
}

const WINDOW_MS = 120_000;
const SAMPLE_EVERY_MS = 1_000;
/** More than this many within the window, and at least this share of all requests, is more than a hiccup. */
const MOST_LIMITED = 2;
const MOST_SHARE = 0.05;

/** Compares what the endpoints have counted so far with what they had counted two minutes ago. */
export class RateLimitWatch {
  readonly #now: () => number;
  /** The oldest sample is what later ones are compared with. */
  #samples: Sample[] = [];

  /** @param now POSIX milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The endpoints that limit the rate at present. */
  look(endpoints: readonly Pick<EndpointHealth, "name" | "counts">[]): FactOf<"chain-rate-limited">[] {
    const before = this.#sampleBefore();
    const limiting = endpoints.flatMap(({ name, counts }, at) => {
      const { sent = 0, limited = 0 } = before?.counts[at] ?? {};
      const since = { sent: counts.sent - sent, limited: counts.limited - limited };
      return isMuch(since) ? { id: "rate-limited" as const, endpoint: name, ...since } : [];
    });
    this.#remember(endpoints);
    return limiting;
  }

  /** The newest of the samples older than the window, or else the oldest. */
  #sampleBefore(): Sample | undefined {
    // After the clock was set, in either direction, samples count as old.
    const isOld = ({ at }: Sample): boolean => Math.abs(this.#now() - at) >= WINDOW_MS;
    const oldest = this.#samples.findLastIndex(isOld);
    if (oldest > 0) this.#samples = this.#samples.slice(oldest);
    return this.#samples[0];
  }

  #remember(endpoints: readonly Pick<EndpointHealth, "name" | "counts">[]): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && Math.abs(this.#now() - last.at) < SAMPLE_EVERY_MS) return;
    this.#samples.push({ at: this.#now(), counts: endpoints.map(({ counts }) => counts) });
  }
}

function isMuch({ sent, limited }: Counts): boolean {
  return limited > MOST_LIMITED && limited >= sent * MOST_SHARE;
}
