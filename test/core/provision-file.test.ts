// The file in which records go from one controller to another: read as it was written, and refused in any other form.

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import {
  formatProvision,
  MAX_PROVISION_BYTES,
  MOST_PROVIDED,
  parseProvision,
  type ProvisionFile,
} from "../../src/core/provision-file.ts";
import { expectCode } from "../support/expect-code.ts";

const LABEL = {
  ...{ basis: "eu-scc", jurisdiction: "eu", law: "GDPR", lawVersion: "2018-05-25" },
  log: "santander.example/ledger",
};
const RECORD = { label: LABEL, bundle: "{}\n" };
const FILE: ProvisionFile = { purpose: "planning", records: [RECORD] };

const parse = (value: unknown): ProvisionFile => parseProvision(utf8(JSON.stringify(value)));

describe("a file of provided records", () => {
  it("is read as it was written", () => {
    const notice = { language: "es", version: "3" };
    for (const file of [
      FILE,
      { ...FILE, records: [RECORD, { ...RECORD, label: { ...LABEL, notice, onward: "r-4" } }] },
    ])
      expect(parseProvision(utf8(formatProvision(file)))).to.deep.equal(file);
  });

  it("is refused in any other form", () => {
    const file = { format: "warifu-provision/1", ...FILE };
    const withLabel = (label: object): object => ({ ...file, records: [{ ...RECORD, label: { ...LABEL, ...label } }] });
    for (const wrong of [
      { ...file, format: "warifu-provision/2" },
      { ...file, purpose: "Planning" },
      { ...file, records: [] },
      { ...file, records: Array.from({ length: MOST_PROVIDED + 1 }, () => RECORD) },
      { ...file, more: 1 },
      { ...file, records: [{ ...RECORD, more: 1 }] },
      withLabel({ more: 1 }),
      withLabel({ jurisdiction: "EU" }),
      withLabel({ notice: { language: "es" } }),
      withLabel({ notice: { language: "es", version: "1", more: 1 } }),
    ])
      expectCode("BUNDLE_INVALID", () => parse(wrong));
    expectCode("BUNDLE_INVALID", () => parseProvision(utf8("{")));
    expectCode("BUNDLE_INVALID", () => parseProvision(new Uint8Array(MAX_PROVISION_BYTES + 1)));
  });
});
