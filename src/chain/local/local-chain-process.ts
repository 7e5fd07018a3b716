/**
 * The local chain's process: runs a command-line program within itself, reports when it is listening, and ends once the
 * process that started it is gone, for whatever reason. A parent that gets SIGKILL has no chance to end its child.
 *
 *   fork("local-chain-process.ts", [PROGRAM, ARGUMENT…])
 */
import { flushCompileCache } from "node:module";
import { argv, execPath, exit, getActiveResourcesInfo } from "node:process";
import { pathToFileURL } from "node:url";

const LOOK_MS = 20;

process.on("disconnect", () => exit(0));

// Determined from the process itself, not from the port: whatever answers there may belong to somebody else.
const look = setInterval(() => {
  // A program that gave up has set its exit code; then only this timer would keep the process alive.
  if (process.exitCode !== undefined) exit();
  if (!getActiveResourcesInfo().includes("TCPServerWrap")) return;
  clearInterval(look);
  // local-chain.ts waits for this word. It is not imported from there, as that would load ethers into this process too.
  process.send?.("listening");
  // It will be ended by a signal, and would leave nothing of what was compiled to the next.
  flushCompileCache();
}, LOOK_MS);

const [, , program = "", ...rest] = argv;
process.argv = [execPath, program, ...rest];
await import(pathToFileURL(program).href);
