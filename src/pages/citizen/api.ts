/**
 * What the app asks the service. Every question ends: a phone that changes from one network to another can leave a connection
 * open for ever. Whatever changes something goes with a header that no foreign form can send.
 */
import { language } from "../texts/language.ts";

/** An answer, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly failure: Failure };

/** Why there is no answer. */
export interface Failure {
  /** Of HTTP; 0 when the service cannot be reached, or does not answer in time. */
  readonly status: number;
  /** Of the problem, if the service named one. */
  readonly code?: string;
  /** What the service says, in English. */
  readonly detail?: string;
  /** How many seconds it asks to be left alone. */
  readonly retryAfter?: number;
}

/** How long an answer may take. */
const ANSWER_MS = 20_000;
/** The same where a body has to be carried up a slow line. */
const PIECE_MS = 60_000;

/** Asks for something. */
export function ask<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return exchange(path, { method: "GET", ...(signal && { signal }) });
}

/**
 * Sends something that changes something.
 * @param proof that somebody has shown just now who they are
 */
export function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  value?: object,
  proof?: string,
): Promise<Answer<T>> {
  const proven = { ...(proof !== undefined && { "warifu-proof": proof }) };
  if (value === undefined) return exchange(path, { method, headers: proven });
  const headers = { "content-type": "application/json", ...proven };
  return exchange(path, { method, headers, body: JSON.stringify(value) });
}

/** Asks for a file, such as the copy of the account's data. */
export function askForFile(path: string): Promise<Answer<Blob>> {
  return exchange(path, { method: "GET" }, { read: (response) => response.blob(), limitMs: PIECE_MS });
}

/** Sends a piece of a picture. */
export function sendPiece(
  path: string,
  piece: ArrayBuffer,
  headers: Readonly<Record<string, string>>,
): Promise<Answer<unknown>> {
  const sent = { ...headers, "content-type": "application/octet-stream" };
  return exchange(path, { method: "PUT", headers: sent, body: piece }, { limitMs: PIECE_MS });
}

interface Exchanging {
  readonly read?: (response: Response) => Promise<unknown>;
  readonly limitMs?: number;
}

async function exchange<T>(
  path: string,
  { signal, headers, ...init }: RequestInit,
  { read = bodyOf, limitMs = ANSWER_MS }: Exchanging = {},
): Promise<Answer<T>> {
  const end = new AbortController();
  const timer = setTimeout(() => {
    end.abort();
  }, limitMs);
  signal?.addEventListener("abort", () => {
    end.abort();
  });
  try {
    const response = await fetch(path, {
      ...{ ...init, signal: end.signal, credentials: "same-origin", cache: "no-store" },
      headers: { "warifu-app": "1", "accept-language": language.peek(), ...(headers as Record<string, string>) },
    });
    if (response.ok) return { value: (await read(response)) as T };
    return { failure: await failureOf(response) };
  } catch {
    return { failure: { status: 0 } };
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

async function failureOf(response: Response): Promise<Failure> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Record<"code" | "detail", unknown>>;
  const text = (name: "code" | "detail") => (typeof problem[name] === "string" ? { [name]: problem[name] } : {});
  const wait = Number(response.headers.get("retry-after"));
  return {
    status: response.status,
    ...text("code"),
    ...text("detail"),
    ...(Number.isFinite(wait) && wait > 0 && { retryAfter: wait }),
  };
}
