// The bases of transfers as data: the files that come with the program, and what is refused in one.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { parseTransferLaw, readTransferLaw } from "../../src/privacy/transfer-bases.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { LAWS } from "../support/laws.ts";

const file = JSON.parse(readFileSync(join(LAWS, "transfers/eu.json"), "utf8")) as JsonObject & {
  readonly bases: JsonObject[];
};

describe("the bases of transfers", () => {
  it("are there for every jurisdiction, and say of each that nobody has held it against its source", () => {
    for (const jurisdiction of ["eu", "jp-operator", "jp-public-body"]) {
      const { bases } = readTransferLaw([LAWS], jurisdiction);
      expect(
        bases.some(({ from }) => from.includes(jurisdiction)),
        jurisdiction,
      ).to.equal(true);
      expect(new Set(bases.map(({ verified }) => verified))).to.deep.equal(new Set([false]));
    }
  });

  it("are those of the table in the documents", () => {
    const table = readFileSync(join(LAWS, "../docs/privacy/transfer.md"), "utf8").split("## The bases")[1] ?? "";
    const named = [...table.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, id]) => id);
    const bases = ["eu", "jp-operator"].flatMap((jurisdiction) => readTransferLaw([LAWS], jurisdiction).bases);
    expect(named).to.deep.equal(bases.map(({ id }) => id));
  });

  it("have the adequacy decision for business operators in Japan alone", () => {
    const found = readTransferLaw([LAWS], "eu").bases.find(({ id }) => id === "eu-adequacy-2019-419");
    expect(found).to.deep.include({ to: ["JP"], recipients: ["business-operator"], validFrom: "2019-01-23" });
  });

  it("are refused with the place of what is wrong", () => {
    const [first] = file.bases as [JsonObject];
    const withBasis = (change: JsonObject): JsonObject => ({ ...file, bases: [{ ...first, ...change }] });
    for (const [value, message] of [
      [{ ...file, more: 1 }, /more/],
      [withBasis({ to: ["Japan"] }), /bases\.0\.to/],
      [withBasis({ requires: ["luck"] }), /bases\.0\.requires\.0/],
      [withBasis({ validFrom: "2019" }), /bases\.0\.validFrom/],
      [withBasis({ from: ["us"] }), /eu-gdpr-6: from/],
      [{ ...file, bases: [first, first] }, /the same id/],
    ] as const)
      expectCode("CONFIG_INVALID", () => parseTransferLaw(value as JsonObject), message);
  });

  it("of a city replace those of the program, and a jurisdiction without a file has none", () => {
    const folder = temporaryFolder();
    try {
      mkdirSync(join(folder, "transfers"));
      const own = { ...file, bases: file.bases.slice(0, 1) };
      writeFileSync(join(folder, "transfers/eu.json"), JSON.stringify(own));
      expect(readTransferLaw([LAWS, folder], "eu").bases).to.have.length(1);
      expect(readTransferLaw([LAWS], "us").bases).to.deep.equal([]);
      writeFileSync(join(folder, "transfers/eu.json"), "{");
      expectCode("CONFIG_INVALID", () => readTransferLaw([LAWS, folder], "eu"), /eu\.json/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
