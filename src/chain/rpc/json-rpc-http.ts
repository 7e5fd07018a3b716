/**
 * One JSON-RPC 2.0 request over HTTP and its answer, bounded in time and size: what nodes and external signers have in
 * common. https://www.jsonrpc.org/specification. Sent again only where the other side says that it has had too many, and
 * within the time of the one request.
 *
 * Invariant: nothing but the host of an address is for anybody's eyes. The rest often holds a key, as user name, path or
 * query, so it is blotted out of whatever the other side says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fromUtf8, toBase64, utf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import { boundedBody, whyFetchFailed } from "../../core/fetched.ts";

const MAX_QUOTED = 200;
// Shorter parts of an address stand in ordinary words as well.
const SHORTEST_SECRET = 4;
/** With these, the other side has not looked at the request: 429 is the limit of a provider, 503 that of its gateway. */
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
  /** The parts of the address that nobody may see. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
}

/** IPv4's whole network and IPv6's address, as `URL` writes them, and the names that stand for them. */
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

/** How many requests were sent so far, and how many of them the other side did not look at: it has had too many. */
export interface RequestCounts {
  sent: number;
  limited: number;
}

/** What came of a call. `refused`: answered with an error object; `none`: no usable answer, and why. */
export type JsonRpcReply =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "none"; readonly reason: string };

/**
 * The endpoint in an address; user name and password in it become a header.
 * @param what whose address it is, for the error
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
  // As they stand in the address, and as whoever echoes them may have read them.
  const spellings = [
    credentials,
    ...parts.flatMap((part) => [part, unescaped(part), unescaped(part.replaceAll("+", " "))]),
  ];
  // The longest first: one that begins with another would else be left in part.
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
 * Sends a call and reads one answer of at most `maxBytes`. Where the other side has had too many requests, it is sent again
 * after the time that the other side names, or growing pauses, as long as there is time; where there is not, the call ends
 * at once. Never throws for what the other side does.
 * @param counts kept up with each request: a limit that a second try overcomes is to be seen all the same
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
    // Spread out: whoever was told the same second would all come back in it.
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

/** Why it is not waited for. */
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
  /** Empty where the status alone says all there is to know. */
  readonly text: string;
  /** 0 where the other side names no time. */
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

/** Seconds, or a date: RFC 9110 section 10.2.3. What is neither counts for nothing. */
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

/** What the other side gave as its reason for an error. */
export function reasonGiven(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  return typeof message === "string" ? message : "no reason given";
}

/** Foreign words on one short line, without the secrets that the other side may have echoed. */
export function quoted(words: string, { secrets }: HttpEndpoint): string {
  // Before anything else: what makes a line of the words would also make another text of a secret in them.
  const blotted = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), words);
  return blotted.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_QUOTED);
}
