// The audit of a log over HTTP looks at its beacons: whose they are, their form, and that they never go back.

import { createHash, randomBytes } from "node:crypto";

import { expect } from "chai";

import { beaconContent } from "../../src/core/beacon.ts";
import { formatEventBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import type { LogAuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
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
  const audit = async (log: LogFiles, options: Partial<LogAuditOptions> = {}): Promise<LogAuditReport> => {
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 2_000, retryPauseMs: 1 });
    return auditLog({ log: reader, policy: log.policy, ...options }).finally(() => served.stop());
  };
  const found = ({ findings }: LogAuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
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
    expect([report.outcome, report.notes], found(report).join()).to.deep.equal(["holds", [noChain]]);
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
