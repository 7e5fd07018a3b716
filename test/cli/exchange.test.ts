// `warifu exchange`: partner cities are added, listed, looked at and taken out.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatPolicy } from "../../src/core/policy.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { runHere } from "./support/run-here.ts";

describe("partner cities on the command line", () => {
  let service: TestService;
  let folder: string;
  before(async () => {
    service = await startService();
    folder = temporaryFolder();
    writeFileSync(join(folder, "officer.key"), service.keys.officer, { mode: 0o600 });
    writeFileSync(join(folder, "partner.key"), "wk_of_the_partner\n", { mode: 0o600 });
    writeFileSync(join(folder, "policy.json"), formatPolicy(service.policy));
    const kept = ["--country", "JP", "--kind", "business-operator", "--jurisdiction", "jp-operator"];
    await run("privacy", "recipient", "add", "Example K.K.", ...kept);
  });
  after(() => service.stop());

  const run = (...args: string[]) => runHere([...args, "--url", service.url, "--key-file", "officer.key"], folder);
  const add = (name: string, ...more: string[]) =>
    run("exchange", "partner", "add", name, "--endpoint", "https://x.example", "--policy", "policy.json", ...more);

  it("are recipients of the register, and their key is shown to nobody", async () => {
    expect((await run("exchange", "status")).stdout).to.include("there is no partner");
    expect((await add("Nobody")).code).to.not.equal(0);
    expect((await add("Example K.K.", "--endpoint", "http://x.example")).code).to.equal(2);
    const shares = [{ type: "citizen-report", claims: ["text"], when: "always", consent: true }];
    writeFileSync(join(folder, "shares.json"), JSON.stringify(shares));
    const more = ["--city", "fujisawa", "--partner-key-file", "partner.key", "--shares", "shares.json", "--no-take"];
    const added = await add("Example K.K.", ...more);
    expect(added.code, added.stderr).to.equal(0);
    expect(added.stdout).to.match(/^0 {2}Example K\.K\. {2}https:\/\/x\.example {2}\S+ {2}sends\n$/);
    const listed = await run("exchange", "partner", "list", "--json");
    expect(listed.stdout).to.include('"state": "new"').and.to.not.include("wk_of_the_partner");
    expect(readFileSync(join(service.folder, "partners.json"), "utf8")).to.include("wk_of_the_partner");
  });

  it("are shown with their state, and taken out", async () => {
    const status = await run("exchange", "status");
    expect(status.code, status.stderr).to.equal(0);
    expect(status.stdout).to.match(/0 {2}Example K\.K\. {2}new since .*\n.*given 0, proved 0; told 0/);
    expect((await run("exchange", "partner", "remove", "0")).code).to.equal(0);
    expect((await run("exchange", "partner", "list")).stdout).to.include("there is no partner");
    expect((await run("exchange", "partner", "remove", "0")).code).to.not.equal(0);
  });
});
