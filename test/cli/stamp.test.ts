// A bundle that its holder has dated by an authority of their choice: OpenSSL answers over HTTP, as it should and otherwise.

import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parseBundle } from "../../src/core/bundle.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { BitcoinCalendar } from "../support/bitcoin-calendar.ts";
import { bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { ServedAuthority, TimeAuthorities } from "../support/time-authority.ts";
import { runHere } from "./support/run-here.ts";

describe("warifu stamp", () => {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  let authorities: TimeAuthorities;
  let served: ServedAuthority;
  let url: string;
  before(async () => {
    authorities = new TimeAuthorities(path("tsa")).make("root", "root").make("tsa", "root").make("other", "other");
    served = new ServedAuthority(authorities, "tsa");
    url = await served.listen();
    writeFileSync(path("policy.json"), formatPolicy(fixturePolicy()));
  });
  beforeEach(async () => {
    served.misbehaves = undefined;
    writeFileSync(path("bundle.json"), (await bundleFixture({ cosigners: 1 })).bytes);
  });
  after(() => {
    served.close();
    authorities.remove();
  });
  const run = (...args: string[]) => runHere(args, folder);
  const stamp = (...args: string[]) =>
    run("stamp", "bundle.json", "--tsa", url, "--certificate", "tsa/root.pem", ...args);
  const series = () =>
    parseBundle(readFileSync(path("bundle.json"))).timestamps?.map((one) =>
      "tokens" in one ? one.tokens.length : one.opentimestamps.length > 0,
    );

  it("adds a token that holds under a policy and under OpenSSL, and is renewed", async () => {
    const { code, stdout } = await stamp("--json");
    expect(code).to.equal(0);
    expect((JSON.parse(stdout) as { timestamps: object[] }).timestamps[0]).to.include({ tsa: "tsa" });
    expect(served.requests.at(-1)).to.match(/^POST application\/timestamp-query /);
    expect((await stamp("--renew")).stdout).to.match(/stamped by tsa at 20.*, valid until 20/);
    expect(series()).to.deep.equal([2]);
    expect((await stamp()).code).to.equal(0);
    expect(series()).to.deep.equal([2, 1]);
    await run("policy", "add-tsa", "tsa/root.pem", "--required", "--policy", "policy.json", "-o", "dated.json");
    const verified = await run("verify", "bundle.json", "--policy", "dated.json");
    expect([verified.code, verified.stdout]).to.satisfy(
      ([exit, said]: [number, string]) => exit === 0 && /tsa saw it at/.test(said),
    );
    for (const spoken of ["es_ES.UTF-8", "ja_JP.UTF-8"])
      expect((await runHere(["verify", "bundle.json", "--policy", "dated.json"], folder, spoken)).code).to.equal(0);
  });

  it("changes nothing when the answer is none, is of another, or comes from nowhere", async () => {
    const whole = readFileSync(path("bundle.json"));
    const answers: readonly (readonly [typeof served.misbehaves, code: string])[] = [
      [() => 503, "SERVICE_UNREACHABLE"],
      [() => 302, "SERVICE_UNREACHABLE"],
      [() => Buffer.from("<html>"), "TIMESTAMP_INVALID"],
      [() => Buffer.alloc(100_000), "TOO_LARGE"],
      [(reply) => reply.subarray(0, 99), "TIMESTAMP_INVALID"],
      [(reply) => Buffer.from(reply.toString("hex").replace("3003020100", "3003020102"), "hex"), "TIMESTAMP_INVALID"],
    ];
    for (const [misbehaves, code] of answers) {
      served.misbehaves = misbehaves;
      const { code: exit, stderr } = await stamp();
      expect([exit === 0, stderr.includes(`[${code}]`)], `${code}: ${stderr}`).to.deep.equal([false, true]);
    }
    served.misbehaves = undefined;
    const stranger = await run("stamp", "bundle.json", "--tsa", url, "--certificate", "tsa/other.pem");
    expect([stranger.code, stranger.stderr.includes("TIMESTAMP_MISSING")]).to.deep.equal([3, true]);
    expect((await stamp("--renew")).code).to.equal(2);
    expect(
      (await run("stamp", "bundle.json", "--tsa", "http://127.0.0.1:9/", "--certificate", "tsa/root.pem")).code,
    ).to.equal(3);
    expect(readFileSync(path("bundle.json"))).to.deep.equal(whole);
  });

  it("does not take the answer to an earlier request for its own", async () => {
    let earlier: Buffer | undefined;
    served.misbehaves = (reply) => (earlier ??= Buffer.from(reply));
    expect((await stamp()).code).to.equal(0);
    const { code, stderr } = await stamp();
    expect([code, stderr]).to.satisfy(
      ([exit, said]: [number, string]) => exit === 1 && said.includes("another request"),
    );
  });

  it("enters it into a calendar, completes the proof, and verifies it under a Bitcoin block", async () => {
    const calendar = new BitcoinCalendar();
    const [entering, completing] = [
      ["stamp", "bundle.json", "--calendar", await calendar.listen()],
      ["stamp", "bundle.json", "--renew", "--calendar", calendar.url, "--json"],
    ];
    try {
      expect((await run(...completing)).code).to.equal(2);
      expect((await run(...entering)).stdout).to.match(/waits for a Bitcoin block; ask again/);
      expect(JSON.parse((await run(...completing)).stdout)).to.deep.include({ timestamps: [{ isInBlock: false }] });
      calendar.mine(1_700_000_000);
      expect(JSON.parse((await run(...completing)).stdout)).to.deep.include({ timestamps: [{ isInBlock: true }] });
    } finally {
      calendar.close();
    }
    const [{ height, header } = { height: 0, header: "" }] = calendar.blocks;
    const verify = (...args: string[]) => run("verify", "bundle.json", "--policy", "policy.json", ...args);
    expect((await verify()).stdout).to.match(/not checked: needs the header of Bitcoin block 900000/);
    expect((await verify("--bitcoin-header", `${height}:${header}`)).stdout).to.match(
      /Bitcoin block 900000 commits to it/,
    );
    for (const wrong of [`${height}:${header.slice(1)}`, header, `${height}:${"00".repeat(80)}`])
      expect((await verify("--bitcoin-header", wrong)).code).to.equal(2);
    const adding = ["policy", "add-bitcoin", `${height}:${header}`, "--required", "--policy", "policy.json"];
    expect((await run(...adding, "-o", "dated.json")).stderr).to.match(/Bitcoin block 900,000, 2023-11-14/);
    for (const spoken of ["es_ES.UTF-8", "ja_JP.UTF-8"]) {
      const { code, stdout } = await runHere(["verify", "bundle.json", "--policy", "dated.json"], folder, spoken);
      expect([code, /not checked|commits to it/.test(stdout)]).to.deep.equal([0, false]);
    }
  });

  it("takes an authority with its certificate, or a calendar", async () => {
    for (const wrong of [
      [],
      ["--tsa", url],
      ["--certificate", "tsa/root.pem"],
      ["--calendar", url, "--tsa", url, "--certificate", "tsa/root.pem"],
    ])
      expect((await run("stamp", "bundle.json", ...wrong)).code).to.equal(2);
  });
});
