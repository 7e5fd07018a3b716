// The writing side as a whole: the order of its steps, what it refuses, and how it stops.
// Invariant (durable ack): an acknowledgement leaves only after the vault and then the ledger have returned.

import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { parseBody } from "../../src/core/body.ts";
import { verifyInclusion, inclusionRanges, leafHash } from "../../src/core/merkle.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import { openCheckpoint } from "../../src/core/checkpoint.ts";
import { fromHex, utf8 } from "../../src/core/bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { verifierKey } from "../../src/core/note.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import type { Profiles } from "../../src/profiles/profile.ts";
import { openSqliteLedger, readSqliteLedger } from "../../src/store/sqlite/ledger.ts";
import { VAULT_FILE } from "../../src/store/sqlite/vault.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  codesOf,
  copyFolder,
  expectClean,
  keyed,
  openLedger,
  ORIGIN,
  PROFILES,
  reading,
  report,
  SIGNER,
  temporaryFolder,
  type TestLedger,
  type TestLedgerOptions,
} from "../support/ledger.ts";
import { interpose, type Around } from "../support/interpose.ts";
import { signingKey } from "../support/signing-key.ts";

const PROVISION = { kind: "provision", vct: "warifu:provision:9", contentName: "provision", content: {} } as const;

describe("the pipeline", () => {
  let ledger: TestLedger;
  const open = async (options: TestLedgerOptions = {}): Promise<TestLedger> => (ledger = await openLedger(options));
  afterEach(() => ledger.close());

  it("acknowledges with index, leaf hash, id and a checkpoint that the leaf is under", async () => {
    await open();
    const acknowledgements = await ledger.submit([reading(1), report(2), reading(3)]);
    for (const [i, { leafIndex, leafHash: leaf, id, checkpoint: note }] of acknowledgements.entries()) {
      expect(leafIndex).to.equal(2 + i);
      const [entry] = await ledger.store.entries(leafIndex, leafIndex + 1);
      expect(leaf).to.equal(Buffer.from(leafHash(encodeEntry(entry!))).toString("hex"));
      expect(id.replaceAll("-", "")).to.equal(Buffer.from(entry!.id).toString("hex"));
      const { checkpoint } = openCheckpoint(utf8(note), SIGNER.key);
      const { treeSize, rootHash } = checkpoint;
      const proof: Uint8Array[] = [];
      for (const range of inclusionRanges(leafIndex, treeSize)) proof.push(await ledger.log.tree.rangeHash(range));
      verifyInclusion({ leafHash: fromHex(leaf, "leaf"), leafIndex, treeSize, rootHash, proof });
    }
  });

  it("keeps submissions in order, and answers each in its place, over many batches", async () => {
    await open({ maxBatch: 7 });
    const values = Array.from({ length: 50 }, (_, i) =>
      i % 5 === 4 ? new WarifuError("JSON_INVALID", "not JSON") : reading(i, { source: "a" }),
    );
    const outcomes = await ledger.pipeline.submit(values);
    expect(codesOf(outcomes)).to.deep.equal(
      values.map((value) => (value instanceof WarifuError ? "JSON_INVALID" : "ok")),
    );
    const indexes = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.acknowledgement.leafIndex] : []));
    expect(indexes).to.deep.equal(indexes.map((_, i) => 2 + i));
    const entries = await ledger.store.query({ from: 2, limit: 100 });
    expect(entries.map(({ seq }) => seq)).to.deep.equal(entries.map((_, i) => i));
    expect(entries.map(({ body }) => parseBody(body!).content["number"])).to.deep.equal(
      values.flatMap((value, i) => (value instanceof WarifuError ? [] : [i])),
    );
    expect(await ledger.pipeline.submit([])).to.deep.equal([]);
  });

  it("keeps batches small while somebody sends a single record, who is in the first of them", async () => {
    ledger = await openLedger();
    const many = ledger.submit(Array.from({ length: 1_500 }, (_, i) => reading(i)));
    const [single] = await ledger.submit([reading(1_500)]);
    const ofBatch = (await many).filter(({ checkpoint }) => checkpoint === single!.checkpoint);
    expect(ofBatch.length).to.be.within(1, 255);
  });

  it("gathers what arrives together into one batch, under one checkpoint", async () => {
    await open();
    const before = (await ledger.store.checkpoints(1_000, 100)).length;
    await Promise.all(Array.from({ length: 30 }, (_, i) => ledger.submit([reading(i)])));
    expect((await ledger.store.checkpoints(1_000, 100)).length).to.equal(before + 1);
  });

  it("does not let a record wait for the submissions of others that are still on their way in", async () => {
    await open({ maxQueue: 100_000 });
    let rounds = 0;
    let isAnswered = false;
    // There is always one on its way: only one of them goes on in each pass of the event loop.
    const flood = async (): Promise<void> => {
      for (; rounds < 30 && !isAnswered; rounds++) await ledger.pipeline.submit(new Array<JsonObject>(5_000).fill({}));
    };
    const floods = [flood(), flood(), flood()];
    const outcomes = await ledger.pipeline.submit([reading(1)]);
    isAnswered = true;
    expect(codesOf(outcomes)).to.deep.equal(["ok"]);
    expect(rounds).to.be.lessThan(30);
    await Promise.all(floods);
  });

  it("writes the vault, then the ledger, then acknowledges", async () => {
    const steps: string[] = [];
    const noted =
      (step: string): Around =>
      (method, call) => {
        const result = call();
        if (method === step) void (result as Promise<void>).then(() => steps.push(`${method} returned`));
        return result;
      };
    await open({
      wrapStore: (store) => interpose(store, noted("commit")),
      wrapVault: (vault) => interpose(vault, noted("keep")),
    });
    steps.length = 0;
    await ledger.submit([report(1)]);
    steps.push("acknowledged");
    expect(steps).to.deep.equal(["keep returned", "commit returned", "acknowledged"]);
  });

  for (const [broken, code] of [
    ["vault", "VAULT_FAILED"],
    ["ledger", "STORE_FAILED"],
  ] as const)
    it(`P3 stops for good when the ${broken}'s database fails, and acknowledges nothing`, async () => {
      let begun = Promise.withResolvers<undefined>();
      const wrapVault: TestLedgerOptions["wrapVault"] = (vault) =>
        interpose(vault, (method, call) => {
          if (method === "keep") begun.resolve(undefined);
          return call();
        });
      await open({ maxBatch: 5, wrapVault });
      await ledger.submit(keyed(report, 3, "before"));
      begun = Promise.withResolvers<undefined>();
      await (broken === "vault" ? ledger.vault.close() : ledger.store.close());
      const records = keyed(report, 12, "after");
      const submitted = [ledger.pipeline.submit(records), ledger.pipeline.submit([report(99)])];
      // An event that comes before the first batch has nothing to do with the vault.
      if (broken === "vault") await begun.promise;
      const event = ledger.log.writer.enter(PROVISION);
      await expectRejection(code, event);
      // Those that had not begun to wait yet are told why, the others that it has stopped.
      for (const refused of codesOf((await Promise.all(submitted)).flat()))
        expect(["STOPPED", code]).to.include(refused);
      expect(ledger.stops.map((reason) => reason.code)).to.deep.equal([code]);
      expect(ledger.log.writer.stopReason?.code).to.equal(code);
      expect(codesOf(await ledger.pipeline.submit([reading(1)]))).to.deep.equal([code]);
      await expectRejection(code, ledger.log.writer.enter(PROVISION));
      await ledger.close().catch(() => undefined);
      await open({ folder: ledger.folder });
      expect(ledger.log.tree.publishedSize).to.equal(2 + 3);
      const again = await ledger.submit(records);
      expect(again.map(({ leafIndex }) => leafIndex)).to.deep.equal(records.map((_, i) => 5 + i));
      await ledger.close();
      await expectClean(ledger.folder);
    });

  it("stops for good when one of its own events fails: tree and store may differ", async () => {
    await open();
    await ledger.store.close();
    await expectRejection("STORE_FAILED", ledger.log.writer.enter(PROVISION));
    expect(ledger.stops.length).to.equal(1);
    expect(codesOf(await ledger.pipeline.submit([reading(1)]))).to.deep.equal(["STORE_FAILED"]);
  });

  it("enters events between batches, numbered in the log's own sequence", async () => {
    await open({ maxBatch: 3 });
    const submitted = ledger.submit(keyed(reading, 10));
    const event = await ledger.log.writer.enter({ ...PROVISION, content: { height: 5 } });
    await submitted;
    const [entry] = await ledger.store.entries(event.leafIndex, event.leafIndex + 1);
    expect(entry).to.include({ kind: "provision", seq: 2, sourceName: ORIGIN });
    expect(parseBody(entry!.body!).content).to.deep.equal({ height: 5 });
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("A19 stops before it signs a time that somebody else's clock rules out, and goes on when it is set right", async () => {
    const right = 1_795_334_400_000;
    let now = right;
    const clocks = { now: () => now, latestTime: () => right + 86_400_000 };
    await open(clocks);
    await ledger.submit([reading(1)]);
    const size = ledger.log.tree.publishedSize;
    now += 10 * 365 * 86_400_000;
    expect(codesOf(await ledger.pipeline.submit([reading(2)]))).to.deep.equal(["STOPPED"]);
    expect(ledger.stops.map(({ code }) => code)).to.deep.equal(["CLOCK_AHEAD"]);
    await ledger.close();
    await expectRejection("CLOCK_AHEAD", openLedger({ folder: ledger.folder, ...clocks }), /set it right/);
    now = right + 1_000;
    await open({ folder: ledger.folder, ...clocks });
    expect(ledger.log.tree.publishedSize).to.equal(size);
    await ledger.submit([reading(2)]);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("A19 stops when the clock goes back, and does not start before the newest entry", async () => {
    let now = 1_795_334_400_000;
    await open({ now: () => now });
    await ledger.submit([reading(1)]);
    // A small correction is waited out: time in the log stands still meanwhile.
    now -= 4_000;
    await ledger.submit([reading(2)]);
    const iats = async (): Promise<number[]> =>
      (await ledger.store.query({ from: 2, limit: 9 })).map(({ body }) => parseBody(body!).iat);
    expect(await iats()).to.deep.equal([1_795_334_400, 1_795_334_400]);
    now -= 3_600_000;
    expect(codesOf(await ledger.pipeline.submit([reading(3)]))).to.deep.equal(["STOPPED"]);
    expect(ledger.stops.map(({ code }) => code)).to.deep.equal(["CLOCK_BACKWARDS"]);
    await ledger.close();
    await expectRejection("CLOCK_BACKWARDS", openLedger({ folder: ledger.folder, now: () => now }), /Set it right/);
    now += 3_604_001;
    await open({ folder: ledger.folder, now: () => now });
    await ledger.submit([reading(4)]);
    expect((await iats()).length).to.equal(3);
  });

  it("P10 refuses what its queue cannot hold, and forgets nothing that it took", async () => {
    await open({ maxQueue: 20, maxBatch: 5 });
    // One by one, because the records of a submission may come into the queue in several turns.
    const taken = keyed(reading, 20, "a").map((record) => ledger.submit([record]));
    await expectRejection("BUSY", ledger.pipeline.submit([reading(1)]), /20 records wait already/);
    expect((await Promise.all(taken)).flat().length).to.equal(20);
    expect(ledger.pipeline.queueLength).to.equal(0);
    // A submission larger than the queue is taken when nothing else waits.
    expect((await ledger.submit(keyed(reading, 30, "c"))).length).to.equal(30);
  });

  it("drains its queue when it closes, and takes nothing more", async () => {
    await open({ maxBatch: 4 });
    const taken = keyed(reading, 18).map((record) => ledger.pipeline.submit([record]));
    const event = ledger.log.writer.enter(PROVISION);
    const closed = ledger.pipeline.close();
    expect(codesOf(await ledger.pipeline.submit([reading(1)]))).to.deep.equal(["STOPPED"]);
    await expectRejection("STOPPED", ledger.log.writer.enter(PROVISION));
    await closed;
    // Everything that was taken is done by now: the stores may be closed.
    await ledger.store.close();
    await ledger.vault.close();
    expect(new Set(codesOf((await Promise.all(taken)).flat()))).to.deep.equal(new Set(["ok"]));
    await event;
    expect(ledger.stops).to.deep.equal([]);
    await expectClean(ledger.folder);
  });

  it("waits for an event that is being entered when it closes", async () => {
    await open();
    const event = ledger.log.writer.enter(PROVISION);
    await ledger.pipeline.close();
    await ledger.store.close();
    expect((await event).leafIndex).to.equal(2);
    expect(ledger.stops).to.deep.equal([]);
  });

  it("starts a new batch for whatever arrives while the last one is acknowledged", async () => {
    await open();
    // Each answer sends the next record at once, in the very turn in which the queue runs empty.
    let [first, done] = [0, 0];
    const chain = async (): Promise<void> => {
      while (first < 200) {
        await ledger.submit([reading(first++)]);
        done++;
      }
    };
    await soon(Promise.all([chain(), chain(), chain()]));
    expect(done).to.be.at.least(200);
    // And after a pause, in which nothing waited.
    await sleep(20);
    await soon(ledger.submit([reading(1)]));
  });

  it("enters each profile in force once, and again when it changed", async () => {
    const profilesOf = async (): Promise<string[]> =>
      (await ledger.store.query({ from: 0, limit: 100, kind: "profile" })).map(({ body, seq }) => {
        const { type, version } = parseBody(body!).content;
        return `${seq} ${String(type)} ${String(version)}`;
      });
    const both = ["0 sensor-reading 2", "1 citizen-report 4"];
    await open();
    const { folder } = ledger;
    expect(await profilesOf()).to.deep.equal(both);
    const reopen = async (profiles: Profiles): Promise<void> => {
      await ledger.close();
      await open({ folder, profiles });
    };
    await reopen(PROFILES);
    expect(await profilesOf()).to.deep.equal(both);
    const document = PROFILES.get("sensor-reading")!.document;
    const second = parseProfile({ ...document, version: 3, title: "Another title" });
    await reopen(new Map([...PROFILES, ["sensor-reading", second]]));
    expect(await profilesOf()).to.deep.equal([...both, "2 sensor-reading 3"]);
    await ledger.submit([reading(1)]);
    await reopen(PROFILES);
    expect(await profilesOf()).to.deep.equal([...both, "2 sensor-reading 3", "3 sensor-reading 2"]);
    await ledger.close();
    await expectClean(folder);
  });

  it("P3 asks before it writes or erases anything whether the tree may be built on", async () => {
    await open();
    await ledger.submit([report(1)]);
    await ledger.close();
    const { folder } = ledger;
    const older = copyFolder(folder);
    await open({ folder });
    await ledger.submit([report(2)]);
    await ledger.close();
    // The ledger and its guard of yesterday, with the vault of today.
    const mixed = copyFolder(older);
    copyFileSync(join(folder, VAULT_FILE), join(mixed, VAULT_FILE));
    const behind = new WarifuError("STORE_BEHIND", "the contract is ahead");
    const refuse = async (): Promise<void> => {
      throw behind;
    };
    await expectRejection("STORE_BEHIND", openLedger({ folder: mixed, beforeWriting: refuse, profiles: new Map() }));
    const store = readSqliteLedger(mixed);
    expect(store.treeSize()).to.equal(3);
    await store.close();
    // With the right ledger back in place, nothing is lost.
    copyFileSync(join(mixed, VAULT_FILE), join(folder, VAULT_FILE));
    await expectClean(folder);
    await open({ folder });
  });

  it("does not go on under another signing key", async () => {
    await open();
    await ledger.submit([reading(1)]);
    await ledger.close();
    const other = signingKey(8);
    const signer = { key: verifierKey(ORIGIN, other.publicKey), sign: other.sign };
    await expectRejection("CONFIG_INVALID", openLedger({ folder: ledger.folder, signer }), /right key file/);
    await open({ folder: ledger.folder });
    expect(ledger.log.tree.publishedSize).to.equal(3);
  });

  it("gives the lock back when it cannot open", async () => {
    const folder = temporaryFolder();
    await (await open({ folder })).close();
    await expectRejection("CLOCK_BACKWARDS", openLedger({ folder, now: () => 1_000 }));
    const store = openSqliteLedger(folder, ORIGIN);
    expect(store.treeSize()).to.equal(2);
    await store.close();
  });
});

/** Fails instead of waiting for an answer that never comes. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  const never = sleep(60_000, undefined, { ref: false }).then(() => expect.fail("nobody answers"));
  return Promise.race([promise, never]);
}
