// The index of anchors in its file, beside what every engine does: what the file holds, and that no damage to it outlives the
// next start. Invariant: nothing that was seen is deleted.

import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";

import { expect } from "chai";

import type { AnchorIndex } from "../../../src/store/anchor-index.ts";
import { ANCHOR_INDEX_FILE, openSqliteAnchorIndex } from "../../../src/store/sqlite/anchor-index.ts";
import { expectCode } from "../../support/expect-code.ts";
import { indexedAnchors } from "../../support/indexed-anchors.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { block, OF, provisional, seen } from "../support/seen-anchors.ts";

describe("the index of anchors in SQLite", () => {
  let path: string;
  let index: AnchorIndex;
  beforeEach(() => {
    path = join(temporaryFolder(), ANCHOR_INDEX_FILE);
    ({ index } = openSqliteAnchorIndex(path));
  });
  afterEach(() => index.close().catch(() => undefined));

  const rows = (): string[] =>
    indexedAnchors(path, OF).map(
      ({ treeSize, blockNumber, state, firstSeenAt }) => `${treeSize} in ${blockNumber} ${state} since ${firstSeenAt}`,
    );
  const reopen = async (): Promise<string | undefined> => {
    await index.close();
    const again = openSqliteAnchorIndex(path);
    ({ index } = again);
    return again.discarded;
  };

  it("keeps the rows of blocks that the chain dropped", async () => {
    const [a, b] = [seen(12, 0, 5), seen(20, 12, 7)];
    await index.apply(OF, { seen: [provisional(a), provisional(b)], seenAt: 1 });
    await index.apply(OF, { orphanAbove: 6, final: [a], seen: [provisional(seen(20, 12, 8, 1))], seenAt: 3 });
    expect(rows()).to.deep.equal(["20 in 8 provisional since 3", "20 in 7 orphaned since 1", "12 in 5 final since 1"]);
    await index.apply(OF, { orphaned: [a, b], seenAt: 4 });
    expect(rows()).to.deep.equal([
      "20 in 8 provisional since 3",
      "20 in 7 orphaned since 1",
      "12 in 5 orphaned since 1",
    ]);
  });

  it("throws a file away that is damaged, of another version or no database, and begins anew", async () => {
    const fill = (): Promise<void> => {
      const anchors = Array.from({ length: 200 }, (_, at) => provisional(seen(at + 1, at, at)));
      return index.apply(OF, { seen: anchors, position: { startBlock: 0, blocks: [block(200)] }, seenAt: 1 });
    };
    const damages: [RegExp, () => void][] = [
      [/has version 7/, () => new DatabaseSync(path).exec("PRAGMA user_version = 7")],
      [/not a database/, () => writeFileSync(path, "this is no database, though it is long enough to be read as one")],
      [
        /cannot be used/,
        () => {
          const bytes = readFileSync(path);
          bytes.fill(0xff, 8_192, 20_480);
          writeFileSync(path, bytes);
        },
      ],
    ];
    for (const [reason, damage] of damages) {
      await fill();
      await index.close();
      damage();
      const again = openSqliteAnchorIndex(path);
      ({ index } = again);
      expect(again.discarded).to.match(reason);
      expect(await index.position(OF)).to.equal(undefined);
      expect(rows()).to.deep.equal([]);
    }
    expect(await reopen()).to.equal(undefined);
  });

  it("says so when no file can be made", () => {
    expectCode("STORE_FAILED", () => openSqliteAnchorIndex(join(path, "no", "such", "folder")));
  });
});
