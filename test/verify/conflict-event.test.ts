// A bundle of an event that says that a source signed two records under one number: the second record, where its opening is
// in the bundle, must prove it.

import { expect } from "chai";

import { formatEventBody, openClaims, parseBody } from "../../src/core/body.ts";
import { formatOpening, openingDigest } from "../../src/core/opening.ts";
import { sha256 } from "../../src/core/sha256.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import { conflictClaim } from "../../src/core/source-conflict.ts";
import { sourceEventContent, SOURCE_EVENT_VCT, type SourceEvent } from "../../src/core/source-event.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { signedBytesOf } from "../../src/core/source-signature.ts";
import { inEnglish } from "../../src/verify/english.ts";
import { sourceStep } from "../../src/verify/steps.ts";
import { bundleFixture, fixturePolicy, ORIGIN, SOURCE, SOURCE_PAIR } from "../support/bundle-fixture.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { signingKey } from "../support/signing-key.ts";

const KEY = ed25519SourceKey(SOURCE_PAIR.publicKey);
const EVENT: SourceEvent = { action: "conflict", name: SOURCE, seq: 4, first: 17, omitted: 0 };

function secondRecord(seq: number, pair = SOURCE_PAIR): JsonObject {
  const part = { type: "sensor-reading", source: SOURCE, seq, claims: { temperature: 21.5 } };
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const sig = base64(pair.sign(signedBytesOf(part)));
  return conflictClaim({ ...part, evidence: { alg: "Ed25519", key: base64(pair.publicKey), sig } });
}

describe("the event of a conflict", () => {
  /** The step `source` over the bundle of an event, with that claim, opened or shut. */
  async function sourceOf(
    event: SourceEvent,
    claim: JsonObject,
    { isShown = true, vct = SOURCE_EVENT_VCT, sources = [{ name: SOURCE, key: KEY }] } = {},
  ) {
    const opening = formatOpening({ salt: new Uint8Array(32).fill(9), name: "record", value: claim });
    const decoys = Array.from({ length: 7 }, (_, at) => openingDigest(`decoy ${at}`));
    const content = { ...sourceEventContent(event), _sd: [openingDigest(opening), ...decoys].sort() };
    const sourceId = logIdOf(ORIGIN);
    const head = { iat: 1, iss: ORIGIN, seq: 3, src: Buffer.from(sourceId).toString("hex"), vct };
    const bytes = formatEventBody(head, "source", content);
    const body = parseBody(bytes);
    const entry = { kind: "source", sourceId, seq: 3, bodyDigest: sha256(bytes) } as const;
    const { bundle } = await bundleFixture();
    const openings = openClaims(body, isShown ? [opening] : []);
    return sourceStep({ ...bundle, source: ORIGIN }, entry, body, openings, { ...fixturePolicy(), sources });
  }

  const told = { id: "conflict", source: SOURCE, seq: 4 };

  it("D3: holds with the second record shown under the source's known key, and is open with it shut", async () => {
    const shown = await sourceOf(EVENT, secondRecord(4));
    expect(shown).to.deep.equal({ value: undefined, fact: { ...told, isShown: true, isKeyKnown: true } });
    expect(inEnglish(shown.fact)).to.match(/signed two records under seq 4: the second is signed by its known key$/);
    const { code, isUnchecked, fact } = await sourceOf(EVENT, secondRecord(4), { isShown: false });
    expect([isUnchecked, code]).to.deep.equal([true, "SIGNATURE_NOT_SHOWN"]);
    expect(fact).to.deep.equal({ ...told, isShown: false, isKeyKnown: true });
    expect(inEnglish(fact)).to.match(/ask for the opening of `record`$/);
  });

  it("frames nobody: a key that the policy does not know refutes it if the policy knows others", async () => {
    await expectRejection("SOURCE_SIGNATURE_INVALID", sourceOf(EVENT, secondRecord(4, signingKey(66))));
    const sources = [{ name: "other/1", key: KEY }];
    for (const isShown of [true, false]) {
      const { fact, isUnchecked, code } = await sourceOf(EVENT, secondRecord(4), { isShown, sources });
      expect([fact, isUnchecked, code]).to.deep.equal([{ ...told, isShown, isKeyKnown: false }, true, undefined]);
      expect(inEnglish(fact)).to.include(isShown ? "a key that nobody vouches for" : "is not shown");
    }
  });

  it("D3: is refuted if the record shown is not one that the source signed under that number", async () => {
    await expectRejection("SOURCE_SIGNATURE_INVALID", sourceOf(EVENT, secondRecord(5)));
    const altered = { ...secondRecord(4), claims: { temperature: 99 } };
    await expectRejection("SOURCE_SIGNATURE_INVALID", sourceOf(EVENT, altered));
  });

  it("is told by vct and action: other events and bodies may have a claim of that name", async () => {
    const later = { action: "later", name: SOURCE } as unknown as SourceEvent;
    expect((await sourceOf(later, {})).fact).to.deep.equal({ id: "source-is-log" });
    const rotate: SourceEvent = { action: "register", name: SOURCE, key: "concealed" };
    for (const [event, options] of [
      [rotate, {}],
      [EVENT, { vct: "warifu:source:2" }],
    ] as const)
      expect((await sourceOf(event, { any: "thing" }, options)).fact).to.deep.equal({ id: "source-is-log" });
  });
});
