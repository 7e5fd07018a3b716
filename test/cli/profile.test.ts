// The profiles that somebody writes: checked before a log takes them up, and named with their cause when they are wrong.

import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readProfileFolders } from "../../src/profiles/profile-files.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { runHere } from "./support/run-here.ts";

const REPORT = readFileSync(new URL("../../profiles/citizen-report.json", import.meta.url), "utf8");

describe("warifu profile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-profile-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const check = (text: string, ...args: string[]): ReturnType<typeof runHere> => {
    writeFileSync(join(folder, "mine.json"), text);
    return runHere(["profile", "check", "mine.json", ...args], folder);
  };

  it("truth F5: says what a profile makes public and what it conceals", async () => {
    const { code, stdout } = await check(REPORT);
    expect(code).to.equal(0);
    expect(stdout).to.match(/warifu:citizen-report:4 can be used\n +public for ever: category, theme, area\n/);
    expect(stdout).to.match(/concealed: +text, .*reporterName.*\n +kept for 1825 days; about people\n/);
    const { public: open, concealed } = JSON.parse((await check(REPORT, "--json")).stdout) as Record<string, string[]>;
    expect([open, concealed?.includes("text")]).to.deep.equal([["category", "theme", "area"], true]);
  });

  it("truth F5: says so where everything is public, and kept without limit", async () => {
    const all = { type: "count", version: 1, title: "", concernsPeople: false, retentionDays: null, public: "*" };
    const { stdout } = await check(JSON.stringify({ ...all, claims: { type: "object" } }));
    expect(stdout).to.match(/every claim\n +concealed: +nothing\n +kept without limit; about no person\n/);
  });

  const BROKEN: readonly [what: string, text: string, says: RegExp][] = [
    ["no JSON", "{", /mine\.json: the JSON: .*at character/],
    ["no profile", "{}", /mine\.json: not a profile: type: is missing; version: is missing; /],
    [
      "a schema that does not compile",
      REPORT.replace('"maxLength": 8000', '"maxLenght": 8000'),
      /mine\.json: .*maxLenght/,
    ],
    ["a public claim that is none", REPORT.replace('"theme", "area"', '"them"'), /"them" is public but not among/],
  ];
  for (const [what, text, says] of BROKEN)
    it(`truth F5: names the file and the cause: ${what}`, async () => {
      const { code, stderr } = await check(text);
      expect([code, stderr]).to.satisfy(([exit, said]: [number, string]) => exit === 2 && says.test(said), stderr);
      const { message } = await expectRejection("PROFILE_INVALID", readProfileFolders([folder]));
      expect(message).to.include(join(folder, "mine.json"));
    });

  it("truth F5: names a file, and a folder, that is not there", async () => {
    const { code, stderr } = await runHere(["profile", "check", "other.json"], folder);
    expect(code).to.equal(2);
    expect(stderr).to.match(/other\.json cannot be read: there is no such file or folder\n$/);
    const asked = await runHere(["profile", "check", "."], folder);
    expect([asked.code, asked.stderr]).to.deep.equal([2, "error: the profile . cannot be read: it is a folder\n"]);
    await expectRejection(
      "CONFIG_INVALID",
      readProfileFolders([join(folder, "none")]),
      /no folder of profiles at .*none/,
    );
  });
});
