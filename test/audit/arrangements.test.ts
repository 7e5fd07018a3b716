// What citizens arrange, under the audit of a service in use: an account that is opened meanwhile is no stranger.

import { expect } from "chai";

import { checkArrangements } from "../../src/audit/arrangements.ts";
import { openCityStore } from "../../src/store/open.ts";
import { temporaryFolder } from "../support/ledger.ts";

const [ANNA, BEN] = ["ct_0123456789abcdef", "ct_fedcba9876543210"];
const POST = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("the audit of what citizens arrange", () => {
  it("counts accounts that were there at either look, and names whoever has none", async () => {
    const place = { dataDir: temporaryFolder() };
    const store = await openCityStore(place);
    for (const citizen of [ANNA, BEN]) await store.add("followed", citizen, POST);
    await store.close();
    const found = async (...looks: string[][]): Promise<string[]> => {
      const faults = await Array.fromAsync(checkArrangements(place, async () => looks.shift() ?? []));
      return faults.map(({ where }) => where);
    };
    expect(await found([ANNA, BEN])).to.deep.equal([]);
    expect(await found([ANNA], [ANNA, BEN])).to.deep.equal([]);
    expect(await found([ANNA], [BEN])).to.deep.equal([]);
    expect(await found([ANNA], [ANNA])).to.deep.equal([`city.sqlite, citizen ${BEN}`]);
  });
});
