/**
 * The way past Express for requests that come thousands of times a second. Express compares the path of a request with that of
 * each step and each route, one after the other, which costs as much as answering it. Here the same functions, in the same
 * order, are found by one look-up; they are taken from the application itself, so an answer is the same to the byte.
 *
 * A path that is written in any other way, with a query or an escape, goes through Express.
 */
import { IncomingMessage, ServerResponse } from "node:http";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response, Router } from "express";
import type { Route } from "./handling/route.ts";

/** Parts of Express that its types leave out. */
export interface Layer {
  /** Takes an error first if it has four parameters. */
  readonly handle: RequestHandler | ErrorRequestHandler;
  readonly route?: MatchedRoute | undefined;
  match(path: string): boolean;
}

/** A route as Express keeps it. */
interface MatchedRoute {
  readonly path: string;
  readonly stack: readonly { readonly method: string; readonly handle: RequestHandler }[];
}

/** What is done with a request for one route: the steps before it, its guards, and its handler. */
type Chain = readonly RequestHandler[];

/** A path with one parameter in it, of characters that are never escaped; one that takes the rest of it has slashes, too. */
interface Pattern {
  readonly matcher: RegExp;
  readonly parameter: string;
  readonly chain: Chain;
}

/** Stands for any value of a parameter where a path is looked up once. */
const SOME_VALUE = "x";

/** The layers of an application or a router. */
export function layersOf(stack: { readonly stack: readonly unknown[] }): readonly Layer[] {
  return stack.stack as readonly Layer[];
}

/** What a server makes of requests and answers. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Classes of messages that have an application's methods from the start: to give them to each message, as Express does, costs
 * four times as much as to make one.
 */
export function messagesOf(app: Express): MessageClasses {
  class Incoming extends IncomingMessage {}
  class Answer<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(Incoming.prototype, app.request as object);
  Object.setPrototypeOf(Answer.prototype, app.response as object);
  return { IncomingMessage: Incoming, ServerResponse: Answer };
}

/** The direct path to some routes. */
export class DirectPath {
  readonly #app: Express;
  readonly #fixed = new Map<string, Chain>();
  readonly #patterns: readonly Pattern[];
  readonly #onError: ErrorRequestHandler;

  /**
   * @param routes those to lead to; each path has one parameter at most
   * Precondition: no step of the application looks at which part of the path it is mounted at.
   */
  constructor(app: Express, router: Router, routes: readonly Route[]) {
    this.#app = app;
    const layers = layersOf(app.router);
    const [steps, [, ...after]] = parted(layers, (layer) => layer.handle === (router as unknown));
    this.#onError = after.find(({ handle }) => handle.length === 4)?.handle as ErrorRequestHandler;
    const patterns: Pattern[] = [];
    for (const route of routes) {
      const chain = chainOf(route, steps, layersOf(router));
      const [, before = "", parameter, behind = ""] = /^(.*)\{(\w+)\}(.*)$/.exec(route.path) ?? [];
      if (parameter === undefined) this.#fixed.set(`${route.method.toUpperCase()} ${route.path}`, chain);
      else {
        const value = route.isRest ? "[\\w./]+" : "[\\w-]+";
        const matcher = new RegExp(`^${route.method.toUpperCase()} ${before}(${value})${behind}$`);
        patterns.push({ matcher, parameter, chain });
      }
    }
    this.#patterns = patterns;
  }

  /** Handles a request if it is for one of the routes. @returns whether it is taken care of */
  takes(message: IncomingMessage, answer: ServerResponse): boolean {
    const target = `${message.method ?? ""} ${message.url ?? ""}`;
    const fixed = this.#fixed.get(target);
    if (fixed) return this.#run(fixed, {}, message, answer);
    for (const { matcher, parameter, chain } of this.#patterns) {
      const value = matcher.exec(target)?.[1];
      if (value !== undefined) return this.#run(chain, { [parameter]: value }, message, answer);
    }
    return false;
  }

  #run(chain: Chain, params: Request["params"], message: IncomingMessage, answer: ServerResponse): true {
    const [request, response] = this.#asExpressHasThem(message, answer);
    request.params = params;
    let at = 0;
    const next = (error?: unknown): void => {
      if (error !== undefined) return void this.#onError(error, request, response, next);
      try {
        const done: unknown = chain[at++]?.(request, response, next);
        if (done instanceof Promise) done.catch(next);
      } catch (thrown) {
        next(thrown);
      }
    };
    next();
    return true;
  }

  /** With the methods that handlers use, unless they came with them, and what these need. */
  #asExpressHasThem(message: IncomingMessage, answer: ServerResponse): [Request, Response] {
    const [request, response] = [message as Request, answer as Response];
    if ((request.app as Express | undefined) !== this.#app) {
      Object.setPrototypeOf(request, this.#app.request as object);
      Object.setPrototypeOf(response, this.#app.response as object);
    }
    request.res = response;
    request.baseUrl = "";
    request.originalUrl = request.url;
    response.locals = Object.create(null) as Record<string, unknown>;
    return [request, response];
  }
}

/** What Express would run for a route, in this order. */
function chainOf({ method, path }: Route, steps: readonly Layer[], routes: readonly Layer[]): Chain {
  const sample = path.replace(/\{\w+\}/, SOME_VALUE);
  const before = steps.filter((layer) => layer.match(sample)).map(({ handle }) => handle as RequestHandler);
  const layer = routes.find(
    (one) => one.match(sample) && one.route?.stack.some((handler) => handler.method === method),
  );
  const route = layer?.route as MatchedRoute;
  return [...before, entering(route), ...route.stack.map(({ handle }) => handle)];
}

/** What is refused before it gets to its route is of none, in metrics and logs. */
function entering(route: MatchedRoute): RequestHandler {
  return (request, _response, next) => {
    request.route = route;
    next();
  };
}

/** What comes before the first that is such a one, and the rest. */
function parted<T>(values: readonly T[], isSuch: (value: T) => boolean): [readonly T[], readonly T[]] {
  const at = values.findIndex(isSuch);
  return [values.slice(0, at), values.slice(at)];
}
