// The environment as configuration: defaults, limits, and refusals that name the setting but never its value.

import { isAbsolute, join, resolve } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../src/config.ts";
import { PROGRAM_DIR } from "../src/files/program-dir.ts";
import { expectCode } from "./support/expect-code.ts";

const KEY = `0x${"5e".repeat(32)}`;
const PUBLIC_CHAIN = { WARIFU_RPC_URL: "https://rpc.example", WARIFU_ANCHOR_KEY: KEY };

describe("the configuration", () => {
  it("starts a local service from an empty environment", () => {
    const config = parseConfig({ PATH: "/bin", HOME: "/" });
    const dataDir = resolve("data");
    expect(config.dataDir).to.equal(dataDir);
    expect(config.chain).to.deep.equal({
      rpcUrls: undefined,
      confirmations: undefined,
      validators: undefined,
      transactionType: undefined,
      port: 8_545,
      chainId: undefined,
      contract: undefined,
      signer: undefined,
    });
    expect(config.adminKey).to.equal(undefined);
    expect(config.http.host).to.equal("127.0.0.1");
    expect(config.files.logKey).to.equal(join(dataDir, "log.key"));
    expect(config.profileDirs).to.deep.equal([join(PROGRAM_DIR, "profiles")]);
    expect(config.client).to.deep.equal({ url: "http://127.0.0.1:8080", apiKey: undefined });
    for (const path of Object.values(config.files)) expect(isAbsolute(path)).to.equal(true);
  });

  it("truth F6: says when a block is final as the chain's tag, as a depth, or at once, and who seals the blocks", () => {
    const chainOf = (more: Record<string, string>) => parseConfig({ ...PUBLIC_CHAIN, ...more }).chain;
    expect(chainOf({ WARIFU_FINALITY: "tag" }).confirmations).to.equal(undefined);
    expect(chainOf({ WARIFU_FINALITY: "depth:12" }).confirmations).to.equal(12);
    expect(chainOf({ WARIFU_FINALITY: "depth:100000" }).confirmations).to.equal(100_000);
    expect(chainOf({ WARIFU_FINALITY: "bft" }).confirmations).to.equal(0);
    expect(chainOf({ WARIFU_CONFIRMATIONS: "7" }).confirmations).to.equal(7);
    const [one, two] = [`0x${"aB".repeat(20)}`, `0x${"12".repeat(20)}`];
    expect(chainOf({ WARIFU_VALIDATORS: `${one}, ${two}` }).validators).to.deep.equal([one.toLowerCase(), two]);
    for (const type of [0, 1, 2])
      expect(chainOf({ WARIFU_TRANSACTION_TYPE: String(type) }).transactionType).to.equal(type);
    for (const wrong of [
      { WARIFU_FINALITY: "depth:0" },
      { WARIFU_FINALITY: "depth:100001" },
      { WARIFU_FINALITY: "safe" },
      { WARIFU_FINALITY: "bft", WARIFU_CONFIRMATIONS: "3" },
      { WARIFU_VALIDATORS: "0x12" },
      { WARIFU_TRANSACTION_TYPE: "3" },
    ])
      expectCode("CONFIG_INVALID", () => chainOf(wrong), /WARIFU_(FINALITY|VALIDATORS|TRANSACTION_TYPE)/);
  });

  it("takes each setting from the environment; an empty one counts as not set", () => {
    const config = parseConfig({
      ...PUBLIC_CHAIN,
      WARIFU_DATA_DIR: "/srv/warifu",
      WARIFU_ORIGIN: "santander.example/ledger",
      WARIFU_HTTP_HOST: "0.0.0.0",
      WARIFU_HTTP_PORT: "9000",
      WARIFU_CHAIN_ID: "11155111",
      WARIFU_CONTRACT: `0x${"AB".repeat(20)}`,
      WARIFU_ANCHOR_SECONDS: "0.5",
      WARIFU_VAULT_KEY_FILE: "/run/secrets/vault",
      WARIFU_PROFILES_DIR: "/etc/warifu/profiles",
      WARIFU_FEED: "off",
      WARIFU_API_KEY: "",
    });
    expect(config.dataDir).to.equal("/srv/warifu");
    expect(config.origin).to.equal("santander.example/ledger");
    expect(config.chain).to.deep.include({ rpcUrls: ["https://rpc.example"], chainId: 11_155_111 });
    expect(config.chain.signer).to.deep.equal({ kind: "key", key: KEY });
    expect(config.chain.contract).to.equal(`0x${"ab".repeat(20)}`);
    expect(config.anchoring.everyMs).to.equal(500);
    expect(config.files.vaultKey).to.equal("/run/secrets/vault");
    expect(config.files.policy).to.equal("/srv/warifu/policy.json");
    expect(config.profileDirs[1]).to.equal("/etc/warifu/profiles");
    expect(config.feed).to.equal(false);
    expect(config.client).to.deep.equal({ url: "http://127.0.0.1:9000", apiKey: undefined });
  });

  it("names every setting that is wrong, and never quotes a value", () => {
    const secret = "hunter2hunter2";
    const wrong = {
      WARIFU_ANCHOR_KEY: secret,
      WARIFU_CONTRACT: secret,
      WARIFU_RPC_URL: secret,
      WARIFU_HTTP_PORT: secret,
      WARIFU_CHAIN_ID: secret,
      WARIFU_LOG_LEVEL: secret,
      WARIFU_FEED: secret,
      WARIFU_ANCHOR_SECONDS: secret,
    };
    const { message } = expectCode("CONFIG_INVALID", () => parseConfig(wrong));
    for (const name of Object.keys(wrong)) expect(message).to.include(name);
    expect(message).not.to.include(secret);
    expect(expectCode("CONFIG_INVALID", () => parseConfig({ WARIFU_ORIGIN: `a ${secret}` })).message).to.match(
      /^WARIFU_ORIGIN: an origin is/,
    );
  });

  it("refuses what is out of bounds", () => {
    const wrong = [
      { WARIFU_HTTP_PORT: "65536" },
      { WARIFU_HTTP_PORT: "-1" },
      { WARIFU_HTTP_PORT: "80.5" },
      { WARIFU_MAX_BATCH: "0" },
      { WARIFU_MAX_BATCH: "65537" },
      { WARIFU_MAX_QUEUE: "1048577" },
      { WARIFU_ANCHOR_SECONDS: "0" },
      { WARIFU_ANCHOR_SECONDS: "86401" },
      { WARIFU_CHAIN_ID: "0" },
      { WARIFU_RPC_URL: "ftp://x", WARIFU_ANCHOR_KEY: KEY },
      { WARIFU_CONTRACT: `0x${"ab".repeat(19)}` },
    ];
    for (const environment of wrong) {
      const [name] = Object.keys(environment);
      expectCode("CONFIG_INVALID", () => parseConfig(environment), new RegExp(name!));
    }
  });

  it("says what each value must be, in words of its own", () => {
    const wrong: readonly (readonly [name: string, value: string, says: string])[] = [
      ["WARIFU_HTTP_PORT", "http", "must be a number"],
      ["WARIFU_HTTP_PORT", "80.5", "must be a whole number"],
      ["WARIFU_HTTP_PORT", "65536", "must be at most 65535"],
      ["WARIFU_CHAIN_ID", "0", "must be at least 1"],
      ["WARIFU_ANCHOR_SECONDS", "0", "must be more than 0"],
      ["WARIFU_FEED", "maybe", "must be on or off"],
      ["WARIFU_RPC_URL", "rpc.example,ftp://rpc.example", "must be an http or https address"],
      ["WARIFU_RPC_URL", Array.from({ length: 10 }, () => "https://rpc.example").join(), "names more than 9"],
      ["WARIFU_MIN_BALANCE", "much", "must be an amount of ether, such as 0.01"],
    ];
    for (const [name, value, says] of wrong) {
      const { message } = expectCode("CONFIG_INVALID", () => parseConfig({ [name]: value }));
      expect(message).to.equal(`the configuration is not usable: ${name}: ${says}`);
    }
  });

  it("refuses a setting that it does not know, and a chain without a key", () => {
    expectCode(
      "CONFIG_INVALID",
      () => parseConfig({ WARIFU_DATADIR: "x" }),
      /WARIFU_DATADIR: there is no such setting/,
    );
    const { WARIFU_RPC_URL } = PUBLIC_CHAIN;
    const named =
      /WARIFU_ANCHOR_KEY, or WARIFU_ANCHOR_KEYSTORE with WARIFU_ANCHOR_PASSWORD_FILE, or WARIFU_ANCHOR_SIGNER_URL with/;
    expectCode("CONFIG_INVALID", () => parseConfig({ WARIFU_RPC_URL }), named);
    // Who administers the contract needs no account that anchors.
    expect(parseConfig({ WARIFU_RPC_URL }, { needsSigner: false }).chain.rpcUrls).to.deep.equal([WARIFU_RPC_URL]);
  });

  it("takes the anchoring account of a front end by its address, as it needs no key", () => {
    const { WARIFU_RPC_URL } = PUBLIC_CHAIN;
    const front = { WARIFU_RPC_URL, WARIFU_FRONT_END: "on", WARIFU_DATABASE: "postgres://db.example/warifu" };
    const named = { WARIFU_ANCHOR_ADDRESS: `0x${"AB".repeat(20)}` };
    const signerOf = (settings: NodeJS.ProcessEnv) => parseConfig(settings).chain.signer;
    expect(signerOf({ ...front, ...named })).to.deep.equal({ kind: "named", address: `0x${"ab".repeat(20)}` });
    expectCode("CONFIG_INVALID", () => signerOf({ ...front, ...named, WARIFU_FRONT_END: "off" }), /half configured/);
    expectCode("CONFIG_INVALID", () => signerOf(front), /or WARIFU_ANCHOR_ADDRESS alone, since a front end anchors/);
    // A key is taken there too, and is then the one that counts.
    expect(signerOf({ ...front, WARIFU_ANCHOR_KEY: KEY })).to.deep.equal({ kind: "key", key: KEY });
    expectCode("CONFIG_INVALID", () => signerOf({ ...front, ...named, WARIFU_ANCHOR_KEY: KEY }), /half configured/);
  });

  it("takes the anchoring account in one of three ways", () => {
    const { WARIFU_RPC_URL } = PUBLIC_CHAIN;
    const signerOf = (more: NodeJS.ProcessEnv) => parseConfig({ WARIFU_RPC_URL, ...more }).chain.signer;
    const keystore = { WARIFU_ANCHOR_KEYSTORE: "anchor.json", WARIFU_ANCHOR_PASSWORD_FILE: "/run/secrets/anchor" };
    const external = {
      WARIFU_ANCHOR_SIGNER_URL: "https://signer.example",
      WARIFU_ANCHOR_ADDRESS: `0x${"AB".repeat(20)}`,
    };
    expect(signerOf({ WARIFU_ANCHOR_KEY: KEY })).to.deep.equal({ kind: "key", key: KEY });
    expect(signerOf(keystore)).to.deep.equal({
      kind: "keystore",
      keystore: resolve("anchor.json"),
      passwordFile: "/run/secrets/anchor",
    });
    expect(signerOf(external)).to.deep.equal({
      kind: "external",
      url: "https://signer.example",
      address: `0x${"ab".repeat(20)}`,
    });
    const twice = [
      { ...keystore, WARIFU_ANCHOR_KEY: KEY },
      { ...external, WARIFU_ANCHOR_KEY: KEY },
      { ...keystore, ...external },
    ];
    for (const wrong of twice)
      expect(expectCode("CONFIG_INVALID", () => signerOf(wrong), /named more than once: keep one of/).message)
        .not.to.include(KEY)
        .and.not.include("signer.example");
    for (const [name, value] of Object.entries({ ...keystore, ...external }))
      expectCode(
        "CONFIG_INVALID",
        () => signerOf({ [name]: value }),
        /only half configured: WARIFU_ANCHOR_\w+ is missing/,
      );
    expectCode("CONFIG_INVALID", () => signerOf({ WARIFU_ANCHOR_ADDRESS: "0x12" }), /WARIFU_ANCHOR_ADDRESS/);
    expectCode("CONFIG_INVALID", () => signerOf({ WARIFU_ANCHOR_SIGNER_URL: "ipc:x" }), /WARIFU_ANCHOR_SIGNER_URL/);
  });
});
