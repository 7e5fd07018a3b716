// Whether the log has every number of a source: present where, missing below its highest, not yet there. Each entry says it in
// itself, so an audit that has gone through all of them can tell.

import { expect } from "chai";

import { sourceIdOf } from "../../src/core/record.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { CompletenessAudit, MOST_NUMBERS } from "../../src/verify/completeness.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import type { RecordedAnchor } from "../../src/verify/shown-anchors.ts";
import { expectCode } from "../support/expect-code.ts";
import { entryOf, logFiles, ORIGIN, serveLog, type LogFiles } from "./support/served-log.ts";

const SOURCE = "santander/env-419";

/** A log in which the source has these numbers, one after the other, from leaf 10 on. */
function logWith(seqs: readonly number[]): LogFiles {
  const sourceId = sourceIdOf(ORIGIN, SOURCE);
  return logFiles(300, {
    withAddenda: false,
    entry: (at) => {
      const seq = seqs[at - 10];
      return seq === undefined ? entryOf(at) : { ...entryOf(at), sourceId, seq };
    },
  });
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe("the numbers of a source", () => {
  const audit = async (
    seqs: readonly number[],
    [from, to]: readonly [number, number],
    anchored?: number,
  ): Promise<AuditReport> => {
    const log = logWith(seqs);
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    const completeness = new CompletenessAudit({ source: SOURCE, from, to }, ORIGIN);
    const anchor = (size: number): RecordedAnchor => ({ treeSize: size, rootHash: new Uint8Array(log.hash(0, size)) });
    const anchors = anchored && {
      codeHash: async () => "",
      anchorEvents: async () => ({ anchors: [anchor(3), anchor(anchored)] }),
    };
    return auditLog({ log: reader, policy: log.policy, completeness, anchors: anchors || undefined }).finally(() =>
      served.stop(),
    );
  };

  it("hold when each is there, whatever lies outside, and the leaf of each can be told", async () => {
    const { outcome, completeness } = await audit([...span(5, 20), 30, 22, 21], [7, 22], 290);
    expect(outcome).to.equal("holds");
    expect(completeness).to.deep.equal({
      ...{ source: SOURCE, from: 7, to: 22, state: "complete", highest: 30, checkedSize: 300, anchoredSize: 290 },
      present: [
        { from: 7, to: 20, leafIndex: 12 },
        { from: 21, to: 21, leafIndex: 28 },
        { from: 22, to: 22, leafIndex: 27 },
      ],
      missing: [],
      notYet: [],
    });
  });

  it("leave the audit undecided where one is missing, which is named: that is no fault of the log", async () => {
    const report = await audit([1, 2, 3, 6, 8, 9], [2, 9]);
    expect([report.outcome, report.findings]).to.deep.equal(["undecided", []]);
    expect(report.completeness).to.deep.include({ state: "gaps", highest: 9, anchoredSize: null, notYet: [] });
    expect(report.completeness?.missing).to.deep.equal([
      [4, 5],
      [7, 7],
    ]);
    expect(report.notes).to.include(`source ${SOURCE}: the log does not have 4-5, 7`);
  });

  it("leave it undecided, too, where the source has not come so far", async () => {
    const report = await audit([1, 2, 3], [2, 6]);
    expect([report.outcome, report.completeness?.state]).to.deep.equal(["undecided", "open"]);
    expect(report.completeness?.notYet).to.deep.equal([[4, 6]]);
    const none = await audit([], [0, 4]);
    expect(none.completeness).to.deep.include({ highest: null, present: [], missing: [], notYet: [[0, 4]] });
    expect(report.notes).to.include(`source ${SOURCE}: the log does not have 4-6 yet`);
  });

  it("refute a log in which one occurs twice", async () => {
    const { outcome, findings } = await audit([1, 2, 3, 2], [1, 3]);
    expect([outcome, findings.map(({ code, where }) => [code, where])]).to.deep.equal([
      "refuted",
      [["SEQUENCE_CONFLICT", "leaf 13"]],
    ]);
  });

  it("are asked for in a range that is one, and not too long", () => {
    const of = (from: number, to: number) => new CompletenessAudit({ source: SOURCE, from, to }, ORIGIN);
    expectCode("USAGE", () => of(3, 2));
    expectCode("USAGE", () => of(1, MOST_NUMBERS + 1));
    of(1, MOST_NUMBERS);
  });

  it("are named in the notes, the first few ranges", async () => {
    const { noteFacts } = await audit([0, 2, 4, 6, 8, 10, 12, 14], [0, 14]);
    const ranges = [1, 3, 5, 7, 9].map((seq) => [seq, seq]);
    expect(noteFacts).to.deep.include({ id: "numbers-missing", source: SOURCE, ranges, hasMoreRanges: true });
  });
});
