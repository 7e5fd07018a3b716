// Child process: opens the ledger of a folder for writing, says so, and holds it until it is killed.

import { openSqliteLedger } from "../../../../src/store/sqlite/ledger.ts";
import { openLogWriter, series } from "../../support/log-writer.ts";
import { ORIGIN } from "../../../support/ledger.ts";

const store = openSqliteLedger(process.argv[2] as string, ORIGIN);
const log = await openLogWriter(store);
await log.commit(series(log.tree.size, log.tree.size + 5));
process.stdout.write("open\n");
setInterval(() => undefined, 1_000);
