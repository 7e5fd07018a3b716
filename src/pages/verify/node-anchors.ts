/**
 * The contract's anchors as a node of the verifier's own shows them, over JSON-RPC from the page. Every event names the size
 * that it replaced, so that one which is left out is noticed, and the search ends at the first.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { CHAIN_HASH } from "../../core/address.ts";
import { fromHex, toHex, utf8 } from "../../core/bytes.ts";
import { codeOf, WarifuError } from "../../core/errors.ts";
import { auditFinalityOf, type Policy } from "../../core/policy.ts";
import type { AnchorEventReader, RecordedAnchor } from "../../verify/shown-anchors.ts";
import { askNode, count, ownNode, silent } from "./own-node.ts";

const BLOCKS_AT_ONCE = 10_000;
const WORD = 64;
const EVENT = topicOf("CheckpointAnchored(uint64,bytes32,uint64)");
const HEAD_CALL = topicOf("head()").slice(0, 10);

/** An anchor, with the size that it replaced. */
interface NodeAnchor extends RecordedAnchor {
  readonly blockNumber: number;
  readonly previousSize: number;
}

/** Asks that node alone. Its methods throw CHAIN_UNREACHABLE, and CHAIN_WRONG where the node serves another chain. */
export function nodeAnchors(url: string, policy: Policy): AnchorEventReader<NodeAnchor> {
  const { id, contract } = policy.chain;
  const finality = auditFinalityOf(policy);
  const node = ownNode(url, finality?.confirmations);
  return {
    blockHashAt: node.blockHashAt,
    codeHash: () => node.codeHashOf(contract),
    async anchorEvents() {
      if ((await node.chainId()) !== id)
        throw new WarifuError("CHAIN_WRONG", `the node serves another chain than ${id}, which the policy names`);
      const newest = count(await askNode(url, "eth_blockNumber", []));
      const final = finality ? await node.finalizedHeight() : newest;
      const anchors = await anchorsUpTo(url, contract, newest);
      return {
        anchors: anchors.filter(({ blockNumber }) => blockNumber <= final),
        open: anchors.filter(({ blockNumber }) => blockNumber > final),
      };
    },
  };
}

/** Oldest first. */
async function anchorsUpTo(url: string, contract: string, newest: number): Promise<NodeAnchor[]> {
  const anchors: NodeAnchor[] = [];
  let wanted = await headSize(url, contract, newest);
  for (let [to, length] = [newest, BLOCKS_AT_ONCE]; wanted > 0;) {
    if (to < 0) return silent();
    const from = Math.max(0, to - length + 1);
    const found = await anchorsBetween(url, contract, [from, to]);
    // The longest range that a node answers differs from node to node.
    if (found === "refused") {
      if (from === to) return silent();
      length = Math.ceil((to - from + 1) / 2);
      continue;
    }
    for (const anchor of found.reverse()) {
      if (anchor.treeSize !== wanted) return silent();
      anchors.push(anchor);
      wanted = anchor.previousSize;
    }
    to = from - 1;
  }
  return anchors.reverse();
}

async function headSize(url: string, contract: string, block: number): Promise<number> {
  const answer = await askNode(url, "eth_call", [{ to: contract, data: HEAD_CALL }, quantity(block)]);
  if (typeof answer !== "string" || !/^0x([0-9a-f]{64}){3}$/.test(answer))
    throw new WarifuError("CHAIN_WRONG", `the node has no contract of checkpoints at ${contract}`);
  return Number(`0x${answer.slice(2, 2 + WORD)}`);
}

async function anchorsBetween(
  url: string,
  address: string,
  [from, to]: readonly [number, number],
): Promise<NodeAnchor[] | "refused"> {
  const filter = { address, topics: [EVENT], fromBlock: quantity(from), toBlock: quantity(to) };
  try {
    const answer = await askNode(url, "eth_getLogs", [filter]);
    if (!Array.isArray(answer)) return silent();
    const bySize = new Map(answer.map(anchorIn).map((anchor) => [anchor.treeSize, anchor]));
    return [...bySize.values()].sort((a, b) => a.treeSize - b.treeSize);
  } catch (error) {
    if (codeOf(error) !== "NODE_REFUSED") throw error;
    return "refused";
  }
}

function anchorIn(answer: unknown): NodeAnchor {
  const { topics, data, blockNumber, blockHash } = answer as { readonly [name: string]: unknown };
  const isHash = (value: unknown): value is string => typeof value === "string" && CHAIN_HASH.test(value);
  if (!Array.isArray(topics) || topics.length !== 3 || !topics.every(isHash)) return silent();
  if (!isHash(data) || !isHash(blockHash)) return silent();
  const [, size, root] = topics as [string, string, string];
  return {
    treeSize: Number(size),
    rootHash: fromHex(root.slice(2), "root"),
    previousSize: Number(data),
    blockNumber: count(blockNumber),
    blockHash,
  };
}

function quantity(value: number): string {
  return `0x${value.toString(16)}`;
}

function topicOf(signature: string): string {
  return `0x${toHex(keccak_256(utf8(signature)))}`;
}
