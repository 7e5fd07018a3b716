/**
 * Who signs the transactions of the anchoring account: a key in this process, or a program elsewhere that keeps it.
 * Whoever it is, what it gave is looked at before anything is sent: rpc/transactions.ts recovers the sender.
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
   * @throws SIGNER_FAILED when it gives none, or one that is not what was asked for
   */
  sign(transaction: UnsignedTransaction): Promise<string>;
}
