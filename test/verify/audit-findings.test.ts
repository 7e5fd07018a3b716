// What a report lists and what it only counts, so that no log makes it grow without end.

import { expect } from "chai";

import type { Beacon } from "../../src/core/beacon.ts";
import { withoutByteOrderMark } from "../../src/core/bytes.ts";
import { WarifuError, type ErrorCode } from "../../src/core/errors.ts";
import { AuditFindings } from "../../src/verify/audit-findings.ts";
import { compareBeacons, NewestBeacons } from "../../src/verify/compare-beacons.ts";
import { SeqRanges } from "../../src/verify/seq-ranges.ts";
import { saidAgain } from "../support/said-again.ts";

describe("the findings of an audit", () => {
  it("truth A6: list a thousand sources with gaps, and the first ranges of each", () => {
    const [findings, seqs] = [new AuditFindings(), new SeqRanges()];
    for (let seq = 1; seq < 60; seq += 2) seqs.add("much", seq);
    for (let source = 0; source < 1_001; source++) seqs.add(`s${source}`, 1);
    findings.addGaps(seqs, (sourceId) => (sourceId === "s0" ? "gateway-7" : undefined));
    const { gaps, notes, noteFacts, outcome } = saidAgain(findings.report());
    expect([gaps.length, outcome]).to.deep.equal([1_000, "holds"]);
    expect(gaps[0]).to.deep.include({ sourceId: "much", missing: 30 });
    expect(gaps[0]?.ranges).to.have.length(20);
    expect(notes[0]).to.equal("source much has left out 30 of the numbers up to 59: 0, 2, 4, 6, 8, …");
    expect(noteFacts.slice(0, 2)).to.deep.equal([
      {
        ...{ id: "numbers-left-out", sourceId: "much", source: null, missing: 30, lastSeq: 59 },
        ...{ ranges: [0, 2, 4, 6, 8].map((seq) => [seq, seq]), hasMoreRanges: true },
      },
      {
        ...{ id: "numbers-left-out", sourceId: "s0", source: "gateway-7", missing: 1, lastSeq: 1 },
        ...{ ranges: [[0, 0]], hasMoreRanges: false },
      },
    ]);
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

  it("list a thousand faults, and count the others", () => {
    const findings = new AuditFindings();
    for (let seq = 0; seq < 1_003; seq++)
      findings.refute("SEQUENCE_CONFLICT", "leaf 1", { id: "seq-used-before", seq });
    const { findings: listed, noteFacts, outcome } = saidAgain(findings.report());
    expect([listed.length, outcome]).to.deep.equal([1_000, "refuted"]);
    expect(noteFacts).to.deep.equal([{ id: "findings-unlisted", count: 3 }]);
  });

  it("keep code and values of a refusal, and pass on what is none", async () => {
    const findings = new AuditFindings();
    const details = { expected: "a", given: "b" };
    const refusal = (code: ErrorCode) => () => Promise.reject(new WarifuError(code, "it differs", { details }));
    await findings.attempt("tile 0/2", refusal("TILE_INVALID"));
    await findings.ask(refusal("CHAIN_MISMATCH"));
    const { findings: listed, noteFacts } = saidAgain(findings.report());
    const fact = { id: "error", code: "TILE_INVALID", details, message: "it differs" };
    expect(listed).to.deep.equal([{ code: "TILE_INVALID", where: "tile 0/2", message: "it differs", fact }]);
    expect(noteFacts).to.deep.equal([{ id: "not-all-read", because: { ...fact, code: "CHAIN_MISMATCH" } }]);
    const defect = new TypeError("a defect");
    const passed = await findings.ask(() => Promise.reject(defect)).catch((error: unknown) => error);
    expect(passed).to.equal(defect);
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
