// A quota keeps a source to its rate, lets it catch up after a silence, and costs no memory for those that are silent.

import { mock } from "node:test";

import { expect } from "chai";

import { SourceQuotas } from "../../src/write/source-quotas.ts";
import { cpuMsOf } from "../support/cpu-time.ts";
import { codesOf, openLedger, reading } from "../support/ledger.ts";

/** For what is not about time: no quota comes back while the test runs. */
const STOPPED_AT = Date.now();

describe("the quota of a source", () => {
  let clock = 0;
  const quotas = (perSecond: number): SourceQuotas => new SourceQuotas(perSecond, () => clock);
  const taken = (of: SourceQuotas, source: string, tries: number): number => {
    let count = 0;
    for (let at = 0; at < tries; at++) if (of.take(source) === undefined) count++;
    return count;
  };

  it("is what it may send in a second, and ten seconds' worth after a silence", () => {
    const of = quotas(20);
    expect(taken(of, "wild", 1_000)).to.equal(200);
    for (let second = 0; second < 5; second++) {
      clock += 1_000;
      expect(taken(of, "wild", 200), "at ten times its quota").to.equal(20);
    }
    clock += 3_600_000;
    expect(taken(of, "wild", 1_000)).to.equal(200);
  });

  it("is its own: what another source sends does not count", () => {
    const of = quotas(1);
    expect(taken(of, "wild", 100)).to.equal(10);
    expect(taken(of, "quiet", 1)).to.equal(1);
  });

  it("may be less than one a second, and says when to send again", () => {
    const of = quotas(0.1);
    expect(of.take("slow")).to.equal(undefined);
    expect(of.take("slow")).to.include({ code: "RATE_LIMITED" });
    expect(of.take("slow")?.message).to.match(/send what was refused again in 10 s/);
    clock += 9_000;
    expect(of.take("slow")?.message).to.match(/in 1 s/);
    clock += 1_000;
    expect(of.take("slow")).to.equal(undefined);
  });

  it("of a hundred thousand sources that came and went takes neither memory nor time", async () => {
    const of = quotas(10);
    const spent = await cpuMsOf(() => {
      for (let at = 0; at < 100_000; at++) {
        clock += 1;
        of.take(`s${at}`);
      }
    });
    expect(of.size).to.be.lessThan(20_000);
    expect(spent).to.be.lessThan(5_000);
  });

  it("is not used up by what is sent again: a batch larger than it gets through in the end", async () => {
    let now = Date.now();
    const ledger = await openLedger({ recordsPerSecond: 0.5, now: () => now });
    try {
      const batch = Array.from({ length: 7 }, (_, at) => reading(at, { source: "wild", key: `k${at}` }));
      const first = codesOf(await ledger.pipeline.submit(batch));
      expect(first).to.deep.equal([...Array<string>(5).fill("ok"), "RATE_LIMITED", "RATE_LIMITED"]);
      now += 2_100;
      expect(codesOf(await ledger.pipeline.submit(batch))).to.deep.equal([
        ...Array<string>(6).fill("ok"),
        "RATE_LIMITED",
      ]);
    } finally {
      await ledger.close();
    }
  });

  it("refuses for now what is beyond it, record by record, and enters the rest", async () => {
    const ledger = await openLedger({ recordsPerSecond: 0.3, now: () => STOPPED_AT });
    try {
      const sent = [0, 1, 2, 3, 4].map((at) => reading(at, { source: "wild" }));
      const outcomes = await ledger.pipeline.submit([...sent, reading(5, { source: "quiet" })]);
      expect(codesOf(outcomes)).to.deep.equal(["ok", "ok", "ok", "RATE_LIMITED", "RATE_LIMITED", "ok"]);
    } finally {
      await ledger.close();
    }
  });

  it("refuses what is beyond it without making it wait for those who are being written", async () => {
    const ledger = await openLedger({ recordsPerSecond: 0.1, now: () => STOPPED_AT });
    try {
      expect(codesOf(await ledger.pipeline.submit([reading(0, { source: "wild" })]))).to.deep.equal(["ok"]);
      const written = ledger.pipeline.submit([reading(1, { source: "quiet" })]);
      const refused = ledger.pipeline.submit([reading(2, { source: "wild" })]);
      const first = await Promise.race([written.then(() => "written"), refused.then(() => "refused")]);
      expect(first).to.equal("refused");
      expect(ledger.pipeline.queueLength, "only the other one waits").to.be.at.most(1);
      expect(codesOf([...(await written), ...(await refused)])).to.deep.equal(["ok", "RATE_LIMITED"]);
    } finally {
      await ledger.close();
    }
  });

  it("once spent lets a record begin no batch: it goes along with the next one, or alone after a moment", async () => {
    let now = Date.now();
    const ledger = await openLedger({ recordsPerSecond: 1, now: () => now });
    const ended: string[] = [];
    const send = async (number: number, source: string): Promise<void> => {
      const outcomes = await ledger.pipeline.submit([reading(number, { source })]);
      ended.push(...codesOf(outcomes).map((code) => `${source} ${code}`));
    };
    try {
      const burst = Array.from({ length: 10 }, (_, at) => reading(at, { source: "wild" }));
      expect(codesOf(await ledger.pipeline.submit(burst))).to.deep.equal(Array<string>(10).fill("ok"));
      now += 1_000;
      mock.timers.enable({ apis: ["setTimeout"] });
      const waiting = send(20, "wild");
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(ledger.pipeline.queueLength, "nobody else has sent").to.equal(1);
      await send(21, "quiet");
      await waiting;
      expect(ended.sort(), "in one batch").to.deep.equal(["quiet ok", "wild ok"]);
      now += 1_000;
      const alone = send(22, "wild");
      mock.timers.tick(25);
      await alone;
      mock.timers.reset();
      now += 1_000;
      const last = send(23, "wild");
      await ledger.pipeline.close();
      await last;
      expect(
        ended.filter((end) => end === "wild ok"),
        "alone, and when the service stops",
      ).to.have.length(3);
    } finally {
      mock.timers.reset();
      await ledger.close();
    }
  });
});
