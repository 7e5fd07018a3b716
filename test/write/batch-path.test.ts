// A batch on its way: while the bodies of many records are made, others get the thread in between.

import { expect } from "chai";

import { pagedRandomBytes } from "../../src/core/random.ts";
import { SourceIds, type SourceId } from "../../src/write/append.ts";
import { BatchPath } from "../../src/write/batch-path.ts";
import { conceal } from "../../src/write/conceal.ts";
import { Conflicts } from "../../src/write/conflicts.ts";
import { ingest } from "../../src/write/ingest.ts";
import { codesOf, openLedger, ORIGIN, PROFILES, reading } from "../support/ledger.ts";

const RECORDS = 12;
const MS_A_BODY = 3;

/** Asked for each body that is made: it takes its time, and notes in which pass of the event loop that was. */
class SlowSourceIds extends SourceIds {
  readonly passes: number[] = [];
  #pass = 0;
  #isOver = false;

  override of(source: string): SourceId {
    for (const begun = performance.now(); performance.now() - begun < MS_A_BODY;);
    this.passes.push(this.#pass);
    return super.of(source);
  }

  /** Until {@link end}. */
  countPasses(): void {
    this.#pass++;
    if (!this.#isOver) setImmediate(() => this.countPasses());
  }

  end(): void {
    this.#isOver = true;
  }
}

describe("the path of a batch", () => {
  it("makes the bodies in turns", async () => {
    const ledger = await openLedger();
    const { log } = ledger;
    const sourceIds = new SlowSourceIds(ORIGIN);
    const rules = { isOpen: () => true, refusalOf: async () => undefined, countedAt: async () => false };
    const parts = { ...log, sourceIds, rules, maxSeqGap: 10 };
    const conflicts = new Conflicts({ ...parts, sources: log.events.sources });
    const randomBytes = pagedRandomBytes();
    const records = Array.from({ length: RECORDS }, (_, at) =>
      conceal(ingest(reading(at), PROFILES, ORIGIN), randomBytes),
    );
    sourceIds.countPasses();
    const { outcomes } = await new BatchPath({ ...parts, conflicts }).begin(records);
    expect(codesOf(await outcomes)).to.deep.equal(Array(RECORDS).fill("ok"));
    sourceIds.end();
    // A stretch is of five milliseconds.
    expect(new Set(sourceIds.passes.slice(0, RECORDS)).size).to.be.at.least(RECORDS / 4);
    await ledger.close();
  });
});
