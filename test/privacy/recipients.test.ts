// The register of other controllers: kept by number, known again after a restart, and in the vault alone.

import { rmSync } from "node:fs";

import { expect } from "chai";

import { Recipients } from "../../src/privacy/recipients.ts";
import { readJurisdictions } from "../../src/privacy/transfer-bases.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { openLedger, type TestLedger } from "../support/ledger.ts";
import { AMERICAN, FUJISAWA, OPERATOR } from "../support/transfers.ts";
import { LAWS } from "../support/laws.ts";

const PAPER = { basis: "eu-arrangement-46-3-b", kind: "contract", reference: "2026/17", until: "2027-03-31" } as const;

const JURISDICTIONS = readJurisdictions([LAWS]);

describe("the register of recipients", () => {
  let ledger: TestLedger;
  let recipients: Recipients;
  beforeEach(async () => {
    ledger = await openLedger();
    recipients = new Recipients(ledger.log, JURISDICTIONS);
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(ledger.folder, { recursive: true, force: true });
  });

  it("keeps who they are, replaces what was known, and forgets who is removed", async () => {
    expect(await recipients.keep(OPERATOR, "k")).to.equal(0);
    expect(await recipients.keep(FUJISAWA, "k")).to.equal(1);
    const signed = { ...FUJISAWA, papers: [PAPER] };
    expect(await recipients.keep(signed, "k")).to.equal(1);
    await recipients.remove(0, "k");
    for (let round = 0; round < 2; round++) {
      expect(await recipients.list()).to.deep.equal([{ number: 1, ...signed }]);
      expect(await recipients.named("Fujisawa City")).to.deep.equal({ number: 1, ...signed });
      await expectRejection("NOT_FOUND", recipients.named("Example K.K."));
      await expectRejection("NOT_FOUND", recipients.remove(0, "k"));
      await ledger.close();
      ledger = await openLedger({ folder: ledger.folder });
      recipients = new Recipients(ledger.log, JURISDICTIONS);
    }
    expect(await recipients.keep(OPERATOR, "k")).to.equal(2);
  });

  it("knows a name in every spelling, and takes it in one only", async () => {
    await recipients.keep(OPERATOR, "k");
    await recipients.keep({ ...FUJISAWA, name: "Straße 藤沢（株） ΟΔΟΣ" }, "k");
    const spellings = [
      "example k.k.",
      " Example  K. K.",
      "Example K.K",
      "Ｅｘａｍｐｌｅ　Ｋ．Ｋ．",
      "Example-K\u200bK",
    ];
    for (const name of spellings) {
      expect((await recipients.find(name))?.number, name).to.equal(0);
      await expectRejection("REQUEST_INVALID", recipients.keep({ ...OPERATOR, name }, "k"));
    }
    expect((await recipients.find("STRAẞE藤沢㈱οδοσ"))?.number).to.equal(1);
    for (const name of ["Example", "Example K.K. 2", "?!"])
      expect(await recipients.find(name), name).to.equal(undefined);
    expect(await recipients.keep({ ...OPERATOR, name: "++" }, "k")).to.equal(2);
    expect(await recipients.find("--")).to.equal(undefined);
  });

  it("takes countries that there are, and jurisdictions of the law data or the code of a country without", async () => {
    const size = ledger.log.tree.size;
    for (const slip of [
      ...[{ country: "XX" }, { country: "UK" }, { country: "EU" }],
      ...[{ jurisdiction: "jp-operater" }, { jurisdiction: "jp" }, { jurisdiction: "us" }],
    ])
      await expectRejection("REQUEST_INVALID", recipients.keep({ ...OPERATOR, ...slip }, "k"));
    const { message } = await expectRejection(
      "REQUEST_INVALID",
      recipients.keep({ ...AMERICAN, jurisdiction: "u" }, "k"),
    );
    expect(message).to.include("eu, jp-operator, jp-public-body");
    expect(ledger.log.tree.size).to.equal(size);
    await recipients.keep(AMERICAN, "k");
    await recipients.keep({ ...AMERICAN, name: "With an office in Spain", jurisdiction: "eu" }, "k");
  });

  it("says in the log that there is one, and nothing of it", async () => {
    await recipients.keep({ ...FUJISAWA, papers: [PAPER] }, "officer-key");
    const [entry] = await ledger.store.entries(ledger.log.tree.size - 1, ledger.log.tree.size);
    const { provision } = JSON.parse(Buffer.from(entry!.body!).toString()) as { provision: Record<string, unknown> };
    const { _sd, ...shown } = provision;
    expect(_sd).to.have.lengthOf(8);
    expect(shown).to.deep.equal({ number: 0, state: "kept" });
  });
});
