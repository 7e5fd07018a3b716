// The store of a city in PostgreSQL under the audit, as sqlite/check-city.test.ts has it for files.

import { expect } from "chai";

import { checkCityStore, openCityStore, type StorePlace } from "../../../src/store/open.ts";
import { temporaryFolder } from "../../support/ledger.ts";
import { schemaOf, thePostgres, type PostgresServer } from "../../support/postgres.ts";

const [ANNA, BEN] = ["ct_0123456789abcdef", "ct_fedcba9876543210"];
const POST = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("the store of a city in PostgreSQL, under the audit", () => {
  let server: PostgresServer;
  let place: Required<StorePlace>;
  let schema: string;

  async function faults(accounts: readonly string[] = [ANNA, BEN]): Promise<string[]> {
    const found: string[] = [];
    for await (const { where, message } of checkCityStore(place, new Set(accounts))) found.push(`${where}: ${message}`);
    return found;
  }

  before(async () => {
    server = await thePostgres();
  });
  beforeEach(async () => {
    const folder = temporaryFolder();
    place = { dataDir: folder, database: server.addressFor(folder) };
    schema = `${schemaOf(folder)}_city`;
    const store = await openCityStore(place);
    await store.putInvitation({
      ...{ invitationId: "0123456789abcdef", theme: "secret", secretHash: new Uint8Array(32), expiresAt: 9, uses: 1 },
    });
    await store.join("0123456789abcdef", ANNA);
    await store.add("followed", ANNA, POST);
    await store.add("reported", BEN, `${POST} missed-face`);
    await store.close();
  });

  it("is whole as it was written, and where there is none nothing is wrong", async () => {
    expect(await faults()).to.deep.equal([]);
    await server.query(`DROP SCHEMA ${schema} CASCADE`);
    expect(await faults()).to.deep.equal([]);
  });

  it("has nothing of an account that is not there: what should have left with it is named", async () => {
    expect(await faults([ANNA])).to.deep.equal([
      `city, citizen ${BEN}: there is no such account, or it left, and its lists are there`,
    ]);
  });

  const ALTERED: readonly (readonly [what: string, sql: string, place: RegExp])[] = [
    ["a list that there is not", "UPDATE listed SET list = 'admired' WHERE list = 'reported'", /listed 3/],
    ["an item without form", "UPDATE listed SET item = 'everything' WHERE list = 'followed'", /listed 2/],
    ["an invitation without a secret", "UPDATE invitation SET secret_hash = ''", /invitation 0123456789abcdef/],
    ["an invitation that was used too often", "UPDATE invitation SET uses = -1", /invitation 0123456789abcdef/],
    ["lists that may hold an item twice", "DROP INDEX listed_once", /listed_once: the index is missing/],
    ["a table that is missing", "DROP TABLE invitation", /invitation_pkey[^]*cannot be read/],
  ];
  for (const [what, sql, said] of ALTERED)
    it(`is damaged with ${what}`, async () => {
      await server.query(`SET search_path = ${schema}; ${sql}; RESET search_path`);
      expect((await faults()).join("\n")).to.match(said);
    });
});
