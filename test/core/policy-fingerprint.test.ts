// The fingerprint of a policy: the same for the same policy however it is written, another for every change.

import { readFileSync } from "node:fs";

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
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
