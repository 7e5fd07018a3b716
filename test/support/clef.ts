// Clef, the signer of go-ethereum, under rules, with an account made for the test. It comes from no npm package: TEST_CLEF names
// the program, and .ci/run builds it.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Wallet, encryptKeystoreJsonSync } from "ethers";

import { freePort } from "../../scripts/free-port.ts";

/** The program, if there is one. */
export const CLEF: string | undefined = process.env["TEST_CLEF"] || undefined;

const MASTER = "master password of a test";
const ACCOUNT = "account password of a test";
const RULES = new URL("../../deploy/clef/rules.js", import.meta.url);
const SELECTORS = new URL("../../deploy/clef/4byte.json", import.meta.url);
const NOWHERE = `0x${"0".repeat(40)}`;

/** Clef, running. */
export interface RunningClef {
  readonly url: string;
  stop(): Promise<void>;
  /** It answers no more until it is resumed; connections are still accepted. */
  pause(): void;
  resume(): void;
}

/** Folder and account of a Clef that is not running yet. */
export class OwnClef {
  readonly address: string;
  readonly #folder: string;
  readonly #chainId: number;

  constructor(folder: string, chainId: number) {
    mkdirSync(join(folder, "keystore"), { recursive: true });
    const { address, privateKey } = Wallet.createRandom();
    const json = encryptKeystoreJsonSync({ address, privateKey }, ACCOUNT, { scrypt: { N: 2, r: 8, p: 1 } });
    // Clef takes `crypto` in lower case alone.
    writeFileSync(join(folder, "keystore", "account.json"), json.replace('"Crypto"', '"crypto"'));
    [this.address, this.#folder, this.#chainId] = [address, folder, chainId];
    this.#run([MASTER, MASTER], "init");
    this.#run([ACCOUNT, ACCOUNT, MASTER], "setpw", address);
  }

  /** Starts it under the rules of deploy/clef for that contract. */
  async start(contract: string): Promise<RunningClef> {
    const rules = readFileSync(RULES, "utf8").replace(NOWHERE, contract.toLowerCase());
    const path = join(this.#folder, "rules.js");
    writeFileSync(path, rules);
    this.#run([MASTER], "attest", createHash("sha256").update(rules).digest("hex"));
    const port = await freePort();
    const child = spawn(
      CLEF as string,
      [
        ...[...this.#common(), "--nousb", "--chainid", String(this.#chainId), "--ipcdisable"],
        ...["--http", "--http.port", String(port), "--rules", path, "--4bytedb-custom", SELECTORS.pathname],
        ...["--auditlog", join(this.#folder, "audit.log")],
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (said += piece.toString()));
    child.stdin.write(`${MASTER}\n`);
    for (let tries = 0; !said.includes("HTTP endpoint opened"); tries++) {
      if (tries > 2_000 || child.exitCode !== null) throw new Error(`clef did not start: ${said.slice(-2_000)}`);
      await sleep(50);
    }
    return {
      url: `http://127.0.0.1:${port}`,
      stop: async () => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await ended;
      },
      pause: () => void child.kill("SIGSTOP"),
      resume: () => void child.kill("SIGCONT"),
    };
  }

  #common(): string[] {
    const [configuration, keystore] = ["configuration", "keystore"].map((name) => join(this.#folder, name)) as [
      string,
      string,
    ];
    return ["--configdir", configuration, "--keystore", keystore, "--suppress-bootwarn", "--lightkdf"];
  }

  #run(answers: readonly string[], ...words: readonly string[]): void {
    const input = answers.map((line) => `${line}\n`).join("");
    const { status, stderr, stdout } = spawnSync(CLEF as string, [...this.#common(), ...words], { input });
    if (status !== 0) throw new Error(`clef ${words[0]}: ${stdout.toString()}${stderr.toString()}`);
  }
}
