// litewitness, the witness that logs outside of this project are cosigned by. It comes from no npm package: TEST_LITEWITNESS
// names the program, and .ci/run builds it. It signs through an ssh-agent, which is OpenSSH's own here.

import { expect } from "chai";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../scripts/free-port.ts";
import { formatVerifierKey, verifierKey } from "../../src/core/note.ts";
import type { ListedLog } from "../../src/core/tlog-list.ts";
import type { Served } from "../witness/support/served-witness.ts";

/** Path of the program, where there is one. */
export const LITEWITNESS: string | undefined = process.env["TEST_LITEWITNESS"] || undefined;

const NAME = "witness.example/lite";
const PUBLIC_KEY_BYTES = 32;

/** A witness of these logs, with a key of its own. */
export async function startLitewitness(program: string, logs: readonly ListedLog[]): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "warifu-lite-"));
  const [agent, key, database] = ["agent", "key", "lite.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  const running = [spawn("ssh-agent", ["-D", "-a", agent], { stdio: "ignore" })];
  const kill = (): void => running.forEach((child) => child.kill("SIGKILL"));
  process.once("exit", kill);
  const close = async (): Promise<void> => {
    process.off("exit", kill);
    kill();
    await Promise.all(running.map(hasEnded));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const withAgent = { stdio: "ignore", env: { ...process.env, SSH_AUTH_SOCK: agent } } as const;
    await until(() => execFileSync("ssh-add", [key], withAgent));
    const [, print] = execFileSync("ssh-keygen", ["-l", "-f", key], { encoding: "utf8" }).split(" ") as [
      string,
      string,
    ];
    const port = await freePort();
    const words = ["-name", NAME, "-key", print, "-ssh-agent", agent, "-db", database, "-listen", `127.0.0.1:${port}`];
    running.push(spawn(program, words, { stdio: "ignore" }));
    const url = `http://127.0.0.1:${port}`;
    await until(() => fetch(url));
    introduce(logs, database);
    return { endpoint: { key: verifierKey(NAME, publicKeyOf(key), "cosignature"), url }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What its own tool for that writes. */
function introduce(logs: readonly ListedLog[], file: string): void {
  const database = new DatabaseSync(file);
  for (const { origin, keys } of logs) {
    const emptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    database.prepare("INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)").run(origin, emptyRoot);
    const addKey = database.prepare("INSERT INTO key (origin, key) VALUES (?, ?)");
    for (const key of keys) addKey.run(origin, formatVerifierKey(key));
  }
  database.close();
}

/** The last field of an OpenSSH public key. */
function publicKeyOf(key: string): Uint8Array {
  const blob = readFileSync(`${key}.pub`, "utf8").split(" ")[1] ?? expect.fail("there is no public key");
  return new Uint8Array(Buffer.from(blob, "base64").subarray(-PUBLIC_KEY_BYTES));
}

async function until(act: () => unknown): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await act();
      return;
    } catch (error) {
      if (tries >= 2_000) throw error;
      await sleep(50);
    }
  }
}

function hasEnded(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}
