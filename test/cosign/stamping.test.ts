// Time-stamping authorities that the service asks beside its anchors: OpenSSL answers over HTTP, as it should and otherwise.

import { expect } from "chai";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Alarms } from "../../src/alarms/alarms.ts";
import { checkTimestamps } from "../../src/audit/timestamps.ts";
import type { TimestampSeries } from "../../src/core/bundle.ts";
import { toBase64 } from "../../src/core/bytes.ts";
import { stampedBytes } from "../../src/core/stamped-checkpoint.ts";
import { authoritiesIn, type NamedAuthority } from "../../src/cosign/authorities-file.ts";
import { Stamping } from "../../src/cosign/stamping.ts";
import { TimestampFiles, type Stamp } from "../../src/cosign/timestamp-files.ts";
import type { StoredAnchor } from "../../src/store/anchor-journal.ts";
import { AuditFindings } from "../../src/verify/audit-findings.ts";
import { checkSeries } from "../../src/verify/check-time.ts";
import { bundleFixture, fixturePolicy, LOG_KEY } from "../support/bundle-fixture.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { ServedAuthority, TimeAuthorities } from "../support/time-authority.ts";

const DAY_MS = 86_400_000;

describe("time-stamping authorities", () => {
  const folder = temporaryFolder();
  let authorities: TimeAuthorities;
  let [one, two]: [ServedAuthority?, ServedAuthority?] = [];
  let named: NamedAuthority[];
  let anchors: StoredAnchor[];
  let files: TimestampFiles;
  let alarms: Alarms;
  let clock: number;

  before(async () => {
    authorities = new TimeAuthorities(join(folder, "tsa")).make("root", "root").make("a", "root").make("b", "root");
    [one, two] = [new ServedAuthority(authorities, "a"), new ServedAuthority(authorities, "b")];
    const settings = [
      { name: "one", url: await one.listen(), certificates: ["tsa/root.pem"], timeoutSeconds: 1 },
      { name: "two", url: await two.listen(), certificates: ["tsa/root.pem"], timeoutSeconds: 1 },
    ];
    writeFileSync(join(folder, "authorities.json"), JSON.stringify(settings));
    named = authoritiesIn(join(folder, "authorities.json"));
    anchors = await Promise.all(
      [300, 400].map(async (treeSize, at) => {
        const { note } = await bundleFixture({ treeSize, cosigners: at });
        return { anchorId: at + 1, treeSize, note } as StoredAnchor;
      }),
    );
  });
  after(() => {
    for (const served of [one, two]) served?.close();
    authorities.remove();
  });
  beforeEach(() => {
    rmSync(join(folder, "data"), { recursive: true, force: true });
    mkdirSync(join(folder, "data"));
    files = new TimestampFiles(join(folder, "data"));
    [clock, alarms] = [Date.now(), new Alarms(() => clock)];
    for (const served of [one, two]) if (served) served.misbehaves = undefined;
  });
  const store = { anchors: async () => [...anchors].reverse() };
  const stamping = (some = named): Stamping =>
    new Stamping({
      ...{ authorities: some, store, files, logKey: LOG_KEY, alarms, everyMs: 1_000 },
      now: () => clock,
      onFailure: (reason) => expect.fail(reason.message),
    });
  const active = () => alarms.active().map(({ code, message }) => `${code} ${message}`);
  const asked = () => (one?.requests.length ?? 0) + (two?.requests.length ?? 0);
  const audited = async (certificates = [authorities.certificate("root")]): Promise<string[]> => {
    const findings = new AuditFindings();
    const policy = fixturePolicy({ timestamps: { certificates, required: false } });
    await checkTimestamps({ store, policy, timestamps: files }, findings);
    return findings.report().findings.map(({ where, message }) => `${where}: ${message}`);
  };

  it("each stamp every anchored checkpoint once, and bundles carry what they gave", async () => {
    const stamps = stamping();
    const before = asked();
    await stamps.round();
    await stamps.round();
    expect(asked() - before).to.equal(4);
    for (const { treeSize, note } of anchors) {
      const series = stamps.timestampsOf(treeSize, note);
      expect(series).to.have.length(2);
      for (const tokens of series)
        expect(
          await checkSeries(tokens as TimestampSeries, stampedBytes(note, [LOG_KEY]), stamps.certificates),
        ).to.include({
          until: until(),
        });
    }
    expect([active(), await audited()]).to.deep.equal([[], []]);
    // After a restart nobody is asked again.
    await stamping().round();
    expect(asked() - before).to.equal(4);
  });
  it("show in bundles what a round gave at once, and what else becomes of a file after a second", async () => {
    const [stamps, { treeSize, note }] = [stamping(), anchors[0]!];
    const shown = (): number => stamps.timestampsOf(treeSize, note).length;
    expect(shown()).to.equal(0);
    await stamps.round();
    expect(shown()).to.equal(2);
    rmSync(join(folder, "data", "timestamps", `${treeSize}.json`));
    clock += 999;
    expect(shown()).to.equal(2);
    clock += 1;
    expect(shown()).to.equal(0);
  });

  const tokensIn = (stamp: Stamp): number => ("tokens" in stamp ? stamp.tokens.length : 0);
  const until = (): number => files.read(300)?.stamps[0]?.until ?? 0;

  it("that are down, slow or wrong raise an alarm each and hold up nobody else, until they answer", async () => {
    const stamps = stamping();
    for (const [misbehaves, pattern] of [
      [() => 500, /SERVICE_UNREACHABLE/],
      [() => "silent" as const, /no answer within 1000 ms/],
      [() => Buffer.from("no"), /TIMESTAMP_INVALID/],
    ] as const) {
      one!.misbehaves = misbehaves;
      await stamps.round();
      expect(active()).to.have.length(1);
      expect(active()[0])
        .to.match(/^timestamp-late the time-stamping authority one /)
        .and.match(pattern);
      expect(files.read(300)?.stamps.map(({ authority }) => authority)).to.deep.equal(["two"]);
    }
    one!.misbehaves = undefined;
    await stamps.round();
    expect([active(), files.read(300)?.stamps.length]).to.deep.equal([[], 2]);
  });

  it("whose tokens are under other certificates than named do not count", async () => {
    authorities.make("stranger", "stranger");
    await stamping([{ ...named[0]!, certificates: [authorities.certificate("stranger")] }]).round();
    expect(active()[0]).to.match(/TIMESTAMP_MISSING/);
    expect(files.sizes()).to.deep.equal([]);
  });

  it("renew what they gave before its certificate ends, once they have a newer one", async () => {
    await stamping().round();
    const first = until();
    clock += (first - clock / 1_000 - 30 * 86_400) * 1_000;
    await stamping().round();
    expect(files.read(300)?.stamps.map(tokensIn)).to.deep.equal([1, 1]);
    const later = new ServedAuthority(
      authorities.make("long root", "long root", { to: 900 }).make("c", "long root", { to: 900 }),
      "c",
    );
    const certificates = [...named[0]!.certificates!, authorities.certificate("long root")];
    const renewing = { ...named[0]!, url: await later.listen(), certificates };
    try {
      await stamping([renewing]).round();
    } finally {
      later.close();
    }
    const [, stamp] = files.read(300)?.stamps ?? [];
    expect([stamp?.authority, stamp && tokensIn(stamp)]).to.deep.equal(["one", 2]);
    expect((stamp?.until ?? 0) - first).to.be.greaterThan((400 * DAY_MS) / 1_000);
    expect(await audited([...certificates])).to.deep.equal([]);
  });

  it("leave files that the audit holds against the log", async () => {
    await stamping().round();
    const path = join(folder, "data", "timestamps", "300.json");
    const [whole, other] = [
      readFileSync(path, "utf8"),
      readFileSync(join(folder, "data", "timestamps", "400.json"), "utf8"),
    ];
    const kept = JSON.parse(whole) as { stamps: { tokens: string[] }[] };
    const token = Buffer.from(kept.stamps[0]!.tokens[0]!, "base64");
    token[token.length - 5]! ^= 1;
    const changed = whole.replace(kept.stamps[0]!.tokens[0]!, toBase64(token));
    for (const [text, pattern] of [
      [other, /another checkpoint/],
      [changed, /timestamps 300: .*(signature|changed)/],
      [whole.replace("{", "["), /not what was stored/],
      [whole.replace('"until"', '"since"'), /not what was stored/],
      [whole.replace("warifu-timestamps/1", "warifu-timestamps/2"), /not what was stored/],
    ] as const) {
      writeFileSync(path, text);
      expect((await audited()).join()).to.match(pattern);
    }
    writeFileSync(path, whole);
    writeFileSync(join(folder, "data", "timestamps", "500.json"), other);
    expect((await audited()).join()).to.match(/timestamps 500: .*never anchored/);
    // Another checkpoint of that size gets nothing that was made for the first.
    const { note } = await bundleFixture({ treeSize: 300, leafIndex: 170 });
    expect(stamping().timestampsOf(300, note)).to.deep.equal([]);
  });

  it("are named in a file that is read strictly", () => {
    const good = { name: "one", url: "https://tsa.example/", certificates: ["tsa/root.pem"] };
    const read = (value: unknown) => {
      writeFileSync(join(folder, "other.json"), JSON.stringify(value));
      return authoritiesIn(join(folder, "other.json"));
    };
    expect(read([{ ...good, allowPrivate: true }])[0]).to.include({ timeoutMs: 15_000, allowPrivate: true });
    for (const wrong of [
      good,
      Array.from({ length: 9 }, (_, at) => ({ ...good, name: `n${at}` })),
      [good, good],
      [{ ...good, name: "One" }],
      [{ ...good, url: "file:///etc/passwd" }],
      [{ ...good, certificates: [] }],
      [{ ...good, certificates: ["nowhere.pem"] }],
      [{ ...good, certificates: ["tsa/root.key"] }],
      [{ ...good, timeoutSeconds: 0 }],
      [{ ...good, allowPrivate: "yes" }],
      [{ ...good, more: 1 }],
    ])
      expectCode("CONFIG_INVALID", () => read(wrong), /WARIFU_TSA: .*other\.json/);
    expectCode("CONFIG_INVALID", () => authoritiesIn(join(folder, "none.json")));
    expect(authoritiesIn(undefined)).to.deep.equal([]);
  });
});
