// Eclipse Mosquitto, a broker of MQTT 3.1.1 and 5. It comes from no npm package: TEST_MOSQUITTO names the program, and .ci/run
// unpacks it from Debian's packages.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../scripts/free-port.ts";
import { startForeignServer, type ForeignServer } from "./foreign-server.ts";

/** Path of the program, where there is one. */
export const MOSQUITTO: string | undefined = process.env["TEST_MOSQUITTO"] || undefined;

/** What to say where there is none. */
export const HOW_TO_HAVE_MOSQUITTO =
  "because TEST_MOSQUITTO names no program (apt-get install mosquitto, then TEST_MOSQUITTO=/usr/sbin/mosquitto)";

/** A broker that may be stopped and started again, with what it holds. */
export interface Mosquitto extends ForeignServer {
  readonly port: number;
  readonly folder: string;
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
  return { port, folder, ...(await startForeignServer(program, ["-c", file], { port, folder })) };
}
