// The fingerprint of a policy: the same for the same policy however it is written, another for every change.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { canonicalJson, type JsonObject } from "../../src/core/json.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import { policyFingerprint } from "../../src/core/policy-fingerprint.ts";

const TEXT = readFileSync(new URL("../docs/vectors/worked-example.policy.json", import.meta.url), "utf8");
const fingerprintOf = (text: string): string => policyFingerprint(parsePolicy(utf8(text)));

describe("the fingerprint of a policy", () => {
  it("is six groups of four digits, which stay the same from version to version", () => {
    expect(fingerprintOf(TEXT)).to.equal("5398 9416 3356 4376 6498 3642");
  });

  it("does not depend on how the file is written", () => {
    const value = JSON.parse(TEXT) as Record<string, unknown>;
    const turned = Object.fromEntries(Object.entries(value).reverse());
    expect(fingerprintOf(`\ufeff${JSON.stringify(turned)}\r\n`)).to.equal(fingerprintOf(TEXT));
  });

  it("is of the policy with its defaults written out, and nothing else that it leaves out", () => {
    const { format, log, chain } = JSON.parse(TEXT) as { format: string; log: JsonObject; chain: { contract: string } };
    const { accept: _, ...place } = chain as typeof chain & { accept: string };
    const lists = { trustedBlocks: [], rpc: [], sources: [], witnesses: { keys: [], quorum: 0 } };
    const whole = { format, log, chain: { ...place, accept: "trusted-block" }, ...lists };
    const digest = createHash("sha256").update(canonicalJson(whole)).digest("hex");
    const number = String(BigInt(`0x${digest}`) % 10n ** 24n).padStart(24, "0");
    expect(fingerprintOf(JSON.stringify({ format, log, chain: place })).replaceAll(" ", "")).to.equal(number);
    const under = (more: object): string => fingerprintOf(JSON.stringify({ ...whole, chain: { ...place, ...more } }));
    expect(under({ headerForm: "ethereum" })).to.equal(under({}));
    expect(under({ finality: "tag" }))
      .to.equal(under({ finality: "finalized" }))
      .and.not.equal(under({}));
    expect(under({ finality: "depth:12" }))
      .to.equal(under({ finality: 12 }))
      .and.not.equal(under({}));
    // In mixed case it carries a checksum; in capitals it does not.
    expect(under({ contract: place.contract.toUpperCase().replace("0X", "0x") })).to.equal(under({}));
  });

  it("is another one for each change", () => {
    const value = JSON.parse(TEXT) as { chain: object; witnesses: object };
    const changes = [
      { chain: { ...value.chain, id: 2 } },
      { chain: { ...value.chain, accept: "evidence", finality: 12 } },
      { chain: { ...value.chain, contract: `0x${"1".repeat(40)}` } },
      { trustedBlocks: [`0x${"2".repeat(64)}`] },
      { rpc: ["https://rpc.example.org/"] },
    ];
    const all = changes.map((change) => fingerprintOf(JSON.stringify({ ...value, ...change })));
    expect(new Set([...all, fingerprintOf(TEXT)]).size).to.equal(changes.length + 1);
  });
});
