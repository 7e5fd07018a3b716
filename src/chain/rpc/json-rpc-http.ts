/**
 * One JSON-RPC 2.0 request over HTTP and its answer, bounded in time and size: what nodes and external signers have in
 * common. https://www.jsonrpc.org/specification. It is sent again only if the other side says that it has had too many
 * requests, and only within the time for one request.
 *
 * Invariant: nobody gets to see more of an address than its host. The rest often holds a key, as user name, path or query,
 * so it is blotted out of whatever the other side says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fromUtf8, toBase64, utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { boundedBody, whyFetchFailed } from "../../core/fetched.ts";

const MAX_QUOTED = 200;
// Shorter parts of an address also occur in ordinary words.
const SHORTEST_SECRET = 4;
/** With these, the other side has not processed the request: 429 is a provider's rate limit, 503 its gateway's. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 503]);
const FIRST_PAUSE_MS = 200;
const MOST_ATTEMPTS = 4;
/** With these, providers send a refusal in JSON-RPC's own words: a range too long, a nonce too low. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 413, 422]);

/** Where the other side listens. */
export interface HttpEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
  /** The parts of the address that must not be shown. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
}

/** IPv4's whole loopback network and IPv6's address, as `URL` writes them, and the names that stand for them. */
const LOOPBACK = /^(?:(?:[^.]+\.)*localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;

/** Whether the other side is on this machine, by its address. */
export function isLoopback({ url }: HttpEndpoint): boolean {
  return LOOPBACK.test(new URL(url).hostname);
}

/** A call with the id that its answer must have. */
export interface JsonRpcCall {
  readonly id: string | number | null;
  readonly method: string;
  readonly params: unknown;
}

/** How many requests were sent so far, and how many of them the other side did not process because it had had too many. */
export interface RequestCounts {
  sent: number;
  limited: number;
}

/** The outcome of a call. `refused`: answered with an error object; `none`: no usable answer, and why. */
export type JsonRpcReply =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "none"; readonly reason: string };

/**
 * The endpoint in an address; user name and password in it become a header.
 * @param what whose address it is, for error messages
 * @throws CONFIG_INVALID
 */
export function parseHttpEndpoint(text: string, timeoutMs: number, what: string): HttpEndpoint {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new WarifuError(
      "CONFIG_INVALID",
      `${what} must be an http or https address: http:// or https:// before the host`,
    );
  const [user, password] = [unescaped(url.username), unescaped(url.password)];
  const credentials = user || password ? toBase64(utf8(`${user}:${password}`)) : "";
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (credentials !== "") headers["authorization"] = `Basic ${credentials}`;
  const values = url.search
    .slice(1)
    .split("&")
    .map((pair) => pair.slice(pair.indexOf("=") + 1));
  const parts = [url.username, url.password, ...url.pathname.split("/"), ...values];
  // As written in the address, and as a server that echoes them may have decoded them.
  const spellings = [
    credentials,
    ...parts.flatMap((part) => [part, unescaped(part), unescaped(part.replaceAll("+", " "))]),
  ];
  // The longest first: otherwise a secret that begins with another one would be left in part.
  const secrets = spellings
    .filter((part) => part.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  // `fetch` refuses an address with credentials in it.
  url.username = "";
  url.password = "";
  return { url: url.href, headers, host: url.host, secrets, timeoutMs };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Sends a call and reads one answer of at most `maxBytes`. If the other side has had too many requests, the call is sent
 * again after the time that it names, or after growing pauses, as long as there is time; otherwise the call ends
 * immediately. Never throws because of what the other side does.
 * @param counts updated with each request, so that a rate limit shows even if a retry gets past it
 */
export async function callJsonRpc(
  endpoint: HttpEndpoint,
  call: JsonRpcCall,
  maxBytes: number,
  counts: RequestCounts = { sent: 0, limited: 0 },
): Promise<JsonRpcReply> {
  const deadline = performance.now() + endpoint.timeoutMs;
  for (let attempt = 0; ; attempt++) {
    const reply = await callOnce(endpoint, call, maxBytes, deadline);
    counts.sent++;
    if (reply.kind !== "busy") return reply;
    counts.limited++;
    // Spread out: otherwise all clients that were given the same second would come back in it.
    const pauseMs = Math.max(reply.retryAfterMs, FIRST_PAUSE_MS * 2 ** attempt) * (1 + Math.random() / 2);
    if (performance.now() + pauseMs >= deadline) return { kind: "none", reason: tooLong(reply, endpoint) };
    if (attempt + 1 >= MOST_ATTEMPTS) return { kind: "none", reason: reply.reason };
    await sleep(pauseMs);
  }
}

interface Busy {
  readonly kind: "busy";
  readonly reason: string;
  readonly retryAfterMs: number;
}

type Attempt = JsonRpcReply | Busy;

/** Why we do not wait for it. */
function tooLong({ reason, retryAfterMs }: Busy, { timeoutMs }: HttpEndpoint): string {
  if (retryAfterMs === 0) return reason;
  return `${reason}, to be asked again in ${Math.ceil(retryAfterMs / 1_000)} s, which the ${timeoutMs} ms of a request do not allow`;
}

async function callOnce(
  endpoint: HttpEndpoint,
  { id, method, params }: JsonRpcCall,
  maxBytes: number,
  deadline: number,
): Promise<Attempt> {
  let reply: HttpReply;
  try {
    reply = await post(endpoint, JSON.stringify({ id, jsonrpc: "2.0", method, params }), maxBytes, deadline);
  } catch (error) {
    return { kind: "none", reason: whyFetchFailed(error, endpoint.timeoutMs) };
  }
  const { status, text, retryAfterMs } = reply;
  if (TRY_AGAIN.has(status)) return { kind: "busy", reason: `HTTP status ${status}`, retryAfterMs };
  const answer = parseAnswer(text);
  const isOwn = answer?.id === id;
  if (isOwn && answer.error !== undefined && answer.error !== null) return { kind: "refused", error: answer.error };
  if (status !== 200) return { kind: "none", reason: `HTTP status ${status}` };
  if (!isOwn) return { kind: "none", reason: "the answer is not that of a JSON-RPC server" };
  if (!Object.hasOwn(answer, "result")) return { kind: "none", reason: "the answer is empty" };
  return { kind: "result", result: answer.result };
}

interface HttpReply {
  readonly status: number;
  /** Empty if the status alone says everything. */
  readonly text: string;
  /** 0 if the other side names no time. */
  readonly retryAfterMs: number;
}

async function post(
  { url, headers }: HttpEndpoint,
  body: string,
  maxBytes: number,
  deadline: number,
): Promise<HttpReply> {
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
  const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" });
  const { status } = response;
  const retryAfterMs = retryAfterOf(response.headers.get("retry-after"));
  if (status === 200 || REFUSALS.has(status))
    return { status, text: fromUtf8(await boundedBody(response, maxBytes), "the answer"), retryAfterMs };
  await response.body?.cancel();
  return { status, text: "", retryAfterMs };
}

/** Seconds, or a date: RFC 9110 section 10.2.3. Anything else is ignored. */
function retryAfterOf(header: string | null): number {
  const text = header?.trim() ?? "";
  const ms = /^[0-9]{1,6}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
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

/** The reason that the other side gave for an error. */
export function reasonGiven(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === "string" ? message : "no reason given";
}

/** The other side's words on one short line, without any secrets that it may have echoed. */
export function quoted(words: string, { secrets }: HttpEndpoint): string {
  // First of all: making one line of the words could also change the text of a secret in them.
  const blotted = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), words);
  return blotted.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_QUOTED);
}
