/**
 * Connects to the operator's chain: one or several nodes, and the signer of the anchoring account.
 */
import { isWithoutAnswer, WarifuError } from "../../core/errors.ts";
import { agreedChain } from "./quorum-chain.ts";
import { assertOwnAccount } from "../signers/development-keys.ts";
import { openLocalSigner } from "../signers/local-signer.ts";
import type { AnchorSigner, TransactionType } from "../signer.ts";
import type { Chain, ChainNode } from "../chain.ts";
import { connectNode } from "../rpc/chain-node.ts";
import type { ReadOnlyChainOptions } from "../rpc/read-only-chain.ts";

/** How to reach the chain, and as which account. Without a contract, one can be deployed on a local chain. */
export interface ChainOptions extends Omit<ReadOnlyChainOptions, "rpcUrl"> {
  /** One address, or several nodes of different operators, of which two must agree. */
  readonly rpcUrl: string | readonly string[];
  /** Private key of the anchoring account, 32 bytes in hexadecimal after `0x`; or else `signer`. */
  readonly anchorKey?: string | undefined;
  /** Opens the signer, once the chain is known. */
  readonly signer?: ((chainId: number) => Promise<AnchorSigner>) | undefined;
  /** Type of the transactions; that of the chain's time by default. */
  readonly transactionType?: TransactionType | undefined;
  /** POSIX milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * Connects to a chain. It only sends queries until {@link Chain.send} or {@link Chain.deploy}. Of several nodes, two must
 * answer; those that do not are asked again later.
 * @throws CHAIN_UNREACHABLE; CHAIN_WRONG when it is another chain; CHAIN_MISMATCH when the nodes are of different chains;
 * CONFIG_INVALID for a bad address or key, also for a published development key on a chain that is not local
 */
export async function connectChain(options: ChainOptions): Promise<Chain> {
  const nodes = await connectNodes(options);
  try {
    const [{ chainId }] = nodes;
    const signer = await (options.signer?.(chainId) ?? openLocalSigner(options.anchorKey ?? "", chainId));
    assertOwnAccount(
      signer.address,
      chainId,
      nodes.every(({ isLocal }) => isLocal),
    );
    const { transactionType, now } = options;
    return agreedChain({ nodes, signer, transactionType, now });
  } catch (error) {
    await Promise.all(nodes.map((node) => node.close()));
    throw error;
  }
}

async function connectNodes({ rpcUrl, ...options }: ChainOptions): Promise<[ChainNode, ...ChainNode[]]> {
  const urls = [rpcUrl].flat();
  const connect = (url: string, chainId = options.chainId, isKnown = false): Promise<ChainNode> =>
    connectNode({ ...options, rpcUrl: url, chainId, isChainKnown: isKnown });
  const outcomes = await Promise.allSettled(urls.map((url) => connect(url)));
  const nodes = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  try {
    const [first, ...others] = nodes;
    if (
      first === undefined ||
      failures.some((error) => !isWithoutAnswer(error)) ||
      nodes.length < Math.min(2, urls.length)
    )
      throw failures.find((error) => !isWithoutAnswer(error)) ?? failures[0];
    const stranger = others.find(({ chainId }) => chainId !== first.chainId);
    if (stranger)
      throw new WarifuError(
        "CHAIN_MISMATCH",
        `the endpoints are of different chains: ${first.name} of ${first.chainId}, ${stranger.name} of ${stranger.chainId}`,
      );
    for (const [at, outcome] of outcomes.entries())
      if (outcome.status === "rejected") others.push(await connect(urls[at] as string, first.chainId, true));
    return [first, ...others];
  } catch (error) {
    await Promise.all(nodes.map((node) => node.close()));
    throw error;
  }
}
