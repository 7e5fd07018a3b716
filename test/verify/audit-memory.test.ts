// What an audit remembers: cut off anywhere, it goes on and ends as if it had not been; the next one reads only what is new,
// and a log that shrank, or whose history was changed, is refused, with evidence that others can check where there is any.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { formatEventBody } from "../../src/core/body.ts";
import { toHex, utf8 } from "../../src/core/bytes.ts";
import { signCheckpoint } from "../../src/core/checkpoint.ts";
import type { Entry } from "../../src/core/entry.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { Frontier } from "../../src/core/merkle.ts";
import type { Policy } from "../../src/core/policy.ts";
import { logIdOf, sourceIdOf } from "../../src/core/record.ts";
import { sourceEventContent, SOURCE_EVENT_VCT } from "../../src/core/source-event.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { AbsentBodies } from "../../src/verify/absent-bodies.ts";
import { AuditFindings, type AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import type { AuditMemory, AuditState } from "../../src/verify/audit-memory.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import type { AnchorEventReader } from "../../src/verify/shown-anchors.ts";
import { verifyForkEvidence } from "../../src/verify/verify-fork.ts";
import { CHAIN_ID, chainEvidence, CONTRACT } from "../support/chain-fixture.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";
import {
  addBody,
  addendumPath,
  entryOf,
  logFiles,
  ORIGIN,
  serveLog,
  type LogFiles,
  type LogOptions,
} from "./support/served-log.ts";
import { recordBodyOf } from "../support/record-body.ts";

/** A memory that survives in JSON alone, as a file does. */
class Kept implements AuditMemory {
  text: string | undefined;
  states = 0;
  isDue = (): boolean => true;

  get before(): AuditState | undefined {
    return this.text === undefined ? undefined : (JSON.parse(this.text) as AuditState);
  }

  keep(state: AuditState): void {
    this.states++;
    this.text = JSON.stringify(state);
  }
}

describe("auditLog with a memory", () => {
  const asked: string[] = [];
  const audit = async (
    log: LogFiles,
    memory?: AuditMemory,
    { failsAt, ...options }: Partial<LogAuditOptions> & { failsAt?: number } = {},
  ): Promise<AuditReport> => {
    asked.length = 0;
    const served = await serveLog(log, (path) => {
      asked.push(path);
      return false;
    });
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    const cut = {
      ...reader,
      entries: async (index: number, width: number) => {
        if (index === failsAt) throw new WarifuError("SERVICE_UNREACHABLE", "cut off");
        return reader.entries(index, width);
      },
    };
    return auditLog({ log: cut, policy: log.policy, ...(memory && { memory }), ...options }).finally(() =>
      served.stop(),
    );
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  // By the walk: with its second look at the checkpoint, an audit looks for events above it.
  const walked = (): string[] => {
    const second = asked.indexOf("checkpoint", asked.indexOf("checkpoint") + 1);
    return second < 0 ? asked : asked.slice(0, second);
  };
  const bundlesAsked = (): string[] =>
    walked()
      .filter((path) => path.startsWith("tile/entries/"))
      .sort();
  const anchorsAt = (log: LogFiles, ...sizes: number[]): AnchorEventReader => ({
    codeHash: async () => `0x${"0".repeat(64)}`,
    anchorEvents: async () => ({
      anchors: sizes.map((treeSize) => ({ treeSize, rootHash: log.hash(0, treeSize) })),
    }),
  });

  /** Where bodies play no part: each of them is a request. */
  const bare = (size: number, options: LogOptions = {}): LogFiles => logFiles(size, { ...options, withAddenda: false });

  // Whatever has to be remembered from far below: a number that comes twice, a body that is missing, gaps, a source's key.
  const KEY = signingKey(41).publicKey;
  const SIGNING = "santander/env-1";
  const eventBody = (): Uint8Array => {
    const head = { iat: 1_795_334_400, iss: ORIGIN, seq: 0, src: toHex(logIdOf(ORIGIN)), vct: SOURCE_EVENT_VCT };
    const said = { action: "register", name: SIGNING, key: ed25519SourceKey(KEY) } as const;
    return formatEventBody(head, "source", sourceEventContent(said));
  };
  const recordBody = (): Uint8Array => {
    const src = toHex(sourceIdOf(ORIGIN, SIGNING));
    const head = { iat: 1_795_334_400, iss: ORIGIN, seq: 0, src, vct: "warifu:sensor-reading:1" };
    return recordBodyOf(head, { temperature: 1 });
  };
  const digest = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
  const crooked = (at: number): Entry => {
    if (at === 20) return { kind: "source", sourceId: logIdOf(ORIGIN), seq: 0, bodyDigest: digest(eventBody()) };
    if (at === 900)
      return { kind: "record", sourceId: sourceIdOf(ORIGIN, SIGNING), seq: 0, bodyDigest: digest(recordBody()) };
    return at === 700 ? { ...entryOf(10), bodyDigest: entryOf(700).bodyDigest } : entryOf(at);
  };
  const withFaults = (size: number): LogFiles => {
    const log = logFiles(size, { entry: crooked });
    log.files.delete(addendumPath(5));
    for (const body of [eventBody(), recordBody()]) addBody(log.files, body);
    return log;
  };

  it("cut off at any bundle, goes on there and ends as if it had not been", async () => {
    const log = withFaults(1_000);
    const anchors = anchorsAt(log, 100, 256, 512, 600, 1_000);
    const whole = await audit(log, undefined, { anchors });
    expect(found(whole)).to.include.members([
      "SEQUENCE_CONFLICT leaf 700",
      "SIGNATURE_REQUIRED leaf 900",
      "NOT_FOUND leaf 5",
    ]);
    expect(whole.gaps).to.have.length(3);
    for (const failsAt of [0, 1, 2, 3]) {
      const memory = new Kept();
      const broken = await audit(log, memory, { anchors, failsAt });
      expect(broken.notes.join()).to.include("cut off");
      expect(memory.before?.walk.position ?? 0).to.equal(256 * failsAt);
      expect(await audit(log, memory, { anchors })).to.deep.equal(whole);
      expect(bundlesAsked()[0]).to.equal(
        ["tile/entries/000", "tile/entries/001", "tile/entries/002", "tile/entries/003.p/232"][failsAt],
      );
    }
  });

  it("reads only what is new of a log that has grown, and finds what it would have found", async () => {
    const memory = new Kept();
    const [small, large] = [withFaults(600), withFaults(1_000)];
    await audit(small, memory);
    const anchors = anchorsAt(large, 100, 513, 1_000);
    const grown = await audit(large, memory, { anchors });
    expect(bundlesAsked()).to.deep.equal(["tile/entries/002", "tile/entries/003.p/232"]);
    expect(grown).to.deep.equal(await audit(large, undefined, { anchors }));
    // Nothing new: the last bundle is read once more.
    expect(await audit(large, memory, { anchors })).to.deep.equal(grown);
    expect(bundlesAsked()).to.deep.equal(["tile/entries/003.p/232"]);
  });

  it("names the newest anchor that it compared with, and its block where the nodes name one", async () => {
    const log = logFiles(9);
    expect(await audit(log, undefined, { anchors: anchorsAt(log, 3, 7) })).to.deep.include({
      newestAnchor: { treeSize: 7 },
    });
    const anchors = await anchorsAt(log, 3, 7).anchorEvents();
    const placed = anchors.anchors.map((anchor) => ({ ...anchor, blockNumber: 12, blockHash: "0xab" }));
    const nodes: AnchorEventReader = { ...anchorsAt(log), anchorEvents: async () => ({ anchors: placed }) };
    const report = await audit(log, undefined, { anchors: nodes });
    expect(report).to.deep.include({ newestAnchor: { treeSize: 7, block: "12 (0xab)" } });
    expect(report.head).to.deep.equal({ treeSize: 9, rootHash: toHex(log.hash(0, 9)) });
  });

  it("tiles of every level are compared across the boundary", async () => {
    const size = 65_536 + 700;
    const log = logFiles(size, { withAddenda: false });
    const memory = new Kept();
    await audit(log, memory, { failsAt: 130 });
    const report = await audit(log, memory);
    expect([report.outcome, report.checked.tiles]).to.deep.equal(["holds", 259 + 2 + 1]);
  });

  it("keeps something in between only when it is time, and at the end", async () => {
    const memory = new Kept();
    memory.isDue = () => false;
    await audit(bare(1_000), memory);
    expect([memory.states, memory.before?.walk.position]).to.deep.equal([1, 768]);
    await audit(bare(1_024), memory);
    expect([memory.states, memory.before?.walk.position]).to.deep.equal([2, 768]);
  });

  describe("of a log whose history was changed", () => {
    const changed = (at: number) => (leafIndex: number) => entryOf(leafIndex === at ? 100_000 : leafIndex);
    const proven = async ({ forks = [] }: AuditReport, policy: Policy): Promise<string[]> =>
      Promise.all(
        forks.map(async ({ smaller, larger, evidence }) => {
          const { outcome } = await verifyForkEvidence(utf8(evidence), policy);
          return `${smaller} ${larger} ${outcome}`;
        }),
      );

    for (const at of [10, 550])
      it(`at leaf ${at}, refuses it, remembers what it saw, and proves it`, async () => {
        const memory = new Kept();
        await audit(bare(600), memory);
        const kept = memory.before?.checkpoint;
        const other = bare(1_000, { entry: changed(at) });
        const report = await audit(other, memory);
        expect(report.outcome).to.equal("refuted");
        // Below the place where it goes on, the change shows in every root since.
        expect(found(report)).to.include("CONSISTENCY_MISMATCH checkpoint 600");
        expect(await proven(report, other.policy)).to.deep.equal(["600 1000 holds"]);
        expect(memory.before?.checkpoint).to.equal(kept);
      });

    it("of the same size", async () => {
      const memory = new Kept();
      await audit(bare(600), memory);
      const report = await audit(bare(600, { entry: changed(550) }), memory);
      expect(await proven(report, logFiles(1).policy)).to.deep.equal(["600 600 holds"]);
    });

    it("refuses one that shrank; by itself that proves nothing to others", async () => {
      const memory = new Kept();
      await audit(bare(600), memory);
      const kept = memory.before?.checkpoint;
      const report = await audit(bare(300), memory);
      expect(found(report)).to.deep.equal(["CONSISTENCY_MISMATCH checkpoint 300"]);
      expect(report.findings[0]?.fact).to.deep.equal({ id: "log-shrank", treeSize: 600, size: 300 });
      expect(report).not.to.have.property("forks");
      expect(memory.before?.checkpoint).to.equal(kept);
    });

    it("never forgets a checkpoint before its leaves have led to it", async () => {
      const memory = new Kept();
      await audit(bare(1_000), memory, { failsAt: 2 });
      const seen = memory.before?.checkpoint;
      await audit(bare(1_500), memory, { failsAt: 3 });
      expect(memory.before?.checkpoint).to.equal(seen);
      const report = await audit(bare(1_500, { entry: changed(900) }), memory);
      expect(await proven(report, logFiles(1).policy)).to.deep.equal(["1000 1500 holds"]);
    });

    it("finds entries that lead to no signed root, and proves nothing by them", async () => {
      const memory = new Kept();
      await audit(bare(600), memory);
      const kept = memory.before?.checkpoint;
      const log = bare(1_000);
      const { files } = bare(1_000, { entry: changed(800) });
      for (const path of ["tile/entries/003.p/232", "tile/0/003.p/232"]) log.files.set(path, files.get(path) as Buffer);
      const report = await audit(log, memory);
      expect(found(report)).to.deep.equal(["CONSISTENCY_MISMATCH checkpoint 1000"]);
      expect(report).not.to.have.property("forks");
      expect(memory.before?.checkpoint).to.equal(kept);
    });

    it("proves a root that the contract has and the log does not, whether it is read whole, on, or as a sample", async () => {
      const chain = { id: CHAIN_ID, contract: CONTRACT, accept: "evidence" as const };
      const [log, other] = [bare(600), bare(600, { entry: changed(10) })];
      const policy = { ...log.policy, chain };
      const anchors = (of: LogFiles, size: number): AnchorEventReader => ({
        ...anchorsAt(of, size),
        evidenceOf: ({ treeSize, rootHash }) => chainEvidence({ treeSize, rootHash }),
      });
      const memory = new Kept();
      await audit(log, memory, { policy });
      const sample = { leaves: 5, randomBytes: (length: number) => new Uint8Array(length).fill(7) };
      for (const [kept, more] of [
        [undefined, {}],
        [memory, {}],
        [undefined, { sample: { ...sample, leaves: 1 } }],
      ] as const) {
        const report = await audit(log, kept, { policy, anchors: anchors(other, 300), ...more });
        expect(found(report).join()).to.match(/MISMATCH anchor of size 300/);
        expect(await proven(report, policy)).to.deep.equal(["300 600 holds"]);
      }
      const beyond = await audit(log, undefined, { policy, anchors: anchors(bare(700), 700) });
      expect(found(beyond)).to.deep.equal(["ANCHOR_MISMATCH anchor of size 700"]);
      expect(beyond).not.to.have.property("forks");
      const silent: AnchorEventReader = {
        ...anchorsAt(other, 300),
        evidenceOf: () => Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "gone")),
      };
      expect(await audit(log, undefined, { policy, anchors: silent })).not.to.have.property("forks");
    });
  });

  it("takes no memory of another log", async () => {
    const memory = new Kept();
    await audit(logFiles(300), memory);
    const head = { origin: ORIGIN, treeSize: 300, rootHash: new Uint8Array(32) };
    const { publicKey, sign } = signingKey(8);
    const { note } = signCheckpoint(head, { key: { ...logFiles(1).policy.log, publicKey }, sign });
    memory.text = JSON.stringify({ ...memory.before, checkpoint: note });
    expect(found(await audit(logFiles(300), memory))).to.deep.equal(["SIGNATURE_MISMATCH log"]);
  });

  it("knows what was withheld before it was cut off", async () => {
    const findings = new AuditFindings();
    const bodies = new AbsentBodies(findings);
    bodies.restore({ absent: [2, 3], withheld: [2, 9] });
    expect(bodies.kept()).to.deep.equal({ absent: [2, 3], withheld: [2, 9] });
    await bodies.endWalk(async () => new Set());
    expect(found(findings.report())).to.deep.equal(["NOT_FOUND leaf 3"]);
  });

  it("a tree is the same when it is put together from its subtrees", () => {
    const frontier = new Frontier();
    for (let size = 0; size <= 70; size++) {
      const again = Frontier.of(size, frontier.subtrees());
      expect([again.size, toHex(again.rootHash())]).to.deep.equal([size, toHex(frontier.rootHash())]);
      const leaf = new Uint8Array(32).fill(size);
      for (const one of [frontier, again]) one.append(leaf);
      expect(toHex(again.rootHash())).to.equal(toHex(frontier.rootHash()));
    }
    expectCode("PROOF_INVALID", () => Frontier.of(3, [new Uint8Array(32)]));
    expectCode("PROOF_INVALID", () => Frontier.of(1, [new Uint8Array(31)]));
    expectCode("PROOF_INVALID", () => Frontier.of(-1, []));
  });
});
