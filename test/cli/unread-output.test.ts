// The exit code says what became of a run, also when nobody reads what it prints, or when that cannot be written.

import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync, readdirSync, writeFileSync } from "node:fs";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { startSwiftChain } from "../support/chains.ts";
import { anchoringOn, COMMAND, openWorkplace, type Workplace } from "./support/command.ts";

const VERIFY = ["verify", "bundle.json", "--policy", "policy.json"];

describe("output that nobody gets", () => {
  let place: Workplace;

  beforeEach(async () => {
    place = await openWorkplace();
    const { bytes, policy } = await bundleFixture();
    writeFileSync(place.path("policy.json"), formatPolicy(policy));
    writeFileSync(place.path("bundle.json"), bytes);
    writeFileSync(place.path("changed.json"), Buffer.from(bytes).toString().replace("pothole", "potholf"));
  });
  afterEach(() => place.remove());

  it("does not make a refuted bundle hold", async () => {
    const running = place.start(["verify", "changed.json", ...VERIFY.slice(2)], { isLaunched: true });
    running.child.stdout?.destroy();
    expect((await running.ended).code).to.equal(1);
  });

  it("stops a service once and in order, as for SIGTERM", async () => {
    const chain = await startSwiftChain();
    try {
      const running = place.start(["start"], { isLaunched: true, settings: anchoringOn(chain) });
      await running.until(/starting, data in/);
      running.child.stdout?.destroy();
      const { code, stderr } = await running.ended;
      expect([code, stderr]).to.deep.equal([0, ""]);
      expect(readdirSync(place.path("data")).filter((name) => name.endsWith("-wal"))).to.deep.equal([]);
    } finally {
      await chain.stop();
    }
  });

  it("is wrong use when the disk is full, said in a line, unless the proof is refuted", async function () {
    if (process.platform !== "linux") return;
    expect(await onFullDisk(VERIFY)).to.deep.equal([2, "error: stdout cannot be written: the disk is full\n"]);
    expect(await onFullDisk(["--help"])).to.deep.equal([2, "error: stdout cannot be written: the disk is full\n"]);
    expect((await onFullDisk(["verify", "changed.json", ...VERIFY.slice(2)]))[0]).to.equal(1);
  });

  it("is no refutation when the program itself fails", async () => {
    // Fails in the middle of things, once the command is there to notice.
    const failing = `setInterval(() => { if (process.listenerCount("uncaughtExceptionMonitor")) throw new Error("x"); })`;
    const settings = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(failing)}` };
    const run = await place.run([...VERIFY, "--rpc", "http://127.0.0.1:9"], { isLaunched: true, settings });
    expect([run.code, /Error: x/.test(run.stderr)]).to.deep.equal([70, true]);
  });

  async function onFullDisk(args: readonly string[]): Promise<[code: number, stderr: string]> {
    const full = openSync("/dev/full", "w");
    try {
      const stdio: ["ignore", number, "pipe"] = ["ignore", full, "pipe"];
      const env = { ...process.env, LC_ALL: "C" };
      const child = spawn(process.execPath, [COMMAND, ...args], { cwd: place.folder, env, stdio });
      let stderr = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const [code] = (await once(child, "close")) as [number];
      return [code, stderr];
    } finally {
      closeSync(full);
    }
  }
});
