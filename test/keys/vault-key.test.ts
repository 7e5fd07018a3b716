// Where the vault's key may come from, and that nothing of it is told when it cannot be had.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { openSecretKey } from "../../src/keys/key-files.ts";
import { vaultKeySource } from "../../src/keys/vault-key.ts";
import { expectCode } from "../support/expect-code.ts";
import { temporaryFolder } from "../support/ledger.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 41) & 0xff);
const TEXTS = ["base64url", "base64", "hex"].map((form) => Buffer.from(KEY).toString(form as BufferEncoding));
const SETTINGS = new URL("../../src/cli/settings.ts", import.meta.url).href;
const NODE = JSON.stringify(process.execPath);

describe("the source of the vault's key", () => {
  const read = (environment: NodeJS.ProcessEnv): Buffer =>
    Buffer.from(vaultKeySource(parseConfig(environment)).read({ mayMake: false }).masterKey);
  const program = (script: string): NodeJS.ProcessEnv => ({
    WARIFU_VAULT_KEY_COMMAND: `[${NODE}, "-e", ${JSON.stringify(script)}]`,
  });

  it("is a file, the environment, or a program that prints it", () => {
    const file = join(temporaryFolder(), "vault.key");
    const made = openSecretKey(file);
    expect(read({ WARIFU_VAULT_KEY_FILE: file }).equals(made)).to.equal(true);
    for (const text of TEXTS) {
      expect(read({ WARIFU_VAULT_KEY: text }).equals(KEY), text).to.equal(true);
      expect(read(program(`console.log("${text}")`)).equals(KEY), text).to.equal(true);
    }
    const script = join(temporaryFolder(), "print.mjs");
    writeFileSync(script, `console.log("${TEXTS[0]}")`);
    expect(read({ WARIFU_VAULT_KEY_COMMAND: `${process.execPath}  ${script} ` }).equals(KEY)).to.equal(true);
  });

  it("is one of them: with more, the settings are named", () => {
    const both = { WARIFU_VAULT_KEY: TEXTS[0], WARIFU_VAULT_KEY_FILE: "x", WARIFU_VAULT_KEY_COMMAND: "y" };
    const { message } = expectCode("CONFIG_INVALID", () => parseConfig(both));
    for (const name of Object.keys(both)) expect(message).to.include(name);
    expectCode("CONFIG_INVALID", () => parseConfig({ ...both, WARIFU_VAULT_KEY_COMMAND: "" }), /more than once/);
  });

  it("says what is wrong with a key, and nothing of it", () => {
    for (const text of ["canary", TEXTS[0]!.slice(1), `${TEXTS[2]}00`, TEXTS[2]!.toUpperCase(), "x".repeat(64)]) {
      const { message, cause } = expectCode("CONFIG_INVALID", () => read({ WARIFU_VAULT_KEY: text }), /32 bytes/);
      expect(message)
        .to.match(/^WARIFU_VAULT_KEY /)
        .and.not.to.include(text);
      expect(cause).to.equal(undefined);
      const printed = expectCode(
        "CONFIG_INVALID",
        () => read(program(`console.log("${text}")`)),
        /printed is not a key/,
      );
      expect(printed.message).not.to.include(text);
      expect(printed.cause).to.equal(undefined);
    }
    for (const command of ["[", "[1]", "[]", " "])
      expectCode("CONFIG_INVALID", () => parseConfig({ WARIFU_VAULT_KEY_COMMAND: command }), /apart by spaces/);
  });

  it("says why a program gave no key, and nothing of what it printed", () => {
    const told = (environment: NodeJS.ProcessEnv): string => {
      const { message, cause, stack } = expectCode("CONFIG_INVALID", () => read(environment), /gave no key/);
      expect(`${message}${stack}`).not.to.match(/canary-/);
      expect(cause).to.equal(undefined);
      return message;
    };
    expect(told(program("console.log('canary-1'); console.error('canary-2'); process.exit(7)"))).to.include(
      "exit code 7",
    );
    expect(told(program("process.kill(process.pid, 'SIGTERM')"))).to.include("SIGTERM");
    expect(told(program("console.log('canary-3'.repeat(9_999))"))).to.include("more than 4096 bytes");
    expect(told({ WARIFU_VAULT_KEY_COMMAND: "/none/canary-4" })).to.include("ENOENT");
  });

  it("is no shell: what would be a command to one is an argument", () => {
    const file = join(temporaryFolder(), "made");
    expectCode("CONFIG_INVALID", () => read({ WARIFU_VAULT_KEY_COMMAND: `echo $(touch ${file}) ; touch ${file}` }));
    expect(() => openSecretKey(file, { mayMake: false })).to.throw(/missing/);
  });

  it("leaves the environment once it is read: a program that is started later does not get it", () => {
    const script = `
      import { spawnSync } from "node:child_process";
      import { loadSettings } from ${JSON.stringify(SETTINGS)};
      const read = [1, 2].map(() => loadSettings({}, { envFile: false }).vaultKey);
      const { stdout } = spawnSync(process.execPath, ["-p", "JSON.stringify(process.env)"], { encoding: "utf8" });
      console.log(JSON.stringify({ read, own: process.env, inherited: JSON.parse(stdout) }));`;
    // A process of its own, which remembers the key as long as it runs.
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      env: { PATH: process.env["PATH"], WARIFU_VAULT_KEY: TEXTS[0] },
      encoding: "utf8",
    });
    expect(stdout, stderr).not.to.equal("");
    const { read, own, inherited } = JSON.parse(stdout) as Record<"read" | "own" | "inherited", object>;
    const setting = { kind: "value", text: TEXTS[0] };
    expect(read).to.deep.equal([setting, setting]);
    for (const environment of [own, inherited]) expect(environment).to.have.property("PATH");
    expect(JSON.stringify([own, inherited])).not.to.include(TEXTS[0]!);
  });
});
