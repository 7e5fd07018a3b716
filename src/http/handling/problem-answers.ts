/**
 * Where every error of a request ends up: one handler turns it into a problem (problem.ts). An error that is not ours
 * becomes a 500 without any detail, and a line in the log so that the operator can find it.
 */
import { randomUUID } from "node:crypto";
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import { loggable } from "../../serve/logger.ts";
import { internalProblem, PROBLEM_MEDIA_TYPE, problemOf, retryAfterOf, type Problem } from "./problem.ts";
import { endEarly } from "../../serve/response-end.ts";

/** A problem as it is sent. */
export interface WrittenProblem {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Writes problems in another form than that of RFC 9457. */
export type ProblemWriter = (problem: Omit<Problem, "code">, request: Request) => WrittenProblem;

/** Problems of the requests that pass here are written in the form of another standard. */
export function writeProblemsWith(writer: ProblemWriter): RequestHandler {
  return (_request, response, next) => {
    response.locals["problemWriter"] = writer;
    next();
  };
}

/** The last handler of the application. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = ownError(thrown);
    const instance = `urn:uuid:${randomUUID()}`;
    const problem = error ? problemOf(error, instance) : internalProblem(instance);
    if (problem.status >= 500) logger.error({ instance, route: routeOf(request), ...loggable(thrown) }, "refused");
    else logger.debug({ instance, route: routeOf(request), code: error?.code }, "refused");
    if (response.headersSent) return void response.destroy();
    const written = writerFor(response)(problem, request);
    const body = Buffer.from(written.body);
    const retryAfter = error && retryAfterOf(error);
    if (retryAfter !== undefined && !response.hasHeader("retry-after")) response.setHeader("retry-after", retryAfter);
    if (written.status === 401) response.setHeader("www-authenticate", 'Bearer realm="warifu"');
    response.setHeader("cache-control", "no-store");
    response.status(written.status).setHeader("content-type", written.type).setHeader("content-length", body.length);
    endEarly(request, response, request.method === "HEAD" ? [] : [body]);
  };
}

function writerFor({ locals }: Response): ProblemWriter {
  return (locals["problemWriter"] as ProblemWriter | undefined) ?? writeProblem;
}

const writeProblem: ProblemWriter = (problem) => ({
  status: problem.status,
  type: PROBLEM_MEDIA_TYPE,
  body: JSON.stringify(problem),
});

/** The pattern of the route that a request matched: logs and metrics have it instead of the path, which may name things. */
export function routeOf(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? "none";
}

/** Errors of the framework that are the client's fault have a 4xx status: for instance, a path that cannot be decoded. */
function ownError(thrown: unknown): WarifuError | undefined {
  if (thrown instanceof WarifuError) return thrown;
  const { status } = (thrown ?? {}) as { status?: unknown };
  if (typeof status !== "number" || status < 400 || status >= 500) return undefined;
  return new WarifuError("REQUEST_INVALID", "the request cannot be read", { cause: thrown });
}

const MALFORMED: readonly [ErrorCode, string] = ["REQUEST_INVALID", "this is not a valid HTTP/1.1 request"];
const BY_PARSER_CODE: Readonly<Record<string, readonly [ErrorCode, string, status?: number]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["TOO_SLOW", "the request took too long to arrive"],
  HPE_HEADER_OVERFLOW: ["TOO_LARGE", "the header section is too large", 431],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["TOO_LARGE", "the chunk extensions are too large"],
};

/** Answers with a problem even what is not an HTTP request, or took too long to become one; the connection ends. */
export function answerMalformedRequests(server: Server): void {
  const responses = new WeakMap<Socket, ServerResponse>();
  server.on("request", (request, response) => responses.set(request.socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket;
    const response = responses.get(socket);
    // In the middle of another answer, nothing can be sent any more.
    const isFree = response === undefined || response.writableFinished || !response.headersSent;
    if (socket.writable && isFree) socket.write(rawAnswer(error.code ?? ""));
    socket.destroy(error);
  });
}

/** Refuses any `Expect` header other than `100-continue`, which serve/arriving-body.ts handles. */
export function answerExpectations(server: Server): void {
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    const error = new WarifuError("REQUEST_INVALID", "the only expectation that is met is 100-continue");
    const body = JSON.stringify({ ...problemOf(error), status: 417 });
    const headers = { "content-type": PROBLEM_MEDIA_TYPE, "content-length": Buffer.byteLength(body) };
    response.writeHead(417, { ...headers, "cache-control": "no-store", connection: "close" }).end(body);
  });
}

function rawAnswer(parserCode: string): string {
  const [code, message, status] = BY_PARSER_CODE[parserCode] ?? MALFORMED;
  const problem: Problem = problemOf(new WarifuError(code, message));
  const body = JSON.stringify({ ...problem, status: status ?? problem.status });
  return (
    `HTTP/1.1 ${status ?? problem.status} ${problem.title}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
  );
}
