// What two cities tell each other of a record, as events of their logs.

import { expect } from "chai";

import { exchangeEventOf, exchangeWordsIn, isExchangeEvent } from "../../src/core/exchange-event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { expectCode } from "../support/expect-code.ts";

const TOLD = { matter: "erased", record: 7, step: "told" };
const DIGESTS = ["x"];

describe("an event of the exchange", () => {
  it("is recognised by its name and content", () => {
    const vct = "warifu:exchange:1";
    expect(isExchangeEvent({ contentName: "provision", vct })).to.equal(true);
    expect(isExchangeEvent({ contentName: "disclosure", vct })).to.equal(false);
    expect(isExchangeEvent({ contentName: "provision", vct: "warifu:reception:1" })).to.equal(false);
  });

  it("says what of which record, and is refused with anything else", () => {
    const read = (content: JsonObject, digests: readonly string[] = DIGESTS) => exchangeEventOf({ content, digests });
    expect(read(TOLD)).to.deep.equal(TOLD);
    expect(read({ matter: "withdrawn", step: "absent" })).to.deep.equal({ matter: "withdrawn", step: "absent" });
    for (const wrong of [
      ...[
        { ...TOLD, matter: "lost" },
        { ...TOLD, step: "heard" },
        { ...TOLD, record: -1 },
        { ...TOLD, more: 1 },
      ],
      // The record is there unless there is none.
      ...[
        { matter: "erased", step: "told" },
        { matter: "erased", record: 7, step: "absent" },
      ],
    ])
      expectCode("BODY_INVALID", () => read(wrong));
    expectCode("BODY_INVALID", () => read(TOLD, []));
  });

  it("conceals with whom, and which event of the other log is meant", () => {
    const words = { partner: "Example K.K.", event: "019d", absent: 1, of: 2, right: "019e", translation: 3 };
    expect(exchangeWordsIn(words)).to.deep.equal(words);
    expect(exchangeWordsIn({ partner: "x", absent: -1, of: "2", event: 1, right: 2, translation: 0.5 })).to.deep.equal({
      partner: "x",
    });
    expect(exchangeWordsIn({ event: "019d" })).to.equal(undefined);
  });
});
