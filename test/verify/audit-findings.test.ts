// What a report lists and what it only counts, so that no log makes it grow without end.

import { expect } from "chai";

import type { Beacon } from "../../src/core/beacon.ts";
import { withoutByteOrderMark } from "../../src/core/bytes.ts";
import { AuditFindings } from "../../src/verify/audit-findings.ts";
import { compareBeacons, NewestBeacons } from "../../src/verify/compare-beacons.ts";
import { SeqRanges } from "../../src/verify/seq-ranges.ts";

describe("the findings of an audit", () => {
  it("truth A6: list a thousand sources with gaps, and the first ranges of each", () => {
    const [findings, seqs] = [new AuditFindings(), new SeqRanges()];
    for (let seq = 1; seq < 60; seq += 2) seqs.add("much", seq);
    for (let source = 0; source < 1_001; source++) seqs.add(`s${source}`, 1);
    findings.addGaps(seqs, () => undefined);
    const { gaps, notes, outcome } = findings.report();
    expect([gaps.length, outcome]).to.deep.equal([1_000, "holds"]);
    expect(gaps[0]).to.deep.include({ sourceId: "much", missing: 30 });
    expect(gaps[0]?.ranges).to.have.length(20);
    expect(notes[0]).to.equal("source much has left out 30 of the numbers up to 59: 0, 2, 4, 6, 8, …");
    expect(notes.at(-1)).to.equal("2 further sources with missing numbers are not listed");
  });

  it("truth A8: say when only the newest beacons were compared", async () => {
    const [findings, beacons] = [new AuditFindings(), new NewestBeacons()];
    for (let at = 0; at < 300; at++) beacons.add(at, { blockNumber: at, blockHash: `0x${at}` } as Beacon);
    const asked: number[] = [];
    const blockHashAt = async (number: number): Promise<string> => {
      asked.push(number);
      return `0x${number}`;
    };
    await compareBeacons(beacons, { blockHashAt, isOwnChain: false }, findings);
    expect([asked.length, asked[0], asked.at(-1)]).to.deep.equal([256, 44, 299]);
    expect(findings.report().notes).to.deep.equal(["only the newest 256 of 300 beacons were compared with the chain"]);
  });

  it("truth A3: a byte order mark is three bytes, and taken off once", () => {
    for (const [bytes, left] of [
      [[0xef, 0xbb, 0xbf, 1], [1]],
      [
        [0xef, 0xbb, 1],
        [0xef, 0xbb, 1],
      ],
      [
        [0xef, 1],
        [0xef, 1],
      ],
      [[], []],
    ] as const)
      expect([...withoutByteOrderMark(Uint8Array.from(bytes))]).to.deep.equal([...left]);
  });
});
