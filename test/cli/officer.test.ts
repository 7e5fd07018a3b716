// `warifu officer` at a service and in the folder of one that does not run.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { openSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { DeskBrowser } from "../http/support/desk-browser.ts";
import { ORIGIN, temporaryFolder } from "../support/ledger.ts";
import { startService, type TestService } from "../support/service.ts";
import { runHere } from "./support/run-here.ts";

describe("accounts of officers on the command line", () => {
  let service: TestService;
  let folder: string;
  before(async () => {
    service = await startService();
    folder = temporaryFolder();
    writeFileSync(join(folder, "admin.key"), service.keys.admin, { mode: 0o600 });
  });
  after(() => service.stop());

  const run = (...args: string[]) =>
    runHere(["officer", ...args, "--url", service.url, "--key-file", "admin.key"], folder);
  const tokenIn = (link: string): string => link.slice(link.indexOf("#") + 1).trim();

  it("are invited with a link that works once, invited again, listed and removed", async () => {
    const invited = await run(
      "invite",
      "--name",
      "M. Ruiz",
      "--role",
      "officer",
      "--source",
      "reports/*",
      "--rate",
      "60",
    );
    expect(invited.code, invited.stderr).to.equal(0);
    expect(invited.stdout).to.match(/^http:\/\/localhost:\d+\/desk\/join#wi_[0-9a-f]{16}_[\w-]{43}\n$/);
    const [id = ""] = /of_[0-9a-f]{16}/.exec(invited.stderr) ?? [];
    const again = await run("invite", "--again", id, "--hours", "1");
    expect((await new DeskBrowser(service).join(tokenIn(invited.stdout))).answer.status, "void").to.equal(401);
    expect((await new DeskBrowser(service).join(tokenIn(again.stdout))).answer.status).to.equal(200);
    const listed = await run("list");
    expect(listed.stdout).to.match(
      /^of_\S+ {2}officer {2}\S+ {2}M\. Ruiz {2}\(1 passkey; sources reports\/\*; 60 a minute\)\n$/,
    );
    const { stdout } = await run("remove", id);
    expect(stdout).to.include(`account ${id} is removed`);
    expect((await run("list")).stdout).to.match(/0 passkeys; .*; removed \d/);
    expect((await run("remove", id)).code).to.equal(2);
  });

  it("are refused where something is missing or wrong", async () => {
    expect((await run("invite", "--name", "x")).stderr).to.include("say who it is with --name and --role");
    expect((await run("invite", "--name", "x", "--role", "submitter")).code).to.equal(2);
    expect((await run("invite", "--name", "x", "--role", "admin", "--source", "a")).stderr).to.include(
      "cannot be limited",
    );
    expect((await run("remove", "4f0c")).stderr).to.include("16 hexadecimal digits");
    const auditor = await runHere(["officer", "list", "--url", service.url, "--key", service.keys.auditor], folder);
    expect(auditor.code).to.equal(2);
  });

  it("are made and removed in the folder of a stopped service, and not while one runs there", async () => {
    const data = temporaryFolder();
    const store = openSqliteLedger(data, ORIGIN);
    const inData = (...args: string[]) => runHere(["officer", ...args, "--data-dir", data, "--json"], folder);
    expect((await inData("list")).stdout).to.include("STORE_LOCKED");
    await store.close();
    const invited = JSON.parse(
      (await inData("invite", "--name", "A", "--role", "admin", "--expires", "9d")).stdout,
    ) as {
      readonly id: string;
      readonly link: string;
    };
    expect(invited.link).to.match(/^http:\/\/localhost:8080\/desk\/join#wi_/);
    const again = JSON.parse((await inData("invite", "--again", invited.id)).stdout) as { readonly link: string };
    expect(again.link).to.not.equal(invited.link);
    const [listed] = JSON.parse((await inData("list")).stdout) as [{ readonly expiresAt: string }];
    expect(Date.parse(listed.expiresAt)).to.be.greaterThan(Date.now() + 8 * 86_400_000);
    expect((await inData("remove", invited.id)).code).to.equal(0);
    expect((await inData("list")).stdout).to.match(/"removedAt": "\d/);
  });
});
