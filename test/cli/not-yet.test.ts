// What is not there yet, and what is not right any more: a record that waits for its anchor, a service that is unhealthy,
// a data folder that somebody changed. Each has its exit code, and says what it is about.

import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { startSwiftChain, type TestChain } from "../support/chains.ts";
import { anchoringOn, openWorkplace, startService, stopService, type Workplace } from "./support/command.ts";

describe("the command, when something is not as it should be", () => {
  let place: Workplace;
  let chain: TestChain;

  before(async () => {
    chain = await startSwiftChain();
    // The log's own first entries are anchored at once, everything after them in a day.
    place = await openWorkplace({
      ...{ WARIFU_ANCHOR_SECONDS: "86400", WARIFU_MAX_ANCHOR_LAG_SECONDS: "0.3" },
      ...anchoringOn(chain),
    });
  });

  after(async () => {
    await place.remove();
    await chain.stop();
  });

  it("exits with 3 for a record that is not anchored yet, and with 1 for a service that is unhealthy", async () => {
    const service = await startService(place);
    await service.until(/anchored: 4 entries are final/);
    const input = '{"temperature":16.4}';
    await place.here(["submit", "-", "--type", "sensor-reading", "--acks", "ack.ndjson"], { input });
    const { id } = JSON.parse(readFileSync(place.path("ack.ndjson"), "utf8")) as { id: string };
    const begun = performance.now();
    const proved = await place.run(["prove", id, "--wait", "0.7", "-o", "bundle.json"]);
    expect([proved.code, proved.stdout]).to.deep.equal([3, ""]);
    expect(proved.stderr).to.match(/leaf 4 is pending.*\[NOT_ANCHORED_YET\]\nhint: /);
    expect(performance.now() - begun).to.be.greaterThan(700);
    const status = await place.here(["status"]);
    expect(status.code).to.equal(1);
    expect(status.stdout).to.match(
      /^✗ not healthy\n {2}red alarm anchor-late, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: records have been waiting for a final anchor since /m,
    );
    await service.until(/^ {2}red alarm anchor-late: records have been waiting for a final anchor since /m);
    expect((await stopService(service)).code).to.equal(0);
  });

  it("names the record that was changed in the stopped folder, and exits with 1", async () => {
    const before = readFileSync(place.path("data/ledger.sqlite"));
    const changed = Buffer.from(before);
    changed.write("17.4", changed.indexOf('"temperature":16.4') + '"temperature":'.length);
    writeFileSync(place.path("data/ledger.sqlite"), changed);
    const run = await place.here(["audit", "--json"]);
    expect(run.code, run.stdout + run.stderr).to.equal(1);
    const { outcome, findings } = JSON.parse(run.stdout) as {
      outcome: string;
      findings: { where: string; code: string }[];
    };
    expect(outcome).to.equal("refuted");
    expect(findings.map(({ where, code }) => `${code} ${where}`)).to.include("BODY_MISMATCH leaf 4");
    const told = await place.here(["audit", "--from", place.path("data")], {
      settings: { WARIFU_DATA_DIR: "elsewhere" },
    });
    expect(told.stdout)
      .to.match(/^✗ leaf 4: .*\[BODY_MISMATCH\]$/m)
      .and.match(/✗ refuted: \d+ things? (is|are) wrong/);
    writeFileSync(place.path("data/ledger.sqlite"), before);
  });

  it("does not start on an older copy of the ledger, says why, and exits with 1", async () => {
    const db = new DatabaseSync(place.path("data/ledger.sqlite"), { timeout: 60_000 });
    db.exec("DELETE FROM entry WHERE leaf_index = 4");
    db.close();
    const run = await place.run(["start"]);
    expect(run.code).to.equal(1);
    expect(run.stderr).to.match(/^error: the ledger holds 4 entries.*\[STORE_BEHIND\]\nhint: put the newest copy/);
  });
});
