// Steps of a person's request: their one form, and what is refused.

import { expect } from "chai";

import type { JsonObject } from "../../src/core/json.ts";
import { isRequest, requestOf } from "../../src/core/request-event.ts";
import { expectCode } from "../support/expect-code.ts";

const COMMON = { jurisdiction: "eu", lawVersion: "2018-05-25", operation: "access", provisions: ["gdpr-15"], told: [] };
const RECEIVED = { ...COMMON, due: 1_798_758_000, receivedAt: 1_796_079_600, state: "received" };
const EXTENDED = { ...COMMON, due: 1_800_000_000, request: 4, state: "extended", told: ["extension-reason"] };
const DONE = { ...COMMON, request: 4, state: "done", told: ["copy"] };
const DIGESTS = ["d"];

const without = (content: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(content).filter(([one]) => one !== name)) as JsonObject;

describe("a step of a request", () => {
  it("is read as it was written", () => {
    for (const content of [RECEIVED, EXTENDED, DONE])
      expect(requestOf({ content, digests: DIGESTS })).to.deep.equal(content);
    expect(isRequest({ contentName: "consent", vct: "warifu:request:1" })).to.equal(true);
    expect(isRequest({ contentName: "consent", vct: "warifu:notice:1" })).to.equal(false);
    expect(isRequest({ contentName: "record", vct: "warifu:request:1" })).to.equal(false);
  });

  it("is refused in any other form, and where nothing is concealed", () => {
    for (const whole of [RECEIVED, EXTENDED, DONE]) {
      for (const name of Object.keys(whole))
        expectCode("BODY_INVALID", () => requestOf({ content: without(whole, name), digests: DIGESTS }));
      for (const change of [
        ...[{ state: "lost" }, { operation: "sell" }, { lawVersion: "2018" }, { jurisdiction: "" }, { more: 1 }],
        ...[{ provisions: ["Art. 15"] }, { told: ["<b>"] }],
      ])
        expectCode("BODY_INVALID", () => requestOf({ content: { ...whole, ...change }, digests: DIGESTS }));
      expectCode("BODY_INVALID", () => requestOf({ content: whole, digests: [] }));
    }
    expectCode("BODY_INVALID", () => requestOf({ content: { ...DONE, due: 5 }, digests: DIGESTS }));
    expectCode("BODY_INVALID", () => requestOf({ content: { ...RECEIVED, request: 5 }, digests: DIGESTS }));
  });
});
