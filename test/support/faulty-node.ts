// A JSON-RPC node that lies, stalls or breaks: a real HTTP server in front of a real node (or of none), which answers as
// the node does until a test says otherwise.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { patientServer } from "./patient-server.ts";

export type RpcRequest = { readonly id: number; readonly method: string; readonly params: readonly unknown[] };

/** What the node behind answers: a result, or an error. */
export type RpcAnswer = { result?: unknown; error?: unknown };

/**
 * What to do with a request: change the true answer (`forward`), write a response of its own and return nothing, or
 * leave it open.
 */
export type Fault = (
  request: RpcRequest,
  forward: () => Promise<RpcAnswer>,
  http: { readonly request: IncomingMessage; readonly response: ServerResponse },
) => Promise<RpcAnswer | undefined> | RpcAnswer | undefined;

export type FaultyNode = {
  readonly rpcUrl: string;
  /** Requests so far. */
  readonly seen: RpcRequest[];
  /** Takes effect from the next request on; without one, answers are handed on. */
  setFault: (fault?: Fault) => void;
  readonly stop: () => Promise<void>;
};

/** @param behind address of the node that knows the answers; without it, every request needs a fault */
export async function startFaultyNode(behind?: string): Promise<FaultyNode> {
  const handOn: Fault = (_request, forward) => forward();
  const seen: RpcRequest[] = [];
  let fault = handOn;
  const server = patientServer((request, response) => {
    const serve = async (): Promise<void> => {
      const body = await textOf(request);
      const call = JSON.parse(body) as RpcRequest;
      seen.push(call);
      const answer = await fault(call, () => ask(behind, body), { request, response });
      if (answer) response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, ...answer }));
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    seen,
    setFault: (next = handOn) => {
      fault = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function ask(behind: string | undefined, body: string): Promise<RpcAnswer> {
  if (behind === undefined) throw new Error("there is no node behind this one");
  const response = await fetch(behind, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as RpcAnswer;
  return error === undefined ? { result } : { error };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
