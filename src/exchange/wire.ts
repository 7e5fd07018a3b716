/** The way to a partner's service: who it says it is, what it takes, and the proofs that it shows to everybody. */
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError, type ErrorCode } from "../core/errors.ts";
import { MAX_BUNDLE_BYTES } from "../core/bundle.ts";
import { MAX_MESSAGE_BYTES } from "../core/exchange-message.ts";
import { boundedBody, whyFetchFailed } from "../core/fetched.ts";
import { isJsonObject, parseJson, type JsonObject } from "../core/json.ts";
import type { Partner } from "./partners.ts";

/** What a service says of itself. */
export interface Greeting {
  readonly origin: string;
  /** Formats of messages that it takes. */
  readonly formats: readonly string[];
}

/** How partners are reached. All of it throws SERVICE_UNREACHABLE without an answer that can be used. */
export interface Wire {
  greet(partner: Partner): Promise<Greeting>;
  /** @returns text of the answer. @throws UNAUTHENTICATED, FORBIDDEN it does not know this city; TOO_LARGE */
  deliver(partner: Partner, message: string): Promise<string>;
  /** The bundle of an event of the partner's log; `undefined` as long as no final anchor covers it. @throws NOT_FOUND */
  bundle(partner: Partner, id: string): Promise<string | undefined>;
  /** How a record of this log stands there. @throws NOT_FOUND it has none of that id, or its program does not say it */
  moderation(partner: Partner, id: string): Promise<JsonObject>;
  /** @throws NOT_FOUND; REQUEST_INVALID there is nothing to appeal against there */
  appeal(partner: Partner, id: string, text: string): Promise<void>;
}

const TIMEOUT_MS = 30_000;
/** Where somebody waits for it. */
const SOON_MS = 8_000;
const MAX_GREETING_BYTES = 65_536;
const MAX_STANDING_BYTES = 65_536;
const [UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, TOO_LARGE] = [401, 403, 404, 413] as const;

/** The way over HTTP. */
export const HTTP_WIRE: Wire = {
  async greet({ endpoint }) {
    const { origin, formats } = jsonIn(await ask(`${endpoint}/v1/exchange`, {}, MAX_GREETING_BYTES));
    if (typeof origin !== "string" || !Array.isArray(formats)) throw unusable("it does not say which log it is");
    return { origin, formats: formats.filter((one) => typeof one === "string") };
  },
  async deliver({ endpoint, key }, message) {
    const init = { method: "POST", body: message, headers: headersOf(key) };
    return (await ask(`${endpoint}/v1/exchange/deliveries`, init, MAX_MESSAGE_BYTES)).text;
  },
  async bundle({ endpoint }, id) {
    try {
      return (await ask(`${endpoint}/v1/records/${encodeURIComponent(id)}/bundle`, {}, MAX_BUNDLE_BYTES)).text;
    } catch (error) {
      if (error instanceof WarifuError && error.code === "NOT_ANCHORED_YET") return undefined;
      throw error;
    }
  },
  async moderation({ endpoint, key }, id) {
    const init = { headers: headersOf(key) };
    return jsonIn(await ask(`${endpoint}${pathOf(id)}/moderation`, init, MAX_STANDING_BYTES, { timeoutMs: SOON_MS }));
  },
  async appeal({ endpoint, key }, id, text) {
    const init = { method: "POST", body: JSON.stringify({ text }), headers: headersOf(key) };
    await ask(`${endpoint}${pathOf(id)}/appeals`, init, MAX_STANDING_BYTES, {
      timeoutMs: SOON_MS,
      passes: "REQUEST_INVALID",
    });
  },
};

function pathOf(id: string): string {
  return `/v1/exchange/records/${encodeURIComponent(id)}`;
}

function headersOf(key: string | undefined): Record<string, string> {
  return { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) };
}

interface Said {
  readonly status: number;
  readonly text: string;
}

interface Asking {
  readonly timeoutMs?: number;
  /** A refusal that says something about what was asked, and not about the partner. */
  readonly passes?: ErrorCode;
}

async function ask(
  url: string,
  init: RequestInit,
  maxBytes: number,
  { timeoutMs = TIMEOUT_MS, passes }: Asking = {},
): Promise<Said> {
  let said: Said;
  try {
    const response = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    said = { status: response.status, text: fromUtf8(await boundedBody(response, maxBytes), "answer") };
  } catch (cause) {
    throw unusable(whyFetchFailed(cause, timeoutMs), cause);
  }
  if (said.status >= 200 && said.status < 300) return said;
  if (passes !== undefined && codeIn(said) === passes)
    throw new WarifuError(passes, "the partner refuses it as the record stands there");
  throw refusalOf(said);
}

/** In the codes of the other service where they say something about us, and otherwise that there is no use in the answer. */
function refusalOf(said: Said): WarifuError {
  const { status } = said;
  const code = codeIn(said);
  if (code === "NOT_ANCHORED_YET") return new WarifuError(code, "the partner has no proof of it yet");
  if (status === UNAUTHENTICATED) return new WarifuError("UNAUTHENTICATED", "the partner does not know our key");
  if (status === FORBIDDEN) return new WarifuError("FORBIDDEN", "the partner does not let our key send this");
  if (status === NOT_FOUND) return new WarifuError("NOT_FOUND", "the partner has no such thing");
  if (status === TOO_LARGE) return new WarifuError("TOO_LARGE", "the partner takes no message of that size");
  return unusable(code === undefined ? `it answers ${status}` : `it answers ${status}, ${code}`);
}

function codeIn(said: Said): string | undefined {
  try {
    const { code } = jsonIn(said);
    return typeof code === "string" && /^[A-Z_]{1,64}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** @throws SERVICE_UNREACHABLE it is no object */
function jsonIn({ text }: Said): JsonObject {
  try {
    const value = parseJson(text, "answer");
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw unusable("its answer is not JSON", cause);
  }
  throw unusable("its answer is no object");
}

function unusable(reason: string, cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the partner gives no answer that can be used: ${reason}`, { cause });
}
