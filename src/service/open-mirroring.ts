/** Opens the pushing of the log to its mirrors. */
import type { Alarms } from "../alarms/alarms.ts";
import type { Config } from "../config.ts";
import { equalBytes } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { keysOfLog, type LogKeys } from "../core/log-keys.ts";
import { mirrorClient } from "../cosign/mirror-client.ts";
import { Mirror } from "../cosign/mirror.ts";
import { Mirroring } from "../cosign/mirroring.ts";
import { witnessClient } from "../cosign/witness-client.ts";
import { witnessesIn } from "../cosign/witness-file.ts";
import type { LogFiles } from "../read/log-files.ts";
import type { LogTree } from "../write/log-tree.ts";

/** Up to 32 packages of entries may be on their way. */
const UPLOAD_TIMEOUT_MS = 30_000;

/** The parts that mirroring uses. */
interface MirroringSetUp {
  readonly config: Pick<Config, "mirrorsFile" | "witnesses">;
  readonly log: { readonly tree: LogTree };
  readonly files: LogFiles;
  readonly logKey: LogKeys;
  readonly alarms: Alarms;
  readonly tell: (line: string) => void;
  readonly closing: AsyncDisposableStack;
}

/** Starts pushing, if mirrors are configured. @throws CONFIG_INVALID the file that names them is wrong */
export function openMirroring({ config, log, files, logKey, alarms, tell, closing }: MirroringSetUp): void {
  const named = witnessesIn(config.mirrorsFile, "WARIFU_MIRRORS");
  if (named.length === 0) return;
  const { everyMs, timeoutMs } = config.witnesses;
  const [offer, send] = [witnessClient({ timeoutMs }), mirrorClient({ timeoutMs: UPLOAD_TIMEOUT_MS })];
  const mirrored = { key: logKey, tree: log.tree, tile: files.tile.bind(files) };
  const mirrors = named.map((mirror) => {
    if (keysOfLog(logKey).some(({ publicKey }) => equalBytes(mirror.key.publicKey, publicKey)))
      throw new WarifuError("CONFIG_INVALID", "WARIFU_MIRRORS has the key of the log itself among the mirrors");
    return new Mirror({ mirror, log: mirrored, offer, send });
  });
  const mirroring = new Mirroring({ mirrors, checkpoint: () => files.checkpoint(), everyMs, alarms, now: Date.now });
  closing.defer(() => mirroring.close());
  mirroring.start();
  tell(`log pushed to ${mirrors.map(({ name }) => name).join(", ")}`);
}
