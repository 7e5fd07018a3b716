// Ports for what a test or a measurement starts, also for what it starts again on the same port while others run beside it.

import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Each process begins elsewhere. */
let nextPort = 16_384 + ((process.pid * 64) % 15_000);

/**
 * A port that nobody listens on at this moment and that no test is given until this process ends. It is below those that
 * systems give out by themselves (32,768 and up): no connection takes it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if ((await take(port)) && (await isFree(port))) return port;
  }
}

/**
 * Whoever has the UDP port of the same number has the port: of all processes only one, whatever their folders, and no
 * longer than it runs.
 */
function take(port: number): Promise<boolean> {
  const held = createSocket("udp4").unref();
  return new Promise((resolve, reject) => {
    held.once("error", (error: NodeJS.ErrnoException) => {
      held.close();
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    });
    held.bind({ port, address: "127.0.0.1", exclusive: true }, () => resolve(true));
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
