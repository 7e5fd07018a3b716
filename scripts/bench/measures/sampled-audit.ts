/**
 * How often a sampled audit finds that bodies were altered. The audit is the real one, over a log in memory; which leaves are
 * altered and which are drawn follows from the seed, so that every run finds the same.
 */
import { Chance } from "../../../test/support/chance.ts";
import { addendumPath, bodyOf, logFiles, type LogFiles } from "../../../test/verify/support/served-log.ts";
import { toHex } from "../../../src/core/bytes.ts";
import { decodeEntryBundle, splitTile, tilePath } from "../../../src/core/tile.ts";
import { auditLog } from "../../../src/verify/audit-log.ts";
import { mostAlteredPercent } from "../../../src/verify/confidence.ts";
import type { LogReader } from "../../../src/verify/log-reader.ts";
import { seededSample } from "../../../src/verify/sample.ts";
import { figure, measure } from "../measure.ts";

export const sampledAudit = measure({
  name: "sampled-audit",
  title: "How often a sampled audit finds that records were altered",
  parameters: {
    size: { what: "records in the log", usual: 2_000, least: 1, most: 100_000 },
    altered: { what: "of which so many are altered", usual: 20, least: 0, most: 100_000 },
    sample: { what: "records that an audit looks at", usual: 100, least: 1, most: 100_000 },
    audits: { what: "audits, each with a sample of its own", usual: 200, quick: 20, least: 1, most: 100_000 },
    seed: { what: "seed of what is altered and what is drawn", usual: 1, least: 0, most: 2 ** 32 - 1 },
  },
  isExtra: true,
  isExact: true,
  run: async ({ size, altered, sample, audits, seed }) => {
    const log = logFiles(size);
    const alteredLeaves = alter(log, size, Math.min(altered, size), seed);
    const reader = readerOf(log);
    let found = 0;
    for (let audit = 0; audit < audits; audit++) {
      const drawn = seededSample(sample, `seed ${seed}, audit ${audit}`);
      const { outcome } = await auditLog({ log: reader, policy: log.policy, sample: drawn });
      if (outcome === "refuted") found++;
    }
    return [
      figure("audits that found it", (100 * found) / audits, "%"),
      figure("audits that find it, by calculation", 100 * (1 - missedShare(size, alteredLeaves.size, sample)), "%"),
      figure(
        "share of altered records that such an audit excludes with 95 % confidence",
        mostAlteredPercent(sample),
        "%",
      ),
    ];
  },
});

/** The operator changes what records say, and leaves the tree as it was. */
function alter({ files }: LogFiles, size: number, count: number, seed: number): ReadonlySet<number> {
  const chance = new Chance(seed, "sampled-audit");
  const leaves = new Set<number>();
  while (leaves.size < count) leaves.add(chance.whole(0, size - 1));
  for (const leaf of leaves)
    files.set(addendumPath(leaf), Buffer.from(bodyOf(leaf).toString().replace("1795334400", "1795334401")));
  return leaves;
}

/** Without a network: what is served is what there is. */
function readerOf({ files }: LogFiles): LogReader {
  const parsed = async <T>(path: string, parse: (bytes: Uint8Array) => T): Promise<T | undefined> => {
    const bytes = files.get(path);
    return bytes && parse(bytes);
  };
  return {
    nameOf: tilePath,
    keepsPartialTiles: true,
    checkpoint: async () => files.get("checkpoint") as Uint8Array,
    tile: (level, index, width) => parsed(tilePath({ level, index, width }), (bytes) => splitTile(bytes, width)),
    entries: (index, width) =>
      parsed(tilePath({ level: "entries", index, width }), (bytes) => decodeEntryBundle(bytes, width)),
    hasAddenda: async () => files.has("addenda.v1"),
    addendum: async (digest) => {
      const hex = toHex(digest);
      return files.get(`addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`);
    },
  };
}

/** The share of samples without any of the altered ones, drawn without replacement: hypergeometric. */
function missedShare(size: number, altered: number, sample: number): number {
  let share = 1;
  for (let drawn = 0; drawn < Math.min(sample, size); drawn++)
    share *= Math.max(0, size - altered - drawn) / (size - drawn);
  return share;
}
