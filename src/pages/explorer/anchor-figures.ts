/** What anchors took, as figures. */
import type { Anchor } from "./api.ts";

/**
 * Seconds from when an anchor was made until it was seen in its block, by the clock of the service; of anchors for which it
 * did not note that, until the time that their block states. 0 where a clock was set back, or the chain's is behind.
 */
export function latencyOf({ blockTime, createdAt, latencyMs: { send, include } }: Anchor): number | undefined {
  if (send !== null && include !== null) return Math.max(0, (send + include) / 1_000);
  return blockTime === null ? undefined : Math.max(0, blockTime - Date.parse(createdAt) / 1_000);
}

/** What something costs, in the chain's own currency, from wei. */
export function ether(wei: string): number {
  return Number(wei) / 1e18;
}
