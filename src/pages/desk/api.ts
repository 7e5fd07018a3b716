/**
 * What the desk asks the service: the API that programs use too, with the session's cookie in place of a key. Whatever changes
 * something goes with a header of our own, which no foreign form can send.
 */
import { language } from "../texts/language.ts";

/** An answer, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly failure: Failure };

/** Why there is no answer. */
export interface Failure {
  /** Of HTTP; 0 when the service cannot be reached. */
  readonly status: number;
  /** Of the problem, if the service named one. */
  readonly code?: string;
  /** What the service says, in English. */
  readonly detail?: string;
}

/** How something is asked. */
interface Asking {
  readonly signal?: AbortSignal;
  /** By the page itself, to show what is new: a session of which nobody makes use ends all the same. */
  readonly isLook?: boolean;
}

/** Asks for something. */
export async function ask<T>(path: string, { signal, isLook = false }: Asking = {}): Promise<Answer<T>> {
  const headers = isLook ? { "warifu-desk": "look" } : {};
  return exchange(path, { method: "GET", headers, ...(signal && { signal }) });
}

/** Sends something that changes something. */
export async function send<T>(path: string, value: object): Promise<Answer<T>> {
  return exchange(path, posted(value));
}

/** Sends something whose answer is a file, such as the one for a recipient. */
export async function sendForFile(path: string, value: object): Promise<Answer<Blob>> {
  return exchange(path, posted(value), (response) => response.blob());
}

function posted(value: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Ends something. */
export async function remove(path: string): Promise<Answer<undefined>> {
  return exchange(path, { method: "DELETE" });
}

/** Asks for a file, such as the copy that a person gets. */
export async function askForFile(path: string): Promise<Answer<Blob>> {
  return exchange(path, { method: "GET" }, (response) => response.blob());
}

async function exchange<T>(
  path: string,
  init: RequestInit,
  read: (response: Response) => Promise<unknown> = bodyOf,
): Promise<Answer<T>> {
  const headers = { "warifu-desk": "1", "accept-language": language.peek(), ...init.headers };
  try {
    const response = await fetch(path, { ...init, headers, credentials: "same-origin", cache: "no-store" });
    if (response.ok) return { value: (await read(response)) as T };
    return { failure: await failureOf(response) };
  } catch {
    return { failure: { status: 0 } };
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  return response.status === 204 ? undefined : response.json();
}

async function failureOf(response: Response): Promise<Failure> {
  const { status } = response;
  const problem = (await response.json().catch(() => ({}))) as Partial<Record<"code" | "detail", unknown>>;
  const text = (name: "code" | "detail") => (typeof problem[name] === "string" ? { [name]: problem[name] } : {});
  return { status, ...text("code"), ...text("detail") };
}
