// Folders of profiles: a city's own stand beside those that come with the program, and take their place.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { readProfileFolders } from "../../src/profiles/profile-files.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const SHIPPED = join(import.meta.dirname, "..", "..", "profiles");
const REPORT = JSON.parse(readFileSync(join(SHIPPED, "citizen-report.json"), "utf8")) as object;

describe("folders of profiles", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-profiles-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, change: object): void =>
    writeFileSync(join(folder, name), JSON.stringify({ ...REPORT, ...change }));
  const titles = async (...folders: string[]): Promise<Record<string, string>> =>
    Object.fromEntries([...(await readProfileFolders(folders))].map(([type, { document }]) => [type, document.title]));

  it("a later folder's profile takes the place of an earlier one's of the same type, whatever its file is called", async () => {
    write("ours.json", { title: "The city's own", version: 3 });
    write("tree.json", { title: "A tree", type: "tree" });
    const shipped = await titles(SHIPPED);
    expect(await titles(SHIPPED, folder)).to.deep.equal({
      ...shipped,
      "citizen-report": "The city's own",
      tree: "A tree",
    });
    expect((await titles(folder, SHIPPED))["citizen-report"]).to.equal(shipped["citizen-report"]);
    expect((await readProfileFolders([SHIPPED, folder])).get("citizen-report")!.vct).to.equal(
      "warifu:citizen-report:3",
    );
  });

  it("nothing but JSON files are profiles", async () => {
    write("ours.json.bak", { title: "An older one" });
    writeFileSync(join(folder, "README"), "ours");
    writeFileSync(join(folder, "._ours.json"), "\0\u0005\u0016\u0007 Mac OS X");
    mkdirSync(join(folder, ".settings.json"));
    expect(await titles(SHIPPED, folder)).to.deep.equal(await titles(SHIPPED));
  });

  it("a folder that is not there is named, and none of the others is taken", async () => {
    const missing = join(folder, "profiles");
    const { message } = await expectRejection("CONFIG_INVALID", readProfileFolders([SHIPPED, missing]));
    expect(message).to.equal(`there is no folder of profiles at ${missing}`);
  });

  it("others go on between one profile and the next, and between the parts of what schemas are checked against", async () => {
    let passes = 0;
    let isReading = true;
    const count = (): void => {
      passes++;
      if (isReading) setImmediate(count);
    };
    setImmediate(count);
    const { size } = await readProfileFolders([SHIPPED]);
    isReading = false;
    expect(passes).to.be.at.least(size + 7);
  });
});
