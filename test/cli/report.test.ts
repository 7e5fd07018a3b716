// Reports of `warifu audit` and `warifu verify` as files: in three forms, signed by a key of the auditor's own, checked, and made
// into the record by which the log remembers them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { bundleFixture } from "../support/bundle-fixture.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { flip, logFiles, serveLog } from "../verify/support/served-log.ts";
import type { Run } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

type Json = Record<string, unknown>;

describe("reports on the command line", () => {
  const folder = temporaryFolder();
  const log = logFiles(40);
  flip(log, "tile/entries/000.p/40", 81 * 17 + 2 + 50);
  let url: string;
  let stop: () => Promise<void>;
  before(async () => {
    ({ url, stop } = await serveLog(log));
    writeFileSync(join(folder, "policy.json"), formatPolicy(log.policy));
    await run("source", "keygen", "auditor.jwk");
    await run("source", "keygen", "p256.jwk", "--curve", "P-256");
  });
  after(() => stop());

  const run = (...args: string[]): Promise<Run> => runHere(args, folder);
  const audit = (...args: string[]): Promise<Run> => run("audit", "--from", url, "--policy", "policy.json", ...args);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const json = (name: string): Json => JSON.parse(read(name)) as Json;

  it("an audit's has question, verdict, exceptions, figures, identities and how to repeat it, which repeats it", async () => {
    const { code, stdout } = await audit("--report", "audit.json", "--question", "Is leaf 17 whole?", "--lang", "es");
    expect([code, stdout.includes("informe escrito en audit.json")]).to.deep.equal([1, true]);
    const report = json("audit.json");
    expect(report).to.include({
      format: "warifu-report/1",
      language: "es",
      question: "Is leaf 17 whole?",
      method: "whole",
    });
    expect(report).to.include({ outcome: "refuted", place: url }).and.to.have.nested.property("head.treeSize", 40);
    expect(report["exceptions"]).to.deep.equal(report["findings"]);
    const { identities, policy, repeat } = report as { identities: Json; policy: Json; repeat: string };
    expect(identities).to.include({ origin: log.policy.log.name, chainId: 31_337, policySha256: policy["sha256"] });
    expect(identities["keyFingerprint"]).to.match(/^[0-9a-f]{64}$/);
    const again = await run(...repeat.split(" ").slice(1));
    expect([again.code, again.stdout.includes("leaf 17")]).to.deep.equal([1, true]);
  });

  it("takes the language of the environment, and is a page or a PDF if its name ends so", async () => {
    const inJapanese = (...args: string[]): Promise<Run> =>
      runHere(["audit", "--from", url, "--policy", "policy.json", ...args], folder, "ja_JP.UTF-8");
    await inJapanese("--report", "audit.html");
    await inJapanese("--report", "audit.pdf", "--sample", "3", "--seed", "x");
    expect(read("audit.html")).to.include('<html lang="ja">').and.include("不成立");
    expect(read("audit.pdf")).to.match(/^%PDF-1\.7/);
  });

  it("of bundles counts them and names those that do not hold", async () => {
    const { bytes, policy } = await bundleFixture();
    writeFileSync(join(folder, "good.json"), bytes);
    writeFileSync(join(folder, "bad.json"), Buffer.from(bytes).toString().replace('"source": "s', '"source": "t'));
    writeFileSync(join(folder, "its.json"), formatPolicy(policy));
    const { code } = await run("verify", "good.json", "bad.json", "--policy", "its.json", "--report", "verify.json");
    expect(code).to.equal(1);
    const report = json("verify.json");
    expect(report).to.include({ outcome: "refuted", method: "bundles", place: "good.json, bad.json" });
    expect(report["figures"]).to.deep.equal([
      ["bundles", 2],
      ["holding", 1],
      ["refuted", 1],
      ["undecided", 0],
    ]);
    expect(report["exceptions"]).to.have.nested.property("[0].where", "bad.json");
    await run("verify", "good.json", "--policy", "its.json", "--report", "one.html", "--lang", "en");
    expect(read("one.html")).to.include("It holds").and.include("Nothing was compared with the chain");
  });

  for (const key of ["auditor.jwk", "p256.jwk"])
    it(`is signed with ${key}, and a change of the report or of its signature, or another key, is refused`, async () => {
      await audit("--report", "signed.html", "--sign", key);
      const check = (...more: string[]): Promise<Run> => run("report", "verify", "signed.html", ...more);
      const good = await check("--key", `${key}.pub`);
      expect([good.code, good.stdout.includes("was signed by the key")], good.stderr).to.deep.equal([0, true]);
      expect((await check()).code, "nobody said whose key it is").to.equal(3);
      const other = key === "auditor.jwk" ? "p256.jwk.pub" : "auditor.jwk.pub";
      expect(await check("--key", other)).to.deep.include({ code: 1 });
      const [page, signature] = [read("signed.html"), read("signed.html.sig")];
      writeFileSync(join(folder, "signed.html"), page.replace("17", "18"));
      expect((await check()).stderr).to.include("not the one that was signed");
      writeFileSync(join(folder, "signed.html"), page);
      const value = JSON.parse(signature) as Json;
      for (const change of [
        { signedAt: "2020-01-01T00:00:00.000Z" },
        { key: json(other) },
        { format: "x" },
        { more: 1 },
      ]) {
        writeFileSync(join(folder, "signed.html.sig"), JSON.stringify({ ...value, ...change }));
        expect((await check()).code, JSON.stringify(change)).to.equal(1);
      }
    });

  it("is made into the record by which the log remembers it, by its hash alone", async () => {
    await audit("--report", "kept.pdf", "--sign", "auditor.jwk");
    const { code, stdout } = await run("report", "record", "kept.pdf", "--source", "auditors/court");
    const record = JSON.parse(stdout) as Json;
    expect([code, record["type"], record["source"]]).to.deep.equal([0, "audit-report", "auditors/court"]);
    expect(record["claims"]).to.have.keys("observedAt", "sha256", "signedBy");
    expect(record["key"]).to.equal((record["claims"] as Json)["sha256"]);
  });

  it("of another ending, or options without a report, are wrong use, said before anything is read", async () => {
    for (const [args, says] of [
      [["--report", "audit.txt"], /ends in \.json, \.html or \.pdf/],
      [["--sign", "auditor.jwk"], /name its file with --report/],
      [["--report", "a.json", "--lang", "fr"], /Allowed choices are en, es, ja/],
    ] as const) {
      const { code, stderr } = await audit(...args);
      expect([code, says.test(stderr)], stderr).to.deep.equal([2, true]);
    }
    expect((await run("report", "verify", "none.pdf")).code).to.equal(2);
    expect(existsSync(join(folder, "audit.txt"))).to.equal(false);
  });
});
