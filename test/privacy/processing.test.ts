// The register of processing: the shipped example, what is refused in a file, and the table for a spreadsheet.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { processingTable, readProcessing } from "../../src/privacy/processing.ts";
import { readProfileFolders } from "../../src/profiles/profile-files.ts";
import { runHere } from "../cli/support/run-here.ts";
import { temporaryFolder } from "../support/ledger.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = readFileSync(join(ROOT, "examples/processing/citizen-reports.json"), "utf8");
const PROFILES = await readProfileFolders([join(ROOT, "profiles")]);

describe("the register of processing", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (...texts: string[]): ReturnType<typeof readProcessing> => {
    for (const [at, text] of texts.entries()) writeFileSync(join(folder, `${at}.json`), text);
    return readProcessing(folder, PROFILES);
  };

  const BROKEN: readonly [what: string, texts: string[], says: RegExp][] = [
    ["an empty folder", [], /has no \.json file/],
    ["no JSON", ["{"], /0\.json: the JSON/],
    ["an unknown member", [EXAMPLE.replace('"name"', '"nam"')], /0\.json: .*name: /],
    ["a country in words", [EXAMPLE.replace('"ES"', '"Spain"')], /0\.json: .*countries\.0: /],
    [
      "another time than the profile's",
      [EXAMPLE.replace("1825", "30")],
      /data\.0\.retentionDays: the profile says 1825/,
    ],
    ["a type without profile", [EXAMPLE.replace('"citizen-report"', '"none"')], /data\.0\.type: there is no profile/],
    ["one id twice", [EXAMPLE, EXAMPLE], /1\.json: id: another file has it/],
  ];
  for (const [what, texts, says] of BROKEN)
    it(`refuses ${what}, with its place`, () => expect(() => read(...texts)).to.throw(says));

  it("leaves no cell that a spreadsheet computes, and doubles quotes", () => {
    const table = processingTable(read(EXAMPLE.replace('"Reports', '"=1+\\"Reports')));
    expect(table).to.include(`"'=1+""Reports`);
    expect(table).to.include('"citizen-report (1825)"');
  });

  it("is checked and printed by the command", async () => {
    const args = ["examples/processing", "--profiles", "profiles"];
    const checked = await runHere(["privacy", "register", "check", ...args], ROOT);
    expect([checked.code, checked.stdout]).to.deep.equal([0, "✓ 1 record of processing, as the profiles say\n"]);
    const printed = await runHere(["privacy", "register", "export", ...args, "--json"], ROOT);
    expect(JSON.parse(printed.stdout)).to.deep.equal({ activities: [JSON.parse(EXAMPLE)] });
  });
});
