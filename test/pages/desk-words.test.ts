// Parts of the desk that need no browser: what is typed, and that every code of the service has words in each language.

import { expect } from "chai";

import { given, idsIn, subjectIn, timeIn } from "../../src/pages/desk/entered.ts";
import { claimChoices } from "../../src/pages/desk/labels.ts";
import { GRANTS } from "../../src/pages/desk/texts/grants.ts";
import { TRANSFERS } from "../../src/pages/desk/texts/transfers.ts";
import { WORDS } from "../../src/pages/desk/texts/words.ts";
import { GRANT_STATES } from "../../src/privacy/disclosure.ts";
import { TOLD } from "../../src/privacy/law.ts";

describe("the desk's words", () => {
  it("has words for everything that the law wants told, for states of grants and for what a way lacks", () => {
    for (const { told } of Object.values(WORDS))
      expect(told).to.include.all.keys(...TOLD, "recipients-told", "human-review");
    for (const { states } of Object.values(GRANTS)) expect(Object.keys(states)).to.have.members([...GRANT_STATES]);
    const lacks = ["contract", "information", "consent", "consent-for-country", "not-yet-valid", "no-longer-valid"];
    for (const { lackWords } of Object.values(TRANSFERS)) expect(Object.keys(lackWords)).to.have.members(lacks);
  });

  it("tells claims apart that two types of record call the same", () => {
    const labels: Readonly<Record<string, string>> = { text: "Description", texts: "Description", owner: "Owner" };
    const [report, theme] = [
      { text: {}, category: {} },
      { texts: {}, owner: {} },
    ];
    const profiles = [
      { public: ["category"], claims: { properties: report } },
      { public: [], claims: { properties: theme } },
    ];
    const names = claimChoices(profiles, (claim) => labels[claim] ?? claim).map(({ name }) => name);
    expect(names).to.deep.equal(["Description (text)", "Description (texts)", "Owner"]);
  });

  it("takes ids however they were pasted, each once, and nothing that is none", () => {
    const id = "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f";
    expect(idsIn(` ${id.toUpperCase()},\n${id}\n`)).to.deep.equal([id]);
    expect(idsIn("")).to.deep.equal([]);
    for (const wrong of ["hello", id.slice(1), `${id} x`]) expect(idsIn(wrong), wrong).to.equal(undefined);
  });

  it("tells no pseudonym from a wrong one, and leaves out what was left empty", () => {
    const subject = `sub_${"A".repeat(22)}`;
    expect([subjectIn(` ${subject} `), subjectIn(" "), subjectIn("Ana")]).to.deep.equal([subject, null, undefined]);
    expect({ ...given("a", ""), ...given("b", undefined), ...given("c", null), ...given("d", "x") }).to.deep.equal({
      d: "x",
    });
    expect(timeIn("")).to.equal(undefined);
    expect(timeIn("2026-11-29T08:00")).to.match(/^2026-11-2[89]T.*Z$/);
  });
});
