/**
 * Who signs the transactions of the anchoring account: a key in this process, or another program that keeps it. Either way,
 * the result is checked before anything is sent: rpc/transactions.ts recovers the sender.
 */

/** EIP-1559, by which 2 is the usual one; 0 and 1 (EIP-2930) are for chains and signers from before it. */
export type TransactionType = 0 | 1 | 2;

/** A transaction before it is signed. */
export interface UnsignedTransaction {
  /** 2 by default. */
  readonly type?: TransactionType;
  readonly chainId: number;
  readonly nonce: number;
  /** `null` for a deployment. */
  readonly to: string | null;
  /** Hexadecimal after `0x`. */
  readonly data: string;
  readonly gasLimit: number;
  /** Wei; the price, in a transaction of type 0 or 1. */
  readonly maxFeePerGas: bigint;
  /** Wei; not said in a transaction of type 0 or 1. */
  readonly maxPriorityFeePerGas: bigint;
}

/** Signs for one account. */
export interface AnchorSigner {
  /** Lower case, after `0x`. */
  readonly address: string;
  /**
   * The signed transaction, hexadecimal after `0x`.
   * @throws SIGNER_FAILED when it returns none, or one that differs from what was asked for
   */
  sign(transaction: UnsignedTransaction): Promise<string>;
}
