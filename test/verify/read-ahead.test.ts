// What a walk reads ahead, where others check plain bundles for it. Why: they have read the next ones already, and a log
// would be asked for everything twice.

import { expect } from "chai";

import { servedBundle } from "../../src/audit/served-leaves.ts";
import { TILE_WIDTH, tilePath } from "../../src/core/tile.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { logReaderOf, type GetLogFile, type LogReader } from "../../src/verify/log-reader.ts";
import { logFiles, ORIGIN } from "./support/served-log.ts";

const BUNDLES = 9;

describe("reading ahead", () => {
  const log = logFiles(BUNDLES * TILE_WIDTH, { withBundles: true });
  const file: GetLogFile = async (path) => log.files.get(path);
  const entriesAt = (index: number): string => tilePath({ level: "entries", index, width: TILE_WIDTH });

  /** @param isLeft whether a bundle has to be looked at by the walk */
  const audited = async (isLeft: (index: number) => boolean) => {
    const asked: string[] = [];
    const get: GetLogFile = (path, most) => {
      asked.push(path);
      return file(path, most);
    };
    const reader: LogReader = {
      ...logReaderOf({ get, noCheckpoint: "no checkpoint" }),
      plain: async (index) => (isLeft(index) ? undefined : (await servedBundle(file, index, ORIGIN)).plain),
    };
    const report = await auditLog({ log: reader, policy: log.policy });
    const entries = Array.from({ length: BUNDLES }, (_, index) => index).filter((at) => asked.includes(entriesAt(at)));
    return { report, entries };
  };

  it("leaves out bundles that are plain, and finds the same", async () => {
    const { report, entries } = await audited((index) => index === 2);
    expect(entries).to.deep.equal([2]);
    const alone = await auditLog({ log: logReaderOf({ get: file, noCheckpoint: "" }), policy: log.policy });
    expect(report).to.deep.equal(alone);
    expect(report.outcome).to.equal("holds");
  });

  it("goes on where a second bundle in a row is left to the walk", async () => {
    expect((await audited((index) => index === 1 || index === 2)).entries).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });
});
