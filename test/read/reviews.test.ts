// What auditors say about a source counts in its reputation: the newest review of each, signed, of those whom an officer has
// registered as auditors, and of nobody else.

import { readFileSync } from "node:fs";

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf, type SignedPart } from "../../src/core/source-signature.ts";
import { parseProfile } from "../../src/profiles/profile.ts";
import { SourceList } from "../../src/read/sources.ts";
import { codesOf, openLedger, PROFILES, reading, type TestLedger } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const PROFILE = new URL("../../profiles/city/source-review.json", import.meta.url);
const ABOUT = "santander/env-1";

describe("reviews of sources", () => {
  const profiles = new Map([
    ...PROFILES,
    ["source-review", parseProfile(JSON.parse(readFileSync(PROFILE, "utf8")) as JsonValue)],
  ]);
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openLedger({ profiles });
    await ledger.submit([reading(1, { source: ABOUT })]);
  });
  afterEach(() => ledger.close());

  const numbers = new Map<string, number>();
  const register = async (name: string, seed?: number): Promise<void> => {
    const newKey = seed === undefined ? undefined : { key: ed25519SourceKey(signingKey(seed).publicKey) };
    await ledger.log.changeSource({ action: "register", name, newKey });
  };
  const review = (source: string, seed: number | undefined, verdict: string, about = ABOUT): Promise<string[]> => {
    const seq = (numbers.get(source) ?? -1) + 1;
    numbers.set(source, seq);
    const claims = { about, verdict, observedAt: "2026-11-28T12:00:00Z" };
    const record = { type: "source-review", source, seq, claims };
    return ledger.pipeline.submit([seed === undefined ? record : signed(record, seed)]).then(codesOf);
  };
  const trusted = async (): Promise<number | null | undefined> => {
    const list = new SourceList(ledger.log);
    return (await list.reputation(ABOUT, await list.show(ABOUT, { from: 0, ranges: 1 })))?.trusted;
  };

  it("count once for each auditor, the newest of them", async () => {
    numbers.clear();
    expect(await trusted()).to.equal(null);
    await register("auditors/one", 61);
    await register("auditors/two", 62);
    expect(await review("auditors/one", 61, "sound", "santander/env-2")).to.deep.equal(["ok"]);
    expect(await trusted()).to.equal(null);
    await review("auditors/one", 61, "doubtful");
    expect(await trusted()).to.equal(0);
    await review("auditors/one", 61, "sound");
    expect(await trusted()).to.equal(1);
    await review("auditors/two", 62, "doubtful");
    expect(await trusted()).to.equal(0.5);
  });

  it("do not count from anybody else: no auditor by name, one without a key, one who is not registered, the source itself", async () => {
    numbers.clear();
    await register("auditors/keyless");
    await register("friends/of-it", 63);
    for (const [name, seed] of [
      ["auditors/keyless", undefined],
      ["friends/of-it", 63],
      ["auditors/unknown", undefined],
    ] as const)
      expect(await review(name, seed, "sound"), name).to.deep.equal(["ok"]);
    expect(await trusted()).to.equal(null);
    await register("auditors/vain", 64);
    expect(await review("auditors/vain", undefined, "sound", "auditors/vain")).to.deep.equal(["SIGNATURE_REQUIRED"]);
    await review("auditors/vain", 64, "sound", "auditors/vain");
    const list = new SourceList(ledger.log);
    const facts = await list.show("auditors/vain", { from: 0, ranges: 1 });
    expect(await list.reputation("auditors/vain", facts)).to.include({ trusted: null });
  });
});

function signed(record: JsonObject, seed: number): JsonObject {
  const { publicKey, sign } = signingKey(seed);
  const sig = Buffer.from(sign(signedBytesOf(record as unknown as SignedPart))).toString("base64");
  return { ...record, evidence: { alg: "Ed25519", key: Buffer.from(publicKey).toString("base64"), sig } };
}
