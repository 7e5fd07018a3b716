// Either service killed at each write of an exchange, one after another: a post goes, and is erased, and both cities come to
// rest as if nobody had been killed.

import { expect } from "chai";

import { eraseRecords } from "../../src/privacy/erasure.ts";
import { Pair } from "./support/pair.ts";

const BASIS = { basis: "gdpr-17-1-b" };

describe("either city, killed at each write of an exchange", () => {
  for (const killed of ["santander", "fujisawa"] as const)
    it(`${killed}: a post is there once, and gone once it is erased`, async () => {
      const kills = await atEachWrite(killed, async (pair, at) => {
        const { leafIndex } = await pair.post();
        await pair.exchange();
        const alive = await pair.alive();
        expect(alive, `killed at write ${at}`).to.have.length(1);
        expect(await pair.fujisawa.says(alive[0]!)).to.deep.include({ text: "what it says" });
        await eraseRecords([leafIndex], BASIS, pair.santander.log);
        await pair.exchange();
        await expectGone(pair, leafIndex, at);
      });
      expect(kills).to.be.greaterThan(4);
    });

  it("fujisawa: what is erased while it is on its way is gone there, however far it had come", async () => {
    const kills = await atEachWrite("fujisawa", async (pair, at) => {
      const { leafIndex } = await pair.post();
      await pair.exchange(1);
      await eraseRecords([leafIndex], BASIS, pair.santander.log);
      await pair.exchange();
      await expectGone(pair, leafIndex, at);
    });
    expect(kills).to.be.greaterThan(2);
  });
});

/** Kills at the first write, at the second, and so on, until there are no more. @returns how many there were */
async function atEachWrite(
  killed: "santander" | "fujisawa",
  act: (pair: Pair, at: number) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    const pair = new Pair(killed, at);
    await pair.begin();
    await act(pair, at);
    await pair.end();
    if (pair.writes < at) return at - 1;
  }
}

async function expectGone(pair: Pair, leafIndex: number, at: number): Promise<void> {
  expect(await pair.alive(), `killed at write ${at}`).to.deep.equal([]);
  const known = await pair.santander.exchange.correspondence.with("Example K.K.");
  const told = known.given.get(leafIndex)?.told ?? [];
  expect(told.map(({ matter }) => matter)).to.deep.equal(["erased"]);
  expect(told[0]?.confirmedBy, `killed at write ${at}`).to.be.a("string");
}
