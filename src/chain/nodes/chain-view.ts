/**
 * A verifier's view of the chain over RPC endpoints of the verifier's choice (verify/verify-bundle.ts). With several, every
 * one must answer and all must agree: if the second were asked only while the first is down, anyone who can take the first
 * one down could choose the answer.
 */
import { keccak256 } from "ethers";

import { WarifuError } from "../../core/errors.ts";
import type { ChainView } from "../../verify/verdict.ts";
import { blockHashAt, blockNamed, codeAt, finalizedHeight } from "../rpc/queries.ts";
import { openRpc, type Rpc } from "../rpc/rpc.ts";

/** How to ask. */
export interface ChainViewOptions {
  /** Longest time for one request. */
  readonly requestTimeoutMs?: number | undefined;
  /** If the chain names no finalized block: a block is final with this many blocks on top; 0: as soon as it is there. */
  readonly confirmations?: number | undefined;
}

/**
 * The view of these endpoints. Nothing is sent before the first question. Its methods throw CHAIN_UNREACHABLE when an
 * endpoint does not answer or lags behind the others, and CHAIN_MISMATCH when two contradict each other.
 * @param urls at least one http or https address
 * @throws CONFIG_INVALID
 */
export function rpcChainView(urls: readonly string[], options: ChainViewOptions = {}): ChainView {
  if (urls.length === 0) throw new WarifuError("CONFIG_INVALID", "no RPC endpoint was given");
  let opened: Promise<Rpc[]> | undefined;
  const askAll = async <T>(question: (rpc: Rpc) => Promise<T>): Promise<Said<T>[]> => {
    opened ??= Promise.all(urls.map((url) => openRpc(url, options.requestTimeoutMs)));
    const nodes = await opened.catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return Promise.all(nodes.map(async (rpc) => ({ node: rpc.host, value: await question(rpc) })));
  };
  return {
    chainId: async () => agreed("chain id", await askAll(async ({ chainId }) => chainId)),
    blockHashAt: async (number) => agreedBlock(number, await askAll((rpc) => blockHashAt(rpc, number))),
    newestTime: async () => {
      const times = await askAll(async (rpc) => (await blockNamed(rpc, "latest"))?.time ?? 0);
      return Math.max(...times.map(({ value }) => value));
    },
    // Final for all is only what even the slowest calls final.
    finalizedHeight: async () => {
      const heights = await askAll((rpc) => finalizedHeight(rpc, options.confirmations));
      return Math.min(...heights.map(({ value }) => value));
    },
    codeHashOf: async (address) =>
      agreed("contract's code", await askAll((rpc) => codeAt(rpc, address).then(keccak256))),
  };
}

/** What one node said. */
export interface Said<T> {
  /** Its host alone: the rest of the address may contain a key. */
  readonly node: string;
  readonly value: T;
}

/**
 * The answer on which all agree. Precondition: there is at least one.
 * @throws CHAIN_MISMATCH saying which node says what
 */
export function agreed<T extends string | number>(what: string, answers: readonly Said<T>[]): T {
  const [first] = answers as readonly [Said<T>, ...Said<T>[]];
  const other = answers.find(({ value }) => value !== first.value);
  if (other === undefined) return first.value;
  const said = answers.map(({ node, value }) => `${node} says ${value}`).join(", ");
  throw new WarifuError("CHAIN_MISMATCH", `the RPC endpoints do not agree on the ${what}: ${said}`, {
    details: { expected: first.value, given: other.value },
  });
}

/** A node that lags behind has no answer yet, which is not a contradiction. */
function agreedBlock(number: number, answers: readonly Said<string | undefined>[]): string | undefined {
  const hashes = answers.flatMap(({ node, value }) => (value === undefined ? [] : [{ node, value }]));
  if (hashes.length === 0) return undefined;
  const hash = agreed(`block at height ${number}`, hashes);
  if (hashes.length === answers.length) return hash;
  const without = answers.filter(({ value }) => value === undefined).map(({ node }) => node);
  throw new WarifuError(
    "CHAIN_UNREACHABLE",
    `not all RPC endpoints have the block at height ${number} yet: ${without.join(", ")} is behind`,
  );
}
