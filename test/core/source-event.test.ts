// Events about a source: what a repair of its numbers says, and that nothing else passes for one.

import { expect } from "chai";

import { formatEventBody, parseBody } from "../../src/core/body.ts";
import type { JsonObject } from "../../src/core/json.ts";
import {
  isSourceEvent,
  seqRepairContent,
  seqRepairOf,
  SOURCE_EVENT_CONTENT,
  SOURCE_EVENT_VCT,
} from "../../src/core/source-event.ts";
import { expectCode } from "../support/expect-code.ts";

const HEAD = { iat: 1, iss: "test.example/ledger", seq: 3, src: "ab".repeat(32), vct: SOURCE_EVENT_VCT };
const REPAIR = { name: "santander/env-419", from: 1_000 };

describe("source event", () => {
  const bodyOf = (content: JsonObject, name = SOURCE_EVENT_CONTENT, vct = SOURCE_EVENT_VCT) =>
    parseBody(formatEventBody({ ...HEAD, vct }, name, content));

  it("truth C1: a repair is read back as it was written", () => {
    const body = bodyOf(seqRepairContent(REPAIR));
    expect(isSourceEvent(body)).to.equal(true);
    expect(seqRepairOf(body)).to.deep.equal(REPAIR);
    expect(body.content).to.deep.equal({ action: "repair-seq", from: 1_000, name: "santander/env-419" });
  });

  it("truth C1: a body of another kind or vct is none", () => {
    expect(isSourceEvent(bodyOf(seqRepairContent(REPAIR), "profile"))).to.equal(false);
    expect(isSourceEvent(bodyOf(seqRepairContent(REPAIR), SOURCE_EVENT_CONTENT, "warifu:source:2"))).to.equal(false);
  });

  it("truth C1: a repair with a member too many, too few or of another form is refused", () => {
    const good = seqRepairContent(REPAIR);
    const wrong: JsonObject[] = [
      {},
      { ...good, reason: "a slip" },
      { ...good, action: "close" },
      { ...good, from: -1 },
      { ...good, from: "1000" },
      { ...good, name: "Calle Alta 5, 2º" },
      { ...good, name: "" },
    ];
    for (const content of wrong) expectCode("BODY_INVALID", () => seqRepairOf({ content }));
  });
});
