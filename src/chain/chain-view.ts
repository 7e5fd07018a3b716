/**
 * A verifier's view of the chain over RPC endpoints of the verifier's choice (verify/verify-bundle.ts). With several,
 * every one must answer and all must agree: asking a second one only when the first is down would leave the answer to
 * whoever can take the first one down.
 */
import { keccak256 } from "ethers";

import { WarifuError } from "../core/errors.ts";
import type { ChainView } from "../verify/verify-bundle.ts";
import { blockHashAt, codeAt, finalizedHeight } from "./questions.ts";
import { openRpc, type Rpc } from "./rpc.ts";

/** How to ask. */
export interface ChainViewOptions {
  /** Longest time for one request. */
  readonly requestTimeoutMs?: number | undefined;
  /** Where the chain names no finalized block: this many blocks on top make one final. */
  readonly confirmations?: number | undefined;
}

/**
 * The view of these endpoints. Nothing is sent before the first question.
 * Its methods throw CHAIN_UNREACHABLE when one endpoint gives no answer, or not yet the one that the others give, and
 * CHAIN_MISMATCH when two contradict each other.
 * @param urls at least one http or https address
 * @throws CONFIG_INVALID
 */
export function rpcChainView(urls: readonly string[], options: ChainViewOptions = {}): ChainView {
  if (urls.length === 0) throw new WarifuError("CONFIG_INVALID", "no RPC endpoint was given");
  let opened: Promise<Rpc[]> | undefined;
  const askAll = async <T>(question: (rpc: Rpc) => Promise<T>): Promise<T[]> => {
    opened ??= Promise.all(urls.map((url) => openRpc(url, options.requestTimeoutMs)));
    const nodes = await opened.catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return Promise.all(nodes.map(question));
  };
  return {
    chainId: async () => agreed("chain id", await askAll(async ({ chainId }) => chainId)),
    blockHashAt: async (number) => agreedBlock(number, await askAll((rpc) => blockHashAt(rpc, number))),
    // What the slowest of them calls final is final for all.
    finalizedHeight: async () => Math.min(...(await askAll((rpc) => finalizedHeight(rpc, options.confirmations)))),
    codeHashOf: async (address) =>
      agreed("contract's code", await askAll((rpc) => codeAt(rpc, address).then(keccak256))),
  };
}

/** The one answer of all. Precondition: there is at least one. */
function agreed<T extends string | number>(what: string, answers: readonly T[]): T {
  const [first] = answers as readonly [T, ...T[]];
  const other = answers.find((answer) => answer !== first);
  if (other === undefined) return first;
  throw new WarifuError("CHAIN_MISMATCH", `the RPC endpoints do not agree on the ${what}`, {
    details: { expected: first, given: other },
  });
}

/** A node that lags behind says nothing yet, which contradicts nobody. */
function agreedBlock(number: number, answers: readonly (string | undefined)[]): string | undefined {
  const hashes = answers.filter((hash) => hash !== undefined);
  if (hashes.length === 0) return undefined;
  const hash = agreed(`block at height ${number}`, hashes);
  if (hashes.length < answers.length)
    throw new WarifuError("CHAIN_UNREACHABLE", `not all RPC endpoints have the block at height ${number} yet`);
  return hash;
}
