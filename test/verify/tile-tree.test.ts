// Proofs built from served tiles: that they verify is shown by the audit's tests; here, that memory stays bounded.

import { expect } from "chai";

import { httpLogReader } from "../../src/verify/log-reader.ts";
import { TileTree } from "../../src/verify/tile-tree.ts";
import { logFiles, serveLog } from "./support/served-log.ts";

describe("TileTree", () => {
  it("keeps a bounded number of tiles, and reads again what it let go", async () => {
    const files = logFiles(700, { withAddenda: false });
    const served = await serveLog(files);
    const tree = new TileTree(httpLogReader(served.url), 700, 1);
    for (const leafIndex of [0, 1, 300, 0])
      expect((await tree.inclusionProof(leafIndex)).length, String(leafIndex)).to.be.greaterThan(8);
    const bounded = tree.tilesRead;
    const roomy = new TileTree(httpLogReader(served.url), 700);
    for (const leafIndex of [0, 1, 300, 0]) await roomy.inclusionProof(leafIndex);
    await served.stop();
    // Three of level 0 and one of level 1.
    expect(roomy.tilesRead).to.equal(4);
    expect(bounded).to.be.greaterThan(4);
  });
});
