/**
 * Who signs the transactions of the anchoring account: a key in this process, or another program that keeps it. Either way,
 * the result is checked before anything is sent: rpc/transactions.ts recovers the sender.
 */

/** A transaction before it is signed: EIP-1559. */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly nonce: number;
  /** `null` for a deployment. */
  readonly to: string | null;
  /** Hexadecimal behind `0x`. */
  readonly data: string;
  readonly gasLimit: number;
  /** Wei. */
  readonly maxFeePerGas: bigint;
  /** Wei. */
  readonly maxPriorityFeePerGas: bigint;
}

/** Signs for one account. */
export interface AnchorSigner {
  /** Lower case, behind `0x`. */
  readonly address: string;
  /**
   * The signed transaction, hexadecimal behind `0x`.
   * @throws SIGNER_FAILED when it returns none, or one that differs from what was asked for
   */
  sign(transaction: UnsignedTransaction): Promise<string>;
}
