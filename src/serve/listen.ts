/**
 * Starts and stops listening, for any of our servers.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WarifuError, messageOf } from "../core/errors.ts";

/** Connections waiting to be accepted: if the system drops one, the client tries again only after a second. */
const BACKLOG = 4_096;
const CLOSE_GRACE_MS = 5_000;
const CLOSE_LOOK_MS = 20;

/** What to change; other errors are reported in the system's words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not use that port; choose one from 1024 on",
  EADDRINUSE: "another program listens there; end it, or choose another port (of the service: WARIFU_HTTP_PORT)",
  EADDRNOTAVAIL: "this machine does not have that address; choose another one",
  ENOTFOUND: "there is no machine of that name; choose another address",
};

/**
 * @param port 0: any that is free
 * @returns the server's URL, without a slash at its end
 * @throws CONFIG_INVALID when address and port cannot be listened on
 */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new WarifuError(
          "CONFIG_INVALID",
          `cannot listen on ${host}:${port}: ${REASONS[(cause as NodeJS.ErrnoException).code ?? ""] ?? messageOf(cause)}`,
          { cause },
        ),
      ),
    );
    server.listen({ port, host, backlog: BACKLOG }, () => resolve());
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
}

/** Takes no new connections, lets running requests end for a while, and cuts off the rest. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection becomes idle when its last answer is sent; only checking from time to time closes it then.
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
