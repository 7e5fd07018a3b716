/**
 * Begins to listen, for any server of ours.
 */
import type { Server } from "node:http";
import { WarifuError, messageOf } from "../core/errors.ts";

/** What to change; other reasons come in the system's words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not use that port; choose one from 1024 on",
  EADDRINUSE: "another program listens there; end it, or choose another port",
  EADDRNOTAVAIL: "this machine does not have that address; choose another one",
  ENOTFOUND: "there is no machine of that name; choose another address",
};

/** @throws CONFIG_INVALID when address and port cannot be listened on */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new WarifuError(
          "CONFIG_INVALID",
          `cannot listen on ${host}:${port}: ${REASONS[(cause as NodeJS.ErrnoException).code ?? ""] ?? messageOf(cause)}`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
