/**
 * How often a client may ask: draft-8 RateLimit headers (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/),
 * and Retry-After once the limit is reached. A client is an address or, of IPv6, the /56 that one customer is commonly given.
 * Runs before anything else of every request, so it does little: a look-up, and two headers.
 */
import { isIPv6 } from "node:net";
import type { RequestHandler } from "express";
import { WarifuError } from "../core/errors.ts";
import { sha256Text } from "../core/sha256.ts";
import { toBase64, utf8 } from "../core/bytes.ts";

const MINUTE_MS = 60_000;
const PARTITION_CHARACTERS = 12;
/** Remembered at once is twice as many: some tens of megabytes, whoever has whatever addresses. */
const MOST_CLIENTS = 100_000;
/** Addresses of which it is remembered whose they are. */
const MOST_ADDRESSES = 1_024;

/** The minute of one client. */
interface Window {
  readonly endsAt: number;
  readonly policy: string;
  requests: number;
}

/** Passes on RATE_LIMITED if one address sends more than this many requests per minute. */
export function limitRate(
  ratePerMinute: number,
  now: () => number = sinceStart,
  mostClients = MOST_CLIENTS,
): RequestHandler {
  const name = `"${ratePerMinute}-in-1min"`;
  const windows = new Windows(
    (client) => `${name}; q=${ratePerMinute}; w=60; pk=:${partitionOf(client)}:`,
    now,
    mostClients,
  );
  const clients = new Map<string, string>();
  return (request, response, next) => {
    const window = windows.of(remembered(clients, request.ip ?? ""));
    window.requests++;
    const seconds = Math.ceil((window.endsAt - now()) / 1_000);
    response.appendHeader("ratelimit", `${name}; r=${Math.max(0, ratePerMinute - window.requests)}; t=${seconds}`);
    response.appendHeader("ratelimit-policy", window.policy);
    if (window.requests <= ratePerMinute) return next();
    response.setHeader("retry-after", String(seconds));
    next(new WarifuError("RATE_LIMITED", `a client may make ${ratePerMinute} requests a minute`));
  };
}

/** Milliseconds that only grow: with the time of day, a clock that is set back would hold clients off until it has caught up. */
function sinceStart(): number {
  return performance.now();
}

/**
 * Windows by client. Those of clients that have not come back for a minute or two are forgotten; if there are too many, sooner:
 * who has so many addresses is not bounded by a limit for each.
 */
class Windows {
  readonly #policyFor: (client: string) => string;
  readonly #now: () => number;
  readonly #most: number;
  #young = new Map<string, Window>();
  #old = new Map<string, Window>();
  #turnsAt: number;

  constructor(policyFor: (client: string) => string, now: () => number, most: number) {
    this.#policyFor = policyFor;
    this.#now = now;
    this.#most = most;
    this.#turnsAt = now() + MINUTE_MS;
  }

  of(client: string): Window {
    const now = this.#now();
    // Each window that is still running began after the last turn but one.
    if (now >= this.#turnsAt || this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#turnsAt = now + MINUTE_MS;
    }
    const known = this.#young.get(client) ?? this.#old.get(client);
    if (known && now < known.endsAt) return known;
    const window = { endsAt: now + MINUTE_MS, policy: this.#policyFor(client), requests: 0 };
    this.#young.set(client, window);
    return window;
  }
}

/** {@link clientOf}, of an address that is likely to come again: to take it apart costs as much as all else here. */
function remembered(clients: Map<string, string>, address: string): string {
  const known = clients.get(address);
  if (known !== undefined) return known;
  if (clients.size >= MOST_ADDRESSES) clients.clear();
  const client = clientOf(address);
  clients.set(address, client);
  return client;
}

/** An address of IPv4, however it is written, or the /56 of one of IPv6. */
export function clientOf(address: string): string {
  // Some proxies name the port as well, which is another one for each connection.
  const [, plain = address] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address) ?? /^\[(.*)\](?::\d+)?$/.exec(address) ?? [];
  if (!isIPv6(plain)) return plain;
  const [a, b, c, d = 0, e, f, high = 0, low = 0] = groupsIn(plain);
  if (f === 0xffff && [a, b, c, d, e].every((group) => group === 0))
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  return `${[a, b, c, d & 0xff00].map((group = 0) => group.toString(16)).join(":")}::/56`;
}

/** The eight groups of an address of IPv6. */
function groupsIn(address: string): number[] {
  const [before = "", after] = address.replace(/%.*$/, "").replace(DOTTED, asGroups).split("::");
  const [first, last] = [groupsOf(before), groupsOf(after ?? "")];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

const DOTTED = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

function asGroups(_dotted: string, ...bytes: readonly string[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  return [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(":");
}

function groupsOf(part: string): number[] {
  return part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
}

/** Tells clients of one answer from those of another without naming an address. */
function partitionOf(client: string): string {
  return toBase64(utf8(sha256Text(client).slice(0, PARTITION_CHARACTERS)));
}
