// The store of a city under the audit: what is damaged, left over or made up without form is named; what is whole is not.

import { appendFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect } from "chai";

import { openCityStore, STORE_FILES } from "../../../src/store/open.ts";
import { checkCityFile } from "../../../src/store/sqlite/check-city.ts";
import { temporaryFolder } from "../../support/ledger.ts";

const [ANNA, BEN] = ["ct_0123456789abcdef", "ct_fedcba9876543210"];
const POST = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";

describe("the store of a city, under the audit", () => {
  let folder: string;
  const path = (): string => join(folder, STORE_FILES.city);
  const faults = (accounts: readonly string[] = [ANNA, BEN]): string[] =>
    [...checkCityFile(path(), new Set(accounts))].map(({ where, message }) => `${where}: ${message}`);
  const alter = (sql: string): void => {
    const db = new DatabaseSync(path());
    db.exec(sql);
    db.close();
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    const store = await openCityStore({ dataDir: folder });
    await store.putInvitation({
      ...{ invitationId: "0123456789abcdef", theme: "secret", secretHash: new Uint8Array(32), expiresAt: 9, uses: 1 },
    });
    await store.join("0123456789abcdef", ANNA);
    await store.add("followed", ANNA, POST);
    await store.add("reported", BEN, `${POST} missed-face`);
    await store.add("blocked", BEN, "0123456789abcdef0123");
    await store.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is whole as it was written, and where there is none nothing is wrong", () => {
    expect(faults()).to.deep.equal([]);
    rmSync(path());
    expect(faults()).to.deep.equal([]);
  });

  it("has nothing of an account that is not there: what should have left with it is named", () => {
    expect(faults([ANNA])).to.deep.equal([
      `city.sqlite, citizen ${BEN}: there is no such account, or it left, and its lists are there`,
    ]);
  });

  const ALTERED: readonly (readonly [what: string, sql: string, place: RegExp])[] = [
    ["a list that there is not", "UPDATE listed SET list = 'admired' WHERE list = 'blocked'", /listed 4/],
    ["an item without form", "UPDATE listed SET item = 'everything' WHERE list = 'followed'", /listed 2/],
    ["an invitation without a secret", "UPDATE invitation SET secret_hash = x''", /invitation 0123456789abcdef/],
    ["an invitation that was used too often", "UPDATE invitation SET uses = -1", /invitation 0123456789abcdef/],
    ["a table more", "CREATE TABLE more (a)", /table more: its definition was changed/],
    [
      "a table without its key",
      "ALTER TABLE listed RENAME TO former; CREATE TABLE listed AS SELECT * FROM former",
      /table listed/,
    ],
  ];
  for (const [what, sql, place] of ALTERED)
    it(`is damaged with ${what}`, () => {
      alter(sql);
      expect(faults().join("\n")).to.match(place);
    });

  it("is damaged where a page is, or all of it, and the rest of the audit goes on", () => {
    appendFileSync(path(), Buffer.alloc(4_096, 7));
    truncateSync(path(), 8_192);
    expect(faults()).to.not.deep.equal([]);
    writeFileSync(path(), "no database at all, and long enough to be read as the head of one");
    expect(faults()[0]).to.match(/^city\.sqlite/);
  });
});
