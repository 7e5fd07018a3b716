// What any store of the log does, whatever engine is behind it: what is durable when a method returns, and what is refused.
// Invariant: a batch is there as a whole or not at all, in this process and in the next one.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { concatBytes, fromUtf8, toHex } from "../../../src/core/bytes.ts";
import { encodeEntry } from "../../../src/core/entry.ts";
import { sha256 } from "../../../src/core/sha256.ts";
import type { LedgerStore } from "../../../src/store/ledger-store.ts";
import type { Batch, FoundRecords, RecordSearch } from "../../../src/store/log-store.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { ORIGIN, temporaryFolder } from "../../support/ledger.ts";
import { faultsOf } from "../support/faults-of.ts";
import { openLogWriter, series, type LogWriter } from "../support/log-writer.ts";
import type { StoreEngine } from "./engine.ts";

export function describeLog(name: string, engine: StoreEngine): void {
  describe(`the log of ${name}`, () => {
    let folder: string;
    let store: LedgerStore;
    let log: LogWriter;

    const open = async (): Promise<void> => {
      store = await engine.openLedger({ dataDir: folder }, ORIGIN);
      log = await openLogWriter(store);
    };
    beforeEach(async () => {
      folder = temporaryFolder();
      await open();
    });
    afterEach(() => store.close());

    const reopen = async (): Promise<void> => {
      await store.close();
      await open();
    };

    it("keeps what was committed: entries, bodies, tiles, checkpoint and keys", async () => {
      const entries = await log.commit(series(0, 300).map((one) => ({ ...one, key: `k${one.seq}` })));
      const [checkpoint, tile] = [await store.newestCheckpoint(), await store.tile(0, 0)];
      await reopen();
      expect(store.treeSize()).to.equal(300);
      expect(await store.newestCheckpoint()).to.deep.equal(checkpoint);
      expect(checkpoint?.treeSize).to.equal(300);
      expect(await store.tile(0, 0)).to.deep.equal(tile);
      expect(tile?.length).to.equal(8_192);
      expect(await store.tile(0, 1)).to.equal(undefined);
      const stored = await store.entries(0, 1_000);
      const { leafHash: _, key: __, sender: ___, ...seventh } = entries[7]!;
      expect(stored.length).to.equal(300);
      expect({ ...stored[7]! }).to.deep.equal(seventh);
      expect((await store.findSubmitted([{ source: "a", key: "k7" }]))[0]).to.deep.equal({
        entry: seventh,
        by: "key",
        sender: "",
      });
    });

    it("commits a batch as a whole or not at all", async () => {
      await log.commit(series(0, 3));
      const { entries, tiles, checkpoint } = log.prepare(series(3, 6));
      // The last entry takes the seq of an earlier one, which the table refuses.
      const twin = { ...entries[2]!, seq: 1, key: "late" };
      await expectRejection(
        "STORE_FAILED",
        store.commit({ entries: [entries[0]!, entries[1]!, twin], tiles, checkpoint }),
      );
      expect(store.treeSize()).to.equal(3);
      await reopen();
      expect(store.treeSize()).to.equal(3);
      expect((await store.entries(0, 100)).length).to.equal(3);
      expect((await store.newestCheckpoint())?.treeSize).to.equal(3);
      expect(await store.findSubmitted([{ source: "a", key: "late" }])).to.deep.equal([undefined]);
      await log.commit(series(3, 6));
      expect(store.treeSize()).to.equal(6);
    });

    it("commits nothing after a commit that failed", async () => {
      const batch = log.prepare(series(0, 2));
      const broken = { ...batch, entries: [batch.entries[0]!, { ...batch.entries[1]!, seq: 0 }] };
      await expectRejection("STORE_FAILED", store.commit(broken));
      await expectRejection("STORE_FAILED", store.commit(batch), /an earlier commit failed/);
      expect((await store.entries(0, 10)).length).to.equal(0);
    });

    it("refuses a batch that does not continue the log", async () => {
      await log.commit(series(0, 4));
      const good = log.prepare(series(4, 7));
      const at = (places: readonly number[]): Batch["entries"] =>
        places.map((leafIndex, i) => ({ ...good.entries[i]!, leafIndex }));
      const wrong: Batch[] = [
        { ...good, entries: at([5, 6, 7]) },
        { ...good, entries: at([3, 4, 5]) },
        { ...good, entries: at([4, 5, 7]) },
        { ...good, entries: at([4, 4, 5]) },
        { ...good, entries: good.entries.slice(0, 2) },
        { ...good, entries: [] },
        { entries: [], tiles: [], checkpoint: { ...good.checkpoint, treeSize: 4 } },
      ];
      for (const batch of wrong) await expectRejection("STORE_CORRUPT", store.commit(batch), /does not continue 4/);
      await store.commit(good);
      expect(store.treeSize()).to.equal(7);
    });

    it("finds submissions by key, else by seq, each within its source", async () => {
      await log.commit([
        { source: "a", seq: 0, key: "x" },
        { source: "b", seq: 0, key: "y" },
        { source: "b", seq: 7, key: "z" },
      ]);
      const find = async (source: string, key?: string, seq?: number): Promise<string> => {
        const [found] = await store.findSubmitted([{ source, key, seq }]);
        return found ? `${found.by} ${found.entry.leafIndex}` : "new";
      };
      for (let round = 0; round < 2; round++) {
        expect(await find("a", "x")).to.equal("key 0");
        expect(await find("b", "x")).to.equal("new");
        expect(await find("a", "y")).to.equal("new");
        expect(await find("b", "z", 0)).to.equal("key 2");
        expect(await find("b", "new", 0)).to.equal("seq 1");
        expect(await find("b", undefined, 7)).to.equal("seq 2");
        expect(await find("b", undefined, 3)).to.equal("new");
        expect(await find("b", undefined, 8)).to.equal("new");
        expect(await find("a", undefined, 7)).to.equal("new");
        expect(await find("nobody", "x", 0)).to.equal("new");
        expect(await find("b")).to.equal("new");
        await reopen();
      }
    });

    it("knows the highest seq of each source", async () => {
      const last = async (source: string): Promise<number> => (await store.numbering(source))?.last ?? -1;
      expect(await last("a")).to.equal(-1);
      await log.commit([
        { source: "a", seq: 5 },
        { source: "a", seq: 2 },
        { source: "b", seq: 0 },
      ]);
      const seqs = async (): Promise<number[]> => Promise.all(["a", "b", "c"].map(last));
      expect(await seqs()).to.deep.equal([5, 0, -1]);
      await reopen();
      expect(await seqs()).to.deep.equal([5, 0, -1]);
      await log.commit([{ source: "a", seq: 9 }]);
      expect(await seqs()).to.deep.equal([9, 0, -1]);
      // Several at once, and one that was repaired before or after its newest entry.
      const names = ["a", "b", "c"].map((name) => [name, undefined] as const);
      expect([...(await store.numberings(new Map(names)))].sort()).to.deep.equal([
        ["a", { last: 9, highest: 9 }],
        ["b", { last: 0, highest: 0 }],
      ]);
      const repairedAt = async (leafIndex: number) => store.numbering("a", { from: 7, leafIndex });
      expect(await repairedAt(2)).to.deep.equal({ last: 9, highest: 9 });
      expect(await repairedAt(3)).to.deep.equal({ last: 6, highest: 9 });
    });

    it("knows the numbers of sources in a log of any length: out of order, with gaps, and which is free", async () => {
      // Each source goes up in steps, and comes back for some of what it left out.
      const numbersOf = (round: number): number[] => [
        3 * round + 2,
        3 * round,
        ...(round % 4 === 3 ? [3 * round - 5] : []),
      ];
      const wanted = Array.from({ length: 850 }, (_, round) =>
        ["a", "b", "c"].flatMap((source) => numbersOf(round).map((seq) => ({ source, seq }))),
      ).flat();
      const used = new Map<string, Map<number, number>>();
      for (let from = 0; from < wanted.length; from += 700) {
        for (const { source, seq, leafIndex } of (await log.commit(wanted.slice(from, from + 700))).map(
          ({ sourceName, seq, leafIndex }) => ({ source: sourceName, seq, leafIndex }),
        ))
          used.set(source, (used.get(source) ?? new Map<number, number>()).set(seq, leafIndex));
        await expectNumbers(used);
        if (from % 2_100 === 0) await reopen();
        await expectNumbers(used);
      }
      expect(store.treeSize()).to.be.above(5_500);
      const reader = await engine.readLedger({ dataDir: folder });
      expect(await faultsOf(reader)).to.deep.equal([]);
      await reader.close();
    });

    /** @param used leaf index by number, by source */
    async function expectNumbers(used: ReadonlyMap<string, ReadonlyMap<number, number>>): Promise<void> {
      for (const [source, leaves] of used) {
        const seqs = [...leaves.keys()].sort((a, b) => a - b);
        const [lowest, highest] = [seqs[0]!, seqs.at(-1)!];
        const missing = Array.from({ length: highest }, (_, seq) => seq).filter((seq) => !leaves.has(seq));
        const query = { from: Math.floor(highest / 2), ranges: 3 };
        const found = await store.sourceNumbers(source, query);
        expect(found).to.include({ records: leaves.size, firstSeq: lowest, lastSeq: highest, missing: missing.length });
        const ranged = found!.ranges.flatMap(([begin, end]) =>
          Array.from({ length: end - begin + 1 }, (_, i) => begin + i),
        );
        expect(ranged).to.deep.equal(missing.filter((seq) => seq >= query.from).slice(0, ranged.length));
        expect(ranged).to.not.deep.equal([]);
        for (const from of [0, query.from, highest])
          expect(await store.firstFreeSeq(source, from)).to.equal(missing.find((seq) => seq >= from) ?? highest + 1);
        const some = [0, 1, query.from, query.from + 1, query.from + 2, highest - 1, highest, highest + 1];
        const submitted = await store.findSubmitted(some.map((seq) => ({ source, seq })));
        expect(submitted.map((one) => one?.entry.leafIndex)).to.deep.equal(some.map((seq) => leaves.get(seq)));
        const half = Math.floor(store.treeSize() / 2);
        const since = [...leaves].filter(([, leafIndex]) => leafIndex > half).map(([seq]) => seq);
        const { last } = (await store.numbering(source, { from: 0, leafIndex: half }))!;
        expect(last).to.equal(Math.max(-1, ...since));
      }
      expect((await store.sources(1, 100)).map(({ name }) => name)).to.deep.equal([...used.keys()]);
    }

    it("answers pages of entries, by source and by kind", async () => {
      await log.commit([...series(0, 5, "a"), ...series(0, 4, "b"), ...series(5, 8, "a")]);
      const indexes = async (query: Parameters<LedgerStore["query"]>[0]): Promise<number[]> =>
        (await store.query(query)).map(({ leafIndex }) => leafIndex);
      expect(await indexes({ from: 0, limit: 3 })).to.deep.equal([0, 1, 2]);
      expect(await indexes({ from: 10, limit: 1_000 })).to.deep.equal([10, 11]);
      expect(await indexes({ from: 12, limit: 10 })).to.deep.equal([]);
      expect(await indexes({ from: 0, limit: 10, source: "b" })).to.deep.equal([5, 6, 7, 8]);
      expect(await indexes({ from: 3, limit: 3, source: "a" })).to.deep.equal([3, 4, 9]);
      expect(await indexes({ from: 0, limit: 10, source: "c" })).to.deep.equal([]);
      expect(await indexes({ from: 0, limit: 10, source: "b", kind: "record" })).to.deep.equal([5, 6, 7, 8]);
      expect(await indexes({ from: 0, limit: 10, kind: "profile" })).to.deep.equal([]);
      expect((await store.newestOfKind("record"))?.leafIndex).to.equal(11);
      expect((await store.newestOfKind("record", 7))?.leafIndex).to.equal(6);
      expect(await store.newestOfKind("record", 0)).to.equal(undefined);
      expect(await store.newestOfKind("beacon")).to.equal(undefined);
    });

    it("looks for records from a leaf on and below another one, also of one source, and says where to look on", async () => {
      await log.commit([...series(0, 5, "a"), ...series(0, 4, "b"), ...series(5, 8, "a")]);
      const look = async (search: Partial<RecordSearch>) => {
        const { entries, next } = await store.findRecords({ from: 0, before: 100, limit: 100, ...search });
        return [entries.map(({ leafIndex }) => leafIndex), next];
      };
      const all = Array.from({ length: 12 }, (_, at) => at);
      expect(await look({})).to.deep.equal([all, undefined]);
      expect(await look({ from: 3, before: 6 })).to.deep.equal([[3, 4, 5], undefined]);
      expect(await look({ from: 3, limit: 2 })).to.deep.equal([[3, 4], 5]);
      expect(await look({ from: 12 })).to.deep.equal([[], undefined]);
      expect(await look({ from: 9, before: 4 })).to.deep.equal([[], undefined]);
      expect(await look({ source: "a" })).to.deep.equal([[0, 1, 2, 3, 4, 9, 10, 11], undefined]);
      expect(await look({ source: "a", from: 3, limit: 3 })).to.deep.equal([[3, 4, 9], 10]);
      expect(await look({ source: "a", from: 4, before: 10 })).to.deep.equal([[4, 9], undefined]);
      expect(await look({ source: "c" })).to.deep.equal([[], undefined]);
    });

    it("looks for records from the newest down, and says below which leaf to look on", async () => {
      await log.commit([...series(0, 5, "a"), ...series(0, 4, "b"), ...series(5, 8, "a")]);
      const look = async (search: Partial<RecordSearch>) => {
        const asked = { from: 0, before: 100, limit: 100, isNewestFirst: true, ...search };
        const { entries, next } = await store.findRecords(asked);
        return [entries.map(({ leafIndex }) => leafIndex), next];
      };
      expect(await look({ limit: 2 })).to.deep.equal([[11, 10], 10]);
      expect(await look({ before: 2 })).to.deep.equal([[1, 0], undefined]);
      expect(await look({ from: 3, before: 6 })).to.deep.equal([[5, 4, 3], undefined]);
      expect(await look({ source: "a", before: 10, limit: 3 })).to.deep.equal([[9, 4, 3], 3]);
      expect(await look({ source: "b" })).to.deep.equal([[8, 7, 6, 5], undefined]);
    });

    it("finds every record of a long log once, of a rare source and of a common one, look by look", async () => {
      await log.commit([...series(0, 2, "rare"), ...series(0, 12_000, "a"), ...series(12_000, 24_000, "common")]);
      await log.commit([...series(2, 4, "rare"), ...series(24_000, 34_000, "common")]);
      const places = async (source: string | undefined): Promise<number[]> => {
        const found: number[] = [];
        for (let next: number | undefined = 0; next !== undefined;) {
          const page: FoundRecords = await store.findRecords({ from: next, before: 40_000, limit: 1_000, source });
          expect(page.next ?? Infinity).to.be.above(next);
          found.push(...page.entries.map(({ leafIndex }) => leafIndex));
          next = page.next;
        }
        return found;
      };
      const span = (begin: number, end: number): number[] => Array.from({ length: end - begin }, (_, at) => begin + at);
      expect(await places("rare")).to.deep.equal([0, 1, 24_002, 24_003]);
      expect(await places("common")).to.deep.equal([...span(12_002, 24_002), ...span(24_004, 34_004)]);
      expect(await places(undefined)).to.deep.equal(span(0, 34_004));
      const downwards: number[] = [];
      for (let next: number | undefined = 34_004; next !== undefined;) {
        const search = { from: 0, before: next, limit: 1_000, source: "common", isNewestFirst: true };
        const page: FoundRecords = await store.findRecords(search);
        expect(page.next ?? -1).to.be.below(next);
        downwards.push(...page.entries.map(({ leafIndex }) => leafIndex));
        next = page.next;
      }
      expect(downwards).to.deep.equal((await places("common")).toReversed());
    });

    it("finds the records of a type, of a source and a type, and none once their bodies are withheld", async () => {
      const rare = [3, 255, 256, 700, 1_300, 2_047, 2_048, 2_400, 2_900];
      const wanted = Array.from({ length: 3_000 }, (_, seq) => ({
        ...{ seq, source: seq % 10 === 0 ? "b" : "a" },
        ...(rare.includes(seq) && { type: "report" }),
      }));
      // In several batches, so that each goes on with a tile that is not full.
      const withheld = [300, 599, 2_100];
      await log.commit(wanted.slice(0, 600));
      await store.forget([300], { bodies: true });
      await store.forget([599], { bodies: true });
      await log.commit(wanted.slice(600, 2_310));
      await store.forget([2_100], { bodies: true });
      await reopen();
      expect((await store.findRecords({ from: 0, before: 3_000, limit: 9, type: "report" })).entries.length).to.equal(
        7,
      );
      await log.commit(wanted.slice(2_310));
      const look = async (search: Partial<RecordSearch>): Promise<number[]> => {
        const found: number[] = [];
        for (let rest: Partial<RecordSearch> | undefined = {}; rest !== undefined;) {
          const page: FoundRecords = await store.findRecords({ from: 0, before: 3_000, limit: 2, ...search, ...rest });
          expect(page.entries.length).to.be.at.most(search.limit ?? 2);
          found.push(...page.entries.map(({ leafIndex }) => leafIndex));
          rest =
            page.next === undefined ? undefined : search.isNewestFirst ? { before: page.next } : { from: page.next };
        }
        return found;
      };
      expect(await look({ type: "report" })).to.deep.equal(rare);
      expect(await look({ type: "report", isNewestFirst: true })).to.deep.equal(rare.toReversed());
      expect(await look({ type: "report", from: 4, before: 701 })).to.deep.equal([255, 256, 700]);
      const ofB = [700, 1_300, 2_400, 2_900];
      expect(await look({ type: "report", source: "b" })).to.deep.equal(ofB);
      expect(await look({ type: "report", source: "b", isNewestFirst: true })).to.deep.equal(ofB.toReversed());
      expect(await look({ type: "report", source: "a", from: 2_000, before: 2_049 })).to.deep.equal([2_047, 2_048]);
      expect(await look({ type: "report", source: "c" })).to.deep.equal([]);
      expect(await look({ type: "port" })).to.deep.equal([]);
      const readings = wanted.map(({ seq }) => seq).filter((seq) => ![...rare, ...withheld].includes(seq));
      expect(await look({ type: "sensor-reading", limit: 100 })).to.deep.equal(readings);
      expect((await look({ source: "b", limit: 100 })).length).to.equal(300);
      await store.forget([700, 1_300, 2_047, 2_400, 2_900], { bodies: true });
      expect(await look({ type: "report" })).to.deep.equal([3, 255, 256, 2_048]);
      // The next ones are inserted with what is left of those before them.
      await log.commit(series(3_000, 4_200, "a"));
      expect(await look({ type: "report" })).to.deep.equal([3, 255, 256, 2_048]);
      const reader = await engine.readLedger({ dataDir: folder });
      expect(await faultsOf(reader)).to.deep.equal([]);
      await reader.close();
    });

    it("gives entries as the log has them, all of a range or none, if it can do that", async () => {
      const entries = await log.commit([...series(0, 300), ...series(0, 5, "b")]);
      const packed = await store.packedEntries?.(10, 305);
      if (store.packedEntries) expect(packed).to.deep.equal(concatBytes(...entries.slice(10).map(encodeEntry)));
      expect(await store.packedEntries?.(300, 306)).to.equal(undefined);
    });

    it("gives entries as text, all of a range or none, if it can do that", async () => {
      const entries = await log.commit([...series(0, 300), ...series(0, 5, "b")]);
      const texts = entries.slice(10).map(({ kind, sourceId, sourceName, seq, id, bodyDigest, body }) => ({
        ...{ kind, sourceId, sourceName, seq, id: toHex(id), bodyDigest: toHex(bodyDigest) },
        body: fromUtf8(body, "body"),
      }));
      if (store.entryTexts) expect(await store.entryTexts(10, 305)).to.deep.equal(texts);
      expect(await store.entryTexts?.(300, 306)).to.equal(undefined);
    });

    it("finds an entry by its id and by the digest of its body", async () => {
      const entries = await log.commit(series(0, 40));
      for (let round = 0; round < 2; round++) {
        for (const { id, bodyDigest, leafIndex } of entries) {
          expect((await store.entryById(id))?.leafIndex).to.equal(leafIndex);
          expect((await store.entryByBodyDigest(bodyDigest))?.leafIndex).to.equal(leafIndex);
        }
        expect(await store.entryById(new Uint8Array(16))).to.equal(undefined);
        expect(await store.entryByBodyDigest(sha256(new Uint8Array(1)))).to.equal(undefined);
        await reopen();
      }
    });

    it("lists checkpoints newest first, and knows the first one above a leaf", async () => {
      expect(await store.newestCheckpoint()).to.equal(undefined);
      for (const [from, to] of [
        [0, 3],
        [3, 4],
        [4, 9],
      ] as const)
        await log.commit(series(from, to));
      const sizes = async (below: number, limit: number): Promise<number[]> =>
        (await store.checkpoints(below, limit)).map(({ treeSize }) => treeSize);
      expect(await sizes(1_000, 10)).to.deep.equal([9, 4, 3]);
      expect(await sizes(9, 1)).to.deep.equal([4]);
      expect(await sizes(3, 10)).to.deep.equal([]);
      const above = [0, 2, 3, 4, 8, 9].map(async (leaf) => (await store.checkpointAbove(leaf))?.treeSize);
      expect(await Promise.all(above)).to.deep.equal([3, 3, 4, 9, 9, undefined]);
    });

    it("serves more sources than it keeps in memory", async () => {
      const count = 50_100;
      await log.commit(Array.from({ length: count }, (_, i) => ({ source: `s${i}`, seq: 3 })));
      for (const i of [0, 1, 49_999, 50_000, count - 1]) {
        expect((await store.numbering(`s${i}`))?.last).to.equal(3);
        expect((await store.entries(i, i + 1))[0]?.sourceName).to.equal(`s${i}`);
      }
      await log.commit([{ source: "s0", seq: 4 }]);
      expect((await store.numbering("s0"))?.last).to.equal(4);
    });

    it("says where there is no ledger", async () => {
      const empty = join(temporaryFolder(), "nothing");
      mkdirSync(empty);
      await expectRejection("NOT_FOUND", engine.readLedger({ dataDir: empty }), /set WARIFU_DATA/);
    });

    it("is read beside its writer, finds nothing wrong with itself, and never writes through the reader", async () => {
      await log.commit(series(0, 10));
      const reader = await engine.readLedger({ dataDir: folder });
      expect([reader.origin, reader.treeSize(), await faultsOf(reader)]).to.deep.equal([ORIGIN, 10, []]);
      await log.commit(series(10, 300));
      expect((await reader.entries(290, 400)).length).to.equal(10);
      await expectRejection(
        "STORE_FAILED",
        reader.revokeApiKey("none", 1).then(() => reader.setContract(CONTRACT)),
      );
      await reader.close();
    });
  });
}

const CONTRACT = { chainId: 1, contract: "0x", genesis: "0x01", codeHash: "0x02", startSize: 0 };
