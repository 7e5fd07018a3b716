/**
 * Which chains are local: made-up money, made-up blocks, and keys that everybody knows.
 */

/** Chain ids of Hardhat and anvil (31337) and of geth's and others' development nodes (1337). */
const LOCAL_CHAINS: ReadonlySet<number> = new Set([31_337, 1_337]);

/**
 * Whether the chain is one on the operator's own machine: by its id, and since consortiums and shared test networks use the
 * same ids, by where its node is.
 */
export function isLocalChain(chainId: number, isLoopback: boolean): boolean {
  return isLoopback && LOCAL_CHAINS.has(chainId);
}
