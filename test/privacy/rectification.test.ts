// A record that is wrong and the one that takes its place: both stay, the log does not say that they belong together, and who
// was given the wrong one is named.

import { expect } from "chai";

import { reading } from "../support/ledger.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openRights, type TestRights } from "./support/rights.ts";

const BASIS = { basis: "gdpr-16" };

describe("rectifying records", () => {
  let here: TestRights;
  let leaves: number[];
  beforeEach(async () => {
    here = await openRights();
    const report = { type: "citizen-report", source: "app/1", claims: { category: "pothole" } };
    leaves = (await here.ledger.submit([reading(1), reading(2), reading(3), report])).map((one) => one.leafIndex);
  });
  afterEach(() => here.close());
  const at = (place: number): number => leaves[place] as number;

  it("keeps both, and knows after a restart which takes the place of which", async () => {
    const { entry, toTell } = await here.rights.rectifying.rectify({ wrong: at(0), right: at(1), ...BASIS });
    expect(toTell).to.deep.equal([]);
    for (let round = 0; round < 2; round++) {
      const { rectifying } = here.rights;
      expect(await rectifying.supersededBy(at(0))).to.equal(at(1));
      expect(await rectifying.supersedes(at(1))).to.equal(at(0));
      expect(await rectifying.supersededBy(at(1))).to.equal(undefined);
      await here.restart();
    }
    const { consent } = JSON.parse(Buffer.from(entry.body).toString()) as { consent: object };
    expect(Object.keys(consent).sort()).to.deep.equal(["_sd", "basis", "jurisdiction"]);
  });

  it("names the events by which the wrong one went to others", async () => {
    const content = { basis: "gdpr-6-1-e", country: "ES", jurisdiction: "eu", lawVersion: "2018-05-25", record: at(0) };
    const provision = { kind: "provision", vct: "warifu:provision:1", contentName: "provision", content } as const;
    const { leafIndex } = await here.ledger.log.writer.enter({ ...provision, concealed: { to: "Kenji" } });
    const { toTell } = await here.rights.rectifying.rectify({ wrong: at(0), right: at(1), ...BASIS });
    expect(toTell).to.deep.equal([leafIndex]);
  });

  it("refuses what does not fit, and what was rectified before; a rectification can be rectified", async () => {
    const { rectifying } = here.rights;
    const wrong = [
      [{ wrong: at(1), right: at(0), ...BASIS }, "REQUEST_INVALID"],
      [{ wrong: at(0), right: at(0), ...BASIS }, "REQUEST_INVALID"],
      [{ wrong: at(0), right: at(3), ...BASIS }, "REQUEST_INVALID"],
      [{ wrong: at(0), right: at(1), basis: "appi-34" }, "REQUEST_INVALID"],
      [{ wrong: at(0), right: 99, ...BASIS }, "NOT_FOUND"],
      [{ wrong: 0, right: at(1), ...BASIS }, "NOT_FOUND"],
    ] as const;
    for (const [one, code] of wrong) await expectRejection(code, rectifying.rectify(one));
    await rectifying.rectify({ wrong: at(0), right: at(1), ...BASIS });
    await expectRejection("REQUEST_INVALID", rectifying.rectify({ wrong: at(0), right: at(2), ...BASIS }));
    await rectifying.rectify({ wrong: at(1), right: at(2), ...BASIS });
    expect(await rectifying.supersededBy(at(1))).to.equal(at(2));
  });
});
