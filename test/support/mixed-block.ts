// A block that holds an anchor among transactions of every type, so that the receipts trie around it is a real one.
// Invariant: the fees put the anchor neither first nor last.

import { createHash } from "node:crypto";

import { concat, HDNodeWallet, Wallet, type TransactionLike } from "ethers";

import type { AnchorCall, Chain, SignedAnchor } from "../../src/chain/chain.ts";
import type { TestChain } from "./chains.ts";
import { holdMining, mine } from "./anchored-log.ts";
import { assertTaken } from "../../src/chain/rpc/send-refusal.ts";

const GWEI = 1_000_000_000n;

const accounts = HDNodeWallet.fromPhrase(
  "test test test test test test test test test test test junk",
  "",
  "m/44'/60'/0'/0",
);
const account = (index: number): Wallet => new Wallet(accounts.deriveChild(index).privateKey);

/** Two accounts that pay more and less than an anchor does; the base fee of a new chain is 1 gwei and falls. */
const RICH: Sender = { wallet: account(1), cap: 20n * GWEI, tip: 2n * GWEI };
const POOR: Sender = { wallet: account(2), cap: GWEI, tip: GWEI / 10n };
const SINK = "0x00000000000000000000000000000000000a11ce";

/** One transaction of each kind: legacy, access list, dynamic fee, blob, set code. */
export const TRANSACTION_TYPES = [0, 1, 2, 3, 4] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** How many transactions come before and after the anchor, and their types in turn. */
export type Neighbours = {
  readonly before: number;
  readonly after: number;
  readonly types: readonly TransactionType[];
};

/** Mines one block with the anchor and its neighbours. */
export async function anchorAmongOthers(
  node: TestChain,
  chain: Chain,
  call: AnchorCall,
  { before, after, types }: Neighbours,
): Promise<SignedAnchor> {
  const signed = await chain.sign(call);
  await holdMining(node);
  // A type of its own for each place, so that both sides have all of them.
  await sendOthers(
    node,
    RICH,
    Array.from({ length: before }, (_, at) => types[at % types.length]!),
  );
  assertTaken(await chain.send(signed));
  await sendOthers(
    node,
    POOR,
    Array.from({ length: after }, (_, at) => types[(before + at) % types.length]!),
  );
  await mine(node);
  return signed;
}

/** The fees of one account's transactions: miners take the highest tip first. */
type Sender = { readonly wallet: Wallet; readonly cap: bigint; readonly tip: bigint };

async function sendOthers(
  node: TestChain,
  { wallet, cap, tip }: Sender,
  types: readonly TransactionType[],
): Promise<void> {
  const first = Number(await node.ask("eth_getTransactionCount", wallet.address, "latest"));
  for (const [at, type] of types.entries()) {
    const fees = type < 2 ? { gasPrice: cap } : { maxFeePerGas: cap, maxPriorityFeePerGas: tip };
    const call = { type, chainId: 31_337, nonce: first + at, to: SINK, value: 1n, gasLimit: 100_000 };
    const raw = await wallet.signTransaction({ ...call, ...fees, ...extrasOf(type) });
    await node.ask("eth_sendRawTransaction", raw);
  }
}

function extrasOf(type: TransactionType): TransactionLike {
  if (type === 1) return { accessList: [{ address: SINK, storageKeys: [`0x${"00".repeat(32)}`] }] };
  if (type === 3) return zeroBlob();
  if (type !== 4) return {};
  return { authorizationList: [account(3).authorizeSync({ address: SINK, nonce: 0, chainId: 31_337 })] };
}

/** A blob of nothing but zeros: its commitment and proofs are the point at infinity, known without any arithmetic. */
function zeroBlob(): TransactionLike {
  const infinity = `0xc0${"00".repeat(47)}`;
  const digest = createHash("sha256")
    .update(Buffer.from(infinity.slice(2), "hex"))
    .digest();
  digest[0] = 1;
  return {
    maxFeePerBlobGas: GWEI,
    blobVersionedHashes: [`0x${digest.toString("hex")}`],
    blobWrapperVersion: 1,
    blobs: [{ data: `0x${"00".repeat(131_072)}`, commitment: infinity, proof: concat(Array(128).fill(infinity)) }],
  };
}
