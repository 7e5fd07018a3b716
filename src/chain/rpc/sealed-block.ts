/**
 * On a chain whose validators the operator knows, no block counts that they have not sealed: a node cannot make one up, nor
 * show one that the validators never agreed on.
 */
import { countSeals, type SealCount } from "../../core/committed-seals.ts";
import { fromHex } from "../../core/bytes.ts";
import { codeOf, messageOf, WarifuError } from "../../core/errors.ts";
import { headerWithHash, type Sealing } from "../../core/header-form.ts";
import { decodeRlp } from "../../core/rlp.ts";

const NUMBER_FIELD = 8;

/**
 * @param header RLP
 * @param hash of the block, hexadecimal after `0x`; the header has it
 * @throws CHAIN_WRONG when a quorum of the validators did not seal it; the first block of a chain is sealed by nobody
 */
export function assertSealed(header: Uint8Array, hash: string, validators: readonly string[]): void {
  const number = numberOf(header);
  if (number === 0n) return;
  const { sealing } = headerWithHash(header, fromHex(hash.slice(2), "a block's hash")) ?? {};
  const { isFinal, known, quorum } = sealsOf(sealing, validators);
  if (isFinal) return;
  throw new WarifuError(
    "CHAIN_WRONG",
    `block ${number} has seals of ${known} of the ${validators.length} validators that WARIFU_VALIDATORS names, and ${quorum} ` +
      "must have sealed it: the node shows another chain, or the validators have changed",
    { details: { known, quorum } },
  );
}

function sealsOf(sealing: Sealing | undefined, validators: readonly string[]): SealCount {
  try {
    return countSeals(sealing, validators);
  } catch (cause) {
    if (codeOf(cause) !== "CHAIN_EVIDENCE_INVALID") throw cause;
    throw new WarifuError(
      "CHAIN_WRONG",
      `the node shows a block that is not sealed as it should: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}

function numberOf(header: Uint8Array): bigint {
  const fields = decodeRlp(header);
  const field = Array.isArray(fields) ? fields[NUMBER_FIELD] : undefined;
  return field instanceof Uint8Array ? field.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n) : -1n;
}
