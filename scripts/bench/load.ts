/** Sends load over HTTP and counts what is acknowledged. */
import { Agent, request } from "node:http";
import { Connection, type Answer } from "./connection.ts";

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

/** Sends bodies over `connections` connections, each as soon as the previous one is answered. */
export async function runLoad(
  target: Target,
  contentType: string,
  connections: number,
  make: BodyMaker,
): Promise<LoadResult> {
  const latencies: number[] = [];
  let [next, acknowledged] = [0, 0];
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(target.url)));
  const head = headOf(target, contentType);
  const started = performance.now();
  const work = async (connection: Connection): Promise<void> => {
    for (let body = make(next++); body; body = make(next++)) {
      const sentAt = performance.now();
      const answer = await connection.ask(`${head}${body.bytes.length}\r\n\r\n`, body.bytes);
      latencies.push(performance.now() - sentAt);
      acknowledged += acknowledgedIn(answer, body.records);
    }
  };
  await Promise.all(opened.map(work));
  const seconds = (performance.now() - started) / 1000;
  for (const connection of opened) connection.close();
  return { acknowledged, seconds, latencies: latencies.sort((a, b) => a - b) };
}

/** The head of a request that submits records, up to the length of its body. */
function headOf({ url, apiKey }: Target, contentType: string): string {
  return [
    "POST /v1/records HTTP/1.1",
    `host: ${new URL(url).host}`,
    `authorization: Bearer ${apiKey}`,
    `content-type: ${contentType}`,
    "content-length: ",
  ].join("\r\n");
}

const SINGLE = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Sends one record, again if its connection was closed as idle at that very moment, which no client can know.
 * @returns the status of the answer
 */
export async function sendOne(target: Target, record: string): Promise<number> {
  const send = async (): Promise<number> => (await post(target, SINGLE, "application/json", record)).status;
  return send().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ECONNRESET" && error.code !== "EPIPE") throw error;
    return send();
  });
}

/** Asks for something. @returns the status of the answer, once all of it is here */
export async function getOne(url: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { agent: SINGLE }, (response) => {
    response.on("end", () => resolve(response.statusCode ?? 0));
    response.on("error", reject).resume();
  })
    .on("error", reject)
    .end();
  return promise;
}

/** Counts acknowledgements in an answer rather than trusting its status: each item of a batch has its own result. */
function acknowledgedIn({ status, body }: Answer, records: number): number {
  let count = 0;
  for (let at = body.indexOf(ACKNOWLEDGED); at >= 0; at = body.indexOf(ACKNOWLEDGED, at + ACKNOWLEDGED.length)) count++;
  if (status !== 201 || count !== records)
    throw new TypeError(
      `the service answered ${status} with ${count} of ${records} acknowledged: ${body.toString("utf8", 0, 300)}`,
    );
  return count;
}

const ACKNOWLEDGED = Buffer.from('"leafIndex":');

function post(
  { url, apiKey }: Target,
  agent: Agent,
  contentType: string,
  body: string | Uint8Array,
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const sent = request(
    `${url}/v1/records`,
    {
      method: "POST",
      agent,
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": contentType,
        "content-length": Buffer.byteLength(body),
      },
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("latin1") }),
      );
      response.on("error", reject);
    },
  );
  sent.on("error", reject);
  sent.end(body);
  return promise;
}
