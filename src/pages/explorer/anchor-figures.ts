/** What anchors took, as figures. */
import type { Anchor } from "./api.ts";

/** Seconds from when an anchor was made to its block; 0 where the chain's clock is behind ours. */
export function latencyOf({ blockTime, createdAt }: Anchor): number | undefined {
  return blockTime === null ? undefined : Math.max(0, blockTime - Date.parse(createdAt) / 1_000);
}

/** What something costs, in the chain's own currency, from wei. */
export function ether(wei: string): number {
  return Number(wei) / 1e18;
}
