// The log names the verifier's files that the service hands out: once, and again when they are others.

import { expect } from "chai";

import { expectClean, openLedger, temporaryFolder } from "../support/ledger.ts";

const FILE = { name: "warifu-verify.html", sha256: "ab".repeat(32) };
const OTHER = { ...FILE, sha256: "cd".repeat(32) };

describe("the verifier's files in the log", () => {
  it("are entered when they are new or others, and not at every start", async () => {
    const folder = temporaryFolder();
    const entered: number[] = [];
    for (const verifier of [undefined, [FILE], [FILE], [OTHER], [], [OTHER], [FILE]]) {
      const ledger = await openLedger({ folder, verifier });
      const events = await ledger.store.events(["profile"], 0, 100);
      const bodies = await Promise.all(events.map((event) => ledger.log.check.bodyOf(event)));
      const named = bodies.filter((body) => body?.vct === "warifu:verifier:1");
      if (verifier?.[0] && named.length !== entered.at(-1))
        expect(named.at(-1)?.content).to.deep.equal({ files: verifier });
      entered.push(named.length);
      await ledger.close();
    }
    expect(entered).to.deep.equal([0, 1, 1, 2, 2, 2, 3]);
    await expectClean(folder);
  });
});
