/**
 * The service under test: the real one, in its own process, with a fresh data folder and a local Hardhat chain. It reports
 * over IPC when it is ready, and when asked its memory, and how long its thread was held since that was asked last.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseConfig } from "../../src/config.ts";
import { startService } from "../../src/main.ts";

/** How often it is looked whether the thread is free, in milliseconds. */
const RESOLUTION_MS = 5;
const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
loop.enable();
const service = await startService(parseConfig(process.env));
process.on("message", (question) => {
  if (question === "memory") process.send?.({ rss: process.memoryUsage.rss(), cpu: process.cpuUsage() });
  if (question === "loop") {
    process.send?.({ longestHoldMs: Math.max(0, loop.max / 1e6 - RESOLUTION_MS) });
    loop.reset();
  }
  if (question === "status") void service.ledger.status().then((status) => process.send?.(status));
  if (question === "stop") void service.close().then(() => process.disconnect());
});
void service.stopped.then((reason) => {
  process.stderr.write(`the service stopped: ${reason.message}\n`);
  process.exit(1);
});
process.send?.({ url: service.url, apiKeysFile: service.apiKeysFile, policyFile: service.policyFile });
