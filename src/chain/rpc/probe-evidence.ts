/**
 * Whether evidence of a chain can be built at all, found out on recent blocks before anybody pays for an anchor: their header
 * must give the block's hash, and their receipts the root in that header. Chains may have fields and receipts of their own.
 */
import { equalBytes } from "../../core/bytes.ts";
import { openHeader } from "../../core/chain-evidence.ts";
import { codeOf, messageOf, WarifuError } from "../../core/errors.ts";
import type { HeaderForm } from "../../core/header-form.ts";
import { HASH, quantity, toObject } from "./rpc-values.ts";
import { encodeReceipt } from "./block-encoding.ts";
import { headerOf } from "./block-header.ts";
import { receiptsOf, trieOf } from "./evidence.ts";
import { newestHeight } from "./queries.ts";
import type { Rpc } from "./rpc.ts";

const METHOD = "eth_getBlockByNumber";
/** How far back to look for a block that has transactions. */
const MOST_BLOCKS = 32;

/**
 * The form of the newest header: a consortium may have changed it.
 * @throws CHAIN_WRONG when no anchor on this chain could be proven; CHAIN_UNREACHABLE
 */
export async function probeEvidence(rpc: Rpc): Promise<HeaderForm> {
  const newest = await newestHeight(rpc);
  try {
    const { form, ...found } = await probe(rpc, newest);
    let { hasReceipts } = found;
    for (let height = newest - 1; !hasReceipts && height > Math.max(0, newest - MOST_BLOCKS); height--)
      ({ hasReceipts } = await probe(rpc, height));
    return form;
  } catch (cause) {
    if (codeOf(cause) !== "CHAIN_EVIDENCE_INVALID") throw cause;
    const reason = `no anchor on chain ${rpc.chainId} could be proven, so none is sent: ${messageOf(cause)}`;
    throw new WarifuError("CHAIN_WRONG", reason, { cause });
  }
}

/** The form of one block's header, and whether it had receipts, which then have the header's root. */
async function probe(rpc: Rpc, height: number): Promise<{ readonly form: HeaderForm; readonly hasReceipts: boolean }> {
  const answer = await rpc.ask(METHOD, [quantity(height), false]);
  const block = toObject(answer, METHOD);
  const hash = block.string("hash", HASH);
  const { form, receiptsRoot } = openHeader({ hash, header: await headerOf(rpc, answer, METHOD) });
  const transactions = block.strings("transactions", HASH);
  if (transactions.length === 0) return { form, hasReceipts: false };
  const receipts = await receiptsOf(rpc, hash, transactions);
  const trie = await trieOf(receipts.map(encodeReceipt));
  if (!equalBytes(trie.root(), receiptsRoot))
    throw new WarifuError(
      "CHAIN_EVIDENCE_INVALID",
      `the receipts of block ${height} do not have the root in its header: this chain's hold something else than Ethereum's`,
    );
  return { form, hasReceipts: true };
}
