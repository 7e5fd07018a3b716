/**
 * Several logs behind one server, in one process: each is a whole service (hosted-log.ts) that knows nothing of the others. They
 * share the port, the limits for a client, the local chain if there is one, and the machine.
 */
import type { RequestHandler } from "express";
import type { Chain } from "../chain/chain.ts";
import type { Config } from "../config.ts";
import type { WarifuError } from "../core/errors.ts";
import { createFront } from "../http/front.ts";
import { listenFor } from "../http/listener.ts";
import type { Listen } from "../http/server.ts";
import type { HttpLimits } from "../serve/limits.ts";
import { createLogger } from "../serve/logger.ts";
import { limitRate } from "../serve/rate-limit.ts";
import { closeAll, closeRefused } from "./close-all.ts";
import { HostedLog, type HostedService, type Pauses } from "./hosted-log.ts";
import type { HostedSetUp } from "./logs-file.ts";
import { onOneChain } from "./one-chain.ts";

/** What a log shares with the others. */
export interface Shared {
  readonly listenWith: Listen;
  /** Counts the requests of each client, whichever log they are for. */
  readonly limitRequests: RequestHandler;
  /** Its path on the server, such as `/parks/2026`. */
  readonly prefix: string;
  /** @throws CONFIG_INVALID when another log anchors with the same account */
  readonly assertOwn: (chain: Chain) => void;
  /** Entries that the log had when it ran before in this process; `undefined` if it has not. */
  readonly leastSize: number | undefined;
}

/** The logs to host, and how. */
export interface HostingOptions {
  /** The settings of the whole: where to listen, and the local chain. */
  readonly config: Config;
  readonly setUps: readonly HostedSetUp[];
  readonly limits: HttpLimits;
  /** Called with each step, in words for people. */
  readonly tell: (line: string) => void;
  /** Pauses before a log that stopped is started again. */
  readonly pauses?: Pauses | undefined;
  readonly start: (
    config: Config,
    options: { readonly tell: (line: string) => void; readonly shared: Shared },
  ) => Promise<HostedService>;
}

/** Several logs that run in one process. */
export interface Logs {
  readonly url: string;
  readonly logs: readonly HostedLog[];
  /** Settles with the reason of the last of them when all are down for good. */
  readonly stopped: Promise<WarifuError>;
  /** Reopens the log files of all. */
  reopenLog(): void;
  /** Takes no more requests, then stops all. Safe to repeat. */
  close(): Promise<void>;
}

/**
 * Starts all of them. One that cannot start does not keep the others from it.
 * @returns once each of them runs or has failed
 * @throws CONFIG_INVALID when it cannot listen there; what the start of a local chain throws
 */
export async function hostLogs(options: HostingOptions): Promise<Logs> {
  const closing = new AsyncDisposableStack();
  try {
    return await host(options, closing);
  } catch (error) {
    await closeRefused(closing);
    throw error;
  }
}

async function host(options: HostingOptions, closing: AsyncDisposableStack): Promise<Logs> {
  const { config, limits, tell } = options;
  const { setUps, assertOwn } = await onOneChain(config, options.setUps, closing, tell);
  const limitRequests = limitRate(limits.ratePerMinute);
  let address = "";
  const logs = setUps.map((setUp) => {
    const { name, path: prefix } = setUp;
    const listenWith =
      (serve: (answer: Parameters<Listen>[0]) => void): Listen =>
      async (answer) => {
        serve(answer);
        return { url: address + prefix, close: async () => undefined };
      };
    return new HostedLog(
      setUp,
      (serve, leastSize) =>
        options.start(setUp.config, {
          tell: (line) => tell(`${name}: ${line}`),
          shared: {
            ...{ listenWith: listenWith(serve), limitRequests, prefix, leastSize },
            assertOwn: (chain) => assertOwn(name, chain),
          },
        }),
      tell,
      options.pauses,
    );
  });
  // That a log is down was reported when it happened; it is not repeated for each request.
  const logger = createLogger("silent");
  const server = await listenFor(createFront({ logs, limits, limitRequests, logger }), { ...config.http, limits });
  for (const log of logs) closing.defer(() => log.close());
  // Closed before the logs, since closing is in reverse: requests in progress are still answered.
  closing.defer(() => server.close());
  address = server.url;
  // One after the other, so that of two logs that claim one account it is always the later one that is refused.
  for (const log of logs) await log.start();
  return {
    ...{ url: server.url, logs },
    stopped: Promise.all(logs.map(({ down }) => down)).then((reasons) => reasons.at(-1) as WarifuError),
    reopenLog: () => logs.forEach((log) => log.reopenLog()),
    close: () => closeAll(closing),
  };
}
