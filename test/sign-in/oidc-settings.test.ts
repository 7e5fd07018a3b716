// The file that names an identity provider: what is read, and what is refused in which words. And where the desk may be.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { deskUrlFrom } from "../../src/sign-in/desk-url.ts";
import { readOidcSettings } from "../../src/sign-in/oidc-settings.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

const SETTINGS = {
  format: "warifu-oidc/1",
  issuer: "https://login.example",
  clientId: "desk",
  clientSecretFile: "oidc.secret",
  accounts: [{ group: "officers", role: "officer", sources: ["reports/*"] }],
};

describe("the settings of an identity provider", () => {
  const folder = temporaryFolder();
  const secret = join(folder, "oidc.secret");
  const read = (value: unknown) => {
    const file = join(folder, "oidc.json");
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
    return readOidcSettings(file);
  };
  before(() => {
    writeFileSync(secret, "a canary\n", { mode: 0o640 });
  });

  it("are none without a file, and have the secret from the file beside them", () => {
    expect(readOidcSettings(undefined)).to.equal(undefined);
    const { format: _, clientSecretFile: __, ...rest } = SETTINGS;
    expect(read(SETTINGS)).to.deep.equal({
      ...rest,
      ...{ clientSecret: "a canary", scopes: ["profile"], groupsClaim: "groups" },
    });
    expect(read({ ...SETTINGS, issuer: "http://127.0.0.1:7" })).to.include({ issuer: "http://127.0.0.1:7" });
  });

  const [account] = SETTINGS.accounts;
  for (const [what, value, pattern] of [
    ["a member that is not known", { ...SETTINGS, clientSecret: "canary" }, /Unrecognized key/],
    ["an issuer elsewhere without TLS", { ...SETTINGS, issuer: "http://login.example" }, /issuer: must be https/],
    ["another format", { ...SETTINGS, format: "warifu-oidc/2" }, /format/],
    ["nobody", { ...SETTINGS, accounts: [] }, /accounts/],
    ["a role of programs", { ...SETTINGS, accounts: [{ group: "g", role: "submitter" }] }, /accounts\.0\.role/],
    ["group and subject", { ...SETTINGS, accounts: [{ ...account, subject: "s" }] }, /group or subject, not both/],
    ["neither", { ...SETTINGS, accounts: [{ role: "officer" }] }, /group or subject, not both/],
    ["a limited admin", { ...SETTINGS, accounts: [{ ...account, role: "admin" }] }, /admin cannot be limited/],
    ["a secret that is not there", { ...SETTINGS, clientSecretFile: "none" }, /there is no file/],
    ["what is no JSON", "{", /cannot be used/],
  ] as const)
    it(`are refused with ${what}`, () => {
      expectCode("CONFIG_INVALID", () => read(value), pattern);
    });

  it("are refused with a secret that others can read, or without the file", () => {
    chmodSync(secret, 0o644);
    expectCode("CONFIG_INVALID", () => read(SETTINGS), /open to others/);
    expectCode("CONFIG_INVALID", () => readOidcSettings(join(folder, "none.json")), /WARIFU_OIDC: there is no file/);
  });
});

describe("where the desk is", () => {
  it("is what the setting says, an origin under https or on this machine by its name", () => {
    expect(deskUrlFrom("https://desk.example")).to.equal("https://desk.example");
    expect(deskUrlFrom("https://desk.example:8443/")).to.equal("https://desk.example:8443");
    expect(deskUrlFrom("http://localhost:8080")).to.equal("http://localhost:8080");
    for (const wrong of [
      ...[
        "http://desk.example",
        "http://127.0.0.1:8080",
        "https://10.0.0.1",
        "https://[::1]",
        "http://evil.localhost.example",
      ],
      ...[
        "https://desk.example/desk",
        "https://desk.example/?a",
        "https://desk.example/#a",
        "https://u:p@desk.example",
      ],
    ])
      expectCode("CONFIG_INVALID", () => deskUrlFrom(wrong), /WARIFU_DESK_URL: must be an origin under https/);
  });

  it("is else the first address of the service at which it can be", () => {
    expect(deskUrlFrom(undefined)).to.equal(undefined);
    expect(deskUrlFrom(undefined, ["http://ledger.example", "http://10.0.0.1"])).to.equal(undefined);
    expect(deskUrlFrom(undefined, ["http://10.0.0.1", "https://ledger.example/api"])).to.equal(
      "https://ledger.example",
    );
  });
});
