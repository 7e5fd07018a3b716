/**
 * Which chains are local: money and blocks that are worth nothing, and keys that everybody knows.
 */

/** Chain ids of Hardhat and anvil (31337) and of geth's and others' development nodes (1337). */
const LOCAL_CHAINS: ReadonlySet<number> = new Set([31_337, 1_337]);

/**
 * Whether the chain is on the operator's own machine: by its id and also by where its node is, since consortiums and shared
 * test networks use the same ids.
 */
export function isLocalChain(chainId: number, isLoopback: boolean): boolean {
  return isLoopback && LOCAL_CHAINS.has(chainId);
}
