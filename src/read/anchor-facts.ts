/**
 * The costs of an anchor and the time of its block, from the evidence that was kept and from what was recorded on the way.
 * All but the data fee are on the chain for everybody to see.
 */
import { fromHex } from "../core/bytes.ts";
import { decodeRlp } from "../core/rlp.ts";
import type { ChainEvidence } from "../core/chain-evidence.ts";
import type { StoredAnchor } from "../store/anchor-journal.ts";

/** Costs and block time of an anchor; all absent until it is in a block. */
export interface AnchorFacts {
  /** Time of its block, POSIX seconds. */
  readonly blockTime?: number;
  readonly gasUsed?: number;
  /** Price of a unit of gas, wei. */
  readonly gasPrice?: bigint;
  /** Gas times its price, plus the data fee if the receipt names one; wei. */
  readonly cost?: bigint;
}

/** Positions in a header: Yellow Paper section 4.3, and EIP-1559. */
const [TIME, BASE_FEE] = [11, 15];

/** The costs and block time of an anchor, as far as they are known. */
export function anchorFactsOf(anchor: StoredAnchor): AnchorFacts {
  const { evidence, paid, dataFee } = anchor;
  const cost = paid === null ? {} : { cost: paid + (dataFee ?? 0n) };
  if (evidence === null) return cost;
  const header = headerOf(JSON.parse(evidence) as ChainEvidence);
  const facts = { blockTime: Number(quantityAt(header, TIME)), ...cost };
  if (paid === null) return facts;
  const gasPrice = smaller(anchor.maxFeePerGas, quantityAt(header, BASE_FEE) + anchor.maxPriorityFeePerGas);
  // Earlier versions recorded only what was paid; if gas is free, that does not tell how much was used.
  const gasUsed = anchor.gasUsed ?? (gasPrice > 0n ? Number(paid / gasPrice) : undefined);
  return { ...facts, gasPrice, ...(gasUsed !== undefined && { gasUsed }) };
}

/** The header was checked against the block's hash when the evidence was kept. */
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
