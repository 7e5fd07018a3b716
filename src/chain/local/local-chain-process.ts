/**
 * The process of the local chain: runs a command-line program in itself, says when that listens, and ends when the
 * process that started it is gone, however it went. SIGKILL gives a parent no chance to take its child along.
 *
 *   fork("local-chain-process.ts", [PROGRAM, ARGUMENT…])
 */
import { argv, execPath, exit, getActiveResourcesInfo } from "node:process";
import { pathToFileURL } from "node:url";

const LOOK_MS = 20;

process.on("disconnect", () => exit(0));

// Told from the process itself, not from the port: what answers there may belong to somebody else.
const look = setInterval(() => {
  // A program that gave up leaves its exit code, and only this look would keep the process.
  if (process.exitCode !== undefined) exit();
  if (!getActiveResourcesInfo().includes("TCPServerWrap")) return;
  clearInterval(look);
  // local-chain.ts waits for this word. Not imported from there: that would load ethers into this process too.
  process.send?.("listening");
}, LOOK_MS);

const [, , program = "", ...rest] = argv;
process.argv = [execPath, program, ...rest];
await import(pathToFileURL(program).href);
