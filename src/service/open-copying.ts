/** The copy of the log on object storage, put together. */
import type { Config } from "../config.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { VerifierKey } from "../core/note.ts";
import { Copying } from "../object-storage/copying.ts";
import { LogCopy, type CopiedLog } from "../object-storage/log-copy.ts";
import { readLogStorage } from "../object-storage/settings.ts";
import type { LogFiles } from "../read/log-files.ts";
import type { LogTree } from "../write/log-tree.ts";

/** What it is made of. */
interface CopyingSetUp {
  readonly config: Pick<Config, "logStorageFile">;
  readonly tree: LogTree;
  readonly files: LogFiles;
  readonly logKey: VerifierKey;
  readonly alarms: Alarms;
  readonly tell: (line: string) => void;
  readonly closing: AsyncDisposableStack;
}

/** Begins copying, if there is a storage. @throws CONFIG_INVALID the file that names it is wrong */
export function openCopying({ config, tree, files, logKey, alarms, tell, closing }: CopyingSetUp): void {
  if (config.logStorageFile === undefined) return;
  const { storage, everyMs } = readLogStorage(config.logStorageFile);
  const copied: CopiedLog = {
    checkpoint: () => files.checkpoint(),
    tile: (name) => files.tile(name),
    rootAt: (size) => tree.rootAt(size),
    get publishedSize() {
      return tree.publishedSize;
    },
  };
  const copy = new LogCopy({ log: copied, logKey, storage });
  const copying = new Copying({ copy, place: storage.name, everyMs, alarms, now: Date.now });
  closing.defer(() => copying.close());
  copying.start();
  tell(`log copied to ${storage.name}`);
}
