// A log and its contract on a real chain, and the calls that take the one along the other.
// Invariant: roots and proofs come from the reference implementation, so the contract judges them, not the code under test.

import { setTimeout as sleep } from "node:timers/promises";

import type { AnchorCall, Chain, SignedAnchor } from "../../src/chain/chain.ts";
import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { connectChain, type ChainOptions } from "../../src/chain/nodes/connect-chain.ts";
import { createSyntheticLog, type Extension } from "../contracts/support/synthetic-log.ts";
import type { TestChain } from "./chains.ts";
import { assertTaken } from "../../src/chain/rpc/send-refusal.ts";

export const LOG_ID = new Uint8Array(32).fill(7);

/** As the operator's service connects, with the first development account. */
export function connect({ rpcUrl }: { readonly rpcUrl: string }, more: Partial<ChainOptions> = {}): Promise<Chain> {
  return connectChain({ rpcUrl, anchorKey: LOCAL_DEV_KEY, ...more });
}

/** A fresh contract on the chain. */
export async function connectDeployed(chain: { readonly rpcUrl: string }): Promise<Chain> {
  const connected = await connect(chain);
  await connected.deploy(LOG_ID);
  return connected;
}

/** A log that starts at `size` leaves. `next` is the call that takes the contract to another size. */
export function growingLog(size: number): { readonly first: AnchorCall; next: (size: number) => AnchorCall } {
  let log = createSyntheticLog(size);
  return {
    first: callOf({ ...log, proof: [] }),
    next: (newSize) => {
      const extension = log.extend(newSize);
      log = extension;
      return callOf(extension);
    },
  };
}

/** Signs and sends. Fails when it is refused. */
export async function anchor(chain: Chain, call: AnchorCall): Promise<SignedAnchor> {
  const signed = await chain.sign(call);
  assertTaken(await chain.send(signed));
  return signed;
}

/** Signs, sends and waits for the block: anvil answers before it has mined. */
export async function anchorMined(chain: Chain, call: AnchorCall): Promise<SignedAnchor> {
  const signed = await anchor(chain, call);
  while ((await chain.transactionState(signed.transactionHash)).state === "waiting") await sleep(10);
  return signed;
}

/** The next transactions wait until {@link mine}. */
export async function holdMining({ ask }: TestChain): Promise<void> {
  await ask("evm_setAutomine", false);
}

/** One block with everything that waits; further transactions are mined at once again. */
export async function mine({ ask }: TestChain): Promise<void> {
  await ask("evm_mine");
  await ask("evm_setAutomine", true);
}

/** The call that anchors a log, by the proof that led to it. */
export function callOf({ size, root, proof }: Pick<Extension, "size" | "root" | "proof">): AnchorCall {
  return { treeSize: size, rootHash: bytes(root), consistencyProof: proof.map(bytes) };
}

function bytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
