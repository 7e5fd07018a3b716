// The life of one citizen's report by the commands of officers and auditors, under two laws that differ by one setting:
// what is due when, what people are told and what has to be on record is as each law says.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { startSwiftChain } from "../support/chains.ts";
import { runProgram } from "../support/programs.ts";
import { anchoringOn } from "./support/command.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What a law says that the script shows. */
interface Expected {
  readonly law: string;
  readonly rectify: RegExp;
  readonly basis: RegExp;
  readonly accessTakes: RegExp;
  readonly recipientCountry: string;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  eu: {
    law: "GDPR",
    rectify: /--basis gdpr-16\b/,
    basis: /1 record on eu-adequacy-2019-419/,
    accessTakes: /done takes: copy, recipients/,
    recipientCountry: "JP",
  },
  "jp-operator": {
    law: "APPI",
    rectify: /--basis appi-34\b/,
    basis: /1 record on jp-28-designated/,
    accessTakes: /done takes: copy, provision-records/,
    recipientCountry: "ES",
  },
};

describe("the life of a citizen's report", () => {
  let told: Readonly<Record<string, string>>;
  before(async () => {
    const runs = Object.keys(EXPECTED).map(async (jurisdiction) => {
      const chain = await startSwiftChain();
      const { stdout, stderr } = await runProgram(process.execPath, [join(ROOT, "scripts/life.ts")], {
        env: { WARIFU_JURISDICTION: jurisdiction, ...anchoringOn(chain) },
      });
      await chain.stop();
      return [jurisdiction, stdout + stderr] as const;
    });
    told = Object.fromEntries(await Promise.all(runs));
  });

  for (const [jurisdiction, { law, rectify, basis, accessTakes, recipientCountry }] of Object.entries(EXPECTED)) {
    it(`goes from the notice to its erasure under the law of ${jurisdiction}, verified and audited after each step`, () => {
      const text = told[jurisdiction] ?? "";
      const steps = text.split(/\n\n/).slice(1);
      expect(steps.length, text).to.equal(8);
      for (const step of steps.slice(1)) {
        expect(step).to.match(/\$ warifu verify report\.bundle\.json [^\n]*\n {4}✓ holds: the record/);
        expect(step).to.match(/\$ warifu audit [^\n]*\n {4}✓ holds: everything that was checked fits together/);
      }
      expect(steps[3]).to.match(/✓ openings {3}1 opened\n/);
      expect(steps[5]).to.match(/may not leave: no basis of law holds for a recipient of the kind public-body/);
      expect(steps[6]).to.include("the copy has the text: yes");
      expect(steps[7]).to.include("people found by that address: 0").and.include("its concealed values were erased");
    });

    it(`differs by what the law of ${jurisdiction} says, and by nothing else that was set`, () => {
      const text = told[jurisdiction] ?? "";
      expect(text).to.include(`(${law})`).and.include(`--country ${recipientCountry}`);
      for (const line of [rectify, basis, accessTakes]) expect(text).to.match(line);
    });
  }

  it("is one command, as docs/privacy/README.md says", () => {
    expect(readFileSync(join(ROOT, "docs/privacy/README.md"), "utf8")).to.include("npm run life");
  });
});
