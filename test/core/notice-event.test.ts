// Notices: their one form in an operator's file and in the log, and what is refused.

import { expect } from "chai";

import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { isNotice, noticeOf, noticeTextHash, parseNotice } from "../../src/core/notice-event.ts";
import { expectCode } from "../support/expect-code.ts";
import { exampleNotice } from "../privacy/support/rights.ts";

const ES = exampleNotice("es");
const JA = exampleNotice("ja");
const ENTERED = {
  ...ES,
  ...{ jurisdiction: "eu", lawVersion: "2018-05-25", textSha256: noticeTextHash(ES as { text: string }) },
};

const without = (notice: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(notice).filter(([one]) => one !== name)) as JsonObject;

describe("a notice", () => {
  it("is read as it was written", () => {
    for (const notice of [ES, JA]) expect(parseNotice(notice, "REQUEST_INVALID")).to.deep.equal(notice);
    expect(noticeOf({ content: ENTERED })).to.deep.equal(ENTERED);
    expect(isNotice({ contentName: "consent", vct: "warifu:notice:1" })).to.equal(true);
    expect(isNotice({ contentName: "consent", vct: "warifu:consent:1" })).to.equal(false);
    expect(isNotice({ contentName: "record", vct: "warifu:notice:1" })).to.equal(false);
  });

  it("is refused in any other form", () => {
    const purpose = (ES["purposes"] as JsonObject[])[0] as JsonObject;
    const recipient = { country: "ES", name: "x" };
    const controller = ES["controller"] as JsonObject;
    const many = Array.from({ length: 65 }, () => recipient);
    const changes: JsonObject[] = [
      ...[{ more: 1 }, { language: "español" }, { version: "1" }, { data: [] }, { data: ["a\nb"] }, { text: "" }],
      ...[{ controller: { ...controller, more: 1 } }, { controller: without(controller, "name") }],
      ...[{ purposes: [] }, { purposes: [purpose, purpose] }, { purposes: [{ ...purpose, more: 1 }] }],
      ...[{ purposes: [{ ...purpose, needsConsent: "yes" }] }, { purposes: [{ ...purpose, basis: "Art. 6" }] }],
      ...[{ recipients: many }, { recipients: [{ ...recipient, country: "Spain" }] }],
      { recipients: [{ ...recipient, more: 1 }] },
    ];
    for (const change of changes)
      expectCode("REQUEST_INVALID", () => parseNotice({ ...ES, ...change }, "REQUEST_INVALID"));
    for (const name of Object.keys(JA))
      expectCode("REQUEST_INVALID", () => parseNotice(without(JA, name), "REQUEST_INVALID"));
    expectCode("REQUEST_INVALID", () => parseNotice([] as JsonValue, "REQUEST_INVALID"));
  });

  it("in the log is of the text that it names by its hash", () => {
    for (const change of [{ textSha256: "a".repeat(64) }, { text: "other" }, { jurisdiction: "" }, { lawVersion: "1" }])
      expectCode("BODY_INVALID", () => noticeOf({ content: { ...ENTERED, ...change } }));
    for (const name of ["textSha256", "jurisdiction", "lawVersion"])
      expectCode("BODY_INVALID", () => noticeOf({ content: without(ENTERED, name) }));
    expectCode("BODY_INVALID", () => noticeOf({ content: { ...ENTERED, more: 1 } }));
  });
});
