// Settings: .env.example says all of them with their true defaults, and an API key that lies on this machine is sent to
// no other one.

import { expect } from "chai";
import { parse as parseEnvFile } from "dotenv";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadPolicy } from "../../src/cli/named-policy.ts";
import { apiKeyFor, loadLogs, loadSettings } from "../../src/cli/settings.ts";
import { parseConfig } from "../../src/config.ts";
import { verifierKey } from "../../src/core/note.ts";
import { formatPolicy } from "../../src/core/policy.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const ROOT = join(import.meta.dirname, "..", "..");

describe(".env.example", () => {
  const example = readFileSync(join(ROOT, ".env.example"), "utf8");
  const settings = parseEnvFile(example.replaceAll(/^# (?=WARIFU_)/gm, ""));

  it("names every setting there is, once, and no other", () => {
    const known = [...readFileSync(join(ROOT, "src", "settings.ts"), "utf8").matchAll(/^ {2}(WARIFU_[A-Z0-9_]+):/gm)];
    expect(known.length).to.be.greaterThan(20);
    expect(Object.keys(settings).sort()).to.deep.equal(known.map(([, name]) => name).sort());
    expect([...example.matchAll(/^# WARIFU_/gm)]).to.have.length(known.length);
  });

  it("gives each its default: taking all of it changes nothing", () => {
    expect(parseConfig(settings)).to.deep.equal(parseConfig({}));
    const given = Object.entries(settings).filter(([, value]) => value !== "");
    expect(given.length).to.be.greaterThan(12);
  });

  it("sets nothing as it stands", () => {
    expect(parseEnvFile(example)).to.deep.equal({});
  });

  it("says of each what it means", () => {
    const lines = example.split("\n");
    for (const [at, line] of lines.entries())
      if (line.startsWith("# WARIFU_")) expect(lines[at - 1], line).to.match(/^# [A-Z(]?.{10,}|^# WARIFU_/);
  });
});

describe("settings of the command line", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-settings-"));
    writeFileSync(join(folder, "api-keys.json"), '{"submitter":"wk_s","admin":"wk_a"}');
  });

  after(() => rmSync(folder, { recursive: true }));

  const config = (more: NodeJS.ProcessEnv = {}) => parseConfig({ WARIFU_DATA_DIR: folder, ...more });

  it("send the key of this machine's service to this machine only", () => {
    for (const url of ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"])
      expect(apiKeyFor(url, "submitter", undefined, config()), url).to.equal("wk_s");
    for (const url of ["https://ledger.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1:8080"])
      expect(apiKeyFor(url, "submitter", undefined, config()), url).to.equal(undefined);
  });

  it("put a given key first, then that of the environment, then the file's for the role", () => {
    const url = "http://127.0.0.1:8080";
    const withKey = config({ WARIFU_API_KEY: "wk_env" });
    expect(apiKeyFor(url, "admin", "wk_given", withKey)).to.equal("wk_given");
    expect(apiKeyFor(url, "admin", undefined, withKey)).to.equal("wk_env");
    expect(apiKeyFor(url, "admin", undefined, config())).to.equal("wk_a");
    expect(apiKeyFor(url, "officer", undefined, config())).to.equal(undefined);
    expect(apiKeyFor(url, "admin", undefined, parseConfig({ WARIFU_DATA_DIR: join(folder, "none") }))).to.equal(
      undefined,
    );
  });

  it("leave the launcher's setting to the launcher, and take an origin that is none for a wrong setting", () => {
    const before = { ...process.env };
    try {
      process.env["WARIFU_TOOLCHAIN_DIR"] = folder;
      expect(loadSettings({ WARIFU_DATA_DIR: folder }).dataDir).to.equal(folder);
      expectCode("CONFIG_INVALID", () => loadSettings({ WARIFU_ORIGIN: "two words" }));
    } finally {
      process.env = before;
    }
  });

  it("are those of one log of several where it is named, and of several where none is", () => {
    const before = { ...process.env };
    const file = join(folder, "logs.json");
    const logs = [{ name: "parks", settings: { WARIFU_ORIGIN: "city.example/parks/2026" } }];
    writeFileSync(file, JSON.stringify({ format: "warifu-logs/1", logs }));
    try {
      process.env = { ...before, WARIFU_LOGS: file, WARIFU_DATA_DIR: folder, WARIFU_LOG: "parks" };
      const { origin, dataDir, client, files } = loadSettings();
      expect([origin, dataDir]).to.deep.equal(["city.example/parks/2026", join(folder, "parks")]);
      expect([client.url, files.policy]).to.deep.equal([
        "http://127.0.0.1:8080/parks/2026",
        join(folder, "parks", "policy.json"),
      ]);
      expect(loadLogs(loadSettings())).to.equal(undefined);
      expect(loadSettings({ WARIFU_DATA_DIR: "/elsewhere" }).dataDir, "a folder that was named").to.equal("/elsewhere");
      process.env["WARIFU_LOG"] = "roads";
      expectCode("CONFIG_INVALID", () => loadSettings(), /no log roads; it has parks/);
      process.env["WARIFU_LOG"] = "";
      expect(loadLogs(loadSettings())?.map(({ name }) => name)).to.deep.equal(["parks"]);
      process.env["WARIFU_LOGS"] = "";
      expect(loadLogs(loadSettings())).to.equal(undefined);
      process.env["WARIFU_LOG"] = "parks";
      expectCode("CONFIG_INVALID", () => loadSettings(), /WARIFU_LOGS, which is not set/);
    } finally {
      process.env = before;
    }
  });

  it("truth A4: send no key of the data folder to a host that the settings call this machine", () => {
    for (const host of ["127.0.0.2", "evil.example", "10.0.0.1"])
      expect(apiKeyFor(`http://${host}`, "admin", undefined, config({ WARIFU_HTTP_HOST: host })), host).to.equal(
        undefined,
      );
  });

  it("truth A4: take a policy that was named, by an option or in the real environment, and no other", () => {
    const log = verifierKey("city.example/log", signingKey(7).publicKey);
    const chain = { id: 1, contract: `0x${"c".repeat(40)}`, accept: "evidence" as const };
    const text = formatPolicy({
      log,
      chain,
      trustedBlocks: [],
      rpc: [],
      sources: [],
      witnesses: { keys: [], quorum: 0 },
    });
    writeFileSync(join(folder, "policy.json"), `\ufeff${text}`);
    const [cwd, environment] = [process.cwd(), { ...process.env }];
    delete process.env["WARIFU_POLICY_FILE"];
    delete process.env["WARIFU_DATA_DIR"];
    try {
      process.chdir(folder);
      mkdirSync("data");
      writeFileSync("data/policy.json", text);
      writeFileSync(".env", "WARIFU_POLICY_FILE=policy.json\nWARIFU_DATA_DIR=data\n");
      expectCode("USAGE", () => loadPolicy({}), /--policy FILE/);
      expectCode("USAGE", () => loadPolicy({ policy: "none.json" }));
      expectCode("USAGE", () => loadPolicy({ policy: "api-keys.json" }), /API keys/);
      expect(loadSettings().dataDir).to.equal(join(realpathSync(folder), "data"));
      expect(loadSettings({}, { envFile: false }).dataDir).to.equal(join(realpathSync(folder), "data"));
      const named = loadPolicy({ policy: "policy.json" });
      expect(named.policy.log.name).to.equal("city.example/log");
      expect(named.path).to.equal(join(realpathSync(folder), "policy.json"));
      expect(named.sha256).to.match(/^[0-9a-f]{64}$/);
      expect(loadPolicy({ dataDir: "data" }).path).to.equal(join(realpathSync(folder), "data/policy.json"));
      process.env["WARIFU_DATA_DIR"] = "data";
      expect(loadPolicy({}).path).to.equal(join(realpathSync(folder), "data/policy.json"));
      process.env["WARIFU_POLICY_FILE"] = "policy.json";
      expect(loadPolicy({}).path).to.equal(join(realpathSync(folder), "policy.json"));
    } finally {
      process.chdir(cwd);
      process.env = environment;
    }
  });
});
