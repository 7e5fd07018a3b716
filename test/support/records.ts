// The records of an open log, read as the service reads them.

import { WayOut } from "../../src/privacy/way-out.ts";
import { Records } from "../../src/read/records.ts";
import type { OpenLog } from "../../src/write/open-log.ts";

export function recordsOf(log: OpenLog): Records {
  return new Records({ ...log, wayOut: new WayOut({ ...log, now: Date.now }) });
}
