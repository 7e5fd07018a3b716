/**
 * The first offer for a unit of gas, in wei. EIP-1559: https://eips.ethereum.org/EIPS/eip-1559
 */

/**
 * The offer of a transaction that replaces no other. Its fee cap leaves room for the base fee to double, which takes six
 * full blocks.
 */
export function openingFees(market: { readonly baseFee: bigint; readonly tip: bigint }): {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
} {
  return { maxPriorityFeePerGas: market.tip, maxFeePerGas: market.tip + 2n * market.baseFee };
}
