// The audit of a log that the referee has laid out: it holds at sizes around every tile boundary, read whole or as a
// sample, with every anchor on the way; and it names the leaf, tile, checkpoint or anchor for each thing that is changed,
// missing or contradicted by the chain.

import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";

import { WarifuError } from "../../src/core/errors.ts";
import { sourceIdOf } from "../../src/core/record.ts";
import { cosignedBytes } from "../../src/core/cosigned-bytes.ts";
import { verifierKey } from "../../src/core/note.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, auditLogOverHttp, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { seededBytes } from "../../src/verify/confidence.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import type { KeptSample } from "../../src/verify/sample.ts";
import type { AnchorEventReader } from "../../src/verify/shown-anchors.ts";
import { saidAgain } from "../support/said-again.ts";
import { signingKey } from "../support/signing-key.ts";
import {
  addBody,
  addendumPath,
  bodyOf,
  entryOf,
  flip,
  logFiles,
  ORIGIN,
  serveLog,
  type Answer,
  type LogFiles,
} from "./support/served-log.ts";

const SAMPLE = (leaves: number): LogAuditOptions["sample"] => ({ leaves, randomBytes });

describe("auditLog, held against the referee", () => {
  const audit = async (
    log: LogFiles,
    options: Partial<LogAuditOptions> = {},
    answer?: Answer,
  ): Promise<AuditReport> => {
    const served = await serveLog(log, answer);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    return saidAgain(await auditLog({ log: reader, policy: log.policy, ...options }).finally(() => served.stop()));
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  const anchorsAt = (log: LogFiles, ...sizes: number[]): AnchorEventReader => ({
    codeHash: async () => `0x${"0".repeat(64)}`,
    anchorEvents: async () => ({
      anchors: sizes.map((treeSize) => ({ treeSize, rootHash: log.hash(0, treeSize) })),
    }),
  });

  describe("of a log that is right", () => {
    for (const size of [0, 1, 2, 255, 256, 257, 512, 700])
      it(`holds at ${size} entries, read whole or as a sample`, async () => {
        const log = logFiles(size);
        const sizes = new Set([1, 255, 256, 257, size].filter((one) => one > 0 && one <= size));
        const anchors = anchorsAt(log, ...sizes);
        const whole = await audit(log, { anchors });
        expect(found(whole)).to.deep.equal([]);
        expect(whole).to.deep.include({ outcome: "holds", notes: [] });
        expect(whole.checked).to.include({ entries: size, bodies: size, checkpoints: 1, anchors: sizes.size });
        const some = await audit(log, { anchors, sample: SAMPLE(10) });
        expect([some.outcome, some.checked.entries], found(some).join()).to.deep.equal(["holds", Math.min(size, 10)]);
        expect(some.checked.anchors).to.equal(sizes.size);
      });

    it("is held against what else the auditor has of it, with the head that was found", async () => {
      const sizes: number[] = [];
      const report = await audit(logFiles(3), {
        also: async ({ treeSize }, findings) => {
          sizes.push(treeSize);
          findings.refuteBy("timestamps 2", { code: "TIMESTAMP_INVALID", details: {}, message: "they are not" });
        },
      });
      expect(sizes).to.deep.equal([3]);
      expect([report.outcome, found(report)]).to.deep.equal(["refuted", ["TIMESTAMP_INVALID timestamps 2"]]);
    });

    it("holds where three levels of tiles are served, and tells of its progress", async () => {
      const size = 65_536 + 256 + 3;
      const log = logFiles(size, { withAddenda: false });
      const told: number[] = [];
      const anchors = anchorsAt(log, 65_536, 65_792);
      const report = await audit(log, { anchors, onProgress: (done) => told.push(done) });
      expect(report).to.deep.include({ outcome: "holds", findings: [] });
      expect(report.notes).to.deep.equal(["the log serves no addenda: bodies were not checked"]);
      // 257 and a partial one of level 0, one and a partial one of level 1, a partial one of level 2.
      expect(report.checked).to.include({ entries: size, tiles: 258 + 2 + 1, bodies: 0, anchors: 2 });
      expect([told.length, told.at(-1)]).to.deep.equal([258, size]);
      const some = await audit(log, { anchors, sample: SAMPLE(40), onProgress: (done) => told.push(done) });
      expect(some.outcome, found(some).join()).to.equal("holds");
      expect(told.at(-1)).to.equal(40);
      flip(log, "tile/2/000.p/1", 3);
      expect(found(await audit(log))).to.deep.equal(["TILE_INVALID tile/2/000.p/1"]);
    });

    it("reads a full tile where the partial one is gone, and takes no more of it than the checkpoint covers", async () => {
      const [log, grown] = [logFiles(300), logFiles(600)];
      for (const path of ["tile/0/001", "tile/entries/001"]) {
        log.files.set(path, grown.files.get(path) as Buffer);
        log.files.delete(`${path}.p/44`);
      }
      const report = await audit(log);
      expect(report.outcome, found(report).join()).to.equal("holds");
    });

    it("goes on with a sample that was stopped, against the head that it began with, and ends as if it had not been", async () => {
      const log = logFiles(5_000, { withAddenda: false });
      flip(log, "tile/entries/000", 81 * 3 + 2 + 20);
      const drawn = (): LogAuditOptions["sample"] => ({ leaves: 64, randomBytes: seededBytes("3"), seed: "3" });
      const kept: KeptSample[] = [];
      let asked = 0;
      const memory = { isDue: () => ++asked === 2, keep: (state: KeptSample) => void kept.push(state) };
      const whole = await audit(log, { sample: drawn(), sampleMemory: memory });
      const [state] = JSON.parse(JSON.stringify(kept)) as [KeptSample];
      expect([kept.length, state.done]).to.deep.equal([1, 32]);
      // The log signs something else meanwhile: the leaves were drawn of the head that was kept.
      log.files.delete("checkpoint");
      const rest = await audit(log, { sample: drawn(), sampleMemory: { ...memory, before: state } });
      expect(rest.outcome, found(rest).join()).to.equal(whole.outcome);
      expect(found(rest)).to.deep.equal(found(whole));
      expect(rest.checked.entries).to.equal(whole.checked.entries);
      expect(rest.head).to.deep.equal(whole.head);
    });

    it("is reached by its address alone", async () => {
      const log = logFiles(3);
      const served = await serveLog(log);
      const report = await auditLogOverHttp({ url: `${served.url}/`, policy: log.policy });
      await served.stop();
      expect(report).to.deep.include({ outcome: "holds" });
      expect(report.notes).to.deep.equal(["no chain was asked: the log was not compared with its anchors"]);
    });
  });

  describe("of a log that is wrong", () => {
    it("names the leaf whose entry was changed, and whose hash was", async () => {
      const entries = logFiles(300);
      flip(entries, "tile/entries/000", 81 * 17 + 2 + 50);
      // Nor does the log have a body of the digest that stands there now.
      expect(found(await audit(entries))).to.deep.equal(["TILE_INVALID leaf 17", "NOT_FOUND leaf 17"]);
      const tile = logFiles(300);
      flip(tile, "tile/0/000", 32 * 18);
      expect(found(await audit(tile))).to.deep.equal([
        "TILE_INVALID leaf 18",
        "TILE_INVALID tile/1/000.p/1",
        "CONSISTENCY_MISMATCH checkpoint 300",
      ]);
    });

    it("finds a leaf that was changed in entry and tile alike, by the root and by the first anchor above it", async () => {
      const [log, other] = [logFiles(200), logFiles(200, { entry: (at) => entryOf(at === 90 ? 1_000 : at) })];
      for (const path of ["tile/entries/000.p/200", "tile/0/000.p/200"])
        log.files.set(path, other.files.get(path) as Buffer);
      const report = await audit(log, { anchors: anchorsAt(log, 50, 91, 120, 200) });
      expect(found(report)).to.deep.equal([
        "ANCHOR_MISMATCH anchor of size 91",
        "CONSISTENCY_MISMATCH checkpoint 200",
        "NOT_FOUND leaf 90",
      ]);
      expect(report.checked.anchors).to.equal(2);
    });

    it("names a tile above that does not follow from those below", async () => {
      const log = logFiles(600);
      flip(log, "tile/1/000.p/2", 40);
      const report = await audit(log);
      expect(found(report)).to.deep.equal(["TILE_INVALID tile/1/000.p/2"]);
      expect(report.findings[0]?.message).to.equal("hash 1 is not the one that the tiles below lead to");
    });

    it("names what is not served, and goes on with what is", async () => {
      const log = logFiles(600);
      const missing = ["tile/entries/000", "tile/0/001", "tile/1/000.p/2"];
      for (const path of missing) log.files.delete(path);
      const report = await audit(log);
      expect(found(report)).to.deep.equal(missing.map((path) => `NOT_FOUND ${path}`));
      expect(report.checked.entries).to.equal(344);
      log.files.delete("tile/entries/001");
      expect(found(await audit(log))).to.include.members(["NOT_FOUND tile/entries/001", "NOT_FOUND log"]);
    });

    it("names a tile or bundle of the wrong length", async () => {
      const log = logFiles(10);
      log.files.set("tile/0/000.p/10", Buffer.alloc(319));
      expect(found(await audit(log))).to.deep.equal(["TILE_INVALID tile/0/000.p/10"]);
    });

    it("names a source that used a number twice, and an entry of an unknown form", async () => {
      const entry = (at: number) => (at === 7 ? { ...entryOf(7), seq: 0 } : entryOf(at));
      const twice = logFiles(9, { entry, withAddenda: false });
      expect(found(await audit(twice))).to.deep.equal(["SEQUENCE_CONFLICT leaf 7"]);
      const log = logFiles(9);
      flip(log, "tile/entries/000.p/9", 2);
      expect(found(await audit(log))).to.have.members(["ENTRY_INVALID leaf 0", "TILE_INVALID leaf 0"]);
    });

    it("names a body that is another one, and one that is missing; of a sample it counts that", async () => {
      const log = logFiles(40);
      log.files.set(addendumPath(5), Buffer.from("{}"));
      log.files.delete(addendumPath(20));
      const report = await audit(log, { anchors: anchorsAt(log) });
      expect(found(report)).to.deep.equal(["BODY_MISMATCH leaf 5", "NOT_FOUND leaf 20"]);
      const bare = logFiles(40);
      for (let leafIndex = 0; leafIndex < 40; leafIndex++) bare.files.delete(addendumPath(leafIndex));
      const sampled = await audit(bare, { anchors: anchorsAt(bare), sample: SAMPLE(3) });
      expect(found(sampled)).to.deep.equal([]);
      expect(sampled.notes.join()).to.include("3 bodies are not there: their entries were checked");
      expect(report.checked.bodies).to.equal(38);
    });

    const BODIES: readonly [what: string, code: string, body: Buffer, kind?: "provision"][] = [
      ["of another log", "ORIGIN_MISMATCH", bodyOf(5, "other.example/log")],
      ["about another number of its source", "BODY_MISMATCH", bodyOf(5, ORIGIN, 99)],
      ["about another source", "BODY_MISMATCH", bodyOf(4, ORIGIN, 1)],
      ["about a record, for an entry of another kind,", "BODY_MISMATCH", bodyOf(5), "provision"],
      ["that cannot be read", "BODY_INVALID", Buffer.from('{"claims": {}}')],
    ];
    for (const [what, code, body, kind = "record"] of BODIES)
      it(`names a body ${what} though the entry commits to it`, async () => {
        const bodyDigest = createHash("sha256").update(body).digest();
        const log = logFiles(9, { entry: (at) => (at === 5 ? { ...entryOf(5), kind, bodyDigest } : entryOf(at)) });
        addBody(log.files, body);
        const report = await audit(log, { anchors: anchorsAt(log) });
        expect(found(report)).to.deep.equal([`${code} leaf 5`]);
        expect(report.checked.bodies).to.equal(8);
      });

    it("names a checkpoint that another key signed, and reads no further", async () => {
      const log = logFiles(5);
      const other: Policy = { ...log.policy, log: verifierKey(log.policy.log.name, signingKey(8).publicKey) };
      const report = await audit(log, { policy: other });
      expect(found(report)).to.deep.equal(["SIGNATURE_MISMATCH checkpoint"]);
      expect(report.checked.entries).to.equal(0);
    });

    it("asks for as many witnesses as the policy does", async () => {
      const log = logFiles(5);
      const cosigner = signingKey(9);
      const witness = verifierKey("witness.example", cosigner.publicKey, "cosignature");
      const policy: Policy = { ...log.policy, witnesses: { keys: [witness], quorum: 1 } };
      expect(found(await audit(log, { policy }))).to.deep.equal(["QUORUM_MISSING checkpoint"]);
      const note = String(log.files.get("checkpoint"));
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(1_700_000_000n);
      const signature = cosigner.sign(cosignedBytes(note.slice(0, note.indexOf("\n\n") + 1), 1_700_000_000));
      const line = Buffer.concat([witness.keyId, time, signature]).toString("base64");
      log.files.set("checkpoint", Buffer.from(`${note}\u2014 witness.example ${line}\n`));
      expect(found(await audit(log, { policy }))).to.deep.equal([]);
    });

    it("counts no further key of the log as a witness", async () => {
      const log = logFiles(5);
      const next = signingKey(10);
      const key = verifierKey(log.policy.log.name, next.publicKey);
      const witness = verifierKey("witness.example", signingKey(9).publicKey, "cosignature");
      const note = String(log.files.get("checkpoint"));
      const signature = next.sign(Buffer.from(note.slice(0, note.indexOf("\n\n") + 1)));
      const line = Buffer.concat([key.keyId, signature]).toString("base64");
      log.files.set("checkpoint", Buffer.from(`${note}\u2014 ${key.name} ${line}\n`));
      const policy: Policy = { ...log.policy, log: { ...log.policy.log, further: [{ key }] } };
      expect(found(await audit(log, { policy }))).to.deep.equal([]);
      const witnesses = { keys: [witness], quorum: 1 };
      expect(found(await audit(log, { policy: { ...policy, witnesses } }))).to.deep.equal([
        "QUORUM_MISSING checkpoint",
      ]);
    });

    it("names each fault of a sampled leaf", async () => {
      const changed = logFiles(300, { withAddenda: false });
      for (let at = 0; at < 256; at++) flip(changed, "tile/entries/000", 81 * at + 2 + 20);
      for (let at = 0; at < 44; at++) flip(changed, "tile/entries/001.p/44", 81 * at + 2 + 20);
      const report = await audit(changed, { sample: SAMPLE(3) });
      expect(report.findings.map(({ code }) => code)).to.deep.equal(Array(3).fill("INCLUSION_MISMATCH"));
      const missing = logFiles(300);
      for (const path of ["tile/entries/000", "tile/0/001.p/44"]) missing.files.delete(path);
      const all = found(await audit(missing, { sample: SAMPLE(299) }));
      expect(all).to.include("NOT_FOUND tile/entries/000");
      expect(
        all.some((one) => /^NOT_FOUND leaf 2\d\d$/.test(one)),
        all.join(),
      ).to.equal(true);
    });

    it("lists a thousand findings and counts the others", async () => {
      const entry = (at: number) => ({ ...entryOf(at), seq: 0, sourceId: new Uint8Array(32) });
      const { findings, notes } = await audit(logFiles(1_100, { entry, withAddenda: false }));
      expect(findings).to.have.length(1_000);
      expect(notes).to.include("99 further findings are not listed");
    });
  });

  describe("beside the chain", () => {
    it("refutes a log that shows less than was anchored, whole or as a sample", async () => {
      const [log, grown] = [logFiles(20), logFiles(30)];
      for (const sample of [undefined, SAMPLE(3)])
        expect(found(await audit(log, { anchors: anchorsAt(grown, 10, 30), sample }))).to.deep.equal([
          "ANCHOR_MISMATCH anchor of size 30",
        ]);
    });

    it("refutes an anchored root that is not this log's, whole or as a sample", async () => {
      const [log, other] = [logFiles(20), logFiles(20, { entry: (at) => entryOf(at + 1) })];
      const anchors = anchorsAt(other, 8);
      expect(found(await audit(log, { anchors }))).to.deep.equal(["ANCHOR_MISMATCH anchor of size 8"]);
      const some = await audit(log, { anchors, sample: SAMPLE(2) });
      expect(found(some)).to.deep.equal(["CONSISTENCY_MISMATCH anchor of size 8"]);
    });

    it("refutes a contract of other code than the policy names", async () => {
      const log = logFiles(4);
      const withCode = (codeHash: string): Policy => ({ ...log.policy, chain: { ...log.policy.chain, codeHash } });
      const anchors = anchorsAt(log, 4);
      const [right, wrong] = [withCode(`0x${"0".repeat(64)}`), withCode(`0x${"1".repeat(64)}`)];
      expect(found(await audit(log, { policy: right, anchors }))).to.deep.equal([]);
      expect(found(await audit(log, { policy: wrong, anchors }))).to.deep.equal([
        `CHAIN_MISMATCH contract ${log.policy.chain.contract}`,
      ]);
    });

    it("is undecided when the chain does not answer, and refuted when the log is wrong as well", async () => {
      const log = logFiles(4);
      const anchors: AnchorEventReader = {
        codeHash: async () => "",
        anchorEvents: () => Promise.reject(new WarifuError("CHAIN_UNREACHABLE", "nobody there")),
      };
      const report = await audit(log, { anchors });
      expect(report).to.deep.include({ outcome: "undecided", notes: ["not all could be read: nobody there"] });
      expect(report.checked.entries).to.equal(4);
      log.files.delete("tile/0/000.p/4");
      expect(await audit(log, { anchors })).to.include({ outcome: "refuted" });
    });

    it("is undecided when the auditor's own nodes contradict each other, which tells nothing of the log", async () => {
      const log = logFiles(4);
      for (const code of ["CHAIN_MISMATCH", "CHAIN_WRONG"] as const) {
        const refusal = () => Promise.reject(new WarifuError(code, "a says 1, b says 2"));
        const report = await audit(log, { anchors: { ...anchorsAt(log, 4), anchorEvents: refusal } });
        expect(report).to.deep.include({ outcome: "undecided", findings: [] });
        expect(report.notes).to.deep.equal(["not all could be read: a says 1, b says 2"]);
      }
    });

    it("is undecided where later anchors could not be compared, and still holds the log against the others", async () => {
      const [log, other] = [logFiles(8), logFiles(8, { entry: (at) => entryOf(at + 1) })];
      const lagging = (of: LogFiles): AnchorEventReader => {
        const reader = anchorsAt(of, 3);
        const lacking = { height: 7, ahead: ["a"], behind: ["b"] };
        return { ...reader, anchorEvents: async () => ({ ...(await reader.anchorEvents()), lacking }) };
      };
      const report = await audit(log, { anchors: lagging(log) });
      const note = "not all could be read: later anchors, which a has, were not compared: b has no block above 7 yet";
      expect(report).to.deep.include({ outcome: "undecided", notes: [note] });
      expect(report.checked.anchors).to.equal(1);
      expect(found(await audit(log, { anchors: lagging(other) }))).to.include("ANCHOR_MISMATCH anchor of size 3");
    });

    it("truth A1: is undecided while the policy wants trusted blocks and no node was asked, whatever the log says", async () => {
      const rewritten = logFiles(20, { entry: (at) => entryOf(at + 1), withAddenda: false });
      const log = logFiles(20);
      const trustedBlocks = [`0x${"1".repeat(64)}`];
      for (const served of [log, rewritten])
        for (const sample of [undefined, SAMPLE(3), SAMPLE(100)]) {
          const chain = { ...log.policy.chain, accept: "trusted-block" as const };
          const report = await audit(served, { policy: { ...served.policy, chain, trustedBlocks }, sample });
          expect(report).to.include({ outcome: "undecided", isChainCompared: false });
          expect(report.notes).to.include("no chain was asked: the log was not compared with its anchors");
        }
    });

    it("truth A1: is undecided while the contract has no anchor; on a chain of one's own that is a note", async () => {
      const log = logFiles(20);
      const policy = { ...log.policy, chain: { ...log.policy.chain, accept: "trusted-block" as const } };
      const report = await audit(log, { policy, anchors: anchorsAt(log) });
      expect(report).to.include({ outcome: "undecided", isChainCompared: true });
      const own = await audit(log, { anchors: anchorsAt(log) });
      expect(own.outcome).to.equal("holds");
      for (const { notes } of [report, own])
        expect(notes.join()).to.include("the contract has no anchor of this log yet");
      expect((await audit(log, { policy, anchors: anchorsAt(log, 20) })).outcome).to.equal("holds");
      expect((await audit(logFiles(0), { policy, anchors: anchorsAt(log) })).outcome).to.equal("holds");
    });

    it("truth E3: leaves open what is not final by the policy's rule, right or wrong, and names it", async () => {
      const [log, other] = [logFiles(20), logFiles(20, { entry: (at) => entryOf(at + 1) })];
      const policy = { ...log.policy, chain: { ...log.policy.chain, accept: "trusted-block" as const } };
      const openAt = (final: readonly number[], open: readonly number[]): AnchorEventReader => ({
        ...anchorsAt(log),
        anchorEvents: async () => ({
          anchors: final.map((treeSize) => ({ treeSize, rootHash: log.hash(0, treeSize) })),
          open: open.map((treeSize) => ({ treeSize, rootHash: other.hash(0, treeSize) })),
        }),
      });
      const some = await audit(log, { policy, anchors: openAt([5], [9, 12]) });
      expect(some.outcome, found(some).join()).to.equal("holds");
      expect(some.checked.anchors).to.equal(1);
      expect(some.notes.join()).to.include("left open: 2, of size 9, 12");
      const none = await audit(log, { policy, anchors: openAt([], [1, 2, 3, 4, 5, 6]) });
      expect(none.outcome, found(none).join()).to.equal("undecided");
      expect(none.notes.join()).to.include("left open: 6, of size …, 2, 3, 4, 5, 6");
    });

    it("truth A6: lists the numbers that a source left out, by its name where the policy knows it", async () => {
      const source = "sensor/1";
      const sourceId = sourceIdOf(ORIGIN, source);
      const seqs = new Map([
        [1, 5],
        [4, 7],
      ]);
      const entry = (at: number) => {
        const seq = seqs.get(at);
        return seq === undefined
          ? { ...entryOf(at), sourceId: new Uint8Array(32), seq: at }
          : { ...entryOf(at), sourceId, seq };
      };
      const log = logFiles(6, { entry, withAddenda: false });
      const policy = { ...log.policy, sources: [{ name: source, key: "" }] };
      const { outcome, gaps, notes } = await audit(log, { policy });
      expect(outcome).to.equal("holds");
      const missing = { records: 2, firstSeq: 5, lastSeq: 7, missing: 6 };
      expect(gaps[1]).to.deep.equal({
        ...missing,
        source,
        sourceId: Buffer.from(sourceId).toString("hex"),
        ranges: [
          [0, 4],
          [6, 6],
        ],
      });
      expect(notes).to.include("source sensor/1 has left out 6 of the numbers up to 7: 0-4, 6");
      expect(gaps[0]).to.deep.include({ source: undefined, missing: 2 });
    });

    it("lets a defect of the reader through", async () => {
      const log = logFiles(4);
      const anchors: AnchorEventReader = {
        codeHash: async () => "",
        anchorEvents: () => Promise.reject(new TypeError("defect")),
      };
      const thrown: unknown = await audit(log, { anchors }).catch((error: unknown) => error);
      expect(thrown).to.be.instanceOf(TypeError);
    });
  });

  it("is undecided when the log stops answering, with what was found until then", async () => {
    const log = logFiles(600);
    flip(log, "tile/entries/000", 81 * 3 + 2 + 50);
    const broken: Answer = (path, response) => {
      if (!path.startsWith("tile/entries/001")) return false;
      response.writeHead(503).end();
      return true;
    };
    const report = await audit(log, {}, broken);
    expect(found(report)).to.deep.equal(["TILE_INVALID leaf 3"]);
    expect(report.notes.at(-1)).to.match(/not all could be read: .*tile\/entries\/001: the server answered 503/);
    expect((await audit(logFiles(600), {}, broken)).outcome).to.equal("undecided");
  });
});
