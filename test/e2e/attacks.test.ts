/**
 * What one stranger's machine can do to everybody else: bodies in pieces of one byte, bundles with thousands of openings
 * that belong to nothing, two thousand silent connections, answers that nobody reads. Others are served throughout, and the
 * service stays small. `WARIFU_ATTACK_SECONDS` says how long each one lasts (`npm run soak` asks for 60).
 */
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { parseConfig } from "../../src/config.ts";
import { startAnvil, type TestChain } from "../support/chains.ts";
import { deployPublicly } from "../support/public-contract.ts";
import { abandonAll, startService } from "./support/killable-service.ts";

const SECONDS = Number(process.env["WARIFU_ATTACK_SECONDS"] ?? 4);
const ATTACKER = fileURLToPath(new URL("support/attacker.ts", import.meta.url));
const ORIGIN = "attacks.test/ledger";
// Other suites run beside this one unless it was asked for.
const MAX_ANSWER_MS = process.env["WARIFU_ATTACK_SECONDS"] === undefined ? 30_000 : 500;
const MAX_MORE_KIB = 512 * 1_024;
/** As many as fit into a body of 1 MiB. */
const FALSE_OPENINGS = 8_000;

describe("truth D1: one stranger's machine against everybody else", function () {
  this.timeout(300_000 + SECONDS * 2_000);
  let chain: TestChain;
  let service: ChildProcess;
  let folder: string;
  let port: number;
  let url: string;
  let bundle: string;

  before(async () => {
    chain = await startAnvil({ chainId: 7_777, args: ["--slots-in-an-epoch", "1", "--block-time", "1"] });
    const { contract, anchorKey } = await deployPublicly(chain, ORIGIN);
    folder = mkdtempSync(join(tmpdir(), "warifu-attacks-"));
    port = await freePort();
    const environment = {
      WARIFU_DATA_DIR: folder,
      WARIFU_HTTP_PORT: String(port),
      WARIFU_ORIGIN: ORIGIN,
      WARIFU_RPC_URL: chain.rpcUrl,
      WARIFU_CONTRACT: contract,
      WARIFU_ANCHOR_KEY: anchorKey,
      WARIFU_ANCHOR_SECONDS: "0.3",
      WARIFU_MAX_DAILY_COST: "1000",
      WARIFU_CHAIN_POLL_SECONDS: "0.5",
      WARIFU_LOG_LEVEL: "error",
    };
    service = await startService(environment);
    const config = parseConfig(environment);
    url = config.client.url;
    const { submitter } = JSON.parse(readFileSync(config.files.apiKeys, "utf8")) as { submitter: string };
    bundle = join(folder, "false.bundle.json");
    writeFileSync(bundle, withFalseOpenings(await bundleOfOneRecord(url, submitter)));
  });
  after(async () => {
    abandonAll();
    await chain.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  for (const [kind, address, title] of [
    ["chunks", "127.0.0.10", "bodies in pieces of one byte, on 24 connections"],
    ["burst", "127.0.0.14", "the same on as many as an address may hold, all at once"],
    ["openings", "127.0.0.11", `bundles with ${FALSE_OPENINGS} openings that belong to nothing, on 8 connections`],
    ["idle", "127.0.0.12", "2,000 silent connections"],
    ["unread", "127.0.0.13", "answers that nobody reads, 20,000 a connection"],
  ] as const)
    it(title, async () => {
      const before = memoryOf(service);
      const attacker = fork(ATTACKER, [kind, address, String(port), bundle], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      await once(attacker, "message");
      const seen = { slowest: 0, answers: 0, most: 0 };
      try {
        for (const end = performance.now() + SECONDS * 1_000; performance.now() < end; await sleep(50)) {
          seen.slowest = Math.max(seen.slowest, await answerTime(`${url}/healthz`));
          seen.answers++;
          seen.most = Math.max(seen.most, memoryOf(service));
        }
        attacker.send("how much?");
        const [sent] = (await once(attacker, "message")) as [Readonly<Record<string, number>>];
        const more = Math.round((seen.most - before) / 1_024);
        process.stdout.write(
          `      ${seen.answers} others answered, the slowest in ${Math.round(seen.slowest)} ms; ${more} MiB more; ` +
            `${sent["connections"]} connections, ${sent["bytes"]} bytes\n`,
        );
        expect(sent["connections"], "the attack reached it").to.be.greaterThan(7);
      } finally {
        attacker.kill("SIGKILL");
        await once(attacker, "exit");
      }
      expect(seen.slowest, "ms for the slowest answer").to.be.lessThan(MAX_ANSWER_MS);
      expect(seen.most - before, "KiB more").to.be.lessThan(MAX_MORE_KIB);
      expect(service.exitCode).to.equal(null);
    });
});

/** Milliseconds until somebody else, on a connection of his own, has the whole answer. */
async function answerTime(url: string): Promise<number> {
  const begun = performance.now();
  const asked = request(url, { agent: false, localAddress: "127.0.0.3", timeout: 30_000 }).end();
  asked.on("timeout", () => asked.destroy());
  const [response] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  await response.toArray();
  expect(response.statusCode).to.equal(200);
  return performance.now() - begun;
}

/** Resident memory, KiB. */
function memoryOf({ pid }: ChildProcess): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
}

async function bundleOfOneRecord(url: string, key: string): Promise<string> {
  const submitted = await fetch(`${url}/v1/records`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      type: "citizen-report",
      source: "street-app",
      claims: { category: "noise", text: "Loud." },
    }),
  });
  const { id } = (await submitted.json()) as { id: string };
  for (const end = performance.now() + 120_000; performance.now() < end; await sleep(200)) {
    const answer = await fetch(`${url}/v1/records/${id}/bundle`);
    if (answer.ok) return answer.text();
  }
  return expect.fail("there was no bundle in time");
}

function withFalseOpenings(text: string): string {
  const openings = Array.from({ length: FALSE_OPENINGS }, (_, at) =>
    Buffer.from(JSON.stringify([Buffer.alloc(16, at).toString("base64url"), `c${at}`, at])).toString("base64url"),
  );
  return JSON.stringify({ ...(JSON.parse(text) as object), openings });
}
