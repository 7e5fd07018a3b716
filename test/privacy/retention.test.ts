// Records about people go when the time of their profile is over: those, no others, none twice, and none that must be kept.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { erasureOf } from "../../src/core/erasure-event.ts";
import { Retention, type RetentionParts } from "../../src/privacy/retention.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { interpose } from "../support/interpose.ts";
import { expectClean, openLedger, PROFILES, reading, report, type TestLedger } from "../support/ledger.ts";

const DAY_MS = 86_400_000;
const BRIEF = parseProfile({ ...PROFILES.get("citizen-report")!.document, retentionDays: 30 } as JsonObject);

describe("the retention", () => {
  let ledger: TestLedger;
  let now: number;
  beforeEach(async () => {
    now = Date.parse("2026-01-01T00:00:00Z");
    ledger = await openLedger({ now: () => now, profiles: new Map([...PROFILES, ["citizen-report", BRIEF]]) });
  });
  afterEach(() => ledger.close());

  const file = (): string => join(ledger.folder, "retention.json");
  const retention = (more: Partial<RetentionParts> = {}): Retention =>
    new Retention({ log: ledger.log, file: file(), now: () => now, ...more });
  const submit = async (...records: JsonObject[]): Promise<number[]> =>
    (await ledger.submit(records)).map(({ leafIndex }) => leafIndex);
  const isErased = (leafIndex: number): Promise<boolean> => ledger.vault.isErased(leafIndex);
  const counted = async (run: ReturnType<Retention["run"]>): Promise<number[]> => {
    const { items, restricted } = await run;
    return [items.find(({ type }) => type === "citizen-report")?.records ?? -1, restricted];
  };

  it("erases records about people whose time is over, and nothing else", async () => {
    const [old, sensor] = await submit(report(1), reading(1));
    now += 31 * DAY_MS;
    const [young] = await submit(report(2));
    expect(await counted(retention().run({ dryRun: true }))).to.deep.equal([1, 0]);
    expect([await isErased(old!), existsSync(file())], "a dry run").to.deep.equal([false, false]);
    expect(await counted(retention().run())).to.deep.equal([1, 0]);
    expect(await Promise.all([old!, sensor!, young!].map(isErased))).to.deep.equal([true, false, false]);
    const event = ledger.log.events.erasures.erasedBy(old!)!;
    const [entry] = await ledger.store.entries(event, event + 1);
    expect(erasureOf((await ledger.log.check.bodyOf(entry!))!)).to.deep.equal({ basis: "retention", record: old });
    expect(await counted(retention().run())).to.deep.equal([0, 0]);
    now += 30 * DAY_MS;
    expect(await counted(retention().run()), "30 days to the second").to.deep.equal([0, 0]);
    now += 1_000;
    expect(await counted(retention().run())).to.deep.equal([1, 0]);
    expect(await isErased(young!)).to.equal(true);
    await ledger.close();
    await expectClean(ledger.folder);
  });

  it("goes on where it was, and begins anew without its file, with the same result", async () => {
    for (let batch = 0; batch < 3; batch++)
      await submit(...Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? report(i) : reading(i))));
    now += 31 * DAY_MS;
    const looks: number[] = [];
    const store = interpose(ledger.log.store, (method, call, args) => {
      if (method === "entries" && Number(args[1]) - Number(args[0]) > 1) looks.push(Number(args[0]));
      return call();
    });
    const log = { ...ledger.log, store };
    expect(await counted(retention({ log }).run())).to.deep.equal([300, 0]);
    expect(looks.length).to.be.greaterThan(3);
    const size = ledger.log.tree.publishedSize;
    looks.length = 0;
    expect(await counted(retention({ log }).run())).to.deep.equal([0, 0]);
    expect(looks, "what is done is not read again").to.have.length(1);
    expect(looks[0]).to.be.at.least(900);
    for (const change of [() => rmSync(file()), () => writeFileSync(file(), "{")]) {
      change();
      expect(await counted(retention().run())).to.deep.equal([0, 0]);
    }
    expect(ledger.log.tree.publishedSize).to.equal(size);
  });

  it("keeps a record whose use is restricted, and erases it once it is not", async () => {
    const [kept, gone] = await submit(report(1), report(2));
    now += 31 * DAY_MS;
    const restricted = new Set([kept]);
    const isRestricted = async (leafIndex: number): Promise<boolean> => restricted.has(leafIndex);
    expect(await counted(retention({ isRestricted }).run())).to.deep.equal([1, 1]);
    expect(await counted(retention({ isRestricted }).run())).to.deep.equal([0, 1]);
    expect([await isErased(kept!), await isErased(gone!)]).to.deep.equal([false, true]);
    restricted.clear();
    expect(await counted(retention({ isRestricted }).run())).to.deep.equal([1, 0]);
    expect(await isErased(kept!)).to.equal(true);
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.have.property("kept").that.is.empty;
  });

  it("runs by itself once it is started, and says why it could not", async () => {
    const [old] = await submit(report(1));
    now += 31 * DAY_MS;
    const failures: unknown[] = [];
    const runs = retention();
    runs.start((error) => failures.push(error));
    await runs.run();
    await runs.close();
    expect(await isErased(old!)).to.equal(true);
    await submit(report(2));
    now += 31 * DAY_MS;
    await ledger.pipeline.close();
    const late = retention();
    late.start((error) => failures.push(error));
    await expectRejection("STOPPED", late.run());
    await late.close();
    expect(failures.map((error) => (error as { code: string }).code)).to.deep.equal(["STOPPED"]);
  });
});
