/**
 * Compares what a signer returned with what it was asked to sign. https://eips.ethereum.org/EIPS/eip-1559,
 * https://eips.ethereum.org/EIPS/eip-2 (low s), https://eips.ethereum.org/EIPS/eip-155 and
 * https://eips.ethereum.org/EIPS/eip-2930 (types 0 and 1)
 *
 * Invariant: only the exact bytes of the requested transaction pass, signed by the named account.
 */
import { Transaction, type TransactionLike } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import type { UnsignedTransaction } from "../signer.ts";

/** Half of the order of secp256k1: a signature has a twin above it, which chains refuse. */
const HALF_ORDER = 0x7fffffff_ffffffff_ffffffff_ffffffff_5d576e73_57a4501d_dfe92f46_681b20a0n;

const FIELDS: readonly (readonly [name: string, read: (transaction: Transaction) => unknown])[] = [
  ["type", ({ type }) => type],
  ["chain id", ({ chainId }) => chainId],
  ["nonce", ({ nonce }) => nonce],
  ["recipient", ({ to }) => to],
  ["data", ({ data }) => data],
  ["value", ({ value }) => value],
  ["gas limit", ({ gasLimit }) => gasLimit],
  ["price", ({ gasPrice }) => gasPrice],
  ["fee cap", ({ maxFeePerGas }) => maxFeePerGas],
  ["tip", ({ maxPriorityFeePerGas }) => maxPriorityFeePerGas],
];

/** The transaction as ethers expects it; none of them sends value. */
export function toRequest(unsigned: UnsignedTransaction): TransactionLike<string> {
  const { type = 2, maxFeePerGas, maxPriorityFeePerGas, ...rest } = unsigned;
  const call = { type, value: 0n, ...rest };
  if (type === 2) return { ...call, accessList: [], maxFeePerGas, maxPriorityFeePerGas };
  return { ...call, gasPrice: maxFeePerGas, ...(type === 1 && { accessList: [] }) };
}

/**
 * Compares a signed transaction with the requested one, field by field and then byte by byte.
 * @param raw hexadecimal after `0x`, lower case
 * @param address account that was to sign, lower case
 * @throws SIGNER_FAILED naming the first difference
 */
export function assertSigned(raw: string, unsigned: UnsignedTransaction, address: string): void {
  const wanted = Transaction.from(toRequest(unsigned));
  const signed = parse(raw);
  for (const [name, read] of FIELDS) if (read(signed) !== read(wanted)) refuse(`with another ${name}`);
  const { signature } = signed;
  if (signature === null) return refuse("without a signature");
  if (BigInt(signature._s) > HALF_ORDER) refuse("with a signature that chains refuse (high s)");
  wanted.signature = signature;
  if (wanted.serialized !== raw) refuse("with something added, or in another encoding");
  const signer = senderOf(signed);
  if (signer !== address) refuse(`signed by ${signer}, not by ${address}`);
}

function parse(raw: string): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    return refuse("that cannot be read");
  }
}

/** Not every pair of numbers is a valid signature. */
function senderOf(signed: Transaction): string {
  try {
    return String(signed.from).toLowerCase();
  } catch {
    return refuse("with a signature of nobody");
  }
}

function refuse(difference: string): never {
  throw new WarifuError("SIGNER_FAILED", `the signer gave a transaction ${difference}; nothing was sent`);
}
