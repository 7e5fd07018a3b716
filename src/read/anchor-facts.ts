/**
 * What an anchor took: the time of its block, its gas and its cost, from the evidence that was kept and what was noted on the
 * way. The chain shows all but the data fee to everybody.
 */
import { fromHex } from "../core/bytes.ts";
import { decodeRlp } from "../core/rlp.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";

/** What an anchor took; all absent until a block holds it. */
export interface AnchorFacts {
  /** When the chain says that its block was made, POSIX seconds. */
  readonly blockTime?: number;
  readonly gasUsed?: number;
  /** Wei for a unit of gas. */
  readonly gasPrice?: bigint;
  /** Wei: gas times its price, and the data fee if the receipt names one. */
  readonly cost?: bigint;
}

/** Places in a header: Yellow Paper section 4.3, and EIP-1559. */
const [TIME, BASE_FEE] = [11, 15];

/** What an anchor took, as far as it is known. */
export function anchorFactsOf(anchor: StoredAnchor): AnchorFacts {
  const { evidence, paid, dataFee } = anchor;
  const cost = paid === null ? {} : { cost: paid + (dataFee ?? 0n) };
  if (evidence === null) return cost;
  const header = headerOf(JSON.parse(evidence) as ChainEvidence);
  const facts = { blockTime: Number(quantityAt(header, TIME)), ...cost };
  if (paid === null) return facts;
  const gasPrice = smaller(anchor.maxFeePerGas, quantityAt(header, BASE_FEE) + anchor.maxPriorityFeePerGas);
  // Earlier programs noted what was paid alone; where gas is free, that does not say how much was used.
  const gasUsed = anchor.gasUsed ?? (gasPrice > 0n ? Number(paid / gasPrice) : undefined);
  return { ...facts, gasPrice, ...(gasUsed !== undefined && { gasUsed }) };
}

/** It was checked against the block's hash when the evidence was kept. */
function headerOf({ block }: ChainEvidence): readonly unknown[] {
  return decodeRlp(fromHex(block.header.slice(2), "block header")) as readonly unknown[];
}

function quantityAt(fields: readonly unknown[], at: number): bigint {
  const bytes = fields[at];
  return bytes instanceof Uint8Array ? bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n) : 0n;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
