// A log over HTTP, or as files in a folder, audited with threads that read ahead, against the same audit without: whatever is
// changed in it, both find the same, word for word. Why: a thread that calls a bundle plain decides that nobody else looks at it.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { BUNDLES_IN_A_PART, startAuditThread } from "../../src/audit/part-threads.ts";
import { openServedLog, type LogPlace } from "../../src/audit/served-log.ts";
import { bodyBundlePath, decodeBodyBundle } from "../../src/core/body-bundle.ts";
import type { Entry } from "../../src/core/entry.ts";
import { TILE_WIDTH, tilePath } from "../../src/core/tile.ts";
import type { AuditReport } from "../../src/verify/audit-findings.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { temporaryFolder } from "../support/ledger.ts";
import {
  bodyOf,
  bundleBodies,
  entryOf,
  flip,
  logFiles,
  ORIGIN,
  serveLog,
  type Answer,
  type LogFiles,
} from "../verify/support/served-log.ts";

/** Two parts, and a bundle that is not full. */
const BUNDLES = BUNDLES_IN_A_PART + 2;
const SIZE = BUNDLES * TILE_WIDTH + 10;

describe("a served log that threads read ahead", () => {
  let original: LogFiles;
  before(() => (original = logFiles(SIZE, { withBundles: true })));

  const copy = (): LogFiles => ({ ...original, files: new Map(original.files) });

  const auditAt = async (place: LogPlace, threads: number, options: Partial<LogAuditOptions>): Promise<AuditReport> => {
    const served = openServedLog(place, ORIGIN, { threads, worthLeaves: 0 });
    try {
      return await auditLog({ log: served.reader, policy: original.policy, ...options });
    } finally {
      await served.close();
    }
  };

  /** The same report in both ways. @returns it, and how often each file was asked for with threads */
  const bothOf = async (log: LogFiles, answer?: Answer, options: Partial<LogAuditOptions> = {}) => {
    const asked = new Map<string, number>();
    const served = await serveLog(log, (path, response, request) => {
      asked.set(path, (asked.get(path) ?? 0) + 1);
      return answer?.(path, response, request) ?? false;
    });
    try {
      const alone = await auditAt({ url: served.url }, 0, options);
      asked.clear();
      const together = await auditAt({ url: served.url }, 1, options);
      expect(together).to.deep.equal(alone);
      return { report: alone, asked };
    } finally {
      await served.stop();
    }
  };

  const named = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);
  const entriesAt = (index: number): string => tilePath({ level: "entries", index, width: TILE_WIDTH });
  const tileAt = (index: number): string => tilePath({ level: 0, index, width: TILE_WIDTH });

  it("is read once, and no further than it goes", async () => {
    const { report, asked } = await bothOf(copy());
    expect([report.outcome, report.checked.bodies]).to.deep.equal(["holds", SIZE]);
    const twice = [...asked].filter(([, times]) => times > 1).map(([path]) => path);
    expect(twice).to.deep.equal([]);
    // The marker, a checkpoint, three files a bundle, and the tile above them.
    expect(asked.size).to.equal(2 + 3 * (BUNDLES + 1) + 1);
  });

  it("is found altered alike in each of its files, and what is not plain is not asked for again", async () => {
    const log = copy();
    flip(log, entriesAt(0), 2 + 50);
    flip(log, tileAt(2), 40);
    log.files.delete(tileAt(4));
    log.files.delete(entriesAt(6));
    flip(log, bodyBundlePath(8, TILE_WIDTH), 30);
    const bodies = [...decodeBodyBundle(log.files.get(bodyBundlePath(10, TILE_WIDTH)) as Buffer, TILE_WIDTH)];
    bundleBodies(log.files, 10, bodies.with(7, "withheld"));
    bundleBodies(log.files, 12, bodies);
    log.files.set(entriesAt(14), (log.files.get(entriesAt(14)) as Buffer).subarray(1));
    flip(log, tileAt(BUNDLES_IN_A_PART + 1), 0);
    const { report, asked } = await bothOf(log);
    const found = named(report);
    expect(found).to.include.members([
      ...["BODY_MISMATCH leaf 0", "TILE_INVALID leaf 0", "TILE_INVALID leaf 513", `NOT_FOUND ${tileAt(4)}`],
      ...[`NOT_FOUND ${entriesAt(6)}`, "BODY_MISMATCH leaf 2048", "NOT_FOUND leaf 2567", "BODY_MISMATCH leaf 3072"],
      ...[`TILE_INVALID ${entriesAt(14)}`, `TILE_INVALID leaf ${(BUNDLES_IN_A_PART + 1) * TILE_WIDTH}`],
    ]);
    for (const path of [entriesAt(0), tileAt(2), bodyBundlePath(8, TILE_WIDTH)]) expect(asked.get(path)).to.equal(1);
  });

  it("is found to use a number twice", async () => {
    const again = (leaf: number): number => (leaf === 1_203 ? 3 : leaf);
    const log = logFiles(SIZE, { entry: (leaf) => entryOf(again(leaf)), withBundles: true });
    const bodies = Array.from({ length: TILE_WIDTH }, (_, at) => bodyOf(again(4 * TILE_WIDTH + at)));
    bundleBodies(log.files, 4, bodies);
    const { report } = await bothOf(log);
    expect(named(report)).to.deep.equal(["SEQUENCE_CONFLICT leaf 1203"]);
  });

  /** A log of which one body is another one, and that bundle as it is served. */
  const withBody = (leaf: number, body: Buffer, shown = body): LogFiles => {
    const digest = createHash("sha256").update(body).digest();
    const entry = (at: number): Entry => (at === leaf ? { ...entryOf(at), bodyDigest: digest } : entryOf(at));
    const log = logFiles(SIZE, { entry, withBundles: true });
    const begin = leaf - (leaf % TILE_WIDTH);
    const bodies = Array.from({ length: TILE_WIDTH }, (_, at) => bodyOf(begin + at));
    bundleBodies(log.files, begin / TILE_WIDTH, bodies.with(leaf - begin, shown));
    return log;
  };

  it("is found to have bytes that only become the text that was committed to", async () => {
    const leaf = 4 * TILE_WIDTH + 9;
    const committed = Buffer.from(bodyOf(leaf).toString().replace('"record":{}', '"record":{"text":"\ufffd"}'));
    const shown = Buffer.from(committed.toString("hex").replace("efbfbd", "ff"), "hex");
    expect(named((await bothOf(withBody(leaf, committed, shown))).report)).to.deep.equal([
      `BODY_MISMATCH leaf ${leaf}`,
    ]);
  });

  it("is not held by threads where its bodies are long: those are left to the audit", async () => {
    const [leaf, text] = [4 * TILE_WIDTH + 9, "x".repeat(2_100_000)];
    const body = Buffer.from(bodyOf(leaf).toString().replace('"record":{}', `"record":{"text":"${text}"}`));
    const { report, asked } = await bothOf(withBody(leaf, body));
    expect(report.outcome).to.equal("holds");
    const twice = [...asked].filter(([, times]) => times > 1).map(([path]) => path);
    expect(twice).to.have.members([entriesAt(4), tileAt(4), bodyBundlePath(4, TILE_WIDTH)]);
  });

  it("is held in a few bytes: of a long bundle, what is not plain is read again", async () => {
    const [leaf, text] = [4 * TILE_WIDTH + 9, "x".repeat(600_000)];
    const body = Buffer.from(bodyOf(leaf).toString().replace('"record":{}', `"record":{"text":"${text}"}`));
    const log = withBody(leaf, body);
    const twice = async (): Promise<string[]> =>
      [...(await bothOf(log)).asked].filter(([, times]) => times > 1).map(([path]) => path);
    expect(await twice()).to.deep.equal([]);
    flip(log, tileAt(4), 40);
    expect(await twice()).to.have.members([entriesAt(4), tileAt(4), bodyBundlePath(4, TILE_WIDTH)]);
  });

  it("is found to be of another name", async () => {
    const log = copy();
    const foreign = (at: number): Buffer => bodyOf(at, "another.example/log");
    bundleBodies(
      log.files,
      1,
      Array.from({ length: TILE_WIDTH }, (_, at) => foreign(TILE_WIDTH + at)),
    );
    expect(named((await bothOf(log)).report)).to.include("BODY_MISMATCH leaf 256");
  });

  it("is refused with entries that lead to another root, and fit their tile and bodies", async () => {
    const log = copy();
    const other = logFiles(2 * TILE_WIDTH, { entry: (leaf) => entryOf(leaf + 3_000_000), withBundles: true });
    const bodies = Array.from({ length: TILE_WIDTH }, (_, at) => bodyOf(TILE_WIDTH + at + 3_000_000));
    for (const path of [entriesAt(1), tileAt(1)]) log.files.set(path, other.files.get(path) as Buffer);
    bundleBodies(log.files, 1, bodies);
    const { report } = await bothOf(log);
    expect(report.outcome).to.equal("refuted");
  });

  it("is not checked for bodies that it does not promise", async () => {
    const log = copy();
    log.files.delete("addenda.v1");
    const { report } = await bothOf(log);
    expect([report.outcome, report.checked.bodies]).to.deep.equal(["holds", 0]);
  });

  it("is read by threads in the environment of the audit, which may name a proxy or a password file", async () => {
    const program = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage(process.env.PATH)';
    const thread = startAuditThread(new URL(`data:text/javascript,${encodeURIComponent(program)}`), undefined);
    expect(await once(thread, "message")).to.deep.equal([process.env["PATH"]]);
    await thread.terminate();
  });

  it("is undecided when it stops answering", async () => {
    const broken = entriesAt(5);
    const answer: Answer = (path, response) => {
      if (path !== broken) return false;
      response.writeHead(418).end();
      return true;
    };
    const { report } = await bothOf(copy(), answer);
    expect(report.outcome).to.equal("undecided");
  });

  it("is audited on from where an earlier audit was", async () => {
    const states: Parameters<NonNullable<LogAuditOptions["memory"]>["keep"]>[0][] = [];
    const memory = { isDue: () => true, keep: (state: (typeof states)[0]) => void states.push(state) };
    const served = await serveLog(copy());
    await auditAt({ url: served.url }, 0, { memory });
    await served.stop();
    const before = states[5];
    expect(before?.walk.position).to.be.greaterThan(0);
    const { report, asked } = await bothOf(copy(), undefined, { memory: { ...memory, before } });
    expect([report.outcome, report.checked.bodies]).to.deep.equal(["holds", SIZE]);
    expect(asked.has(entriesAt(0))).to.equal(false);
  });

  it("may lie in a folder as files", async () => {
    const log = copy();
    flip(log, entriesAt(3), 2 + 50);
    const folder = temporaryFolder();
    for (const [path, bytes] of log.files) {
      if (path.startsWith("addenda/")) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const alone = await auditAt({ folder }, 0, {});
    expect(await auditAt({ folder }, 2, {})).to.deep.equal(alone);
    expect(named(alone)).to.include("TILE_INVALID leaf 768");
  });
});
