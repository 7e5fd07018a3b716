/** What every part of the service is started with. */

import type { Config } from "../config.ts";
import type { WarifuError } from "../core/errors.ts";
import type { Shared } from "./host-logs.ts";
import type { Voice } from "./voice.ts";

/** Given to every part. */
export interface Start extends Voice {
  readonly config: Config;
  /** Closes what was opened, in reverse. */
  readonly closing: AsyncDisposableStack;
  readonly randomBytes: (length: number) => Uint8Array;
  /** What this log shares with others of the same process; if absent, it has everything to itself. */
  readonly shared?: Shared | undefined;
  /** Called with the reason once the log must stop. */
  readonly onStop: (reason: WarifuError) => void;
}
