// Ports for what a test starts, also for what it starts again on the same port while other tests run beside it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file for each port that is taken, with the process that has it: suites run side by side. */
const TAKEN = join(tmpdir(), "warifu-test-ports");

const mine = new Set<string>();
process.once("exit", () => {
  for (const file of mine) rmSync(file, { force: true });
});

/** Each process begins elsewhere. */
let nextPort = 16_384 + ((process.pid * 64) % 15_000);

/**
 * A port that nobody listens on at this moment and that no test is given until this process ends. It is below those that
 * systems give out by themselves (32,768 and up): no connection takes it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (take(port) && (await isFree(port))) return port;
  }
}

function take(port: number): boolean {
  const file = join(TAKEN, String(port));
  mkdirSync(TAKEN, { recursive: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch {
    if (isHeld(file)) return false;
    writeFileSync(file, String(process.pid));
  }
  mine.add(file);
  return true;
}

/** Whether the process that took it still runs; one that was killed left its file behind. */
function isHeld(file: string): boolean {
  try {
    return process.kill(Number(readFileSync(file, "utf8")), 0);
  } catch {
    return false;
  }
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
