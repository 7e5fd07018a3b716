// An audit asks little of whoever reads the log for it: here a log in memory that, like a store, keeps full tiles only, gives
// single entries, and says of each that it lacks why.

import { randomBytes } from "node:crypto";

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { encodeEntry } from "../../src/core/entry.ts";
import { AuditFindings, type AuditReport } from "../../src/verify/audit-findings.ts";
import { LogAudit, type AuditOptions } from "../../src/verify/audit-log.ts";
import type { Head, LeafReader, LogSource, SoundEntry } from "../../src/verify/audited-log.ts";
import type { WalkBounds } from "../../src/verify/log-walk.ts";
import { saidAgain } from "../support/said-again.ts";
import { bodyOf, entryOf, logFiles, type LogFiles } from "./support/served-log.ts";

const SIZE = 600;

describe("an audit of a log that is read otherwise than over HTTP", () => {
  const log = logFiles(SIZE);
  let missing: Set<number>;
  let known: SoundEntry[];
  beforeEach(() => {
    missing = new Set();
    known = [];
  });

  const entryAt = (leafIndex: number): Uint8Array | WarifuError =>
    missing.has(leafIndex) ? new WarifuError("NOT_FOUND", "it is gone") : encodeEntry(entryOf(leafIndex));
  const reader = ({ hash }: LogFiles): LeafReader => ({
    nameOf: ({ level, index }) => `${level}/${index}`,
    keepsPartialTiles: false,
    tile: async (level, index, width) => {
      const span = 256 ** level;
      const begins = Array.from({ length: width }, (_, at) => (index * 256 + at) * span);
      return begins.map((begin) => new Uint8Array(hash(begin, begin + span)));
    },
    entries: async (index, width) => Array.from({ length: width }, (_, at) => entryAt(index * 256 + at)),
    entry: async (leafIndex) => entryAt(leafIndex),
    hasAddenda: async () => true,
    addendum: async (_digest, leafIndex) => bodyOf(leafIndex),
  });
  const newest: Head = { treeSize: SIZE, rootHash: new Uint8Array(log.hash(0, SIZE)) };
  const audit = async (options: Partial<AuditOptions> = {}, change: Partial<WalkBounds> = {}): Promise<AuditReport> => {
    const source: LogSource = {
      ...{ reader: reader(log), origin: log.policy.log.name, mayGrow: false, sourceName: () => undefined },
      withheldAbove: async () => new Set<number>(),
      alsoCheck: async (entry) => void known.push(entry),
    };
    const run = new LogAudit({ policy: log.policy, ...options, ...source }, new AuditFindings());
    await run.askChain();
    const headAbove = async (size: number): Promise<Head | undefined> => (size < SIZE ? newest : undefined);
    const leaves = run.draw(SIZE);
    if (leaves) await run.sample(leaves, newest);
    else await run.walk({ size: SIZE, headAbove, observers: [], ...change }, SIZE);
    return saidAgain(await run.conclude(SIZE));
  };
  const found = ({ findings }: AuditReport): string[] => findings.map(({ code, where }) => `${code} ${where}`);

  it("holds, whole or as a sample, and has each sound entry looked at where it was read", async () => {
    const whole = await audit();
    expect([whole.outcome, found(whole)]).to.deep.equal(["holds", []]);
    expect(whole.checked).to.include({ entries: SIZE, bodies: SIZE, tiles: 2 });
    expect(known.map(({ leafIndex, body }) => [leafIndex, body.seq]).at(-1)).to.deep.equal([599, 199]);
    const some = await audit({ sample: { leaves: 20, randomBytes } });
    expect([some.outcome, found(some)]).to.deep.equal(["holds", []]);
    expect([known.length, some.checked.entries]).to.deep.equal([SIZE + 20, 20]);
  });

  it("names an entry that is missing under a tile, and derives all that comes after it", async () => {
    missing.add(17);
    expect(found(await audit())).to.deep.equal(["NOT_FOUND leaf 17"]);
    expect(known).to.have.length(SIZE - 1);
    missing = new Set(Array.from({ length: SIZE }, (_, at) => at));
    const some = await audit({ sample: { leaves: 3, randomBytes } });
    expect(some.findings.map(({ code }) => code)).to.deep.equal(["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"]);
  });

  it("names one that no tile covers, goes on with the others, and compares no root any more", async () => {
    missing.add(590);
    const sizes: number[] = [];
    const observers = [{ sawRoot: (size: number) => void sizes.push(size) }];
    const wrong = { treeSize: SIZE, rootHash: new Uint8Array(32) };
    expect(found(await audit({}, { observers, headAbove: async () => wrong }))).to.deep.equal(["NOT_FOUND leaf 590"]);
    expect([sizes.length, sizes.at(-1), known.length]).to.deep.equal([591, 590, SIZE - 1]);
  });

  it("narrows a wrong root down to the leaves since the last head; a head without a root tells nothing", async () => {
    const heads = [
      { treeSize: 100, rootHash: new Uint8Array(log.hash(0, 100)) },
      { treeSize: 200 },
      { treeSize: 300, rootHash: new Uint8Array(32) },
      { treeSize: 400, rootHash: new Uint8Array(32) },
    ];
    const headAbove: WalkBounds["headAbove"] = async (size) => heads.find(({ treeSize }) => treeSize > size);
    const { findings } = await audit({}, { headAbove });
    expect(findings).to.have.length(1);
    expect(findings[0]).to.deep.include({ code: "CONSISTENCY_MISMATCH", where: "checkpoint 300" });
    expect(findings[0]?.message).to.include("one of the leaves 200 to 299 was changed");
    expect(findings[0]?.fact).to.deep.equal({ id: "checkpoint-root-wrong", first: 200, last: 299 });
  });

  it("calls a log behind that has all that there is, and less than was anchored", async () => {
    const anchors = {
      codeHash: async () => "",
      anchorEvents: async () => ({ anchors: [{ treeSize: 700, rootHash: new Uint8Array(32) }] }),
    };
    for (const sample of [undefined, { leaves: 3, randomBytes }])
      expect(found(await audit({ anchors, sample }))).to.deep.equal(["STORE_BEHIND anchor of size 700"]);
  });
});
