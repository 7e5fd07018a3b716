// A request that the service has let in, and whose body comes later.

import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";

/** What is sent. */
export interface BegunRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Waits until the service asks for the body. @returns what sends it, and says the status of the answer */
export async function begunRequest(
  address: string,
  { method, path, headers, body }: BegunRequest,
): Promise<() => Promise<number>> {
  const { host, port } = new URL(address);
  const length = String(Buffer.byteLength(body));
  const sent = request({
    ...{ host: "127.0.0.1", port, method, path },
    headers: { host, ...headers, "content-length": length, expect: "100-continue" },
  });
  sent.flushHeaders();
  await once(sent, "continue");
  return async () => {
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  };
}
