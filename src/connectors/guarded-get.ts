/**
 * Requests to a server that the operator named. The server that answers may be hostile: time and bytes are bounded,
 * redirects are not followed, and a public name that resolves to a private network is refused when the connection is
 * made, so the answer cannot change between check and use.
 */
import { lookup as lookUp, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIPv6, type LookupFunction } from "node:net";
import { messageOf, WarifuError } from "../core/errors.ts";

/** Bounds of one request. */
export interface GetBounds {
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Whether host names may resolve to private addresses. An address in the URL itself always may, as may `localhost`. */
  readonly allowPrivate: boolean;
  /** Ends the request early. */
  readonly signal: AbortSignal;
}

/** An answer with status 200. */
export interface Got {
  readonly bytes: Buffer;
  /** Media type as it was sent. */
  readonly type: string;
}

/** What is sent: without a body, a question for what is there. */
export type Question = { /** Media type that is asked for. */ readonly accept: string } & (
  { readonly body: Uint8Array; /** Media type of the body. */ readonly type: string } | { readonly body?: never }
);

/**
 * Gets what is at an address.
 * @throws SERVICE_UNREACHABLE, with the reason; TOO_LARGE
 */
export function guardedGet(url: URL, bounds: GetBounds): Promise<Got> {
  return guardedRequest(url, bounds);
}

/**
 * Gets what is at an address, or what it answers to a question that is posted there.
 * @throws as {@link guardedGet}; NOT_FOUND if the question has no body, and nothing is there
 */
export async function guardedRequest(
  url: URL,
  { timeoutMs, maxBytes, allowPrivate, signal }: GetBounds,
  question?: Question,
): Promise<Got> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await respond(url, allowPrivate, ending, question);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400)
      throw unreachable(`it answers ${statusCode}, and redirects are not followed: name the address that it leads to`);
    if (statusCode === 404 && isLookUp(question)) throw new WarifuError("NOT_FOUND", "the endpoint has nothing there");
    if (statusCode !== 200) throw unreachable(`it answers ${statusCode}`);
    return { bytes: await collect(response, maxBytes), type: headers["content-type"] ?? "" };
  } catch (cause) {
    if (cause instanceof WarifuError) throw cause;
    const { code, name } = Object(cause) as { readonly code?: unknown; readonly name?: unknown };
    const isLate = name === "TimeoutError" || (ending.aborted && !signal.aborted);
    throw unreachable(
      isLate ? `no answer within ${timeoutMs} ms` : typeof code === "string" ? code : messageOf(cause),
      cause,
    );
  }
}

function respond(
  url: URL,
  allowPrivate: boolean,
  signal: AbortSignal,
  question: Question | undefined,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const lookup = allowPrivate || url.hostname === "localhost" ? undefined : publicLookup;
  // The body is bounded as it was sent, so it must not unpack to more.
  const headers = {
    accept: question?.accept ?? "application/json, text/xml, application/xml",
    "accept-encoding": "identity",
    ...(question?.body && { "content-type": question.type, "content-length": question.body.length }),
  };
  const method = question?.body && { method: "POST" };
  const options = { headers, signal, agent: false, ...method, ...(lookup && { lookup }) };
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end(question?.body);
  });
}

async function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) throw new WarifuError("TOO_LARGE", `the answer is larger than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Looks a name up, and fails unless all its addresses are public. Node asks here for names alone, not for addresses. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, "");
    if (found.some(({ address }) => isPrivate(address)))
      return callback(unreachable("its name leads into a private network, which `allowPrivate` would allow"), "");
    const [first] = found;
    if (options.all) callback(null, found);
    else callback(null, first?.address ?? "", first?.family);
  });
};

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  PRIVATE.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 96],
  ["64:ff9b::", 96],
  // Other ways to write or reach IPv4: translated addresses, and 6to4.
  ["::ffff:0:0:0", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(net, bits, "ipv6");

/**
 * Whether an address is of this machine, of a private network, or of none that can be reached over the internet. An IPv4
 * address that is written as IPv6 counts as what it is.
 */
export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

function isLookUp(question: Question | undefined): boolean {
  return question !== undefined && question.body === undefined;
}

function unreachable(reason: string, cause?: unknown): WarifuError {
  return new WarifuError("SERVICE_UNREACHABLE", `the endpoint gives no usable answer: ${reason}`, { cause });
}
