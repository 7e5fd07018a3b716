/**
 * How the chain and the anchoring account are doing: funds, heights, ages, endpoints. Checked from time to time,
 * because nothing here changes within seconds, and turned into alarms.
 */
import type { FactOf } from "../alarms/alarm-fact.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { BlockHeader, Chain, EndpointHealth } from "../chain/chain.ts";
import { RateLimitWatch } from "./rate-limit-watch.ts";

export interface VitalsOptions {
  readonly chain: Chain;
  readonly alarms: Alarms;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** If the funds, in wei, are below this, an alarm is raised. */
  readonly minBalance: bigint;
  /** Greatest age of the newest block, in milliseconds; 0 on a chain that makes blocks only when there are transactions. */
  readonly maxHeadAgeMs: number;
  /** Greatest age of the newest final block, in milliseconds; 0 likewise. */
  readonly maxFinalityAgeMs: number;
}

/** What was seen at the last look. */
export interface Vitals {
  /** Wei. */
  readonly balance: bigint;
  readonly height: number;
  readonly finalizedHeight: number;
}

const LOOK_EVERY_MS = 5_000;
/** An endpoint this many blocks behind two others is frozen or syncing. */
const LAG_BLOCKS = 64;

export class ChainVitals {
  readonly #options: VitalsOptions;
  #lookedAt: number | undefined;
  #seen: Vitals | undefined;
  #finalBefore = 0;
  readonly #limits: RateLimitWatch;

  constructor(options: VitalsOptions) {
    this.#options = options;
    this.#limits = new RateLimitWatch(options.now);
  }

  get seen(): Vitals | undefined {
    return this.#seen;
  }

  /** @throws CHAIN_UNREACHABLE */
  async look(): Promise<void> {
    const { chain, now } = this.#options;
    this.judgeEndpoints();
    if (this.#lookedAt !== undefined && Math.abs(now() - this.#lookedAt) < LOOK_EVERY_MS) return;
    const [balance, newest, final] = [
      await chain.balance(),
      await chain.block("latest"),
      await chain.block("finalized"),
    ];
    this.#seen = { balance, height: newest?.number ?? 0, finalizedHeight: final?.number ?? 0 };
    this.#judgeFinalHeight(final?.number ?? 0);
    this.#judgeBalance(balance);
    this.#judgeAges(newest, final);
    this.#lookedAt = now();
  }

  /** Reports endpoints that are down, far behind, limit the rate or contradict each other; sends no requests. */
  judgeEndpoints(): void {
    const { chain, alarms } = this.#options;
    const { endpoints, conflicts } = chain.health();
    alarms.setAll("endpoint-down", [...silent(endpoints), ...laggards(endpoints)]);
    alarms.setAll("chain-rate-limited", this.#limits.look(endpoints));
    alarms.setAll(
      "endpoints-disagree",
      conflicts.map((message) => ({ id: "endpoints-disagree", message })),
    );
  }

  /** Another chain has replaced the one observed so far. */
  forget(): void {
    this.#finalBefore = 0;
    this.#options.alarms.clear("reorg-beyond-finality", "final height");
  }

  /** The final height does not fall; but with one endpoint silent, the height that two have reached may. */
  #judgeFinalHeight(height: number): void {
    const { chain, alarms } = this.#options;
    this.#finalBefore = Math.max(this.#finalBefore, height);
    if (height < this.#finalBefore && chain.health().endpoints.some(({ failures }) => failures > 0)) return;
    const fact = { id: "final-height-fell", height, before: this.#finalBefore } as const;
    alarms.set("reorg-beyond-finality", height < this.#finalBefore ? fact : undefined, "final height");
  }

  #judgeBalance(balance: bigint): void {
    const { chain, alarms, minBalance } = this.#options;
    const { account } = chain;
    const fact = { id: "funds-low", account, balanceWei: String(balance), leastWei: String(minBalance) } as const;
    alarms.set("funds-low", balance < minBalance ? fact : undefined);
  }

  #judgeAges(newest: BlockHeader | undefined, final: BlockHeader | undefined): void {
    const { alarms, maxHeadAgeMs, maxFinalityAgeMs } = this.#options;
    alarms.set("head-stale", this.#ageAbove(newest, maxHeadAgeMs, false));
    alarms.set("finality-stalled", this.#ageAbove(final, maxFinalityAgeMs, true));
  }

  #ageAbove(
    block: BlockHeader | undefined,
    limitMs: number,
    isFinal: boolean,
  ): FactOf<"head-stale" | "finality-stalled"> | undefined {
    const ageMs = this.#options.now() - (block?.time ?? 0) * 1000;
    if (limitMs === 0 || ageMs <= limitMs) return undefined;
    // The first block's time is arbitrary and often zero, so its age would say nothing.
    if (block === undefined || block.number === 0) return { id: "first-block-alone", isFinal };
    return { id: "block-old", isFinal, ageSeconds: Math.round(ageMs / 1000), limitSeconds: limitMs / 1000 };
  }
}

function silent(endpoints: readonly EndpointHealth[]): FactOf<"endpoint-down">[] {
  return endpoints
    .filter(({ failures }) => failures > 0)
    .map(({ name, lastError }) => ({ id: "endpoint-silent", endpoint: name, message: lastError ?? "" }));
}

/**
 * Endpoints that answer but lag too far to be useful: if one more failed, too few would be left to agree on anything
 * new.
 */
function laggards(endpoints: readonly EndpointHealth[]): FactOf<"endpoint-down">[] {
  // The height that two have reached: a single endpoint that claims more does not make the others late.
  const [, reached = 0] = endpoints.map(({ height }) => height ?? 0).sort((a, b) => b - a);
  const isFarBehind = ({ failures, height }: EndpointHealth): boolean =>
    failures === 0 && height !== null && reached - height > LAG_BLOCKS;
  return endpoints
    .filter(isFarBehind)
    .map(({ name, height }) => ({ id: "endpoint-behind", endpoint: name, height: height ?? 0, reached }));
}
