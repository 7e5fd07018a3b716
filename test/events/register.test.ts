// What the log's events have come to: folded once when the log is opened, then event by event, with the same result.
// Invariant: an event that is damaged is never taken for one that was not there, where that could do harm.

import { expect } from "chai";

import { beaconContent } from "../../src/core/beacon.ts";
import { formatEventBody, parseBody, type Body } from "../../src/core/body.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { SeqRepair } from "../../src/core/source-event.ts";
import type { EntryKind } from "../../src/core/entry.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { beaconEvent } from "../../src/events/beacon.ts";
import type { LogEvent } from "../../src/events/event.ts";
import { profileEvent } from "../../src/events/profile.ts";
import { EventRegister, type EventLog } from "../../src/events/register.ts";
import { sourceEvent } from "../../src/events/source.ts";
import { recordBeacon } from "../../src/anchor/beacon.ts";
import type { BlockHeader } from "../../src/chain/chain.ts";
import { withDatabase } from "../support/altered-rows.ts";
import { blockFixture, CHAIN_ID } from "../support/chain-fixture.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, ORIGIN, PROFILES, reading, type TestLedger } from "../support/ledger.ts";

const SENSOR = PROFILES.get("sensor-reading")!.document;
const OLDER = { ...SENSOR, title: "An older title" };

/** A log in memory, and what was read of it. */
function logOf(events: readonly (LogEvent | "damaged")[]) {
  const entries = events.map((event, at) => ({
    leafIndex: 2 * at,
    kind: event === "damaged" ? ("profile" as EntryKind) : event.kind,
    event,
  }));
  const pages: (readonly EntryKind[])[] = [];
  const bodies: number[] = [];
  const log: EventLog<(typeof entries)[number]> = {
    async page(kinds, from, limit) {
      pages.push(kinds);
      return entries.filter(({ kind, leafIndex }) => kinds.includes(kind) && leafIndex >= from).slice(0, limit);
    },
    newestOfKind: async (kind) => entries.findLast((entry) => entry.kind === kind),
    async bodyOf({ leafIndex, event }) {
      bodies.push(leafIndex);
      if (event === "damaged") throw new WarifuError("STORE_DAMAGED", "changed", { details: { leafIndex } });
      return bodyOf(event);
    },
  };
  return { log, pages, bodies };
}

function bodyOf({ vct, contentName, content }: LogEvent): Body {
  return parseBody(formatEventBody({ iat: 5, iss: ORIGIN, seq: 0, src: "ab".repeat(32), vct }, contentName, content));
}

const beaconAt = (blockNumber: number): LogEvent =>
  beaconEvent(CHAIN_ID, blockFixture({ blockNumber, blockTime: 1_795_334_400 + blockNumber }));

const seqRepairEvent = (repair: SeqRepair): LogEvent => sourceEvent({ action: "repair-seq", ...repair });

