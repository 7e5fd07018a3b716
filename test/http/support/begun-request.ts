// A request that the service has let in, and whose body comes later.

import { once } from "node:events";
import { request, type ClientRequest, type IncomingMessage } from "node:http";

/** What is sent. */
export interface BegunRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Waits until the service asks for the body. @returns what sends it, and says the status of the answer */
export async function begunRequest(address: string, { body, ...head }: BegunRequest): Promise<() => Promise<number>> {
  const sent = begun(address, head, Buffer.byteLength(body));
  await once(sent, "continue");
  return async () => {
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  };
}

/** What a client hears that would send a body of some length, and waits to be asked: 100, or the status of a refusal. */
export async function answerToHead(address: string, head: Omit<BegunRequest, "body">, length: number): Promise<number> {
  const sent = begun(address, head, length);
  try {
    return await new Promise((resolve, reject) => {
      sent.once("continue", () => resolve(100));
      sent.once("response", ({ statusCode }: IncomingMessage) => resolve(statusCode ?? 0));
      sent.once("error", reject);
    });
  } finally {
    sent.on("error", () => undefined).destroy();
  }
}

function begun(address: string, { method, path, headers }: Omit<BegunRequest, "body">, length: number): ClientRequest {
  const { host, port } = new URL(address);
  const sent = request({
    ...{ host: "127.0.0.1", port, method, path },
    headers: { host, ...headers, "content-length": String(length), expect: "100-continue" },
  });
  sent.flushHeaders();
  return sent;
}
