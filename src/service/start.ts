/** What the parts of the service are started with. */

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
  /** What it shares with other logs; it has all of it for itself if left out. */
  readonly shared?: Shared | undefined;
  /** Called with the reason once the log must stop. */
  readonly onStop: (reason: WarifuError) => void;
}
