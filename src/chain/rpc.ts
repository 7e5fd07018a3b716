/**
 * JSON-RPC 2.0 to one node: one request, one answer, bounded in time and size, never retried here, since every stage
 * retries by itself. https://www.jsonrpc.org/specification, EIP-1474.
 *
 * Invariant: whatever goes wrong comes out as a WarifuError that names the method and the host alone. An endpoint's
 * address often holds a key, as user name, path or query, so no other part of it reaches a message.
 */
import { JsonRpcProvider, Network, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from "ethers";

import { fromUtf8, toBase64, utf8 } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { toCount } from "./answers.ts";

/** How long one request may take, unless told otherwise. */
export const REQUEST_TIMEOUT_MS = 10_000;
// Receipts of the fullest blocks are a few MB of JSON.
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_QUOTED = 200;

/** Where a node listens. */
interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
  /** The parts of the address that nobody may see. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
}

/** A node that answered once and said which chain it serves. */
export interface Rpc {
  readonly chainId: number;
  /** Longest time for one request. */
  readonly timeoutMs: number;
  /** For TypeChain's contracts. Sends nothing of its own accord. */
  readonly provider: JsonRpcProvider;
  /**
   * The result of one call.
   * @throws CHAIN_UNREACHABLE with `details.rpcMessage` when the node answered that it refuses
   */
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): void;
}

/**
 * Asks the node for its chain id, unless it is known.
 * @param url http or https
 * @throws CONFIG_INVALID for an address that is none, CHAIN_UNREACHABLE
 */
export async function openRpc(
  url: string,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
  knownChainId?: number,
): Promise<Rpc> {
  const endpoint = parseEndpoint(url, timeoutMs);
  const chainId = knownChainId ?? toCount(await askOnce(endpoint, "eth_chainId"), "eth_chainId");
  const provider = new BoundedProvider(endpoint, Network.from(chainId));
  return {
    chainId,
    timeoutMs,
    provider,
    ask: (method, params) => askThrough(provider, endpoint, method, params),
    close: () => provider.destroy(),
  };
}

/**
 * Asks one thing without keeping anything open.
 * @throws CHAIN_UNREACHABLE
 */
async function askOnce(endpoint: Endpoint, method: string): Promise<unknown> {
  const answer = await exchange(endpoint, { id: 1, jsonrpc: "2.0", method, params: [] });
  if ("result" in answer) return answer.result;
  throw refusalOf(endpoint, method, answer.error);
}

async function askThrough(
  provider: JsonRpcProvider,
  endpoint: Endpoint,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  try {
    return await provider.send(method, [...params]);
  } catch (error) {
    // ethers has an error of its own for a provider that was closed.
    throw error instanceof WarifuError ? error : unreachable(endpoint, method, "the connection was closed");
  }
}

/** ethers' provider over {@link exchange}: no batches, no polling, no detection of the network. */
class BoundedProvider extends JsonRpcProvider {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint, network: Network) {
    super(endpoint.url, network, { staticNetwork: network, batchMaxCount: 1 });
    this.#endpoint = endpoint;
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const [single] = [payload].flat();
    // The declared type leaves out errors, which the caller expects as well.
    return [(await exchange(this.#endpoint, single as JsonRpcPayload)) as JsonRpcResult];
  }

  override getRpcError(payload: JsonRpcPayload, answer: JsonRpcError): Error {
    return refusalOf(this.#endpoint, payload.method, answer.error);
  }
}

function parseEndpoint(text: string, timeoutMs: number): Endpoint {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new WarifuError("CONFIG_INVALID", "the chain's RPC endpoint must be an http or https address");
  const headers: Record<string, string> = { "content-type": "application/json" };
  const [user, password] = [unescaped(url.username), unescaped(url.password)];
  const credentials = toBase64(utf8(`${user}:${password}`));
  if (user || password) headers["authorization"] = `Basic ${credentials}`;
  const secrets = [
    // First: a node that echoes the header shows both in one.
    ...(user || password ? [credentials] : []),
    user,
    password,
    url.username,
    url.password,
    ...url.pathname.split("/"),
    ...url.searchParams.values(),
  ];
  // `fetch` refuses an address with credentials in it.
  url.username = "";
  url.password = "";
  return { url: url.href, headers, host: url.host, secrets: secrets.filter((part) => part.length >= 4), timeoutMs };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sends one request and reads one answer. The answer is this request's, and either a result or an error. */
async function exchange(endpoint: Endpoint, payload: JsonRpcPayload): Promise<JsonRpcResult | JsonRpcError> {
  let text: string;
  try {
    text = await post(endpoint, JSON.stringify(payload));
  } catch (error) {
    throw unreachable(endpoint, payload.method, reasonOf(error, endpoint));
  }
  const answer = parseAnswer(text);
  if (answer === undefined || answer.id !== payload.id)
    throw unreachable(endpoint, payload.method, "the answer is not that of a JSON-RPC node");
  if (answer.error !== undefined && answer.error !== null)
    return { id: payload.id, error: answer.error as JsonRpcError["error"] };
  if (!Object.hasOwn(answer, "result")) throw unreachable(endpoint, payload.method, "the answer is empty");
  return { id: payload.id, result: answer.result };
}

async function post({ url, headers, timeoutMs }: Endpoint, body: string): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" });
  if (response.ok) return fromUtf8(await boundedBody(response), "the answer");
  await response.body?.cancel();
  throw new WarifuError("CHAIN_UNREACHABLE", `HTTP status ${response.status}`);
}

async function boundedBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new WarifuError("CHAIN_UNREACHABLE", "the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

function parseAnswer(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why `fetch` failed, in words of our own or of the system's: "fetch failed" says nothing. */
function reasonOf(error: unknown, { timeoutMs }: Endpoint): string {
  if (error instanceof WarifuError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
  return code ?? messageOf(cause ?? error);
}

function unreachable(endpoint: Endpoint, method: string, reason: string): WarifuError {
  const text = `${method}: the chain's node at ${endpoint.host} gave no usable answer: ${quote(reason, endpoint)}`;
  return new WarifuError("CHAIN_UNREACHABLE", text, { details: { method } });
}

function refusalOf(endpoint: Endpoint, method: string, error: unknown): WarifuError {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  const rpcMessage = quote(typeof message === "string" ? message : "no reason given", endpoint);
  const rpcCode = typeof code === "number" ? code : null;
  const text = `${method}: the chain's node at ${endpoint.host} refused: ${rpcMessage}`;
  return new WarifuError("CHAIN_UNREACHABLE", text, { details: { method, rpcCode, rpcMessage } });
}

/** Foreign words on one short line, without the secrets that the node may have echoed. */
function quote(words: string, { secrets }: Endpoint): string {
  const line = words.replace(/[^\x20-\x7e]+/g, " ");
  return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line).slice(0, MAX_QUOTED);
}

/** What the node said when it refused; undefined for every other error. */
export function nodeMessageOf(error: unknown): string | undefined {
  const said = error instanceof WarifuError ? error.details["rpcMessage"] : undefined;
  return typeof said === "string" ? said : undefined;
}
