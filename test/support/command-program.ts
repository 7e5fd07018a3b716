// The `warifu` command as a program of its own, to be packed: bin/warifu.mjs, which finds it where people run it, has tests of
// its own.

import { main } from "../../src/cli/main.ts";

process.exitCode = await main(process.argv.slice(2));
