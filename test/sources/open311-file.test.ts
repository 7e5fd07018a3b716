// The file that says what the city offers over Open311: errors name the setting, the file and the cause.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { readOpen311File } from "../../src/service/open311-file.ts";
import { expectCode } from "../support/expect-code.ts";

describe("the file of WARIFU_OPEN311", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "warifu-open311-"))));
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const file = join(folder, "services.json");
    writeFileSync(file, text);
    return readOpen311File(file);
  };

  it("is read, with a byte order mark too", () => {
    const text = JSON.stringify({ format: "warifu-open311/1", services: [{ code: "a", name: "A" }] });
    expect(read(`\ufeff${text}`).services).to.have.length(1);
  });

  it("is refused where it is missing, no JSON, or says what is not there", () => {
    const why = (cause: RegExp): RegExp =>
      new RegExp(`^WARIFU_OPEN311: ${folder}/.* cannot be used: .*${cause.source}`);
    expectCode("CONFIG_INVALID", () => readOpen311File(join(folder, "none.json")), why(/ENOENT/));
    expectCode("CONFIG_INVALID", () => read("{"), why(/JSON/));
    expectCode("CONFIG_INVALID", () => read('{"format":"warifu-open311/1","services":[]}'), why(/services: /));
  });
});
