// A service whose vault's key is in no file: it starts, goes on and is audited with a key from the environment, or from a
// program, and leaves nothing of it anywhere.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { anchoringOn, openWorkplace, startService, stopService, type Workplace } from "./support/command.ts";

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 29 + 7) & 0xff));
const REPORT = JSON.stringify({
  type: "citizen-report",
  source: "city/reports",
  claims: { category: "pothole", text: "A hole, invented." },
});

describe("a service whose vault's key is in no file", () => {
  let place: Workplace;
  let chain: TestChain;
  before(async () => {
    chain = await startSwiftChain();
    place = await openWorkplace(anchoringOn(chain));
  });
  after(async () => {
    await place.remove();
    await chain.stop();
  });

  it("takes it from the environment, then from a program, then a new one from a file", async () => {
    const environment = { settings: { WARIFU_VAULT_KEY: KEY.toString("base64url") } };
    const first = await startService(place, environment);
    const submitted = await place.run(["submit", "-"], { input: REPORT });
    expect(submitted.code, submitted.stderr).to.equal(0);
    expect((await stopService(first)).code).to.equal(0);
    expect(existsSync(place.path("data/vault.key"))).to.equal(false);
    writeFileSync(place.path("print.mjs"), `console.log("${KEY.toString("base64")}")`);
    const command = `${process.execPath} ${place.path("print.mjs")}`;
    const program = { settings: { WARIFU_VAULT_KEY_COMMAND: command } };
    for (const options of [environment, program]) await expectAudited(options.settings);
    const none = await place.run(["start"], { settings: { WARIFU_VAULT_KEY_COMMAND: "/bin/false" } });
    expect([none.code, none.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 2 && /gave no key/.test(text),
    );
    const rotated = await place.run(["key", "rotate-vault", "--new-key-file", place.path("new.key")], program);
    expect(rotated.code, rotated.stderr).to.equal(0);
    const former = await place.run(["start"], environment);
    expect(former.stderr).to.include("not the one that its rows are under");
    const settings = { WARIFU_VAULT_KEY_FILE: place.path("new.key") };
    const second = await startService(place, { settings });
    expect((await stopService(second)).code).to.equal(0);
    await expectAudited(settings);
    const files = readdirSync(place.path("data"), { recursive: true, encoding: "utf8" }).map((name) =>
      place.path(join("data", name)),
    );
    const bytes = Buffer.concat(files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path)));
    for (const form of ["base64url", "base64", "hex"] as const)
      expect(bytes.includes(KEY.toString(form)), form).to.equal(false);
    expect(bytes.includes(KEY)).to.equal(false);
  });

  async function expectAudited(settings: Record<string, string>): Promise<void> {
    const report = await place.run(["audit", "--data-dir", place.path("data")], { settings });
    expect(report.stdout)
      .to.include("holds")
      .and.not.to.match(/without the vault|not checked: openings/);
  }
});
