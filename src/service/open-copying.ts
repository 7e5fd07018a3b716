/** Opens the copying of the log to object storage. */
import type { Config } from "../config.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { Copying } from "../object-storage/copying.ts";
import { LogCopy, type CopiedLog } from "../object-storage/log-copy.ts";
import { readLogStorage } from "../object-storage/settings.ts";
import type { LogFiles } from "../read/log-files.ts";
import type { OpenLog } from "../write/open-log.ts";

/** The parts that copying uses. */
interface CopyingSetUp {
  readonly config: Pick<Config, "logStorageFile">;
  readonly log: Pick<OpenLog, "tree" | "store" | "check" | "events">;
  readonly files: LogFiles;
  readonly logKey: LogKeys;
  readonly alarms: Alarms;
  readonly tell: (line: string) => void;
  readonly closing: AsyncDisposableStack;
}

/** Starts copying, if a storage is configured. @throws CONFIG_INVALID the file that names it is wrong */
export function openCopying({ config, log, files, logKey, alarms, tell, closing }: CopyingSetUp): void {
  if (config.logStorageFile === undefined) return;
  const { storage, everyMs, hasBodies } = readLogStorage(config.logStorageFile);
  const copy = new LogCopy({ log: copiedLog(log, files), logKey, storage, hasBodies });
  const copying = new Copying({ copy, place: storage.name, everyMs, alarms, now: Date.now });
  closing.defer(() => copying.close());
  copying.start();
  tell(`log copied to ${storage.name}`);
}

/** An open log in the form that copying needs. */
export function copiedLog({ tree, store, check, events }: CopyingSetUp["log"], files: LogFiles): CopiedLog {
  const { erasures } = events;
  return {
    checkpoint: () => files.checkpoint(),
    tile: (name) => files.tile(name),
    bodies: (index, width) => files.bodies(index, width),
    addendum: (digest) => files.addendum(digest),
    async bodyDigest(leafIndex) {
      const [entry] = await store.entries(leafIndex, leafIndex + 1);
      if (!entry) throw check.missing(leafIndex);
      return entry.bodyDigest;
    },
    isWithheld: (leafIndex) => erasures.withheldBy(leafIndex) !== undefined,
    withheld: () => erasures.withheld(),
    get withheldCount() {
      return erasures.withheldCount;
    },
    rootAt: (size) => tree.rootAt(size),
    get publishedSize() {
      return tree.publishedSize;
    },
  };
}
