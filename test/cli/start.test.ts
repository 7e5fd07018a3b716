// `warifu start` from its first line to its last: what it prints, how it stops, how the next one goes on, and how it says
// what is wrong when it cannot. Everything runs for real, the city feed and the full disk included.

import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { LOCAL_DEV_KEY } from "../../src/chain/signers/development-keys.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { anchoringOn, openWorkplace, startService, stopService, type Workplace } from "./support/command.ts";

const COMMAND = join(import.meta.dirname, "..", "..", "bin", "warifu.mjs");
const FEED = join(import.meta.dirname, "..", "..", "examples", "feed.ndjson");

describe("warifu start", () => {
  let place: Workplace;
  /** For what is not about the chain that the service starts itself. */
  let chain: TestChain;

  before(async () => {
    chain = await startSwiftChain();
  });
  after(() => chain.stop());
  beforeEach(async () => {
    place = await openWorkplace();
  });

  afterEach(() => place.remove());

  const isFree = (port: string | undefined): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen({ host: "127.0.0.1", port: Number(port), exclusive: true }, () => probe.close(() => resolve(true)));
    });

  it("feeds, anchors and verifies, stops at Ctrl-C, and goes on with the data at the next start", async () => {
    const settings = { WARIFU_FEED: "on" };
    const first = await startService(place, { isLaunched: true, settings });
    expect(first.said()).to.include(`policy      ${place.path("data/policy.json")}\n`);
    const policy = JSON.parse(readFileSync(place.path("data/policy.json"), "utf8")) as { format: string };
    expect(policy.format).to.equal("warifu-policy/1");
    await first.until(/✓ 20 records acknowledged, 20 of them new/);
    await first.until(/✓ chain +the chain has block \d+, and it is final.*\n\n✓ holds: the record at leaf 4 from /);
    await first.until(/check it yourself:/);
    const run = await stopService(first);
    expect([run.code, run.stderr]).to.deep.equal([0, ""]);
    expect(run.stdout).to.match(/\nstopping…\n[^]*stopped\n$/);
    expect([
      await isFree(place.settings["WARIFU_HTTP_PORT"]),
      await isFree(place.settings["WARIFU_CHAIN_PORT"]),
    ]).to.deep.equal([true, true]);

    const begun = performance.now();
    const second = await startService(place, { isLaunched: true, settings });
    expect(performance.now() - begun, "milliseconds until it is ready").to.be.lessThan(120_000);
    expect(second.said())
      .to.match(/ledger open: \d+ entries/)
      .and.match(/the local chain was restarted empty/);
    await second.until(/✓ 20 records acknowledged, 0 of them new/);
    await second.until(/✓ holds: the record at leaf 4 from /);
    const report = await place.run(["audit"]);
    expect(report.code, report.stdout).to.equal(0);
    expect((await stopService(second, "SIGTERM")).code).to.equal(0);
  });

  it("prints one JSON document and nothing else with --json, under the settings of .env and the environment", async () => {
    writeFileSync(place.path(".env"), "WARIFU_ORIGIN=city.example/ledger\nWARIFU_FEED=on\nWARIFU_HTTP_PORT=1\n");
    const running = place.start(["start", "--json"]);
    await running.until(/\n\}\n/);
    const { url, policyFile, treeSize, origin } = JSON.parse(running.said()) as Record<string, unknown>;
    expect(url).to.equal(`http://127.0.0.1:${place.settings["WARIFU_HTTP_PORT"]}`);
    expect([policyFile, origin]).to.deep.equal([place.path("data/policy.json"), "city.example/ledger"]);
    const run = await stopService(running);
    expect(run.code).to.equal(0);
    expect(JSON.parse(run.stdout), "the two profiles, the verifier and a beacon, and nothing fed").to.include({
      treeSize: 4,
    });
    expect(treeSize).to.equal(4);
  });

  it("feeds nothing into a log on a chain that was set, and prints no secret of that chain's address", async () => {
    const settings = {
      WARIFU_RPC_URL: chain.rpcUrl.replace("//", "//operator:s3cret@"),
      WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY,
      WARIFU_FEED: "on",
    };
    const running = await startService(place, { settings });
    await running.until(/anchored: 4 entries are final/);
    const run = await stopService(running);
    expect(run.code).to.equal(0);
    expect(run.stdout).to.include(`chain       ${chain.rpcUrl}   (chain 31337)`).and.not.include("city feed");
    expect(running.said()).to.not.match(/s3cret|operator/);
  });

  it("ends at once at the second Ctrl-C, with 130, and takes its chain along", async () => {
    const running = place.start(["start"], { isLaunched: true });
    await running.until(/local chain started/);
    running.child.kill("SIGINT");
    await running.until(/stopping…/);
    running.child.kill("SIGINT");
    expect((await running.ended).code).to.equal(130);
    for (let i = 0; i < 1_000 && !(await isFree(place.settings["WARIFU_CHAIN_PORT"])); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await isFree(place.settings["WARIFU_CHAIN_PORT"])).to.equal(true);
  });

  it("says that another service has the data folder, or the port; truth D6: opens no inspector at the signal for it", async () => {
    const running = await startService(place, {
      args: ["--no-feed"],
      isLaunched: true,
      settings: { WARIFU_FEED: "on" },
    });
    expect(running.said()).to.not.include("city feed");
    // To the service and what launched it; an inspector would say so on stderr.
    running.child.kill("SIGUSR1");
    const [folder, port] = await Promise.all([
      place.run(["start"]),
      place.run(["start"], { settings: { WARIFU_DATA_DIR: place.path("other") } }),
    ]);
    expect(folder.code).to.equal(2);
    expect(folder.stderr).to.match(/^error: another process writes to this data folder.*\[STORE_LOCKED\]\n$/);
    expect(port.code).to.equal(2);
    expect(port.stderr).to.match(/^error: a local chain already runs on 127\.0\.0\.1/);
    const run = await stopService(running);
    expect([run.code, run.stderr]).to.deep.equal([0, ""]);
  });

  it("stops by itself when the disk is full, says why, and exits with 1; what was acknowledged is there", async () => {
    if (process.platform === "win32") return;
    // No file of this process may grow beyond about 2 MB: to SQLite that is a full disk.
    const limited = `trap '' XFSZ; ulimit -f 2000; exec "$0" "$1" start`;
    const env = { ...process.env, ...place.settings, ...anchoringOn(chain) };
    const child = spawn("bash", ["-c", limited, process.execPath, COMMAND], { cwd: place.folder, env, stdio: "pipe" });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = once(child, "close");
    while (!said.includes("Ctrl-C stops it.")) {
      expect(child.exitCode, said).to.equal(null);
      await Promise.race([once(child.stdout, "data"), ended]);
    }
    const line = `{"text":"${"x".repeat(900)}"}\n`;
    const args = ["submit", "-", "--type", "sensor-reading", "--format", "ndjson", "--batch", "200", "--json"];
    const submitted = await place.run([...args, "--acks", "acks.ndjson"], { input: line.repeat(4_000) });
    const [code] = (await ended) as [number];
    expect(code, said).to.equal(3);
    expect(said).to.match(/error: the service stopped by itself: .*\[STORE_FAILED\]\n.*hint: look at the disk/);
    expect(submitted.code, submitted.stderr).to.equal(3);
    const acks = readFileSync(place.path("acks.ndjson"), "utf8").trim().split("\n").length;
    expect(acks).to.be.within(200, 3_800);
    const again = await startService(place, { settings: anchoringOn(chain) });
    const kept = Number(/ledger open: (\d+) entries/.exec(again.said())?.[1]) - 3;
    expect(kept, "what was acknowledged").to.be.at.least(acks);
    expect((await stopService(again)).code).to.equal(0);
  });

  it("feeds what the example says: 14 real readings, 6 invented reports, each with a key of its own", () => {
    expect(existsSync(FEED)).to.equal(true);
    const records = readFileSync(FEED, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(records.filter(({ type }) => type === "sensor-reading")).to.have.length(14);
    expect(records.filter(({ type }) => type === "citizen-report")).to.have.length(6);
    expect(new Set(records.map(({ key }) => key)).size).to.equal(20);
  });

  it("takes a city's own profiles in the place of the shipped ones, and names a folder of them that is not there", async () => {
    const shipped = readFileSync(join(import.meta.dirname, "..", "..", "profiles", "citizen-report.json"), "utf8");
    const settings = { WARIFU_PROFILES_DIR: place.path("ours"), ...anchoringOn(chain) };
    const refused = await place.run(["start"], { settings });
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.include(`there is no folder of profiles at ${place.path("ours")}`);
    mkdirSync(place.path("ours"));
    const own = { ...(JSON.parse(shipped) as object), version: 7, title: "As this city has it" };
    writeFileSync(place.path("ours/report.json"), JSON.stringify(own));
    const register = await registerOf(place, settings);
    const service = await startService(place, { settings: { ...settings, ...register.settings } });
    const answer = await fetch(`http://127.0.0.1:${place.settings["WARIFU_HTTP_PORT"]}/v1/profiles`);
    const { items } = (await answer.json()) as { items: { type: string; version: number }[] };
    expect(items.map(({ type, version }) => `${type} ${version}`).sort()).to.deep.equal([
      "citizen-report 7",
      "sensor-reading 2",
    ]);
    expect(await register.shown()).to.deep.equal({ items: [register.activity] });
    expect((await stopService(service)).code).to.equal(0);
  });

  /** A register of processing in a folder, with which no service starts before its profiles agree. */
  async function registerOf(place: Workplace, settings: Readonly<Record<string, string>>) {
    const example = readFileSync(
      join(import.meta.dirname, "..", "..", "examples/processing/citizen-reports.json"),
      "utf8",
    );
    const own = { WARIFU_PROCESSING_DIR: place.path("register") };
    mkdirSync(place.path("register"));
    writeFileSync(place.path("register/reports.json"), example.replace("1825", "1826"));
    const refused = await place.run(["start"], { settings: { ...settings, ...own } });
    expect([refused.code, refused.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && /retentionDays: the profile says 1825/.test(said),
    );
    writeFileSync(place.path("register/reports.json"), example);
    const shown = async (): Promise<unknown> => {
      const { officer } = JSON.parse(readFileSync(place.path("data/api-keys.json"), "utf8")) as { officer: string };
      const address = `http://127.0.0.1:${place.settings["WARIFU_HTTP_PORT"]}/v1/privacy/processing`;
      return (await fetch(address, { headers: { authorization: `Bearer ${officer}` } })).json();
    };
    return { settings: own, activity: JSON.parse(example) as object, shown };
  }

  it("truth D3: writes why a start was refused into service.log as well", async () => {
    const settings = { WARIFU_RPC_URL: "http://127.0.0.1:9", WARIFU_ANCHOR_KEY: LOCAL_DEV_KEY };
    const run = await place.run(["start"], { settings });
    expect(run.code).to.equal(3);
    const last = readFileSync(place.path("data/service.log"), "utf8").trim().split("\n").at(-1);
    expect(JSON.parse(last!)).to.include({ level: 60, code: "CHAIN_UNREACHABLE", msg: "the start was refused" });
  });
});
