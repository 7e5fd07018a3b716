// A walk for which others check plain bundles: what it reads ahead itself, and what it looks at within a bundle. Why: a log
// would be asked for everything twice, and a bundle that is passed in one step has roots within that somebody has signed.

import { expect } from "chai";

import { servedBundle } from "../../src/audit/served-leaves.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { TILE_WIDTH, tilePath } from "../../src/core/tile.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import type { AuditState } from "../../src/verify/audit-memory.ts";
import { KeptAcknowledgements } from "../../src/verify/kept-acknowledgements.ts";
import { logReaderOf, type GetLogFile, type LogReader } from "../../src/verify/log-reader.ts";
import { logFiles, ORIGIN } from "./support/served-log.ts";

const BUNDLES = 9;

describe("a walk past plain bundles", () => {
  const log = logFiles(BUNDLES * TILE_WIDTH, { withBundles: true });
  const file: GetLogFile = async (path) => log.files.get(path);
  const signer = { key: log.policy.log, sign: log.signer.sign };
  const entriesAt = (index: number): string => tilePath({ level: "entries", index, width: TILE_WIDTH });

  /** @param isLeft whether a bundle has to be looked at by the walk */
  const audited = async (isLeft: (index: number) => boolean, options: Partial<LogAuditOptions> = {}) => {
    const asked: string[] = [];
    const get: GetLogFile = (path, most) => {
      asked.push(path);
      return file(path, most);
    };
    const reader: LogReader = {
      ...logReaderOf({ get, noCheckpoint: "no checkpoint" }),
      plain: async (index) => (isLeft(index) ? undefined : (await servedBundle(file, index, ORIGIN)).plain),
    };
    const report = await auditLog({ log: reader, policy: log.policy, ...options });
    const entries = Array.from({ length: BUNDLES }, (_, index) => index).filter((at) => asked.includes(entriesAt(at)));
    return { report, entries };
  };

  /** The report of an audit that goes leaf by leaf, once it is the same as that past plain bundles. */
  const same = async (make: () => Partial<LogAuditOptions>): Promise<AuditReport> => {
    const alone = await auditLog({ log: logReaderOf({ get: file, noCheckpoint: "" }), policy: log.policy, ...make() });
    const { report, entries } = await audited(() => false, make());
    expect(report).to.deep.equal(alone);
    expect(entries).to.deep.equal([]);
    return report;
  };

  it("reads no bundle that is plain, and finds the same", async () => {
    const { report, entries } = await audited((index) => index === 2);
    expect(entries).to.deep.equal([2]);
    expect(report).to.deep.equal(await same(() => ({})));
    expect(report.outcome).to.equal("holds");
  });

  it("reads ahead where a second bundle in a row is left to the walk", async () => {
    expect((await audited((index) => index === 1 || index === 2)).entries).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });

  for (const [what, size, isWrong] of [
    ["within a bundle", 300, false],
    ["within a bundle, which is wrong", 300, true],
    ["at its end, which is wrong", 512, true],
  ] as const)
    it(`compares the root of an anchor ${what}`, async () => {
      const rootHash = isWrong ? new Uint8Array(32) : new Uint8Array(log.hash(0, size));
      const anchorEvents = async () => ({ anchors: [{ treeSize: size, rootHash }] });
      const report = await same(() => ({ anchors: { codeHash: async () => "", anchorEvents } }));
      expect(report.checked.anchors).to.equal(1);
      expect(report.findings.map(({ where }) => where)).to.deep.equal(isWrong ? [`anchor of size ${size}`] : []);
    });

  it("comes by a head that is remembered, within a bundle", async () => {
    const smaller = logFiles(300, { withBundles: true });
    const kept: AuditState[] = [];
    const memory = { isDue: () => false, keep: (state: AuditState) => void kept.push(state) };
    const get: GetLogFile = async (path) => smaller.files.get(path);
    await auditLog({ log: logReaderOf({ get, noCheckpoint: "" }), policy: log.policy, memory });
    const before = kept[0] as AuditState;
    expect(before.walk.position).to.equal(256);
    const report = await same(() => ({ memory: { ...memory, before } }));
    expect([report.outcome, report.checked.entries]).to.deep.equal(["holds", BUNDLES * TILE_WIDTH]);
    const { note } = signCheckpoint({ origin: ORIGIN, treeSize: 300, rootHash: new Uint8Array(32) }, signer);
    const forked = await same(() => ({ memory: { ...memory, before: { ...before, checkpoint: note } } }));
    expect(forked.findings.map(({ where }) => where)).to.deep.equal(["checkpoint 300"]);
  });

  it("shows each leaf to whoever looks at leaves", async () => {
    const { note } = signCheckpoint(
      { origin: ORIGIN, treeSize: 300, rootHash: new Uint8Array(log.hash(0, 300)) },
      signer,
    );
    const leafHash = Buffer.from(log.hash(290, 291)).toString("hex");
    const value = { id: "01a2027c-2159-7a69-9866-d7239d86bfb2", leafIndex: 290, leafHash, checkpoint: note };
    const report = await same(() => ({ acknowledgements: new KeptAcknowledgements([value], log.policy.log) }));
    expect(report.acknowledgements?.map(({ outcome }) => outcome)).to.deep.equal(["holds"]);
  });

  it("compares no root behind a bundle that is not served", async () => {
    const gone = [entriesAt(1), tilePath({ level: 0, index: 1, width: TILE_WIDTH })];
    const kept = gone.map((path) => [path, log.files.get(path) as Buffer] as const);
    for (const path of gone) log.files.delete(path);
    const anchorEvents = async () => ({ anchors: [{ treeSize: 1_024, rootHash: new Uint8Array(log.hash(0, 1_024)) }] });
    const anchors = { codeHash: async () => "", anchorEvents };
    const reader = logReaderOf({ get: file, noCheckpoint: "" });
    const alone = await auditLog({ log: reader, policy: log.policy, anchors });
    const { report } = await audited(() => false, { anchors });
    for (const [path, bytes] of kept) log.files.set(path, bytes);
    expect(report).to.deep.equal(alone);
    expect(report.findings.map(({ code }) => code)).to.not.include("ANCHOR_MISMATCH");
  });
});
