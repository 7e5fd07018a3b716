// The file that names the connectors: what it must hold, and refusals that name the member and never its value.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { commonMembers, connectorKind, passwordIn, passwordMembers } from "../../src/connectors/kind.ts";
import { configuredConnectors } from "../../src/connectors/settings.ts";
import { expectCode } from "../support/expect-code.ts";

const SECRET = "hunter2hunter2";
const FIRST = connectorKind(
  "first",
  z.strictObject({ ...commonMembers, type: z.literal("first"), port: z.int().min(1), ...passwordMembers }),
  () => expect.fail("it is opened by nobody here"),
);

describe("the settings of connectors", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "warifu-connectors-"))));
  after(() => rmSync(folder, { recursive: true }));
  const read = (content: unknown, kinds = [FIRST]) => {
    const file = join(folder, "connectors.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return configuredConnectors(file, {}, kinds);
  };
  const file = (...connectors: unknown[]) => ({ format: "warifu-connectors/1", connectors });
  const messageOf = (content: unknown) => expectCode("CONFIG_INVALID", () => read(content)).message;

  it("names connectors, each of a kind", () => {
    const [one] = read(file({ type: "first", name: "city-1", port: 1 }));
    expect([one?.name, one?.type]).to.deep.equal(["city-1", "first"]);
    expect(read(`\ufeff${JSON.stringify(file())}`)).to.deep.equal([]);
  });

  it("refuses what it does not know, and says where that stands", () => {
    expect(messageOf(file({ type: "first", name: "a", port: 1, password: SECRET })))
      .to.contain('connectors[0]: there is no member "password"')
      .and.not.to.contain(SECRET);
    expect(messageOf(file({ type: "first", name: "a", port: SECRET })))
      .to.contain("connectors[0].port: ")
      .and.not.to.contain(SECRET);
    expect(messageOf(file({ type: "first", name: "A b", port: 1 }))).to.contain("connectors[0].name: must be 1 to 63");
    expect(messageOf(file({ type: "first", port: 1 }))).to.contain("connectors[0].name: is missing");
    expect(messageOf(file({ type: SECRET, name: "a" })))
      .to.contain("connectors[0].type: there is no such kind of connector; there are first")
      .and.not.to.contain(SECRET);
    expect(messageOf({ ...file(), more: 1 })).to.contain('the file: there is no member "more"');
    expect(messageOf({ ...file(), format: "warifu-connectors/2" })).to.contain("format: ");
    expect(messageOf("{")).to.contain("the settings: ");
    const twice = { type: "first", name: "a", port: 1 };
    expect(messageOf(file(twice, twice))).to.contain("two connectors are called a");
    const missing = () => configuredConnectors(join(folder, "none.json"), {}, [FIRST]);
    expect(expectCode("CONFIG_INVALID", missing).message).to.contain("WARIFU_CONNECTORS: there is no file");
  });

  it("takes a password from a closed file or from the environment, and never from the settings", () => {
    const path = join(folder, "password");
    writeFileSync(path, `${SECRET}\n`, { mode: 0o640 });
    const place = { folder, environment: { CITY_PASSWORD: "other", EMPTY: "" } };
    expect(passwordIn({ passwordFile: "password" }, place)).to.equal(SECRET);
    expect(passwordIn({ passwordEnv: "CITY_PASSWORD" }, place)).to.equal("other");
    expect(passwordIn({}, place)).to.equal(undefined);
    for (const passwordEnv of ["NONE", "EMPTY"])
      expect(expectCode("CONFIG_INVALID", () => passwordIn({ passwordEnv }, place)).message).to.contain(passwordEnv);
    chmodSync(path, 0o644);
    const open = expectCode("CONFIG_INVALID", () => passwordIn({ passwordFile: "password" }, place));
    expect(open.message).to.contain("is open to others").and.not.to.contain(SECRET);
    expect(messageOf(file({ type: "first", name: "a", port: 1, passwordEnv: "WARIFU_X" }))).to.contain("passwordEnv: ");
  });
});
