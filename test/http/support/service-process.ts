// A service in a process of its own, so that its memory can be watched from outside. Run with Node directly, it is that
// process; imported, it starts one.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { HttpLimits } from "../../../src/serve/limits.ts";
import { startService, type TestService } from "../../support/service.ts";

const SAMPLE_MS = 5;

/** A watched service. */
export interface WatchedService extends Pick<TestService, "url" | "keys"> {
  /** Runs `act`; how many bytes the service's resident memory rose by at most meanwhile. */
  growthDuring(act: () => Promise<unknown>): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startWatchedService(limits: Partial<HttpLimits> = {}): Promise<WatchedService> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(limits)]);
  const [{ url, keys }] = (await once(child, "message")) as [Pick<TestService, "url" | "keys">];
  const ask = async (question: string): Promise<number> => {
    const answer = once(child, "message");
    child.send(question);
    return ((await answer) as [number])[0];
  };
  return {
    url,
    keys,
    async growthDuring(act) {
      const before = await ask("reset");
      await act();
      return (await ask("peak")) - before;
    },
    async stop() {
      const ended = once(child, "exit");
      child.send("stop");
      await ended;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve();

async function serve(): Promise<void> {
  const limits = JSON.parse(process.argv[2] ?? "{}") as Partial<HttpLimits>;
  const service = await startService({ limits, logLevel: "error" });
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, SAMPLE_MS);
  process.on("message", (question) => {
    if (question === "stop") {
      clearInterval(timer);
      return void service.stop().then(() => process.disconnect());
    }
    if (question === "reset") peak = 0;
    sample();
    process.send?.(peak);
  });
  process.send?.({ url: service.url, keys: service.keys });
}
