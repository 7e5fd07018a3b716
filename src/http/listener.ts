/**
 * Listens for requests: Node's own parser in strict mode, with limits on connections and on how slowly a body may arrive.
 * What answers them is another's.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import { WarifuError } from "../core/errors.ts";
import { ArrivingBodies, askWhenRead } from "../serve/arriving-body.ts";
import { limitConnections } from "../serve/connection-limits.ts";
import type { HttpLimits } from "../serve/limits.ts";
import { closeServer, listen } from "../serve/listen.ts";
import { UnreadAnswers } from "../serve/unread-answers.ts";
import type { MessageClasses } from "./direct-path.ts";
import { answerExpectations, answerMalformedRequests } from "./handling/problem-answers.ts";

/** Where to listen. */
export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly limits: HttpLimits;
  /** Node's own if left out. */
  readonly messages?: MessageClasses | undefined;
}

/** A listening server. */
export interface HttpServer {
  /** Without a trailing slash. */
  readonly url: string;
  /**
   * Accepts no new connections and lets running requests finish: those whose bodies take long are answered with what was
   * taken of them. Then cuts those that are left.
   */
  close(): Promise<void>;
}

/**
 * Listens, and has each request answered.
 * @throws CONFIG_INVALID when it cannot listen there
 */
export async function listenFor(
  answer: RequestListener,
  { host, port, limits, messages }: ListenerOptions,
): Promise<HttpServer> {
  const server = createServer({
    ...messages,
    maxHeaderSize: limits.maxHeaderBytes,
    // A body has time as long as it keeps arriving, see serve/arriving-body.ts.
    requestTimeout: 0,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // How precisely this is enforced.
    connectionsCheckingInterval: Math.min(limits.headersTimeoutMs, 4_000) / 4,
    insecureHTTPParser: false,
    // serve/well-formed.ts refuses such requests instead, and its answer says why.
    requireHostHeader: false,
  });
  const connections = limitConnections(server, limits);
  const bodies = new ArrivingBodies();
  const unread = new UnreadAnswers(limits.maxUnreadBytes, connections.distrust);
  unread.watch(server);
  server.on(
    "request",
    unread.guard((request, response) => {
      const onCrumbs = (): void => connections.distrust(request.socket);
      bodies.take(request, response, {
        windowMs: limits.bodyWindowMs,
        bytesPerSecond: limits.minBodyBytesPerSecond,
        onCrumbs,
      });
      answer(request, response);
    }),
  );
  askWhenRead(server);
  answerMalformedRequests(server);
  answerExpectations(server);
  const url = await listen(server, host, port);
  return { url, close: () => drain(server, bodies, limits.drainMs) };
}

/** Whoever is cut off while sending does not know what was taken, so unfinished bodies are answered before that. */
async function drain(server: Server, bodies: ArrivingBodies, drainMs: number): Promise<void> {
  const reason = new WarifuError("STOPPED", "the service is stopping: send again when it is back");
  const lastCall = setTimeout(() => bodies.breakOff(reason), drainMs);
  await closeServer(server);
  clearTimeout(lastCall);
}