describe("the register of events", () => {
  const EVENTS = [
    profileEvent(OLDER),
    seqRepairEvent({ name: "a", from: 5 }),
    beaconAt(7),
    profileEvent(SENSOR),
    seqRepairEvent({ name: "a", from: 9 }),
    seqRepairEvent({ name: "b", from: 1 }),
    beaconAt(8),
  ];

  const expectFolded = ({ profiles, sources, beacons }: EventRegister): void => {
    expect([profiles.isNewest(SENSOR), profiles.isNewest(OLDER)]).to.deep.equal([true, false]);
    expect(sources.of("a").repair).to.deep.equal({ leafIndex: 8, from: 9 });
    expect(sources.of("b").repair).to.deep.equal({ leafIndex: 10, from: 1 });
    expect(sources.of("c").repair).to.equal(undefined);
    expect([beacons.leafIndex, beacons.read()?.blockNumber]).to.deep.equal([12, 8]);
  };

  it("knows the newest of each, whether it reads them at the start or follows them as they enter", async () => {
    expectFolded(await EventRegister.open(logOf(EVENTS).log));
    const followed = await EventRegister.open(logOf([]).log);
    expect([followed.profiles.isNewest(SENSOR), followed.beacons.leafIndex]).to.deep.equal([false, undefined]);
    expect(followed.beacons.read()).to.equal(undefined);
    for (const [at, event] of EVENTS.entries()) followed.follow({ kind: event.kind, leafIndex: 2 * at }, bodyOf(event));
    expectFolded(followed);
  });

  it("reads all kinds in one pass of bounded pages, and of beacons none but the newest", async () => {
    const repairs = Array.from({ length: 1_500 }, (_, from) => seqRepairEvent({ name: "a", from }));
    const { log, pages, bodies } = logOf([beaconAt(1), ...repairs, profileEvent(SENSOR), beaconAt(2), beaconAt(3)]);
    const register = await EventRegister.open(log);
    expect(register.sources.of("a").repair?.from).to.equal(1_499);
    expect(register.profiles.isNewest(SENSOR)).to.equal(true);
    const kinds = ["profile", "source", "derivation", "erasure", "consent", "disclosure", "provision"];
    expect(pages).to.deep.equal([kinds, kinds]);
    expect(bodies.length).to.equal(1_500 + 1 + 1);
    expect(register.beacons.read()?.blockNumber).to.equal(3);
  });

  it("passes over events that it does not know, and other versions of those that it does", async () => {
    const register = await EventRegister.open(
      logOf([
        profileEvent(SENSOR),
        { ...profileEvent(OLDER), vct: "warifu:profile:2" },
        { ...seqRepairEvent({ name: "a", from: 5 }), vct: "warifu:source:2" },
        { kind: "provision", vct: "warifu:provision:9", contentName: "provision", content: {} },
      ]).log,
    );
    expect([register.profiles.isNewest(SENSOR), register.sources.of("a").repair]).to.deep.equal([true, undefined]);
    register.follow({ kind: "provision", leafIndex: 9 }, bodyOf(profileEvent(OLDER)));
    expect(register.profiles.isNewest(SENSOR)).to.equal(true);
  });

  it("knows which events are about a record, of whatever kind they are", async () => {
    const about = (kind: EntryKind, content: JsonObject): LogEvent => ({
      ...{ kind, vct: `warifu:${kind}:9`, contentName: kind },
      content,
    });
    const events = [
      about("derivation", { record: 3 }),
      about("erasure", { record: 4 }),
      about("provision", { records: [3, 5, 3], record: 3 }),
      about("consent", { state: "given" }),
      about("disclosure", { record: "3", records: 3 }),
      profileEvent(SENSOR),
    ];
    const { aboutRecords } = await EventRegister.open(logOf(events).log);
    expect([2, 3, 4, 5].map((record) => aboutRecords.of(record))).to.deep.equal([[], [0, 4], [2], [4]]);
  });

  it("takes a damaged profile for none, and throws what the engine throws", async () => {
    const register = await EventRegister.open(logOf([profileEvent(OLDER), "damaged"]).log);
    expect(register.profiles.isNewest(OLDER)).to.equal(true);
    const { log } = logOf(EVENTS);
    const broken = { ...log, bodyOf: () => Promise.reject(new WarifuError("STORE_FAILED", "the disk")) };
    await expectRejection("STORE_FAILED", EventRegister.open(broken));
  });
});

describe("the events of a log that was changed", () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger();
    await ledger.submit([reading(1, { source: "s", seq: 5 })]);
  });
  afterEach(() => ledger.close());

  /** Changes the body of the newest event of a kind while nobody has the folder open, and opens it again. */
  async function reopenChanged(kind: number): Promise<void> {
    await ledger.close();
    withDatabase(ledger.folder, "ledger.sqlite", (db) =>
      db
        .prepare(
          "UPDATE entry SET body = x'7b7d' WHERE leaf_index = (SELECT max(leaf_index) FROM entry WHERE kind = ?)",
        )
        .run(kind),
    );
    ledger = await openLedger({ folder: ledger.folder });
  }

  it("is not written to without the repair of a source's numbers", async () => {
    await ledger.log.repairSource({ name: "s", from: 100 });
    await expectRejection("STORE_CORRUPT", reopenChanged(2), /leaf 3, an event about a source, is damaged/);
  });

  it("gets a profile anew that is damaged", async () => {
    await reopenChanged(3);
    expect(ledger.damage.map(({ leafIndex }) => leafIndex)).to.deep.equal([1]);
    const profiles = await ledger.store.query({ from: 0, limit: 9, kind: "profile" });
    expect(profiles.map(({ leafIndex }) => leafIndex)).to.deep.equal([0, 1, 3]);
  });

  it("gets no beacon while nobody knows what the next must be newer than", async () => {
    const event = beaconAt(7);
    await ledger.log.writer.enter(event);
    await reopenChanged(4);
    await ledger.submit([reading(2)]);
    const missed: WarifuError[] = [];
    const { store, events, writer } = ledger.log;
    const header = blockFixture({ blockNumber: 8, blockTime: 1_795_334_500 });
    const block = async (): Promise<BlockHeader> => ({ ...header, number: 8, time: 1_795_334_500 }) as BlockHeader;
    const chain = { chainId: CHAIN_ID, isLocal: false, block };
    const onMissed = (reason: WarifuError): void => void missed.push(reason);
    expect(await recordBeacon({ store, events, chain, writer, onMissed })).to.equal(undefined);
    expect(missed.map(({ code }) => code)).to.deep.equal(["STORE_DAMAGED"]);
    // One that was entered by hand is what the next is compared with.
    await writer.enter({ ...event, content: beaconContent(CHAIN_ID, blockFixture({ blockNumber: 7, blockTime: 1 })) });
    await ledger.submit([reading(3)]);
    expect((await recordBeacon({ store, events, chain, writer, onMissed }))?.leafIndex).to.equal(7);
  });
});
