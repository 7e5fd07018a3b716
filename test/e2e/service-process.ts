/** The real service in a process that a test can kill. Says over IPC when it is ready; stops cleanly on SIGTERM. */
import { flushCompileCache } from "node:module";

import { parseConfig } from "../../src/config.ts";
import { startService } from "../../src/main.ts";

// One that is killed would leave nothing of what was compiled to the next.
flushCompileCache();
const service = await startService(parseConfig(process.env));
process.on("SIGTERM", () => void service.close().then(() => process.exit(0)));
void service.stopped.then((reason) => {
  process.stderr.write(`the service stopped: ${reason.code} ${reason.message}\n`);
  process.exit(1);
});
process.send?.("ready");
