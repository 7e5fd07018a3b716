/**
 * How the chain and the anchoring account are doing: funds, heights, ages, endpoints. Looked at now and then, because
 * nothing here changes within seconds, and turned into alarms.
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
  /** Below these funds, in wei, an alarm is raised. */
  readonly minBalance: bigint;
  /** Oldest newest block, in milliseconds; 0 on a chain that has blocks only when there is something to put in. */
  readonly maxHeadAgeMs: number;
  /** Oldest newest final block, in milliseconds; 0 likewise. */
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
/** An endpoint so many blocks behind two others is frozen or syncing. */
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

  /** Says which endpoints are down, far behind, limit the rate, or contradict each other; asks nothing. */
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

  /** Another chain has taken the place of the one that was looked at. */
  forget(): void {
    this.#finalBefore = 0;
    this.#options.alarms.clear("reorg-beyond-finality", "final height");
  }

  /** Final blocks do not go back; with one endpoint silent, what two have reached may. */
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
    // The first block has whatever time somebody gave it, often none, so its age would say nothing.
    if (block === undefined || block.number === 0) return { id: "first-block-alone", isFinal };
    return { id: "block-old", isFinal, ageSeconds: Math.round(ageMs / 1000), limitSeconds: limitMs / 1000 };
  }
}

function silent(endpoints: readonly EndpointHealth[]): FactOf<"endpoint-down">[] {
  return endpoints
    .filter(({ failures }) => failures > 0)
    .map(({ name, lastError }) => ({ id: "endpoint-silent", endpoint: name, message: lastError ?? "" }));
}

/** Who answers and is of no use: with one more down, too few would be left to agree on anything new. */
function laggards(endpoints: readonly EndpointHealth[]): FactOf<"endpoint-down">[] {
  // What two have reached: one that claims more makes nobody late.
  const [, reached = 0] = endpoints.map(({ height }) => height ?? 0).sort((a, b) => b - a);
  const isFarBehind = ({ failures, height }: EndpointHealth): boolean =>
    failures === 0 && height !== null && reached - height > LAG_BLOCKS;
  return endpoints
    .filter(isFarBehind)
    .map(({ name, height }) => ({ id: "endpoint-behind", endpoint: name, height: height ?? 0, reached }));
}
