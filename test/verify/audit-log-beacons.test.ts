// The audit of a log over HTTP looks at its beacons: whose they are, their form, and that they never go back.

import { createHash, randomBytes } from "node:crypto";

import { expect } from "chai";

import { beaconContent } from "../../src/core/beacon.ts";
import { formatEventBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import type { Entry } from "../../src/core/entry.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import type { AnchorEventReader } from "../../src/verify/shown-anchors.ts";
import { saidAgain } from "../support/said-again.ts";
import { blockFixture } from "../support/chain-fixture.ts";
import { entryOf, logFiles, serveLog, type LogFiles } from "./support/served-log.ts";

const ORIGIN = "audited.example/log";
const TIME = 1_795_334_000;
const contentOf = (blockNumber: number, blockTime: number, chainId = 31_337): JsonObject =>
  beaconContent(chainId, blockFixture({ blockNumber, blockTime }));

/** What the entry at a leaf is, where it is no plain record. */
type Event = {
  readonly content: JsonObject;
  readonly iss?: string;
  readonly sourceId?: Uint8Array;
  readonly iat?: number;
};

/** A log of 40 entries with beacons at those leaves. */
function logWith(events: ReadonlyMap<number, Event>): LogFiles {
  const bodies = new Map<number, Uint8Array>();
  for (const [seq, [leafIndex, { content, iss = ORIGIN, sourceId = logIdOf(ORIGIN), iat = TIME }]] of [
    ...events,
  ].entries())
    bodies.set(
      leafIndex,
      formatEventBody({ iat, iss, seq, src: toHex(sourceId), vct: "warifu:beacon:1" }, "beacon", content),
    );
  const seqs = [...events.keys()];
  const entry = (leafIndex: number): Entry => {
    const body = bodies.get(leafIndex);
    if (!body) return entryOf(leafIndex);
    const sourceId = events.get(leafIndex)?.sourceId ?? logIdOf(ORIGIN);
    return { kind: "beacon", sourceId, seq: seqs.indexOf(leafIndex), bodyDigest: sha256(body) };
  };
  const log = logFiles(40, { entry });
  for (const body of bodies.values()) {
    const hex = sha256(body).toString("hex");
    log.files.set(`addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`, Buffer.from(body));
  }
  return log;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

describe("auditLog and beacons", () => {
  const audit = async (log: LogFiles, options: Partial<LogAuditOptions> = {}): Promise<AuditReport> => {
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    return saidAgain(await auditLog({ log: reader, policy: log.policy, ...options }).finally(() => served.stop()));
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  const strict = (log: LogFiles) => ({
    ...log.policy,
    chain: { ...log.policy.chain, accept: "trusted-block" as const },
  });
  const noChain = "no chain was asked: the log was not compared with its anchors";

  it("holds where they rise, however the answers come in", async () => {
    const log = logWith(
      new Map([
        [3, { content: contentOf(10, TIME - 90) }],
        [5, { content: contentOf(20, TIME - 50) }],
        [30, { content: contentOf(21, TIME - 50) }],
      ]),
    );
    const report = await audit(log, { policy: strict(log) });
    expect(found(report)).to.deep.equal([]);
    expect(report.notes).to.include.members([noChain, "the log's beacons were not compared with the chain"]);
  });

  it("truth A8: holds each against the block that the auditor's nodes have at its height", async () => {
    const log = logWith(
      new Map([
        [3, { content: contentOf(10, TIME - 90) }],
        [5, { content: contentOf(20, TIME - 50) }],
      ]),
    );
    const hashes = new Map([
      [10, blockFixture({ blockNumber: 10, blockTime: TIME - 90 }).hash],
      [20, blockFixture({ blockNumber: 20, blockTime: TIME - 50 }).hash],
    ]);
    const reader = (blockHashAt: AnchorEventReader["blockHashAt"]): AnchorEventReader => ({
      codeHash: async () => "",
      anchorEvents: async () => ({ anchors: [{ treeSize: 40, rootHash: log.hash(0, 40) }] }),
      blockHashAt,
    });
    const policy = strict(log);
    const honest = await audit(log, { policy, anchors: reader(async (number) => hashes.get(number)) });
    expect(honest.outcome, honest.notes.join()).to.equal("holds");
    const other = reader(async (number) => (number === 20 ? `0x${"12".repeat(32)}` : hashes.get(number)));
    expect(found(await audit(log, { policy, anchors: other }))).to.deep.equal(["CHAIN_MISMATCH leaf 5"]);
    const sample = { leaves: 39, randomBytes };
    const sampled = await audit(log, { policy, anchors: reader(async () => undefined), sample });
    expect([sampled.outcome, /does not know the heights of/.test(sampled.notes.join())]).to.deep.equal([
      "undecided",
      true,
    ]);
    const own = await audit(log, { anchors: other });
    expect(own.notes.join()).to.include("1 of the beacons are of a chain that is gone");
    const silent = reader(async () => Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "timeout")));
    expect(await audit(log, { policy, anchors: silent })).to.include({ outcome: "undecided" });
    const broken = reader(async () => Promise.reject(new TypeError("defect")));
    expect(await audit(log, { anchors: broken }).catch((error: unknown) => error)).to.be.instanceOf(TypeError);
  });

  it("finds one that goes back, in the order of the leaves; on a chain of one's own it is a new beginning", async () => {
    const log = logWith(
      new Map([
        [3, { content: contentOf(10, TIME - 90) }],
        [4, { content: contentOf(9, TIME - 80) }],
        [30, { content: contentOf(11, TIME - 70) }],
      ]),
    );
    expect(found(await audit(log, { policy: strict(log) }))).to.deep.equal(["CHAIN_MISMATCH leaf 4"]);
    const own = await audit(log);
    expect(own.outcome, found(own).join()).to.equal("holds");
    expect(own.notes.join()).to.include("heights begin again at 1 of the log's beacons");
  });

  const WRONG: readonly [string, string, Event][] = [
    ["is malformed", "BODY_INVALID", { content: { height: 5 } }],
    ["has another number than its header", "BODY_INVALID", { content: { ...contentOf(10, TIME), blockNumber: 11 } }],
    ["is of another chain than the policy's", "CHAIN_MISMATCH", { content: contentOf(10, TIME, 1) }],
    ["is of another log", "ORIGIN_MISMATCH", { content: contentOf(10, TIME), iss: "other.example/log" }],
    ["comes from a source", "BODY_MISMATCH", { content: contentOf(10, TIME), sourceId: new Uint8Array(32).fill(9) }],
  ];
  for (const [what, code, event] of WRONG)
    it(`finds one that ${what}`, async () => {
      const log = logWith(new Map([[7, event]]));
      expect(found(await audit(log))).to.deep.equal([`${code} leaf 7`]);
    });

  it("finds a malformed one in a sample, too", async () => {
    const log = logWith(new Map([...Array(39).keys()].map((at) => [at, { content: { height: at } }])));
    const report = await audit(log, { sample: { leaves: 5, randomBytes } });
    expect(report.outcome).to.equal("refuted");
  });

  it("notes a beacon that the log says it entered long before its block", async () => {
    const log = logWith(new Map([[7, { content: contentOf(10, TIME), iat: TIME - 301 }]]));
    const report = await audit(log);
    expect(report.outcome).to.equal("holds");
    expect(report.notes.join()).to.include("1 of the entries name a time more than 300 s before");
  });
});
