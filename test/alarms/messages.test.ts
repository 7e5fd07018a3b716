// Messages of alarms are in the open `/v1/status`: they name a file, and not where on the machine the data folder lies.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { alarmOfStop, Alarms, type Alarm } from "../../src/alarms/alarms.ts";
import type { WarifuError } from "../../src/core/errors.ts";
import { writeEvidence } from "../../src/watch/evidence-files.ts";
import type { AnchorEvidence } from "../../src/watch/judge-anchors.ts";
import { temporaryFolder } from "../support/ledger.ts";

describe("messages of alarms", () => {
  it("name files from the data folder on, for whoever reads them and whoever is told", () => {
    const told: Alarm[] = [];
    const alarms = new Alarms(Date.now, (alarm) => told.push(alarm), "/srv/warifu/data");
    alarms.raise("fork", "a root that the log lacks; evidence: /srv/warifu/data/evidence/20-0xab.json");
    alarms.set("index-behind", "/srv/warifu/data/a and '/srv/warifu/data/b'");
    const messages = ["a root that the log lacks; evidence: evidence/20-0xab.json", "a and 'b'"];
    expect(alarms.active().map(({ message }) => message)).to.deep.equal(messages);
    expect(told.map(({ message }) => message)).to.deep.equal(messages);
  });

  it("of an error that names a file, in its own words and in the system's", () => {
    const dataDir = temporaryFolder();
    const alarms = new Alarms(Date.now, undefined, dataDir);
    const folder = join(dataDir, "evidence");
    writeFileSync(folder, "a file where a folder must be");
    const anchor = { treeSize: 20, transactionHash: "0xab" } as AnchorEvidence["anchor"];
    try {
      writeEvidence(folder, { anchor } as AnchorEvidence);
    } catch (error) {
      alarmOfStop(alarms)(error as WarifuError);
    }
    const [alarm] = alarms.active();
    expect(alarm?.message).to.include("the evidence evidence/20-0xab.json cannot be written");
    expect(alarm?.message).not.to.include(dataDir);
  });
});
