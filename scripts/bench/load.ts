/**
 * Sends load over HTTP and counts what is acknowledged. It uses undici, of which Node's own `fetch` is made: the generator
 * shares the cores with the service, and `node:http` takes twice the CPU for a request.
 */
import { Pool } from "undici";

/** Where to send, and with which key. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** The result of a run. Latencies in milliseconds, sorted. */
export interface LoadResult {
  readonly acknowledged: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
}

/** What is sent in one request, and how many records are in it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** The body number `n`; `undefined` ends the run. */
type BodyMaker = (n: number) => Body | undefined;

/** An answer, once all of it is here. */
export interface Answered {
  readonly status: number;
  readonly bytes: Buffer;
}

/** Sends bodies over `connections` connections, each as soon as the previous one is answered. */
export async function runLoad(
  target: Target,
  contentType: string,
  connections: number,
  make: BodyMaker,
): Promise<LoadResult> {
  const pool = new Pool(target.url, { connections });
  const latencies: number[] = [];
  let [next, acknowledged] = [0, 0];
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let body = make(next++); body; body = make(next++)) {
      const sentAt = performance.now();
      const answer = await post(pool, target.apiKey, contentType, body.bytes);
      latencies.push(performance.now() - sentAt);
      acknowledged += acknowledgedIn(answer, body.records);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - started) / 1000;
  await pool.destroy();
  return { acknowledged, seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** For requests that are sent one by one. */
const POOLS = new Map<string, Pool>();
const MOST_AT_ONCE = 256;
/** The connection was closed as idle at that very moment, which no client can know. */
const CLOSED = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** Sends one record, again if its connection was closed as idle. @returns the status of the answer */
export async function sendOne({ url, apiKey }: Target, record: string): Promise<number> {
  const send = async (): Promise<number> =>
    (await post(poolFor(url), apiKey, "application/json", Buffer.from(record))).status;
  return send().catch((error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code ?? "")) throw error;
    return send();
  });
}

/** Asks for something. @returns the status of the answer */
export async function getOne(address: string): Promise<number> {
  const { origin, pathname, search } = new URL(address);
  return (await get(poolFor(origin), `${pathname}${search}`)).status;
}

function poolFor(origin: string): Pool {
  const pool = POOLS.get(origin) ?? new Pool(origin, { connections: MOST_AT_ONCE });
  POOLS.set(origin, pool);
  return pool;
}

/** Asks for something over one of the connections of a pool. */
export function get(pool: Pool, path: string): Promise<Answered> {
  return ask(pool, { path, method: "GET" });
}

/** Counts acknowledgements in an answer rather than trusting its status: each item of a batch has its own result. */
function acknowledgedIn({ status, bytes }: Answered, records: number): number {
  const text = bytes.toString("latin1");
  let count = 0;
  for (let at = text.indexOf('"leafIndex":'); at >= 0; at = text.indexOf('"leafIndex":', at + 12)) count++;
  if (status !== 201 || count !== records)
    throw new TypeError(
      `the service answered ${status} with ${count} of ${records} acknowledged: ${text.slice(0, 300)}`,
    );
  return count;
}

function post(pool: Pool, apiKey: string, contentType: string, body: Uint8Array): Promise<Answered> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": contentType };
  return ask(pool, { path: "/v1/records", method: "POST", headers, body });
}

function ask(pool: Pool, request: Parameters<Pool["dispatch"]>[0]): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const pieces: Buffer[] = [];
  let status = 0;
  pool.dispatch(request, {
    onRequestStart: () => undefined,
    onResponseStart: (_, code) => {
      status = code;
    },
    onResponseData: (_, piece) => {
      pieces.push(piece);
    },
    onResponseEnd: () => resolve({ status, bytes: Buffer.concat(pieces) }),
    onResponseError: (_, error) => reject(error),
  });
  return promise;
}
