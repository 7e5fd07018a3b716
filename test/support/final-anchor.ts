// One anchor over everything that a log holds, mined and stored as final: for tests about proofs, not about the way there.

import { setTimeout as sleep } from "node:timers/promises";

import type { Chain } from "../../src/chain/chain.ts";
import type { Policy } from "../../src/core/policy.ts";
import { SIGNER, type TestLedger } from "./ledger.ts";
import { assertTaken } from "../../src/chain/rpc/send-refusal.ts";

/** Anchors the whole log. Precondition: nothing was anchored in the contract before. */
export async function anchorFinally({ log, store }: TestLedger, chain: Chain): Promise<void> {
  const { tree, publisher } = log;
  const { treeSize, rootHash, note } = await publisher.publishAt(tree, tree.publishedSize);
  const signed = await chain.sign({ treeSize, rootHash, consistencyProof: [] });
  assertTaken(await chain.send(signed));
  const { transactionHash } = signed;
  while ((await chain.transactionState(transactionHash)).state === "waiting") await sleep(10);
  const { evidence } = await chain.evidenceOf(transactionHash);
  const { chainId, contract, account } = chain;
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
  const place = { chainId, contract, account, baseSize: 0, headSignedAt: Date.now(), createdAt: Date.now() };
  const { anchorId } = await store.addAnchor({ treeSize, rootHash, note, ...place, ...fees, ...signed });
  const { hash: blockHash } = evidence.block;
  const blockNumber = (await chain.blockByHash(blockHash))?.number ?? 0;
  await store.updateAnchor(anchorId, {
    state: "finalized",
    blockNumber,
    blockHash,
    evidence: JSON.stringify(evidence),
  });
}

/** The policy of somebody who trusts nothing but what is added. */
export function strictPolicy({ chainId: id, contract }: Chain, change: Partial<Policy> = {}): Policy {
  return {
    log: SIGNER.key,
    chain: { id, contract, accept: "trusted-block" },
    trustedBlocks: [],
    rpc: [],
    sources: [],
    witnesses: { keys: [], quorum: 0 },
    ...change,
  };
}
