// Stage conceal (hiding): nothing public reveals a claim whose salt is withheld, nor how many are concealed.
// Invariant: what is in a body beside the public claims is random to whoever has not the openings.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { openClaims, parseBody } from "../../src/core/body.ts";
import { parseOpening } from "../../src/core/opening.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import { SourceIds, type Sealable } from "../../src/write/append.ts";
import { conceal, sealableOf } from "../../src/write/conceal.ts";
import { ingest, type IngestedRecord } from "../../src/write/ingest.ts";
import { ORIGIN, PROFILES, reading, report } from "../support/ledger.ts";

const SLOTS = 16;
const randomBytes = pagedRandomBytes();
const AT = { origin: ORIGIN, receivedAt: 1_795_334_400 };

function concealed(record: JsonObject, seq = 7): Sealable {
  return sealable(ingest(record, PROFILES, ORIGIN), seq);
}

function sealable(ingested: IngestedRecord, seq = 3): Sealable {
  return sealableOf(
    { record: conceal(ingested, randomBytes), seq },
    new SourceIds(ORIGIN).of(ingested.record.source),
    AT,
  );
}

// With the others, every claim that a citizen's report can conceal.
const MORE = { language: "es", reportedAt: "2026-02-03T04:05:06Z", pictures: [], longitude: 1.5, reporterEmail: "a@b" };

const textOf = ({ body }: Sealable): string => Buffer.from(body).toString("utf8");

