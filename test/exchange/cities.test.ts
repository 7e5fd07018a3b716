// Two cities from one command: each ends up with the other's posts, and the one that no basis of law covers with none.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/ledger.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("npm run cities", function () {
  this.timeout(240_000);

  it("runs Santander and Fujisawa until each shows the other's posts, and the city that is refused has nothing", async () => {
    const words = ["--once", "--data", temporaryFolder()];
    for (const name of ["santander", "fujisawa", "chain"]) words.push(`--${name}`, String(await freePort()));
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "scripts/cities.ts"), ...words], {
      cwd: ROOT,
    });
    expect(stdout)
      .to.match(/^santander {2}santander\.localhost\/ledger$/m)
      .and.to.match(/\/app$/m);
    expect(stdout).to.match(/santander → Example K\.K\.: well, given 3, proved 3, taken 2, posts shown 2$/m);
    expect(stdout).to.match(/fujisawa → Ayuntamiento de Santander: well, given 2, proved 2, taken 3, posts shown 2$/m);
    expect(stdout).to.match(
      /Fujisawa City: well, given 0, .*no basis of law holds for a recipient of the kind public-body/,
    );
    expect(stdout).not.to.match(/Fujisawa City: well, given [1-9]/);
  });
});
