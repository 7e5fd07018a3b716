// Ports for the servers that tests and measurements start, and may start again on the same port while others run in parallel.

import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Each process starts at a different number, so that two rarely try the same ports. */
let nextPort = 16_384 + ((process.pid * 64) % 15_000);

/**
 * A TCP port that nobody is listening on now and that this function returns to nobody else, in any process, until this one
 * ends. It lies below the ephemeral range (32,768 and up), so no outgoing connection takes it in the meantime.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/**
 * Reserves a TCP port by holding the UDP port of the same number: only one process on the machine can, and the system
 * releases it when that process ends.
 */
function reserve(port: number): Promise<boolean> {
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
