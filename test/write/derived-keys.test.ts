// Keys that were derived from what a record says: whoever reads the ledger's file cannot try which telephone number is behind
// one, and the same row is found again all the same.

import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

import { expect } from "chai";

import { keyedNames } from "../../src/keys/keyed-names.ts";
import { RecordFinder } from "../../src/read/find-records.ts";
import { LEDGER_FILES } from "../../src/store/sqlite/ledger.ts";
import { derivedKeyNames } from "../../src/write/derived-keys.ts";
import { codesOf, openLedger, report, type TestLedger } from "../support/ledger.ts";

describe("keys derived from what a record says", () => {
  const digest = createHash("sha256").update("600417388").digest("base64url");
  const DERIVED = [`row-${digest}`, `senml/1:${digest}`, `ngsi-ld/1:${digest}`];
  const keyNames = derivedKeyNames(keyedNames(new Uint8Array(32).fill(9)));
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger({ keyNames });
  });
  afterEach(() => ledger.close());

  it("are nowhere in the ledger's file, while a key that the sender chose is what it was", async () => {
    await ledger.submit([...DERIVED, "chosen-1"].map((key, at) => report(at, { key })));
    const { folder } = ledger;
    await ledger.close();
    const bytes = readFileSync(join(folder, LEDGER_FILES.database), "latin1");
    expect(bytes).to.include("chosen-1").and.not.include(digest);
    expect(keyNames("row")).to.equal("row");
    ledger = await openLedger({ folder, keyNames });
  });

  it("make one record of two that came with the same one, and find it", async () => {
    for (const [at, key] of DERIVED.entries()) {
      const [first] = await ledger.submit([report(at, { key })]);
      const [again] = await ledger.pipeline.submit([report(at, { key })]);
      expect(again).to.deep.equal({ ok: true, isNew: false, acknowledgement: first });
      expect(codesOf(await ledger.pipeline.submit([report(at + 50, { key })]))).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
      const { source } = report(at) as { source: string };
      expect((await new RecordFinder(ledger.log).byKey(source, key, ""))?.leafIndex).to.equal(first?.leafIndex);
    }
  });
});
