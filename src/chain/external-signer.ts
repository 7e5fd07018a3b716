/**
 * A signer in another program, which keeps the key: JSON-RPC `eth_signTransaction` over HTTP, as web3signer, geth with
 * Clef, and anvil have it. https://docs.web3signer.consensys.io/reference/api/json-rpc#eth_signtransaction
 *
 * One request, one answer, bounded in time and size, never retried here: the stage above comes again. The signer is not
 * believed: what it gives is compared with what was asked for, down to the byte (signed-transaction.ts).
 *
 * Invariant: no error carries more of the signer's address than its host, since the rest may be secret.
 */
import { fromUtf8, toBase64, utf8 } from "../core/bytes.ts";
import { messageOf, WarifuError } from "../core/errors.ts";
import { assertOwnAccount } from "./anchor-key.ts";
import type { AnchorSigner, UnsignedTransaction } from "./anchor-signer.ts";
import { quantity } from "./answers.ts";
import { assertOpenedFor } from "./local-signer.ts";
import { assertSigned } from "./signed-transaction.ts";

const METHOD = "eth_signTransaction";
const TIMEOUT_MS = 10_000;
// A deployment, twice over as geth gives it, has 60 KB.
const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_QUOTED = 200;
const RAW = /^0x(?:[0-9a-f]{2})+$/;

/** Where the signer listens, and for whom it is to sign. */
export interface ExternalSignerOptions {
  /** http or https; user and password in it are sent as HTTP's basic authentication. */
  readonly url: string;
  readonly address: string;
  readonly timeoutMs?: number | undefined;
}

interface Endpoint {
  readonly url: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parts of the address that nobody may see. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
}

/**
 * The signer of an account whose key is elsewhere. Nothing is asked before the first transaction.
 * @throws CONFIG_INVALID for an address that is none, or that of a published development key while the chain is not local
 */
export function openExternalSigner(options: ExternalSignerOptions, chainId: number): AnchorSigner {
  const endpoint = parseEndpoint(options);
  const address = options.address.toLowerCase();
  assertOwnAccount(address, chainId);
  return {
    address,
    sign: async (transaction) => {
      assertOpenedFor(chainId, transaction);
      const raw = rawIn(await ask(endpoint, paramsOf(transaction, address)), endpoint);
      assertSigned(raw, transaction, address);
      return raw;
    },
  };
}

function parseEndpoint({ url: text, timeoutMs = TIMEOUT_MS }: ExternalSignerOptions): Endpoint {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new WarifuError("CONFIG_INVALID", "the signer's address must begin with http:// or https://");
  const [user, password] = [unescaped(url.username), unescaped(url.password)];
  const credentials = user || password ? toBase64(utf8(`${user}:${password}`)) : "";
  const headers = {
    "content-type": "application/json",
    ...(credentials === "" ? {} : { authorization: `Basic ${credentials}` }),
  };
  const secrets = [
    credentials,
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
  return { url: url.href, host: url.host, headers, secrets: secrets.filter((part) => part.length >= 4), timeoutMs };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function paramsOf(transaction: UnsignedTransaction, from: string): Readonly<Record<string, string>> {
  const { to, data, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas, chainId } = transaction;
  return {
    from,
    // A deployment has no recipient: some signers read null as an address.
    ...(to === null ? {} : { to }),
    data,
    value: "0x0",
    nonce: quantity(nonce),
    gas: quantity(gasLimit),
    maxFeePerGas: `0x${maxFeePerGas.toString(16)}`,
    maxPriorityFeePerGas: `0x${maxPriorityFeePerGas.toString(16)}`,
    // web3signer leaves it to its own settings; those that take it refuse another chain by themselves.
    chainId: quantity(chainId),
  };
}

/** The result of the call. */
async function ask(endpoint: Endpoint, params: Readonly<Record<string, string>>): Promise<unknown> {
  const id = 1;
  const answer = parseAnswer(
    await post(endpoint, JSON.stringify({ jsonrpc: "2.0", id, method: METHOD, params: [params] })),
  );
  if (answer === undefined || answer.id !== id) return fail(endpoint, "the answer is not that of a JSON-RPC signer");
  if (answer.error !== undefined && answer.error !== null) {
    const { message } = Object(answer.error) as { readonly message?: unknown };
    return fail(endpoint, `it refused: ${typeof message === "string" ? message : "no reason given"}`);
  }
  return answer.result;
}

async function post(endpoint: Endpoint, body: string): Promise<string> {
  const { url, headers, timeoutMs } = endpoint;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" });
    if (response.ok) return fromUtf8(await boundedBody(response), "the answer");
    await response.body?.cancel();
    return fail(endpoint, `HTTP status ${response.status}`);
  } catch (error) {
    if (error instanceof WarifuError && error.code === "SIGNER_FAILED") throw error;
    return fail(endpoint, reasonOf(error, timeoutMs));
  }
}

async function boundedBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new WarifuError("TOO_LARGE", "the answer is too large");
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

/** web3signer gives the bytes, geth an object with them and with the fields, which nobody needs. */
function rawIn(result: unknown, endpoint: Endpoint): string {
  const given = typeof result === "object" && result !== null && "raw" in result ? result.raw : result;
  const raw = typeof given === "string" ? given.toLowerCase() : "";
  return RAW.test(raw) ? raw : fail(endpoint, "the answer holds no signed transaction");
}

/** Why `fetch` failed, in words of our own or of the system's: "fetch failed" says nothing. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof WarifuError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
  return code ?? messageOf(cause ?? error);
}

/** One short line, without the secrets that the signer may have echoed. */
function fail({ host, secrets }: Endpoint, reason: string): never {
  const line = reason.replace(/[^\x20-\x7e]+/g, " ");
  const quoted = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line).slice(0, MAX_QUOTED);
  throw new WarifuError("SIGNER_FAILED", `the signer at ${host} gave no signature: ${quoted}`);
}
