// A server of somebody else's, run as a child process over a folder of its own: it may be stopped and started again, with what
// it holds.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that runs until it is stopped. */
export interface ForeignServer {
  start(): Promise<void>;
  /** It writes down what it holds, as on any orderly end. */
  stop(): Promise<void>;
  /** Ends it for good, and removes its folder. */
  remove(): Promise<void>;
}

/** Starts `program args`, which listens on the port. */
export async function startForeignServer(
  program: string,
  args: readonly string[],
  { port, folder }: { readonly port: number; readonly folder: string },
): Promise<ForeignServer> {
  let child: ChildProcess | undefined;
  const kill = (): void => void child?.kill("SIGKILL");
  process.once("exit", kill);
  const server: ForeignServer = {
    async start() {
      child = spawn(program, args, { stdio: "ignore" });
      await untilListening(program, port);
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
    async remove() {
      await server.stop();
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function untilListening(program: string, port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (tries >= 4_000) throw new Error(`${program} does not listen`);
    await sleep(25);
  }
}