describe("stage conceal", () => {
  it("shows public claims, and puts every other one behind a digest that its opening opens", () => {
    const record = report(5, { seq: 7 });
    const { body, openings } = concealed(record);
    const parsed = parseBody(body);
    expect(parsed).to.deep.include({ iss: ORIGIN, iat: AT.receivedAt, seq: 7, vct: "warifu:citizen-report:4" });
    expect(parsed.content).to.deep.equal({ category: "pothole" });
    expect([parsed.signed, parseBody(concealed(reading(5)).body).signed]).to.deep.equal([false, undefined]);
    const opened = openClaims(parsed, openings!);
    const claims = Object.fromEntries(opened.map(({ name, value }) => [name, value]));
    expect({ ...claims, ...parsed.content }).to.deep.equal(record["claims"]);
  });

  it("says apart from the body what identifies the person, in the order of the profile", () => {
    const claims = { category: "pothole", reporterPhone: "600", reporterEmail: "a@b", reporterName: "Jane", text: "x" };
    const { persons, body } = concealed(report(5, { claims }));
    expect(persons).to.deep.equal([
      { claim: "reporterEmail", value: "a@b" },
      { claim: "reporterPhone", value: "600" },
    ]);
    expect(Object.keys(parseBody(body).content)).to.deep.equal(["category"]);
    expect(concealed(report(5, { claims: { category: "pothole" } })).persons).to.deep.equal([]);
    expect(concealed(reading(5)).persons).to.equal(undefined);
  });

  it("has no openings where the profile makes everything public", () => {
    const { body, openings } = concealed(reading(3));
    expect(openings).to.equal(undefined);
    expect(parseBody(body).digests).to.deep.equal([]);
    expect(parseBody(body).content).to.deep.equal(reading(3)["claims"]);
  });

  it("has as many digests whatever a record conceals, all of one form, in sorted order", () => {
    const claims = Object.entries(report(1)["claims"] as JsonObject);
    const lengths = new Set<number>();
    for (let count = 1; count <= claims.length; count++) {
      const { body } = concealed(report(1, { claims: Object.fromEntries(claims.slice(0, count)) }));
      const { digests } = parseBody(body);
      expect(digests.length).to.equal(SLOTS);
      expect(digests).to.deep.equal([...digests].sort());
      for (const digest of digests) expect(digest).to.match(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
      lengths.add(body.length);
    }
    expect(lengths.size).to.equal(1);
  });

  it("mixes decoys among the digests: a digest's place does not tell whether it opens", () => {
    const openedAt = new Array<number>(SLOTS).fill(0);
    for (let i = 0; i < 2_000; i++) {
      const { body, openings } = concealed(report(i));
      const { digests } = parseBody(body);
      for (const opening of openings!) openedAt[digests.indexOf(digestOf(opening))]!++;
    }
    // 4 of 16 at 2,000 records: 500 expected at each place, standard deviation 19.
    for (const count of openedAt) expect(count).to.be.within(390, 610);
  });

  it("conceals a source's signature with what it signs", () => {
    const ingested = ingest(report(1, { seq: 3 }), PROFILES, ORIGIN);
    const evidence = { alg: "Ed25519" as const, key: "k".repeat(44), sig: "s".repeat(88) };
    const record = { ...ingested.record, evidence };
    const result = sealable({ ...ingested, record });
    expect(textOf(result)).not.to.include("evidence");
    expect(parseBody(result.body).signed).to.be.a("string");
    const names = result.openings!.map((text) => parseOpening(text).name);
    expect(names).to.include("evidence");
    expect(parseBody(result.body).digests.length).to.equal(SLOTS);
    const open = ingest(reading(1, { seq: 3 }), PROFILES, ORIGIN);
    const shown = sealable({ ...open, record: { ...open.record, evidence } });
    expect(parseBody(shown.body).content["evidence"]).to.deep.equal(evidence);
  });

  it("adds what is noted of pictures' content credentials, unless every digest is used", () => {
    const credentials = { present: true, state: "not-read" } as const;
    const claim = { bytes: 1, height: 1, sha256: "0".repeat(64), type: "image/png", width: 1 } as const;
    const pictures = [{ bytes: new Uint8Array(1), claim, credentials }];
    const ingested = ingest(report(1, { seq: 3 }), PROFILES, ORIGIN);
    const namesOf = (digestSlots: number): string[] => {
      const profile = { ...ingested.profile, digestSlots };
      const { openings } = sealable({ ...ingested, profile, pictures });
      return openings!.map((text) => parseOpening(text).name);
    };
    const own = namesOf(SLOTS).filter((name) => name !== "c2pa");
    expect(namesOf(own.length + 1)).to.deep.equal([...own, "c2pa"]);
    expect(namesOf(own.length)).to.deep.equal(own);
  });

  it("E6 never uses a salt or decoy twice, in 100,000 and more", () => {
    const salts = new Set<string>();
    const decoys = new Set<string>();
    const [records, claims] = [9_100, 11];
    const names = "text address reporterName reporterPhone reporterId".split(" ").map((name) => [name, "x"]);
    const all = { ...(report(1)["claims"] as JsonObject), ...Object.fromEntries(names), ...MORE };
    for (let i = 0; i < records; i++) {
      const { body, openings } = concealed(report(1, { claims: all }));
      const opened = new Set(openings!.map(digestOf));
      for (const opening of openings!) salts.add(Buffer.from(parseOpening(opening).salt).toString("latin1"));
      for (const digest of parseBody(body).digests) if (!opened.has(digest)) decoys.add(digest);
    }
    expect(salts.size).to.equal(claims * records);
    expect(decoys.size).to.equal((SLOTS - claims) * records);
    for (const salt of salts)
      if (decoys.has(Buffer.from(salt, "latin1").toString("base64url"))) expect.fail("a salt is a decoy");
  });

  it("E5 leaves nothing in the body from which a concealed value could be guessed", () => {
    const phone = "+34600123";
    const { body, openings } = concealed(report(1, { claims: { category: "pothole", reporterPhone: phone } }));
    const { digests } = parseBody(body);
    for (const form of [
      phone,
      phone.slice(1),
      Buffer.from(phone).toString("base64url"),
      Buffer.from(phone).toString("hex"),
    ])
      expect(Buffer.from(body).includes(form), form).to.equal(false);
    // An attacker tries the right value, without the salt, in every way a hasty design would have hashed it.
    const guesses = [
      phone,
      JSON.stringify(phone),
      JSON.stringify(["", "reporterPhone", phone]),
      Buffer.from(JSON.stringify(["", "reporterPhone", phone])).toString("base64url"),
      `reporterPhone${phone}`,
    ];
    for (const guess of guesses) expect(digests).not.to.include(digestOf(guess));
    // The same with the salt succeeds, so the attack itself works.
    const { salt } = parseOpening(openings![0]!);
    const right = Buffer.from(JSON.stringify([Buffer.from(salt).toString("base64url"), "reporterPhone", phone]));
    expect(digests).to.include(digestOf(right.toString("base64url")));
  });

  it("E7 gives two records of one person nothing in common but what is public", () => {
    const [first, second] = [concealed(report(1)), concealed(report(1))].map(({ body }) => parseBody(body).digests);
    expect(first!.filter((digest) => second!.includes(digest))).to.deep.equal([]);
  });
});

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
