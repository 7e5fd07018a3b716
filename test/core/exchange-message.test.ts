// What goes from city to city, and what it answers.

import { expect } from "chai";

import {
  answerDocument,
  formatAnswer,
  formatMessage,
  MOST_ITEMS,
  parseAnswer,
  parseMessage,
  type ExchangeAnswer,
  type ExchangeItem,
} from "../../src/core/exchange-message.ts";
import { expectCode } from "../support/expect-code.ts";

const LABEL = { basis: "eu-scc", jurisdiction: "eu", law: "GDPR", lawVersion: "2018-05-25", log: "x.example/log" };
const RECORD: ExchangeItem = { kind: "record", label: LABEL, purpose: "exchange", bundle: "{}" };
const PICTURE = { bundle: "{}", opening: "WyJ", bytes: "AAAA" };
const ITEMS: readonly ExchangeItem[] = [
  RECORD,
  { ...RECORD, about: { log: "x.example/log", id: "019d" }, pictures: [PICTURE] } as ExchangeItem,
  { kind: "follow-up", bundle: "{}", openings: ["WyJ"] },
  { kind: "translation", bundle: "{}", openings: [] },
];
const ANSWERS: readonly ExchangeAnswer[] = [
  { state: "taken", event: "019d", opening: "WyJ" },
  { state: "refused", code: "BUNDLE_INVALID", detail: "why" },
  { state: "later" },
];

describe("a message of the exchange", () => {
  it("has the same items when it is read", () => {
    expect(parseMessage(formatMessage(ITEMS))).to.deep.equal(ITEMS);
  });

  it("is refused with another format, too many items, or members of another form", () => {
    const text = formatMessage(ITEMS);
    const withItem = (item: object): string => JSON.stringify({ format: "warifu-exchange/1", items: [item] });
    for (const wrong of [
      ...["{", "[]", text.replace("exchange/1", "exchange/2"), withItem({}), formatMessage([])],
      formatMessage(Array.from({ length: MOST_ITEMS + 1 }, () => RECORD)),
      ...[withItem({ ...RECORD, kind: "news" }), withItem({ ...RECORD, more: 1 }), withItem({ ...RECORD, label: {} })],
      withItem({ ...RECORD, about: { log: "x", id: "y", more: 1 } }),
      withItem({ ...RECORD, pictures: [{ ...PICTURE, more: 1 }] }),
      withItem({ ...RECORD, pictures: Array.from({ length: 17 }, () => PICTURE) }),
      withItem({ kind: "follow-up", bundle: "{}" }),
      JSON.stringify({ format: "warifu-exchange/1", items: [RECORD], more: 1 }),
    ])
      expectCode("BUNDLE_INVALID", () => parseMessage(wrong));
  });
});

describe("the answer to a message of the exchange", () => {
  it("has the same items when it is read, as text and as JSON", () => {
    expect(parseAnswer(formatAnswer(ANSWERS), 3)).to.deep.equal(ANSWERS);
    expect(parseAnswer(JSON.stringify(answerDocument(ANSWERS)), 3)).to.deep.equal(ANSWERS);
  });

  it("is refused with another number of items, or members of another form", () => {
    expectCode("BUNDLE_INVALID", () => parseAnswer(formatAnswer(ANSWERS), 2));
    for (const wrong of [{ state: "lost" }, { state: "taken", more: 1 }, { state: "refused", code: "no code" }])
      expectCode("BUNDLE_INVALID", () => parseAnswer(formatAnswer([wrong as ExchangeAnswer]), 1));
  });
});
