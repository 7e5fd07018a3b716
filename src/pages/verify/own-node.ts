/**
 * A node of the verifier's own, asked over JSON-RPC from the page: the four questions that the verifier has, and nothing
 * else. Whatever goes wrong means that nobody answered.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { CHAIN_HASH } from "../../core/address.ts";
import { fromHex, toHex } from "../../core/bytes.ts";
import { codeOf, WarifuError } from "../../core/errors.ts";
import type { ChainView } from "../../verify/verdict.ts";

const TIMEOUT_MS = 15_000;
const QUANTITY = /^0x[0-9a-fA-F]{1,13}$/;

/** @param confirmations blocks on top that make one final, on a chain that names no final block */
export function ownNode(url: string, confirmations: number | undefined): ChainView {
  const ask = (method: string, params: readonly unknown[]): Promise<unknown> => askNode(url, method, params);
  const block = async (which: string): Promise<NodeBlock | undefined> =>
    blockIn(await ask("eth_getBlockByNumber", [which, false]));
  const numbered = async (which: string): Promise<number> => (await block(which))?.number ?? silent();
  return {
    chainId: async () => count(await ask("eth_chainId", [])),
    blockHashAt: async (number) => {
      const found = await block(`0x${number.toString(16)}`);
      return found?.number === number ? found.hash : undefined;
    },
    newestTime: async () => (await block("latest"))?.time ?? 0,
    finalizedHeight: async () =>
      confirmations === undefined ? numbered("finalized") : (await numbered("latest")) - confirmations,
    codeHashOf: async (address) => {
      const code = await ask("eth_getCode", [address, "latest"]);
      if (typeof code !== "string" || !/^0x([0-9a-f]{2})*$/i.test(code)) return silent();
      return `0x${toHex(keccak_256(fromHex(code.slice(2).toLowerCase(), "code")))}`;
    },
  };
}

/** A block as a node names it. */
interface NodeBlock {
  readonly number: number;
  readonly hash: string;
  readonly time: number;
}

/** The block in an answer, if there is one. */
function blockIn(answer: unknown): NodeBlock | undefined {
  if (answer === null) return undefined;
  if (typeof answer !== "object") return silent();
  const { number, hash, timestamp } = answer as { readonly [name: string]: unknown };
  if (typeof hash !== "string" || !CHAIN_HASH.test(hash)) return silent();
  return { number: count(number), hash, time: count(timestamp) };
}

/** The number in an answer. */
export function count(value: unknown): number {
  return typeof value === "string" && QUANTITY.test(value) ? Number(value) : silent();
}

/** One answer. @throws CHAIN_UNREACHABLE; NODE_REFUSED where the node says why not */
export async function askNode(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    const answer = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
    if (answer.error !== undefined) throw new WarifuError("NODE_REFUSED", "the node refused the question");
    return answer.result === undefined ? silent() : answer.result;
  } catch (cause) {
    return codeOf(cause) === "NODE_REFUSED" ? Promise.reject(cause as WarifuError) : silent(cause);
  }
}

/** @throws CHAIN_UNREACHABLE */
export function silent(cause?: unknown): never {
  throw new WarifuError("CHAIN_UNREACHABLE", "the node did not answer, or not in a way that can be used", { cause });
}
