// Calendars of OpenTimestamps that the service asks beside its anchors: one over HTTP, with a Bitcoin of its own.

import { expect } from "chai";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Alarms } from "../../src/alarms/alarms.ts";
import { checkTimestamps } from "../../src/audit/timestamps.ts";
import type { BitcoinBlock } from "../../src/core/bitcoin-header.ts";
import type { Timestamp } from "../../src/core/bundle.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { authoritiesIn, type NamedAuthority } from "../../src/cosign/authorities-file.ts";
import { completedBy, enterInto } from "../../src/cosign/calendar.ts";
import { Stamping } from "../../src/cosign/stamping.ts";
import { TimestampFiles } from "../../src/cosign/timestamp-files.ts";
import type { StoredAnchor } from "../../src/store/anchor-journal.ts";
import { AuditFindings } from "../../src/verify/audit-findings.ts";
import { checkBlockProof } from "../../src/verify/check-block-proof.ts";
import { BitcoinCalendar, inBlock, mined, pendingAt } from "../support/bitcoin-calendar.ts";
import { bundleFixture, fixturePolicy, LOG_KEY } from "../support/bundle-fixture.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";

const TEN_MINUTES_MS = 600_000;
const DAY_MS = 86_400_000;

describe("calendars of OpenTimestamps", () => {
  const folder = temporaryFolder();
  let calendar: BitcoinCalendar;
  let named: NamedAuthority[];
  let anchors: StoredAnchor[];
  let files: TimestampFiles;
  let alarms: Alarms;
  let clock: number;

  beforeEach(async () => {
    rmSync(join(folder, "data"), { recursive: true, force: true });
    calendar = new BitcoinCalendar();
    const url = await calendar.listen();
    const settings = [{ name: "alice", url, protocol: "opentimestamps", timeoutSeconds: 1 }];
    writeFileSync(join(folder, "authorities.json"), JSON.stringify(settings));
    named = authoritiesIn(join(folder, "authorities.json"));
    anchors = await Promise.all(
      [300, 400].map(async (treeSize, at) => {
        const { note } = await bundleFixture({ treeSize, cosigners: at });
        return { anchorId: at + 1, treeSize, note } as StoredAnchor;
      }),
    );
    files = new TimestampFiles(join(folder, "data"));
    [clock, alarms] = [Date.now(), new Alarms(() => clock)];
  });
  afterEach(() => calendar.close());

  const store = { anchors: async () => [...anchors].reverse() };
  const stamping = (): Stamping =>
    new Stamping({
      ...{ authorities: named, store, files, logKey: LOG_KEY, alarms, everyMs: 1_000 },
      now: () => clock,
      onFailure: (reason) => expect.fail(reason.message),
    });
  const active = () => alarms.active().map(({ code, message }) => `${code} ${message}`);
  const stampedOf = ({ note }: StoredAnchor) => stampedBytes(note, [LOG_KEY]);
  const blockOf = (timestamp: Timestamp | undefined, anchor: StoredAnchor, blocks: readonly BitcoinBlock[]) =>
    timestamp && "opentimestamps" in timestamp ? checkBlockProof(timestamp, stampedOf(anchor), blocks) : undefined;
  const audited = async (bitcoin: readonly BitcoinBlock[] = calendar.blocks): Promise<string[]> => {
    const findings = new AuditFindings();
    const policy = fixturePolicy({ timestamps: { certificates: [], required: false, bitcoin } });
    await checkTimestamps({ store, policy, timestamps: files }, findings);
    return findings.report().findings.map(({ where, message }) => `${where}: ${message}`);
  };

  it("are given every anchored checkpoint once, and asked again later until there is a block", async () => {
    const stamps = stamping();
    await stamps.round();
    await stamps.round();
    expect(calendar.requests).to.deep.equal(Array(2).fill("POST /digest application/vnd.opentimestamps.v1"));
    for (const anchor of anchors) {
      const [proof] = stamps.timestampsOf(anchor.treeSize, anchor.note);
      expect(blockOf(proof, anchor, [])).to.deep.equal({ shown: undefined, bitcoinBlock: null });
    }
    clock += TEN_MINUTES_MS;
    await stamps.round();
    await stamps.round();
    expect(calendar.requests.slice(2).map((line) => line.replace(/[0-9a-f]{64}/, "HEX"))).to.deep.equal(
      Array(2).fill("GET /timestamp/HEX application/vnd.opentimestamps.v1"),
    );
    expect(active()).to.deep.equal([]);
    calendar.mine(1_700_000_000);
    clock += TEN_MINUTES_MS;
    await stamps.round();
    for (const [at, anchor] of anchors.entries()) {
      const [proof] = stamps.timestampsOf(anchor.treeSize, anchor.note);
      expect(blockOf(proof, anchor, calendar.blocks)?.shown).to.deep.equal({
        bitcoinBlock: 900_000 + at,
        time: 1_700_000_000,
      });
    }
    expect(await audited()).to.deep.equal([]);
    // Nobody is asked any more, and after a restart neither.
    clock += TEN_MINUTES_MS;
    const asked = calendar.requests.length;
    await stamps.round();
    await stamping().round();
    expect(calendar.requests.length).to.equal(asked);
  });

  it("are asked after a restart for what was promised before", async () => {
    await stamping().round();
    calendar.mine(1_700_000_000);
    await stamping().round();
    const [anchor] = anchors;
    const [proof] = stamping().timestampsOf(300, anchor!.note);
    expect(blockOf(proof, anchor!, calendar.blocks)?.shown?.bitcoinBlock).to.equal(900_000);
  });

  it("that are down, slow or wrong raise an alarm, change nothing, and are asked again", async () => {
    const stamps = stamping();
    const answers: readonly (readonly [typeof calendar.misbehaves, RegExp])[] = [
      [() => 500, /SERVICE_UNREACHABLE/],
      [() => "silent", /no answer within 1000 ms/],
      [() => Buffer.from("<html>"), /TIMESTAMP_INVALID/],
      [() => Buffer.from("0006869a0d73d71b450100", "hex"), /neither names a block nor promises one/],
      [() => Buffer.alloc(10_001), /TOO_LARGE/],
    ];
    for (const [misbehaves, pattern] of answers) {
      calendar.misbehaves = misbehaves;
      await stamps.round();
      expect(active()[0])
        .to.match(/^timestamp-late .*alice/)
        .and.match(pattern);
      expect(files.sizes()).to.deep.equal([]);
    }
    calendar.misbehaves = undefined;
    await stamps.round();
    expect([active(), files.sizes()]).to.deep.equal([[], [300, 400]]);
  });

  it("that never complete what they promised raise an alarm, after restarts too, until there is a block", async () => {
    await stamping().round();
    clock += 2 * DAY_MS - 1_000;
    const stamps = stamping();
    await stamps.round();
    expect(active()).to.deep.equal([]);
    clock += 1_000;
    await stamps.round();
    const first = new Date(Math.floor((clock - 2 * DAY_MS) / 1_000) * 1_000).toISOString();
    const overdue = `timestamp-missing the calendar alice has no Bitcoin block for 2 proofs that it promised, the first at ${first}`;
    expect(active()).to.deep.equal([overdue]);
    calendar.mine(1_700_000_000);
    clock += TEN_MINUTES_MS;
    await stamps.round();
    expect(active()).to.deep.equal([]);
  });

  it("are asked again for what is lost of the newest anchors, after an alarm", async () => {
    const stamps = stamping();
    calendar.mine(1_700_000_000);
    await stamps.round();
    clock += TEN_MINUTES_MS;
    calendar.mine(1_700_000_000);
    await stamps.round();
    await stamps.round();
    const asked = calendar.requests.length;
    rmSync(join(folder, "data", "timestamps", "300.json"));
    calendar.misbehaves = () => 500;
    await stamps.round();
    expect(active()).to.include(
      "timestamp-missing the timestamps of 1 anchor are not in their folder any more, the first of 300 entries",
    );
    calendar.misbehaves = undefined;
    await stamps.round();
    expect(active()).to.deep.equal([]);
    expect([files.sizes(), calendar.requests.length]).to.deep.equal([[300, 400], asked + 2]);
  });

  it("complete a proof with nothing but a way to a block", async () => {
    const stamped = stampedOf(anchors[0]!);
    const [alice] = named;
    const entered = await enterInto(alice!, stamped);
    calendar.misbehaves = () => pendingAt("https://another.example");
    expect(await completedBy(alice!, entered, stamped)).to.deep.equal(entered);
    calendar.misbehaves = () => Buffer.from("08", "hex");
    await expectRejection("TIMESTAMP_INVALID", completedBy(alice!, entered, stamped), /cut off/);
    calendar.misbehaves = () => 503;
    await expectRejection("SERVICE_UNREACHABLE", completedBy(alice!, entered, stamped));
    // A calendar with a block at hand gives it at once.
    calendar.misbehaves = () => inBlock(7);
    const atOnce = await enterInto(alice!, stamped);
    const { shown, bitcoinBlock } = checkBlockProof(atOnce, stamped, []);
    expect([shown, bitcoinBlock]).to.deep.equal([undefined, 7]);
  });

  it("leave files that the audit holds against the log and the auditor's blocks", async () => {
    await stamping().round();
    calendar.mine(1_700_000_000);
    await stamping().round();
    const [block] = calendar.blocks;
    const other = { ...block!, header: mined(new Uint8Array(32), 1_700_000_000) };
    expect((await audited([other])).join()).to.match(/timestamps 300: .*does not lead to Bitcoin block 900000/);
    const [first, second] = [files.read(300)!, files.read(400)!];
    files.write({ ...first, stamps: second.stamps });
    expect((await audited()).join()).to.match(/timestamps 300: .*about other bytes/);
  });

  it("are named in a file that is read strictly", () => {
    const good = { name: "alice", url: "https://calendar.example/", protocol: "opentimestamps" };
    const read = (value: unknown) => {
      writeFileSync(join(folder, "other.json"), JSON.stringify([value]));
      return authoritiesIn(join(folder, "other.json"));
    };
    expect(read(good)).to.deep.equal([
      { name: "alice", url: "https://calendar.example/", timeoutMs: 15_000, allowPrivate: false },
    ]);
    for (const wrong of [
      { ...good, protocol: "roughtime" },
      { ...good, certificates: ["root.pem"] },
    ])
      expectCode("CONFIG_INVALID", () => read(wrong), /WARIFU_TSA: .*other\.json/);
  });
});
