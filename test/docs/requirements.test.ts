// The papers for a data-protection officer name tests that there are, and say the same in three languages.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readDocument, ROOT } from "./support/documents.ts";

const LANGUAGES = ["", ".es", ".ja"];
/** How far a requirement is met, in each language, in one order. */
const STATES = [
  ["yes", "in part", "not yet", "the city"],
  ["sí", "en parte", "todavía no", "la ciudad"],
  ["対応済み", "一部", "未対応", "市"],
];
/** Stands where the city fills something in. */
const TO_FILL_IN = "▢";
const NAMED_TEST = /`(test\/[^`]+)` “([^”]+)”/g;

function readPaper(name: string, language: string): string {
  return readDocument(`docs/privacy/${name}${language}.md`).text;
}

function headingLevels(text: string): number[] {
  return [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks?.length ?? 0);
}

/** The cells of all rows of all tables, without those of dashes. */
function rowsOf(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[ |-]+\|$/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function namedTests(text: string): { path: string; title: string }[] {
  return [...text.matchAll(NAMED_TEST)].map(([, path = "", title = ""]) => ({ path, title }));
}

/** The rows of requirements: number, tests and state, the last as a place in STATES. */
function requirementsIn(language: string): { number: string; tests: ReturnType<typeof namedTests>; state: number }[] {
  const states = STATES[LANGUAGES.indexOf(language)] ?? [];
  return rowsOf(readPaper("requirements", language))
    .filter(([number = ""]) => /^[A-Z]+\d+$/.test(number))
    .map(([number = "", , , tests = "", state = ""]) => ({
      number,
      tests: namedTests(tests),
      state: states.indexOf(state),
    }));
}

describe("papers for a data-protection officer", () => {
  for (const language of LANGUAGES) {
    describe(`requirements${language}.md`, () => {
      it("names tests that there are, by file and title", () => {
        const tests = namedTests(readPaper("requirements", language));
        expect(tests).to.not.be.empty;
        for (const { path, title } of tests) {
          expect(existsSync(join(ROOT, path)), `${path} is not there`).to.equal(true);
          const source = readFileSync(join(ROOT, path), "utf8");
          expect(source.includes(`it("${title}"`), `${path} has no test "${title}"`).to.equal(true);
        }
      });

      it("says of each requirement how far it is met, and claims nothing without a test", () => {
        for (const { number, tests, state } of requirementsIn(language)) {
          expect(state, `${number} has no state`).to.not.equal(-1);
          if (state <= 1) expect(tests, `${number} has no test`).to.not.be.empty;
        }
      });
    });
  }

  it("have the same requirements, tests and states in each language", () => {
    const [english, ...others] = LANGUAGES.map(requirementsIn);
    expect(english).to.not.be.empty;
    for (const other of others) expect(other).to.deep.equal(english);
  });

  for (const name of ["requirements", "impact-assessment"]) {
    it(`have the same headings, rows and places to fill in, in each language: ${name}.md`, () => {
      const [english, ...others] = LANGUAGES.map((language) => {
        const text = readPaper(name, language);
        const rows = rowsOf(text).map((cells) => [cells.length, ...cells.map((cell) => cell.includes(TO_FILL_IN))]);
        return { headings: headingLevels(text), rows, places: text.split(TO_FILL_IN).length - 1 };
      });
      for (const other of others) expect(other).to.deep.equal(english);
    });
  }
});
