// A service copies its log, and `warifu serve-log` serves the copy when the service is gone.

import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { openWorkplace, startService, stopService, type Workplace } from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

describe("warifu serve-log", function () {
  this.timeout(60_000);
  let workplace: Workplace;
  before(async () => {
    workplace = await openWorkplace();
    const settings = { format: "warifu-log-storage/1", kind: "folder", path: "public", everySeconds: 0.1 };
    writeFileSync(workplace.path("log-storage.json"), JSON.stringify(settings));
  });
  after(() => workplace.remove());

  it("serves what the service copied, after the service has gone", async () => {
    const service = await startService(workplace, { settings: { WARIFU_LOG_STORAGE: "log-storage.json" } });
    expect(service.said()).to.match(/log copied to \S+public/);
    // A service that ends does not wait for the copy.
    while (!existsSync(workplace.path("public/checkpoint"))) await sleep(25);
    await stopService(service);

    const serving = workplace.start(["serve-log", "log-storage.json", "--port", "0"]);
    const [, url = ""] = await serving.until(/log +(http\S+)/);
    await serving.until(/Ctrl-C stops it\./);
    const checkpoint = await fetch(`${url}/checkpoint`);
    expect(checkpoint.status).to.equal(200);
    expect(await checkpoint.text()).to.match(/^warifu\.localhost\/ledger\n[1-9]/);
    expect((await stopService(serving, "SIGTERM")).code).to.equal(0);
  });

  it("says what is wrong with its file and its options", async () => {
    const none = await runHere(["serve-log", "nothing.json"], workplace.folder);
    expect([none.code, none.stderr]).to.satisfy(
      ([code, words]: [number, string]) => code === 2 && /no file/.test(words),
    );
    const port = await runHere(["serve-log", "log-storage.json", "--port", "70000"], workplace.folder);
    expect(port.code).to.equal(2);
    expect(port.stderr).to.contain("a whole number from 0 to 65535");
  });
});
