// What is no file of ours is named by what it is, as wrong use: nothing is refuted by a picture.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture, fixturePolicy } from "../support/bundle-fixture.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { runHere } from "./support/run-here.ts";

describe("warifu verify, of files that are no bundles", () => {
  const folder = temporaryFolder();
  const policy = formatPolicy(fixturePolicy());
  let bundle: string;

  before(async () => {
    bundle = Buffer.from((await bundleFixture({})).bytes).toString("utf8");
    writeFileSync(join(folder, "policy.json"), policy);
    writeFileSync(join(folder, "bundle.json"), bundle);
  });

  const verify = async (bytes: string | Uint8Array, ...more: string[]) => {
    writeFileSync(join(folder, "given"), bytes);
    return runHere(["verify", "given", ...more, "--policy", "policy.json"], folder);
  };

  const OTHERS: readonly (readonly [what: string, bytes: () => string | Uint8Array, says: RegExp])[] = [
    ["a JPEG", () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1]), /a JPEG picture/],
    ["an empty file", () => "", /empty/],
    ["blank lines", () => "\n \n", /empty/],
    ["half a download", () => bundle.slice(0, bundle.length / 2), /cut off/],
    ["a damaged file", () => bundle.replace(":", ";"), /damaged/],
    ["an HTML page below comments", () => "<!-- a --> <!-- b -->\n<html>", /an HTML page/],
    ["an HTML page", () => "<!DOCTYPE html><html><body>502</body></html>", /an HTML page/],
    ["XML", () => "<?xml version='1.0'?><a/>", /XML/],
    ["gzip", () => gzipSync(bundle), /a gzip file; unpack it/],
    [
      "zip",
      () => Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), Buffer.alloc(40)]),
      /a ZIP archive; unpack it/,
    ],
    ["UTF-16 with a mark", () => Buffer.from(`\ufeff${bundle}`, "utf16le"), /UTF-16/],
    ["UTF-16 without a mark", () => Buffer.from(bundle, "utf16le"), /UTF-16/],
    ["UTF-16, the other way round", () => Buffer.from(bundle, "utf16le").swap16(), /UTF-16/],
    ["bytes", () => Buffer.from([200, 201, 202, 203, 204]), /not UTF-8 text/],
    ["a word", () => "hello", /no JSON/],
    ["a policy", () => policy, /a policy; name the file that `warifu prove` wrote/],
    ["an acknowledgement", () => '{"id":"x","leafIndex":1,"leafHash":"","checkpoint":""}', /an acknowledgement/],
    ["acknowledgements", () => '{"leafIndex":1}\n{"leafIndex":2}\n', /NDJSON/],
    ["a bundle within a list", () => `[${bundle}]`, /a list of 1/],
    ["a number", () => "7", /JSON, but no object/],
    ["other JSON", () => '{"hello":1}', /JSON of another kind/],
  ];
  it("keep nobody from the bundles beside them", async () => {
    mkdirSync(join(folder, "beside"));
    writeFileSync(join(folder, "beside/a.ndjson"), "");
    writeFileSync(join(folder, "beside/b.json"), bundle.replace("pothole", "potholf"));
    symlinkSync("circle.json", join(folder, "circle.json"));
    for (const paths of [["beside"], ["circle.json", "none.ndjson", "beside/b.json"]]) {
      const run = await runHere(["verify", ...paths, "--policy", "policy.json"], folder);
      expect([run.code, /1 refuted/.test(run.stdout)], run.stderr).to.deep.equal([1, true]);
    }
  });

  it("are never replaced by the report on them", async () => {
    const run = await runHere(
      ["verify", "bundle.json", "--policy", "policy.json", "--report", "./bundle.json"],
      folder,
    );
    expect([run.code, /bundle\.json, which is read here and would be lost/.test(run.stderr)]).to.deep.equal([2, true]);
    const other = await runHere(
      ["verify", "bundle.json", "--policy", "policy.json", "--report", "policy.json"],
      folder,
    );
    expect(other.code).to.equal(2);
    expect([
      readFileSync(join(folder, "bundle.json"), "utf8"),
      readFileSync(join(folder, "policy.json"), "utf8"),
    ]).to.deep.equal([bundle, policy]);
  });

  // A reader that goes back over what it has read takes ten seconds and more for each of them.
  const ENDLESS: readonly (readonly [what: string, text: string, says: RegExp])[] = [
    ["a string that never ends", `{"a":"${'\\"'.repeat(60_000)}`, /cut off/],
    ["comments that lead to no page", `${"<!---->".repeat(30)}x`, /a page or XML/],
  ];
  for (const [what, text, says] of ENDLESS)
    it(`are told in no time: ${what}`, async () => {
      const before = process.cpuUsage();
      const run = await verify(text);
      expect([run.code, run.stdout], run.stderr).to.deep.equal([2, ""]);
      expect(run.stderr).to.match(says);
      expect(process.cpuUsage(before).user, "microseconds").to.be.lessThan(3_000_000);
    });

  for (const [what, bytes, says] of OTHERS)
    it(`truth A3: ${what}`, async () => {
      const run = await verify(bytes());
      expect([run.code, run.stdout], run.stderr).to.deep.equal([2, ""]);
      expect(run.stderr)
        .to.match(/given is not a proof bundle: it is /)
        .and.match(says);
      expect(run.stderr).to.not.include("refuted");
    });

  it("truth A3: a folder without any", async () => {
    mkdirSync(join(folder, "pictures"));
    const run = await runHere(["verify", "pictures", "--policy", "policy.json"], folder);
    expect([run.code, run.stdout]).to.deep.equal([2, ""]);
  });

  it("truth A3: names a bundle that was given for the policy", async () => {
    const run = await runHere(["verify", "policy.json", "--policy", "bundle.json"], folder);
    expect(run.code).to.equal(2);
    expect(run.stderr).to.match(/bundle\.json is not a policy: it is a proof bundle/);
  });

  it("truth A3: takes a byte order mark, in bundle and policy", async () => {
    writeFileSync(join(folder, "marked.json"), `\ufeff${policy}`);
    writeFileSync(join(folder, "given"), `\ufeff${bundle}`);
    const run = await runHere(["verify", "given", "--policy", "marked.json"], folder);
    expect(run.code, run.stdout + run.stderr).to.equal(0);
  });

  it("truth A3: a bundle that is one and does not hold stays refuted", async () => {
    const { entry: _, ...rest } = JSON.parse(bundle) as { entry: string };
    expect((await verify(JSON.stringify(rest))).code).to.equal(1);
    for (const format of ["warifu-bundle/0", "warifu-bundle/01", "warifu-bundle/x", "warifu-bundle/"])
      expect((await verify(bundle.replace("warifu-bundle/1", format))).code, format).to.equal(1);
  });

  it("of a version to come are refused as such: nobody can tell here whether they hold", async () => {
    const later = await verify(bundle.replace("warifu-bundle/1", "warifu-bundle/2"));
    expect([later.code, later.stdout]).to.deep.equal([2, ""]);
    expect(later.stderr).to.match(
      /a proof bundle of a later version, warifu-bundle\/2, and this program knows warifu-bundle\/1/,
    );
    writeFileSync(join(folder, "later.json"), policy.replace("warifu-policy/1", "warifu-policy/12"));
    const run = await runHere(["verify", "bundle.json", "--policy", "later.json"], folder);
    expect([run.code, run.stdout]).to.deep.equal([2, ""]);
    expect(run.stderr).to.match(/later\.json is a policy of a later version, warifu-policy\/12/);
  });

  it("truth A3: of several, each is told, and a refuted one outweighs one that is none", async () => {
    const run = await verify("hello", "bundle.json", "--json");
    expect(run.code).to.equal(2);
    const documents = JSON.parse(run.stdout) as readonly Record<string, unknown>[];
    expect(documents).to.have.length(2);
    expect(documents[0]).to.have.nested.property("error.code", "USAGE");
    expect(documents[1]).to.include({ bundle: "bundle.json", outcome: "holds" });
    expect(documents[1]).to.have.nested.property("policy.sha256");
    expect(documents[1])
      .to.have.nested.property("policy.fingerprint")
      .that.matches(/^\d{4}( \d{4}){5}$/);
    const { entry: _, ...rest } = JSON.parse(bundle) as { entry: string };
    writeFileSync(join(folder, "bad.json"), JSON.stringify(rest));
    expect((await verify("hello", "bad.json")).code).to.equal(1);
  });
});
