// The audit of a log that has its bodies in bulk: one request for the bodies of 256 entries, checked one by one like any other;
// what a bundle leaves out is read by its digest, and a bundle is believed no more than a single body.

import { expect } from "chai";

import { encodeIntactBundle } from "../../src/core/body-bundle.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { decodeEntryBundle } from "../../src/core/tile.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import type { LeafReader } from "../../src/verify/audited-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { ReadAhead } from "../../src/verify/read-ahead.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  addendumPath,
  bodyOf,
  bundleBodies,
  logFiles,
  serveLog,
  type Answer,
  type LogFiles,
} from "./support/served-log.ts";

describe("auditLog and bodies in bulk", () => {
  const asked: string[] = [];
  const audit = async (log: LogFiles, answer: Answer = () => false): Promise<AuditReport> => {
    asked.length = 0;
    const served = await serveLog(log, (path, response, request) => {
      asked.push(path);
      return answer(path, response, request);
    });
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    return auditLog({ log: reader, policy: log.policy }).finally(() => served.stop());
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  const bundle = (log: LogFiles, change: (at: number) => "apart" | "withheld" | Buffer): void =>
    bundleBodies(
      log.files,
      0,
      Array.from({ length: 9 }, (_, at) => change(at)),
    );

  it("asks once for the bodies of each entry bundle", async () => {
    const report = await audit(logFiles(600, { withBundles: true }));
    expect(report.outcome, found(report).join()).to.equal("holds");
    expect(report.checked).to.include({ entries: 600, bodies: 600 });
    expect(asked.filter((path) => /^(bodies|addenda\/)/.test(path))).to.deep.equal([
      "bodies/000",
      "bodies/001",
      "bodies/002.p/88",
    ]);
  });

  it("reads what a bundle leaves out by its digest, and counts it as any other", async () => {
    const log = logFiles(9);
    bundle(log, (at) => (at === 4 ? "apart" : bodyOf(at)));
    const report = await audit(log);
    expect([report.outcome, report.checked.bodies]).to.deep.equal(["holds", 9]);
    expect(asked.filter((path) => path.startsWith("addenda/"))).to.deep.equal([addendumPath(4)]);
  });

  it("names a body that was altered in the bundle, and one that is withheld without an event", async () => {
    const log = logFiles(9);
    bundle(log, (at) => (at === 4 ? Buffer.from("{}") : at === 6 ? "withheld" : bodyOf(at)));
    expect(found(await audit(log))).to.deep.equal(["BODY_MISMATCH leaf 4", "NOT_FOUND leaf 6"]);
  });

  it("names a bundle that is malformed, and reads its bodies one by one", async () => {
    const log = logFiles(9);
    log.files.set("bodies/000.p/9", Buffer.from([0, 0, 0]));
    const report = await audit(log);
    expect(found(report)).to.deep.equal(["TILE_INVALID bodies/000.p/9"]);
    expect(report.checked.bodies).to.equal(9);
  });

  const saysDamaged: Answer = (path, response) => {
    if (path !== "tile/entries/000") return false;
    const problem = { code: "STORE_DAMAGED", detail: "what is stored for leaf 17 is damaged" };
    response.writeHead(500, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
    return true;
  };

  it("names the leaf that the log itself says is damaged, and checks the others of its bundle", async () => {
    const log = logFiles(300, { withBundles: true });
    const entries = decodeEntryBundle(log.files.get("tile/entries/000") as Buffer, 256);
    const rest = entries.map((entry, at) => (at === 17 ? undefined : entry));
    log.files.set("intact/000", Buffer.from(encodeIntactBundle(rest)));
    const report = await audit(log, saysDamaged);
    expect(found(report)).to.deep.equal(["STORE_DAMAGED leaf 17"]);
    expect(report.findings[0]?.message).to.include("the log says itself");
    expect(report.checked).to.include({ entries: 299, bodies: 299 });
  });

  it("does not take what is shown beside a damaged leaf for true", async () => {
    const log = logFiles(300, { withBundles: true });
    const entries = decodeEntryBundle(log.files.get("tile/entries/000") as Buffer, 256);
    const swapped = entries.map((_, at) => (at === 17 ? undefined : entries[at === 3 ? 4 : at]));
    log.files.set("intact/000", Buffer.from(encodeIntactBundle(swapped)));
    expect(found(await audit(log, saysDamaged))).to.include("TILE_INVALID leaf 3");
  });

  it("names what a log says is damaged that shows no more than that, and goes on", async () => {
    const log = logFiles(300, { withBundles: true });
    const report = await audit(log, saysDamaged);
    expect(report.outcome).to.equal("refuted");
    expect(found(report)).to.deep.equal(["STORE_DAMAGED tile/entries/000"]);
    expect(report.findings[0]?.message).to.include("leaf 17");
    expect(report.checked.entries).to.equal(44);
  });

  describe("read ahead", () => {
    /** A reader that notes what it is asked for. */
    const noting = (asks: string[], fails: (index: number) => boolean = () => false): LeafReader => ({
      nameOf: ({ level, index }) => `${level}/${index}`,
      keepsPartialTiles: true,
      async tile(level, index, width) {
        asks.push(`tile ${level}/${index}.${width}`);
        return [];
      },
      async entries(index, width) {
        asks.push(`entries ${index}.${width}`);
        if (fails(index)) throw new WarifuError("SERVICE_UNREACHABLE", "gone");
        return [];
      },
      async bodies(index, width) {
        asks.push(`bodies ${index}.${width}`);
        return [];
      },
      hasAddenda: async () => true,
      addendum: async () => undefined,
    });

    it("asks for six parts, each once, and for the next when one is taken", async () => {
      const asks: string[] = [];
      const ahead = new ReadAhead(noting(asks));
      expect([ahead.nameOf({ level: 1, index: 2, width: 3 }), ahead.keepsPartialTiles]).to.deep.equal(["1/2", true]);
      await ahead.hasAddenda();
      ahead.walkTo(256 * 8 + 7);
      for (let index = 0; index < 9; index++) {
        const width = index < 8 ? 256 : 7;
        await ahead.entries(index, width);
        await ahead.tile(0, index, width);
        await ahead.bodies(index, width);
        const entries = asks.filter((one) => one.startsWith("entries"));
        expect(entries).to.have.length(Math.min(9, index + 6));
      }
      expect(new Set(asks).size).to.equal(asks.length);
      expect(asks).to.have.length(27).and.include("bodies 8.7");
      await ahead.tile(1, 0, 8);
      expect(asks.at(-1)).to.equal("tile 1/0.8");
    });

    it("asks for nothing more where no walk was announced, or no bodies are there", async () => {
      const asks: string[] = [];
      const ahead = new ReadAhead(noting(asks));
      await ahead.entries(3, 256);
      await ahead.tile(0, 3, 256);
      await ahead.bodies(3, 256);
      expect(asks).to.deep.equal(["entries 3.256", "tile 0/3.256", "bodies 3.256"]);
      const { bodies: _, ...without } = noting(asks);
      const bare = new ReadAhead(without);
      expect(await bare.bodies(3, 256)).to.equal(undefined);
      await bare.hasAddenda();
      bare.walkTo(5);
      await bare.entries(0, 5);
      expect(await bare.bodies(0, 5)).to.equal(undefined);
      expect(await bare.addendum(new Uint8Array(32), 0)).to.equal(undefined);
    });

    it("reports a failure when its turn comes, and not before", async () => {
      const ahead = new ReadAhead(noting([], (index) => index === 2));
      ahead.walkTo(256 * 4);
      await ahead.entries(0, 256);
      await new Promise((resolve) => setImmediate(resolve));
      await ahead.entries(1, 256);
      await expectRejection("SERVICE_UNREACHABLE", ahead.entries(2, 256));
    });
  });
});
