/**
 * Begins to listen, for any server of ours.
 */
import type { Server } from "node:http";
import { WarifuError, messageOf } from "../core/errors.ts";

/** @throws CONFIG_INVALID when address and port cannot be listened on */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new WarifuError(
          "CONFIG_INVALID",
          `cannot listen on ${host}:${port}: ${messageOf(cause)}; choose another port`,
          {
            cause,
          },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
