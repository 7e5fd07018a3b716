// The settings of a log that is witnessed: the file of witnesses, the quorum, the time-out.

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { openCosigner, parseWitnesses } from "../../src/cosign/witness-file.ts";
import { utf8 } from "../../src/core/bytes.ts";
import { formatVerifierKey, parseVerifierKey, verifierKey } from "../../src/core/note.ts";
import { expectCode } from "../support/expect-code.ts";
import { SIGNER, temporaryFolder } from "../support/ledger.ts";
import { mlDsaKey } from "../support/ml-dsa-key.ts";
import { GROUND_KEYS, signingKey } from "../support/signing-key.ts";

/** A file of witnesses, and the configuration that names it. */
function configure(witnesses: readonly unknown[], quorum: number) {
  const file = join(temporaryFolder(), "witnesses.json");
  writeFileSync(file, JSON.stringify(witnesses));
  return parseConfig({ WARIFU_WITNESSES: file, WARIFU_WITNESS_QUORUM: String(quorum) }).witnesses;
}

describe("the file of witnesses", () => {
  const vkeyOf = (seed: number, type: "cosignature" | "ed25519" = "cosignature"): string =>
    formatVerifierKey(verifierKey(`witness.example/w${seed}`, signingKey(seed).publicKey, type));
  const one = { vkey: vkeyOf(21), url: "https://witness.example/w21/" };
  const parts = {
    logKey: SIGNER.key,
    tree: { publishedSize: 0, consistencyProof: async () => [] },
    now: Date.now,
  };
  const parse = (value: unknown) => parseWitnesses(utf8(JSON.stringify(value)));

  it("names keys and addresses", () => {
    expect(parse([one])).to.deep.equal([{ key: parseVerifierKey(one.vkey), url: one.url }]);
    expect(parse([])).to.deep.equal([]);
  });

  const mlDsaVkey = formatVerifierKey(verifierKey("witness.example/w21", mlDsaKey(21).publicKey, "mldsa44"));

  it("may name the ML-DSA-44 key of a witness", () => {
    expect(parse([{ ...one, vkey: mlDsaVkey }])[0]?.key.type).to.equal("mldsa44");
  });

  it("may be a tlog-policy that names their addresses", () => {
    const text = (url: string): Uint8Array => utf8(`\nwitness w21 ${one.vkey} ${url}\nquorum w21\n`);
    expect(parseWitnesses(text(one.url))).to.deep.equal(parse([one]));
    expectCode("CONFIG_INVALID", () => parseWitnesses(text("")), /no address of witness\.example\/w21/);
    expect(() => parseWitnesses(text("file:///etc/passwd"))).to.throw(/http or https/);
    expectCode("POLICY_INVALID", () => parseWitnesses(utf8("https://witness.example")), /line 1/);
  });

  const REFUSED: readonly [what: string, value: unknown, pattern: RegExp][] = [
    ["no list", one, /JSON list/],
    ["16 witnesses", Array.from({ length: 16 }, () => one), /at most 15/],
    ["the same key twice", [one, { ...one, url: "http://other.example" }], /twice/],
    ["two keys of one name and key id", GROUND_KEYS.map((vkey) => ({ ...one, vkey })), /one name and key id/],
    ["both keys of one witness", [one, { ...one, vkey: mlDsaVkey }], /both the Ed25519 and the ML-DSA-44/],
    ["a log's key", [{ ...one, vkey: vkeyOf(21, "ed25519") }], /type 4/],
    ["a key that is none", [{ ...one, vkey: "x" }], /form/],
    ["no address", [{ vkey: one.vkey }], /url/],
    ["a file as address", [{ ...one, url: "file:///etc/passwd" }], /http or https/],
    ["a password in the address", [{ ...one, url: "https://u:p@witness.example" }], /without user/],
    ["a query", [{ ...one, url: "https://witness.example/?a=b" }], /without user/],
    ["more than that", [{ ...one, quorum: 1 }], /unknown member/],
  ];
  for (const [what, value, pattern] of REFUSED)
    it(`is refused with ${what}`, () => {
      expect(() => parse(value)).to.throw(pattern);
      const file = join(temporaryFolder(), "witnesses.json");
      writeFileSync(file, JSON.stringify(value));
      expectCode("CONFIG_INVALID", () => openCosigner({ file, quorum: 0, timeoutMs: 1_000 }, parts), pattern);
    });

  it("may be none, but not missing, and has to name a quorum at least", () => {
    expect(openCosigner(parseConfig({}).witnesses, parts).status()).to.deep.equal([]);
    expectCode("CONFIG_INVALID", () => openCosigner(configure([one], 2), parts), /WARIFU_WITNESS_QUORUM is 2/);
    expectCode("CONFIG_INVALID", () => openCosigner({ file: "/none.json", quorum: 0, timeoutMs: 1_000 }, parts));
    const own = formatVerifierKey(verifierKey("witness.example", SIGNER.key.publicKey, "cosignature"));
    expectCode("CONFIG_INVALID", () => openCosigner(configure([{ ...one, vkey: own }], 0), parts), /log itself/);
  });

  it("is found by its setting, as are the quorum and the time-out", () => {
    const settings = { WARIFU_WITNESSES: "w.json", WARIFU_WITNESS_QUORUM: "2", WARIFU_WITNESS_TIMEOUT_SECONDS: "0.5" };
    expect(parseConfig(settings).witnesses).to.deep.equal({
      ...{ file: resolve("w.json"), quorum: 2, everyMs: 60_000, timeoutMs: 500 },
    });
    expect(parseConfig({}).witnesses).to.deep.equal({
      ...{ file: undefined, quorum: 0, everyMs: 60_000, timeoutMs: 5_000 },
    });
    for (const quorum of ["-1", "1.5", "16", "all"])
      expectCode("CONFIG_INVALID", () => parseConfig({ WARIFU_WITNESS_QUORUM: quorum }), /WARIFU_WITNESS_QUORUM/);
  });
});
