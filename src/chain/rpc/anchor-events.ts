/**
 * All anchors of a contract from its events, read from the newest block back, in ranges that nodes accept.
 *
 * Every event names the size it replaced, so the events form one chain from the head down to the first anchor. It is
 * followed link by link: an answer that leaves one out (nodes do that for blocks they do not have) is noticed, and the
 * search ends at the first anchor, so nobody has to know the block of the deployment.
 */
import { WarifuError } from "../../core/errors.ts";
import { ANCHORED_TOPIC, decodeAnchored } from "./anchor-contract.ts";
import { ADDRESS, DATA, HASH, quantity, toCount, toObject, unusable } from "./rpc-values.ts";
import type { AnchorEvent } from "../chain.ts";
import type { Rpc } from "./rpc.ts";
import { searchBack } from "./search-back.ts";

const METHOD = "eth_getLogs";

/**
 * The events that led to a head, oldest first.
 * @param treeSize size of the head that the contract holds at block `newest`
 * @throws CHAIN_UNREACHABLE when the node does not show all of them
 */
export async function readAnchorEvents(
  rpc: Rpc,
  contract: string,
  newest: number,
  treeSize: number,
): Promise<AnchorEvent[]> {
  const events: AnchorEvent[] = [];
  let wanted = treeSize;
  const found = searchBack(newest, (from, to) => eventsBetween(rpc, contract, from, to));
  while (wanted > 0) {
    const { value, done } = await found.next();
    if (done) return missing(wanted);
    for (const event of value.reverse()) {
      if (event.treeSize !== wanted) missing(wanted);
      events.push(event);
      wanted = event.previousSize;
    }
  }
  return events.reverse();
}

/**
 * The events in the blocks `from` to `to`, in the order of the chain; one that the node lists twice counts once.
 * @throws CHAIN_UNREACHABLE
 */
export async function eventsBetween(rpc: Rpc, contract: string, from: number, to: number): Promise<AnchorEvent[]> {
  const filter = { address: contract, topics: [ANCHORED_TOPIC], fromBlock: quantity(from), toBlock: quantity(to) };
  const answer = await rpc.ask(METHOD, [filter]);
  if (!Array.isArray(answer)) return unusable(METHOD);
  const events = answer.map((item) => eventOf(item, contract));
  const bySize = new Map(events.map((event) => [event.treeSize, event]));
  return [...bySize.values()].sort((a, b) => a.treeSize - b.treeSize);
}

function eventOf(answer: unknown, contract: string): AnchorEvent {
  const log = toObject(answer, METHOD);
  const topics = log.strings("topics", HASH);
  if (log.string("address", ADDRESS) !== contract) unusable(METHOD);
  return {
    ...decodeAnchored(topics, log.string("data", DATA)),
    blockNumber: toCount(log.string("blockNumber"), METHOD),
    blockHash: log.string("blockHash", HASH),
    transactionHash: log.string("transactionHash", HASH),
    logIndex: toCount(log.string("logIndex"), METHOD),
  };
}

function missing(treeSize: number): never {
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `${METHOD}: the chain's node does not show the anchor of tree size ${treeSize}`,
    { details: { method: METHOD, treeSize } },
  );
}
