// `warifu disclose` as an officer and a recipient use it, against a service over a real chain.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { parseBundle } from "../../src/core/bundle.ts";
import { parseOpening } from "../../src/core/opening.ts";
import { anchoredService } from "../http/support/anchored-service.ts";
import { submit, type Result } from "../http/support/call.ts";
import { runHere } from "./support/run-here.ts";

const REPORT = {
  type: "citizen-report",
  source: "app/1",
  claims: { category: "pothole", text: "A hole", reporterName: "Ana" },
};

describe("warifu disclose", () => {
  const running = anchoredService();
  const folder = mkdtempSync(join(tmpdir(), "warifu-disclose-"));
  let ids: string[];
  before(async () => {
    ids = [];
    for (let at = 0; at < 2; at++)
      ids.push(((await submit(running.service, JSON.stringify(REPORT))).json as Required<Result>).id);
    await running.service.anchorAll();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const path = (name: string): string => join(folder, name);
  const run = (...args: string[]) => {
    const key = ["--key", running.service.keys.officer];
    return runHere(["disclose", ...args, "--url", running.service.url, ...(args[0] === "fetch" ? [] : key)], folder);
  };
  const grant = (...more: string[]) =>
    run(...ids, "--claims", "text", "--to", "Road works", "--purpose", "fill it", "--until", "1h", ...more);

  it("writes what it grants as bundles, each with these openings alone, for its owner only", async () => {
    const result = await grant("-o", path("many.ndjson"), "--json");
    expect(result.code, result.stderr).to.equal(0);
    const bundles = readFileSync(path("many.ndjson"), "utf8").trimEnd().split("\n");
    const named = bundles.map((text) => parseBundle(Buffer.from(text)).openings.map((one) => parseOpening(one).name));
    expect(named).to.deep.equal([["text"], ["text"]]);
    expect(statSync(path("many.ndjson")).mode & 0o077).to.equal(0);
    expect(JSON.parse(result.stdout)).to.include({ disclosure: 0, file: path("many.ndjson") });
  });

  it("lets the recipient fetch it with the token, until it is withdrawn", async () => {
    const { token, disclosure } = JSON.parse((await grant("--json")).stdout) as { token: string; disclosure: number };
    writeFileSync(path("token"), `${token}\n`);
    const fetched = await run("fetch", "--token-file", path("token"), "--sd-jwt", "-o", path("two.sd-jwt"));
    expect(fetched.code, fetched.stderr).to.equal(0);
    expect(fetched.stdout)
      .to.match(/leaf \d+ +Description \(text\)/)
      .and.include("2 SD-JWTs");
    expect(readFileSync(path("two.sd-jwt"), "utf8").trimEnd().split("\n")).to.have.length(2);
    const listed = await run("list");
    expect(listed.stdout).to.match(/text {2}to Road works \(fill it\) {2}until .*, seen 1 time\n/);
    expect((await run("withdraw", String(disclosure))).stdout).to.include("is withdrawn: 2 records");
    expect((await run("withdraw", String(disclosure))).stdout).to.include("was over already");
    const refused = await run("fetch", "--token-file", path("token"));
    expect([refused.code, refused.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && /UNAUTHENTICATED/.test(said),
    );
    expect((await run("list")).stdout).to.include("withdrawn, seen");
  });

  it("says what is missing, and takes no other token for one", async () => {
    for (const args of [[ids[0]!], ["--claims", "text"], ids, [...ids, "--claims", "text,,x"], ["withdraw", "x"]])
      expect((await run(...args)).code).to.equal(2);
    writeFileSync(path("other"), "wk_0_x");
    expect((await run("fetch", "--token-file", path("other"))).code).to.equal(2);
  });
});
