// Events about a source: what each says, that it is read back as it was written, and that nothing else passes for one.

import { expect } from "chai";

import { DIGESTS_STEP, formatEventBody, parseBody } from "../../src/core/body.ts";
import { openingDigest } from "../../src/core/opening.ts";
import type { JsonObject } from "../../src/core/json.ts";
import {
  isSourceEvent,
  sourceEventContent,
  sourceEventOf,
  SOURCE_EVENT_CONTENT,
  SOURCE_EVENT_VCT,
  type SourceEvent,
} from "../../src/core/source-event.ts";
import { ed25519SourceKey } from "../../src/core/source-key.ts";
import { expectCode } from "../support/expect-code.ts";
import { signingKey } from "../support/signing-key.ts";

const HEAD = { iat: 1, iss: "test.example/ledger", seq: 3, src: "ab".repeat(32), vct: SOURCE_EVENT_VCT };
const NAME = "santander/env-419";
const KEY = ed25519SourceKey(signingKey(3).publicKey);
const REPAIR: SourceEvent = { action: "repair-seq", name: NAME, from: 1_000 };
const DIGESTS = Array.from({ length: DIGESTS_STEP }, (_, at) => openingDigest(String(at))).sort();

describe("source event", () => {
  const bodyOf = (content: JsonObject, name = SOURCE_EVENT_CONTENT, vct = SOURCE_EVENT_VCT) =>
    parseBody(formatEventBody({ ...HEAD, vct }, name, content));
  const readBack = (content: JsonObject): SourceEvent => sourceEventOf(bodyOf(content));

  it("truth C1: a repair is read back as it was written", () => {
    const body = bodyOf(sourceEventContent(REPAIR));
    expect(isSourceEvent(body)).to.equal(true);
    expect(sourceEventOf(body)).to.deep.equal(REPAIR);
    expect(body.content).to.deep.equal({ action: "repair-seq", from: 1_000, name: NAME });
  });

  it("each kind is read back as it was written", () => {
    const events: SourceEvent[] = [
      { action: "register", name: NAME },
      { action: "register", name: NAME, key: KEY },
      { action: "rotate", name: NAME, key: KEY, ends: [] },
      { action: "rotate", name: NAME, key: KEY, ends: [3, 17] },
      { action: "revoke", name: NAME, ends: [3], reason: "compromised" },
      { action: "suspend", name: NAME },
      { action: "resume", name: NAME },
    ];
    for (const event of events) expect(readBack(sourceEventContent(event))).to.deep.equal(event);
  });

  it("E1: a person's key stands in the body as a digest among decoys", () => {
    for (const event of [
      { action: "register", name: NAME, key: "concealed" },
      { action: "rotate", name: NAME, key: "concealed", ends: [3] },
    ] as const) {
      const content = sourceEventContent(event);
      expect(content).not.to.have.property("key");
      const bytes = formatEventBody(HEAD, SOURCE_EVENT_CONTENT, { ...content, _sd: DIGESTS });
      expect(Buffer.from(bytes).toString()).to.contain('"_sd_alg":"sha-256"');
      const body = parseBody(bytes);
      expect(body.digests).to.deep.equal(DIGESTS);
      expect(sourceEventOf(body)).to.deep.equal(event);
    }
  });

  it("D3: a conflict names number and place, and conceals the second record", () => {
    const conflict: SourceEvent = { action: "conflict", name: NAME, seq: 4, first: 17, omitted: 2 };
    const content = sourceEventContent(conflict);
    expect(content).to.deep.equal({ action: "conflict", name: NAME, seq: 4, first: 17, omitted: 2 });
    expect(readBack({ ...content, _sd: DIGESTS })).to.deep.equal(conflict);
    for (const wrong of [content, { ...content, key: KEY }, { ...content, _sd: DIGESTS, first: -1 }])
      expectCode("BODY_INVALID", () => readBack(wrong));
    for (const name of ["seq", "first", "omitted"]) {
      const { [name]: _, ...less } = content;
      expectCode("BODY_INVALID", () => readBack({ ...less, _sd: DIGESTS }));
    }
  });

  it("truth C1: a body of another kind or vct is none", () => {
    const content = sourceEventContent(REPAIR);
    expect(isSourceEvent(bodyOf(content, "profile"))).to.equal(false);
    expect(isSourceEvent(bodyOf(content, SOURCE_EVENT_CONTENT, "warifu:source:2"))).to.equal(false);
  });

  it("truth C1: one with a member too many, too few or of another form is refused", () => {
    const repair = sourceEventContent(REPAIR);
    const rotate = sourceEventContent({ action: "rotate", name: NAME, key: KEY, ends: [3] });
    const revoke = sourceEventContent({ action: "revoke", name: NAME, ends: [3], reason: "lost" });
    const { key: _, ...keyless } = rotate;
    const wrong: JsonObject[] = [
      {},
      { ...repair, reason: "a slip" },
      { ...repair, action: "close" },
      { ...repair, from: -1 },
      { ...repair, from: "1000" },
      { ...repair, name: "Calle Alta 5, 2º" },
      { ...repair, name: "" },
      { ...repair, key: KEY },
      { ...repair, _sd: DIGESTS },
      keyless,
      { ...rotate, _sd: DIGESTS },
      { ...rotate, ends: [3, 3] },
      { ...rotate, ends: [5, 3] },
      { ...rotate, ends: ["3"] },
      { ...rotate, ends: 3 },
      { ...rotate, ends: Array.from({ length: 65 }, (_each, at) => at) },
      { ...revoke, reason: "because María left" },
    ];
    for (const content of wrong) expectCode("BODY_INVALID", () => readBack(content));
    expectCode("KEY_INVALID", () => readBack({ ...rotate, key: "text" }));
  });
});
