// Two cities from one command: each ends up with the other's posts, and the one that no basis of law covers with none.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { hasFaceDetector } from "../../src/pictures/face-packages.ts";
import { temporaryFolder } from "../support/ledger.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("npm run cities", function () {
  this.timeout(600_000);

  it("runs Santander and Fujisawa until each shows the other's posts, and the city that is refused has nothing", async () => {
    const words = ["--once", "--data", temporaryFolder()];
    const hasPictures = hasFaceDetector(join(ROOT, "faces"));
    if (!hasPictures) {
      process.stdout.write("left out: pictures in both cities; `npm ci --prefix faces` installs what finds faces\n");
      words.push("--no-pictures");
    }
    const pictures = hasPictures ? 2 : 0;
    for (const name of ["santander", "fujisawa", "chain"]) words.push(`--${name}`, String(await freePort()));
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "scripts/cities.ts"), ...words], {
      cwd: ROOT,
    });
    expect(stdout)
      .to.match(/^santander {2}santander\.localhost\/ledger$/m)
      .and.to.match(/\/app$/m);
    // Each shares a theme of its own, and two posts with pictures under the theme of Santander; Santander answers Fujisawa's.
    const [there, back] = [`posts shown 2, pictures ${pictures}`, `posts shown 3, pictures ${pictures}`];
    expect(stdout).to.include(`santander → Example K.K.: well, given 4, proved 4, taken 3, ${there}\n`);
    expect(stdout).to.include(`fujisawa → Ayuntamiento de Santander: well, given 3, proved 3, taken 4, ${back}\n`);
    expect(stdout).to.match(
      /Fujisawa City: well, given 0, .*no basis of law holds for a recipient of the kind public-body/,
    );
    expect(stdout).not.to.match(/Fujisawa City: well, given [1-9]/);
  });
});
