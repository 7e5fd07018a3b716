// The sources in memory: a bounded number of them, whatever a city has.

import { join } from "node:path";

import { expect } from "chai";

import { sourceIdOf } from "../../../src/core/record.ts";
import { openDatabase, transaction } from "../../../src/store/sqlite/database.ts";
import { SCHEMA } from "../../../src/store/sqlite/schema.ts";
import { SeqIndex } from "../../../src/store/sqlite/seq-index.ts";
import { MAX_CACHED_SOURCES, SqliteSources } from "../../../src/store/sqlite/sources.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";

describe("the sources of the SQLite ledger", () => {
  it("keeps no more of them in memory than its bound, by name and by number", () => {
    const db = openDatabase(join(temporaryFolder(), "ledger.sqlite"), "STORE_FAILED");
    db.exec(SCHEMA);
    const count = MAX_CACHED_SOURCES + 100;
    const sources = new SqliteSources(db, new SeqIndex(db, 0, false));
    transaction(db, () => {
      for (let i = 0; i < count; i++) {
        sources.ofNew({ ...ENTRY, sourceName: `s${i}`, sourceId: sourceIdOf(ORIGIN, "s") });
        if (i === MAX_CACHED_SOURCES - 1) expect(sources.cached).to.equal(MAX_CACHED_SOURCES);
      }
    });
    expect(sources.cached).to.equal(100);
    for (let ref = 1; ref <= count; ref++) expect(sources.at(ref)?.ref).to.equal(ref);
    expect(sources.cached).to.be.at.most(MAX_CACHED_SOURCES);
    for (let i = 0; i < count; i++) sources.named(`s${i}`);
    expect(sources.cached).to.be.at.most(MAX_CACHED_SOURCES);
    expect(sources.named("s0")?.name).to.equal("s0");
    db.close();
  });
});

const ENTRY = {
  leafIndex: 0,
  kind: "record",
  seq: 0,
  id: new Uint8Array(16),
  bodyDigest: new Uint8Array(32),
  body: new Uint8Array(1),
} as const;
