/** The copy of the log on object storage, put together. */
import type { Config } from "../config.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { LogKeys } from "../core/log-keys.ts";
import { Copying } from "../object-storage/copying.ts";
import { LogCopy, type CopiedLog } from "../object-storage/log-copy.ts";
import { readLogStorage } from "../object-storage/settings.ts";
import type { LogFiles } from "../read/log-files.ts";
import type { OpenLog } from "../write/open-log.ts";

/** What it is made of. */
interface CopyingSetUp {
  readonly config: Pick<Config, "logStorageFile">;
  readonly log: Pick<OpenLog, "tree" | "store" | "check" | "events">;
  readonly files: LogFiles;
  readonly logKey: LogKeys;
  readonly alarms: Alarms;
  readonly tell: (line: string) => void;
  readonly closing: AsyncDisposableStack;
}

/** Begins copying, if there is a storage. @throws CONFIG_INVALID the file that names it is wrong */
export function openCopying({ config, log, files, logKey, alarms, tell, closing }: CopyingSetUp): void {
  if (config.logStorageFile === undefined) return;
  const { storage, everyMs, hasBodies } = readLogStorage(config.logStorageFile);
  const copy = new LogCopy({ log: copiedLog(log, files), logKey, storage, hasBodies });
  const copying = new Copying({ copy, place: storage.name, everyMs, alarms, now: Date.now });
  closing.defer(() => copying.close());
  copying.start();
  tell(`log copied to ${storage.name}`);
}

/** What is copied of a log that is open. */
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
