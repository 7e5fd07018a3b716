// What is said of claims that are not shown: by their titles and names, and never more than can be known.

import { expect } from "chai";

import { claimLines, concealedLine, isAllOpened, unopenedLine } from "../../src/cli/claim-words.ts";
import type { ProfileDocument } from "../../src/profiles/profile.ts";
import type { RecordView } from "../../src/read/records.ts";
import type { StepResult } from "../../src/verify/verdict.ts";

const opened = (count: number): StepResult[] => [
  { step: "openings", outcome: "holds", fact: { id: "opened", count }, detail: `${count} opened` },
];
const record = (concealed: number): RecordView => ({ concealed }) as RecordView;
const PROFILE = {
  ...{ type: "t", version: 1, title: "T", concernsPeople: true, retentionDays: null, public: ["category"] },
  claims: { properties: { category: {}, text: { title: "What was written" }, mail: {} } },
} as ProfileDocument;

describe("the lines of claims that are shown", () => {
  it("have the values in one column, unless a name is very long", () => {
    expect(claimLines({ area: "centro", カテゴリ: "pothole", count: 3 })).to.deep.equal([
      'area      "centro"',
      'カテゴリ  "pothole"',
      "count     3",
    ]);
    expect(claimLines({ ["n".repeat(40)]: 1, a: 2 })).to.deep.equal([`${"n".repeat(40)}  1`, `a${" ".repeat(23)}  2`]);
    expect(claimLines({})).to.deep.equal([]);
  });
});

describe("words for claims that are not shown", () => {
  it("name what may be concealed by the titles and names of the profile", () => {
    expect(concealedLine(record(8), PROFILE)).to.equal(
      "concealed  any of What was written (text), mail: 8 digests of such claims and decoys, as many in each record of the type",
    );
    expect(concealedLine(record(8), undefined)).to.equal("8 digests of concealed claims and decoys");
    expect(concealedLine(record(0), PROFILE)).to.equal("nothing is concealed");
  });

  it("leave open what digests conceal that were not opened, as long as there are some", () => {
    expect(unopenedLine(8, opened(0))).to.match(/^what 8 digests conceal/);
    expect(unopenedLine(6, opened(2)))
      .to.match(/the 6 other digests may all be decoys/)
      .and.not.include("claims that were");
    expect(unopenedLine(0, opened(8))).to.equal(undefined);
    expect(unopenedLine(8, [])).to.match(/^what 8 digests conceal/);
  });

  it("say that nothing else is concealed only where no digest is left", () => {
    expect([isAllOpened(0, opened(8)), isAllOpened(1, opened(7)), isAllOpened(0, opened(0))]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});
