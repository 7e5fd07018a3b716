/**
 * JSON-RPC 2.0 to one node: one request, one answer, bounded in time and size. Only a node that limits the rate is asked
 * again here (json-rpc-http.ts); after any other failure, the stages try again themselves.
 * https://www.jsonrpc.org/specification, EIP-1474.
 *
 * Invariant: whatever goes wrong is reported as a WarifuError that names only the method and the host. An endpoint's address
 * often holds a key, as user name, path or query, so no other part of it reaches a message.
 */
import { JsonRpcProvider, Network, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from "ethers";

import { WarifuError, type ErrorDetails } from "../../core/errors.ts";
import { toCount } from "./rpc-values.ts";
import {
  callJsonRpc,
  isLoopback,
  parseHttpEndpoint,
  quoted,
  reasonGiven,
  type HttpEndpoint,
  type RequestCounts,
} from "./json-rpc-http.ts";

/** How long one request may take, by default. */
export const REQUEST_TIMEOUT_MS = 10_000;
// Receipts of the fullest blocks are a few MB of JSON.
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A node that answered once and said which chain it serves. */
export interface Rpc {
  /** Host and port, for messages. */
  readonly host: string;
  readonly chainId: number;
  /** Whether the node is on this machine, by its address. */
  readonly isLoopback: boolean;
  /** Longest time for one request. */
  readonly timeoutMs: number;
  /** The requests sent to the node so far. */
  readonly counts: Readonly<RequestCounts>;
  /** Who must have sealed every block that the node shows: addresses, lower case; `undefined`: nobody is known. */
  readonly validators?: readonly string[] | undefined;
  /** For TypeChain's contracts. It sends nothing on its own. */
  readonly provider: JsonRpcProvider;
  /**
   * The result of one call.
   * @throws NODE_REFUSED when the node answered that it refuses; CHAIN_UNREACHABLE
   */
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): void;
}

/**
 * Asks the node for its chain id, unless it is known.
 * @param url http or https
 * @throws CONFIG_INVALID for an invalid address, CHAIN_UNREACHABLE
 */
export async function openRpc(
  url: string,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
  knownChainId?: number,
): Promise<Rpc> {
  const endpoint = parseHttpEndpoint(url, timeoutMs, "the chain's RPC endpoint");
  const counts: RequestCounts = { sent: 0, limited: 0 };
  const chainId = knownChainId ?? toCount(await askOnce(endpoint, "eth_chainId", counts), "eth_chainId");
  const provider = new BoundedProvider(endpoint, Network.from(chainId), counts);
  return {
    host: endpoint.host,
    chainId,
    isLoopback: isLoopback(endpoint),
    timeoutMs,
    counts,
    provider,
    ask: (method, params) => askThrough(provider, endpoint, method, params),
    close: () => provider.destroy(),
  };
}

/**
 * Asks one thing without keeping anything open.
 * @throws CHAIN_UNREACHABLE
 */
async function askOnce(endpoint: HttpEndpoint, method: string, counts: RequestCounts): Promise<unknown> {
  const answer = await exchange(endpoint, { id: 1, jsonrpc: "2.0", method, params: [] }, counts);
  if ("result" in answer) return answer.result;
  throw refusalOf(endpoint, method, answer.error);
}

async function askThrough(
  provider: JsonRpcProvider,
  endpoint: HttpEndpoint,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  try {
    return await provider.send(method, [...params]);
  } catch (error) {
    // ethers throws its own kind of error for a closed provider.
    throw error instanceof WarifuError ? error : unreachable(endpoint, method, "the connection was closed");
  }
}

/**
 * ethers' provider over {@link exchange}: no polling, no network detection. And no batches: the questions of a round depend
 * on each other's answers, and providers count each request in a batch.
 */
class BoundedProvider extends JsonRpcProvider {
  readonly #endpoint: HttpEndpoint;
  readonly #counts: RequestCounts;

  constructor(endpoint: HttpEndpoint, network: Network, counts: RequestCounts) {
    super(endpoint.url, network, { staticNetwork: network, batchMaxCount: 1 });
    this.#endpoint = endpoint;
    this.#counts = counts;
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const [single] = [payload].flat();
    // The declared type leaves out errors, which the caller expects as well.
    return [(await exchange(this.#endpoint, single as JsonRpcPayload, this.#counts)) as JsonRpcResult];
  }

  override getRpcError(payload: JsonRpcPayload, answer: JsonRpcError): Error {
    return refusalOf(this.#endpoint, payload.method, answer.error);
  }
}

/** Sends one request and reads one answer. The answer is this request's, and either a result or an error. */
async function exchange(
  endpoint: HttpEndpoint,
  payload: JsonRpcPayload,
  counts: RequestCounts,
): Promise<JsonRpcResult | JsonRpcError> {
  const { id, method } = payload;
  const reply = await callJsonRpc(endpoint, payload, MAX_ANSWER_BYTES, counts);
  if (reply.kind === "none") throw unreachable(endpoint, method, reply.reason);
  if (reply.kind === "refused") return { id, error: reply.error as JsonRpcError["error"] };
  return { id, result: reply.result };
}

function unreachable(endpoint: HttpEndpoint, method: string, reason: string): WarifuError {
  const text = `${method}: the chain's node at ${endpoint.host} gave no usable answer: ${quoted(reason, endpoint)}`;
  return new WarifuError("CHAIN_UNREACHABLE", text, { details: { method } });
}

/** NODE_REFUSED with the node's words: it passes through ethers, which leaves no other way to pass them on. */
class NodeRefusal extends WarifuError {
  readonly said: string;

  constructor(message: string, said: string, details: ErrorDetails) {
    super("NODE_REFUSED", message, { details });
    this.said = said;
  }
}

function refusalOf(endpoint: HttpEndpoint, method: string, error: unknown): WarifuError {
  const { code } = Object(error) as { readonly code?: unknown };
  const rpcMessage = quoted(reasonGiven(error), endpoint);
  const rpcCode = typeof code === "number" ? code : null;
  const text = `${method}: the chain's node at ${endpoint.host} refused: ${rpcMessage}`;
  return new NodeRefusal(text, rpcMessage, { method, rpcCode, rpcMessage });
}

/** The words of a node that refused; undefined for every other error. */
export function nodeMessageOf(error: unknown): string | undefined {
  return error instanceof NodeRefusal ? error.said : undefined;
}
