// What alarms state: `/v1/status` shows facts and messages, which name a file, and not where on the machine the data
// folder lies. Each fact has a sentence, and each alarm is raised somewhere.

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { FactOf } from "../../src/alarms/alarm-fact.ts";
import { ALARMS, alarmOfStop, Alarms, type Alarm } from "../../src/alarms/alarms.ts";
import { inEnglish } from "../../src/alarms/english.ts";
import type { WarifuError } from "../../src/core/errors.ts";
import { writeEvidence } from "../../src/watch/evidence-files.ts";
import type { AnchorEvidence } from "../../src/watch/judge-anchors.ts";
import { temporaryFolder } from "../support/ledger.ts";

const FORK: FactOf<"fork"> = {
  id: "fork",
  treeSize: 20,
  rootHash: "ab".repeat(32),
  transactionHash: "0xab",
  blockNumber: 7,
  blockHash: "0xcd",
  state: "final",
  logRootHash: null,
  publishedSize: 12,
};

describe("what alarms state", () => {
  it("names files from the data folder on, for whoever reads it and whoever is told", () => {
    const told: Alarm[] = [];
    const alarms = new Alarms(Date.now, (alarm) => told.push(alarm), "/srv/warifu/data");
    alarms.raise("fork", { ...FORK, evidenceFile: "/srv/warifu/data/evidence/20-0xab.json" });
    const message = "/srv/warifu/data/a and '/srv/warifu/data/b'";
    alarms.set("index-behind", { id: "error", code: null, message });
    // However deep it is.
    const failures = [{ witness: "w", kind: "declined", message }];
    alarms.raise("witness-quorum", { id: "cosignatures-missing", treeSize: 8, given: 1, quorum: 2, failures });
    const messages = [
      `${inEnglish(FORK)}; evidence: evidence/20-0xab.json`,
      "a and 'b'",
      "1 of the 2 cosignatures wanted for 8 entries were given; w (declined): a and 'b'",
    ];
    expect(alarms.active().map((alarm) => alarm.message)).to.deep.equal(messages);
    expect(told.map((alarm) => alarm.message)).to.deep.equal(messages);
    expect(alarms.active().flatMap(({ facts }) => facts)).to.deep.equal([
      { ...FORK, evidenceFile: "evidence/20-0xab.json" },
      { id: "error", code: null, message: "a and 'b'" },
      {
        ...{ id: "cosignatures-missing", treeSize: 8, given: 1, quorum: 2 },
        failures: [{ witness: "w", kind: "declined", message: "a and 'b'" }],
      },
    ]);
    expect(JSON.stringify([alarms.active(), told])).not.to.include("/srv/warifu");
  });

  it("names no folder where an error names a file, in its own words and in the system's", () => {
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
    expect(alarm?.facts[0]).to.include({ id: "stopped", code: "STORE_FAILED" });
    expect(JSON.stringify(alarm)).not.to.include(dataDir);
  });

  it("has every fact of everybody who raises it, told of when it goes on and when the last has none left", () => {
    const told: string[] = [];
    let now = 1;
    const alarms = new Alarms(
      () => now,
      ({ facts }, isOn) => told.push(`${isOn ? "on" : "off"} ${facts.length}`),
    );
    const fell = { id: "final-height-fell", height: 1, before: 2 } as const;
    const lost = [
      { id: "final-anchors-lost", treeSize: 8 },
      { id: "final-anchors-lost", treeSize: 9 },
    ] as const;
    alarms.raise("reorg-beyond-finality", fell, "height");
    now = 2;
    alarms.setAll("reorg-beyond-finality", lost, "anchors");
    const [alarm] = alarms.active();
    expect(alarm).to.deep.include({ facts: [fell, ...lost], since: 1 });
    expect(alarm?.message).to.equal([fell, ...lost].map(inEnglish).join("; "));
    alarms.clear("reorg-beyond-finality", "height");
    expect(alarms.active()[0]?.facts).to.deep.equal(lost);
    // Nobody else can take it off, and nothing is told of what was not on.
    alarms.clear("reorg-beyond-finality", "height");
    alarms.clear("fork");
    alarms.setAll("reorg-beyond-finality", [], "anchors");
    expect(alarms.active()).to.deep.equal([]);
    expect(told).to.deep.equal(["on 1", "off 2"]);
  });

  it("is a fact of its own alarm: another does not compile", () => {
    // The compiler is what checks this: each line holds only while the fact is refused.
    const REFUSED: readonly true[] = [
      true satisfies Refuses<"anchor-late", FactOf<"fork">>,
      true satisfies Refuses<"fork", FactOf<"foreign-anchor">>,
      true satisfies Refuses<"log-stopped", FactOf<"chain-wrong">>,
    ];
    expect(REFUSED).to.have.length(3);
  });

  it("is raised somewhere, whatever its code", () => {
    const root = join(import.meta.dirname, "..", "..");
    const sources = globSync("src/**/*.ts", { cwd: root }).filter(
      (path) => !/src[\\/](alarms|http[\\/]resources|cli)[\\/]/.test(path),
    );
    const text = sources.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
    const [stop, codes] = ["log-stopped", Object.keys(ALARMS)];
    expect(codes.filter((code) => code !== stop && !text.includes(`"${code}"`))).to.deep.equal([]);
    expect(text).to.include("alarmOfStop(");
  });
});

type Refuses<Code extends keyof typeof ALARMS, Fact> = [Fact] extends [FactOf<Code>] ? never : true;
