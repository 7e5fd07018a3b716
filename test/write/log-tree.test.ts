// The tree over the store against the naive one of RFC 9162: roots, tiles and proofs at every size.
// Invariant (no early proof): what is read never goes past the published size, whatever is being written.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { consistencyRanges, inclusionRanges, type LeafRange } from "../../src/core/merkle.ts";
import type { DamagedTile } from "../../src/write/full-tiles.ts";
import { LogTree } from "../../src/write/log-tree.ts";
import type { LedgerStore } from "../../src/store/ledger-store.ts";
import { LEDGER_FILES, openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import {
  naiveConsistencyProof,
  naiveInclusionProof,
  naiveRangeHash,
  type RangeHash,
} from "../reference/naive-merkle.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import { copyFolder, ORIGIN, temporaryFolder } from "../support/ledger.ts";
import { openLogWriter, series, type LogWriter } from "../store/support/log-writer.ts";

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString("hex");
const hexes = (hashes: readonly Uint8Array[]): (string | undefined)[] => hashes.map(hex);

async function proofOf(tree: LogTree, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const proof: Uint8Array[] = [];
  for (const range of ranges) proof.push(await tree.rangeHash(range));
  return proof;
}

describe("the log's tree", () => {
  let folder: string;
  let store: LedgerStore;
  let log: LogWriter;
  let leaves: Uint8Array[];
  // Over the leaves so far: a range of leaves never changes, so neither does what is remembered of it.
  let naive: RangeHash;

  const open = async (): Promise<void> => {
    store = openSqliteLedger(folder, ORIGIN);
    log = await openLogWriter(store);
  };
  beforeEach(async () => {
    folder = temporaryFolder();
    leaves = [];
    naive = naiveRangeHash(leaves);
    await open();
  });
  afterEach(() => store.close());

  const grow = async (to: number): Promise<void> => {
    const from = log.tree.size;
    if (from === to) return;
    for (const { leafHash } of await log.commit(series(from, to))) leaves.push(leafHash);
  };
  const expectLike = async (tree: LogTree, indexes: Iterable<number>): Promise<void> => {
    const { size } = tree;
    expect(hex(tree.rootHash()), `root of ${size}`).to.equal(hex(naive(0, size)));
    for (const index of indexes) {
      const inclusion = await proofOf(tree, inclusionRanges(index, size));
      expect(hexes(inclusion), `leaf ${index} of ${size}`).to.deep.equal(
        hexes(naiveInclusionProof(naive, index, 0, size)),
      );
      const old = index + 1;
      const consistency = await proofOf(tree, consistencyRanges(old, size));
      expect(hexes(consistency), `${old} to ${size}`).to.deep.equal(hexes(naiveConsistencyProof(naive, old, size)));
      expect(hex(await tree.rootAt(old)), `root at ${old}`).to.equal(hex(naive(0, old)));
    }
  };
  const all = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
  const some = (size: number): number[] =>
    [0, size - 1, size >> 1, (size * 7) % size, (size * 31 + 5) % size].filter((index) => index >= 0);

  it("is empty over an empty store", async () => {
    const { tree } = log;
    expect(tree.size).to.equal(0);
    expect(hex(tree.rootHash())).to.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(await tree.rootAt(0)).to.deep.equal(tree.rootHash());
    expect(await tree.tile(0, 0, 1)).to.equal(undefined);
  });

  it("has the reference's roots and proofs at every size up to 1,000", async () => {
    for (let size = 1; size <= 1_000; size++) {
      await grow(size);
      const isBorder = size <= 40 || [255, 256, 257, 513].includes(size);
      await expectLike(log.tree, isBorder ? all(size) : some(size));
    }
  });

  it("is the same tree after reopening, at every size around tile borders", async () => {
    for (const size of [1, 2, 100, 255, 256, 257, 300, 511, 512, 513, 1_000]) {
      await grow(size);
      await store.close();
      await open();
      expect(log.tree.publishedSize).to.equal(size);
      await expectLike(log.tree, [...some(size), ...all(Math.min(size, 20))]);
    }
  });

  it("crosses into the second level of tiles at 65,536 as the reference does", async () => {
    for (let from = 0; from < 65_534;) await grow((from = Math.min(from + 9_000, 65_534)));
    const check = async (size: number): Promise<void> => {
      await grow(size);
      const indexes = [0, 255, 256, 32_767, 32_768, 40_000, 65_279, 65_280, size - 2, size - 1];
      await expectLike(log.tree, indexes);
      expect((await log.tree.tile(2, 0, 1))?.length).to.equal(size >= 65_536 ? 32 : undefined);
      expect((await store.tile(1, 0))?.length).to.equal(size >= 65_536 ? 8_192 : undefined);
      expect((await log.tree.tile(1, 0, 255))?.length).to.equal(255 * 32);
    };
    for (let size = 65_534; size <= 65_538; size++) await check(size);
    const top = await log.tree.tile(1, 0, 256);
    for (const i of all(256))
      expect(hex(top!.subarray(i * 32, i * 32 + 32))).to.equal(hex(naive(i * 256, i * 256 + 256)));
    expect(hex(await log.tree.tile(2, 0, 1))).to.equal(hex(naive(0, 65_536)));
    await store.close();
    await open();
    await expectLike(log.tree, [0, 256, 65_535, 65_536, 65_537]);
    expect(hex(await log.tree.tile(2, 0, 1))).to.equal(hex(naive(0, 65_536)));
    await grow(65_540);
    await expectLike(log.tree, [0, 65_535, 65_538, 65_539]);
  });

  it("serves each tile at every width that the log has reached, and no wider", async () => {
    await grow(600);
    const slice = (from: number, to: number): string => Buffer.concat(leaves.slice(from, to)).toString("hex");
    for (const [level, index, width, from] of [
      [0, 0, 256, 0],
      [0, 0, 17, 0],
      [0, 1, 256, 256],
      [0, 2, 88, 512],
      [0, 2, 1, 512],
    ] as const)
      expect(hex(await log.tree.tile(level, index, width))).to.equal(slice(from, from + width));
    expect((await log.tree.tile(1, 0, 2))?.length).to.equal(64);
    for (const [level, index, width] of [
      [0, 2, 89],
      [0, 2, 256],
      [0, 3, 1],
      [1, 0, 3],
      [2, 0, 1],
      [63, 0, 1],
    ] as const)
      expect(await log.tree.tile(level, index, width)).to.equal(undefined);
  });

  it("does not go past the published size while a batch is in flight", async () => {
    await grow(250);
    const [root, tile] = [await log.tree.rootAt(250), await log.tree.tile(0, 0, 250)];
    const batch = log.prepare(series(250, 520));
    expect(log.tree.size).to.equal(520);
    expect(log.tree.publishedSize).to.equal(250);
    expect(await log.tree.rootAt(250)).to.deep.equal(root);
    expect(await log.tree.tile(0, 0, 250)).to.deep.equal(tile);
    for (const width of [251, 256]) expect(await log.tree.tile(0, 0, width)).to.equal(undefined);
    expect(await log.tree.tile(1, 0, 1)).to.equal(undefined);
    for (const index of [0, 128, 249])
      expect(hexes(await proofOf(log.tree, inclusionRanges(index, 250)))).to.deep.equal(
        hexes(naiveInclusionProof(naive, index, 0, 250)),
      );
    await store.commit(batch);
    expect(await log.tree.tile(0, 0, 256)).to.equal(undefined);
    log.tree.markPublished();
    for (const { leafHash } of batch.entries) leaves.push(leafHash);
    await expectLike(log.tree, [0, 249, 250, 519]);
  });

  it("gives the right bytes to a reader that was asked just before its tile filled up", async () => {
    await grow(200);
    const expected = Buffer.concat(leaves.slice(0, 200)).toString("hex");
    const partial = log.tree.tile(0, 0, 200);
    const root = log.tree.rootAt(200);
    const before = naive(0, 200);
    // In the same turn: the edge that the reader was promised now belongs to the next tile.
    await grow(300);
    expect(hex(await partial)).to.equal(expected);
    expect(hex(await root)).to.equal(hex(before));
  });

  for (const when of ["before", "after"] as const)
    it(`is read by another process while a batch is committed right ${when} it looks for the newest checkpoint`, async () => {
      await grow(300);
      const reader = readSqliteLedger(folder);
      const look = async (call: () => unknown): Promise<unknown> => {
        if (when === "before") await grow(320);
        const found = await call();
        if (when === "after") await grow(320);
        return found;
      };
      const busy = interpose(reader, (method, call) => (method === "newestCheckpoint" ? look(call) : call()));
      expect((await LogTree.load(busy)).size).to.equal(when === "before" ? 320 : 300);
      await reader.close();
    });

  it("refuses to go on over entries or tiles that do not lead to the published root", async () => {
    await grow(300);
    await store.close();
    const changes = [
      "UPDATE entry SET seq = 10000 WHERE leaf_index = 299",
      "DELETE FROM entry WHERE leaf_index = 299",
      "DELETE FROM entry WHERE leaf_index = 270",
      "UPDATE entry SET leaf_index = 300 WHERE leaf_index = 299",
      `INSERT INTO entry SELECT 300, kind, source_ref, 10000, randomblob(16), body_digest, body
        FROM entry WHERE leaf_index = 299`,
      "UPDATE tile SET hashes = zeroblob(8192)",
      "UPDATE tile SET hashes = substr(hashes, 1, 8191)",
      "DELETE FROM tile",
      "DELETE FROM checkpoint",
      "UPDATE checkpoint SET root_hash = zeroblob(32)",
    ];
    for (const sql of changes) {
      const copy = copyFolder(folder);
      const db = new DatabaseSync(join(copy, LEDGER_FILES.database));
      db.exec(sql);
      db.close();
      const attempt = async (): Promise<void> => {
        const broken = openSqliteLedger(copy, ORIGIN);
        await LogTree.load(broken).finally(() => broken.close());
      };
      const error = await attempt().then(
        () => expect.fail(`accepted: ${sql}`),
        (reason: unknown) => reason as { code: string },
      );
      expect(error.code, sql).to.be.oneOf(["STORE_CORRUPT", "STORE_BEHIND", "TILE_INVALID"]);
    }
    await open();
  });

  describe("over a store whose tiles are damaged while it is open", () => {
    const change = (sql: string): void => {
      const db = new DatabaseSync(join(folder, LEDGER_FILES.database));
      db.exec(sql);
      db.close();
    };

    it("truth D2: hands out what hashes to its root, made again from what is below, and says so once", async () => {
      await grow(65_536 + 600);
      const damaged: string[] = [];
      const onDamaged = ({ level, index, isMended }: DamagedTile): void =>
        void damaged.push(`${level}/${index} ${isMended ? "mended" : "lost"}`);
      // Read nothing yet but what it is derived from.
      const tree = await LogTree.load(store, { onDamaged });
      const tilesOf = async (): Promise<(string | undefined)[]> => {
        const tiles = [1, 2, 3, 4].map(async (index) => hex(await tree.tile(0, index, 256)));
        return Promise.all([...tiles, log.tree.tile(1, 0, 256).then(hex)]);
      };
      const before = await tilesOf();
      change("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 1");
      expect(hex(await log.tree.tile(1, 0, 256))).to.equal(before.at(-1));
      change("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile_index = 1");
      change("UPDATE tile SET hashes = substr(hashes, 1, 8191) WHERE level = 0 AND tile_index = 2");
      change("DELETE FROM tile WHERE level = 0 AND tile_index = 3");
      expect(await tilesOf()).to.deep.equal(before);
      expect(await tilesOf()).to.deep.equal(before);
      expect(damaged.toSorted()).to.deep.equal(["0/1 mended", "0/2 mended", "0/3 mended"]);
      change("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND tile_index = 5");
      change("UPDATE entry SET seq = 70000000 WHERE leaf_index = 1300");
      for (let round = 0; round < 2; round++)
        await expectRejection("STORE_DAMAGED", tree.tile(0, 5, 256), /leaf 1280 on/);
      expect(damaged.slice(3)).to.deep.equal(["0/5 lost"]);
    });

    it("truth D2: knows entries of the tree from others, whatever was asked before, whole bundles and parts", async () => {
      await grow(600);
      const { tree } = log;
      const changed = (packed: Uint8Array): Uint8Array => packed.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
      for (const [begin, end] of [
        [256, 512],
        [256, 300],
        [512, 600],
      ] as const) {
        const packed = (await store.packedEntries?.(begin, end)) as Uint8Array;
        const asked = [changed(packed), packed, packed, changed(packed), packed];
        const answers = [];
        for (const one of asked) answers.push(await tree.hasEntries(begin, one));
        expect(answers, `${begin} to ${end}`).to.deep.equal([false, true, true, false, true]);
        if (begin === 256) expect(await tree.hasEntries(0, packed), "in another place").to.equal(false);
      }
    });
  });
});
