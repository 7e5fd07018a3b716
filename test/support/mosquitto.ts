// Eclipse Mosquitto, a broker of MQTT 3.1.1 and 5. It comes from no npm package: TEST_MOSQUITTO names the program, and .ci/run
// unpacks it from Debian's packages.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "./free-port.ts";

/** Path of the program, where there is one. */
export const MOSQUITTO: string | undefined = process.env["TEST_MOSQUITTO"] || undefined;

/** What to say where there is none. */
export const HOW_TO_HAVE_MOSQUITTO =
  "because TEST_MOSQUITTO names no program (apt-get install mosquitto, then TEST_MOSQUITTO=/usr/sbin/mosquitto)";

/** A broker that may be stopped and started again, with what it holds. */
export interface Mosquitto {
  readonly port: number;
  readonly folder: string;
  start(): Promise<void>;
  /** It writes down what it holds, as on any orderly end. */
  stop(): Promise<void>;
  /** Ends it for good. */
  remove(): Promise<void>;
}

/** @param lines of its configuration, besides a port and what makes it forget nothing */
export async function startMosquitto(program: string, lines: readonly string[] = []): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-mosquitto-"));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  const fixed = [
    `listener ${port} 127.0.0.1`,
    "user root",
    "persistence true",
    `persistence_location ${folder}/`,
    // Its default is a limit above which messages are dropped.
    "max_queued_messages 0",
    "max_queued_bytes 0",
  ];
  const isAnonymous = !lines.some((line) => line.startsWith("allow_anonymous"));
  writeFileSync(file, [...fixed, ...(isAnonymous ? ["allow_anonymous true"] : []), ...lines, ""].join("\n"));
  let child: ChildProcess | undefined;
  const kill = (): void => void child?.kill("SIGKILL");
  process.once("exit", kill);
  const broker: Mosquitto = {
    port,
    folder,
    async start() {
      child = spawn(program, ["-c", file], { stdio: "ignore" });
      await untilListening(port);
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
    async remove() {
      await broker.stop();
      process.off("exit", kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await broker.start();
  return broker;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (tries >= 400) throw new Error("mosquitto does not listen");
    await sleep(25);
  }
}
