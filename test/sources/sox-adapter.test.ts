// Items of SOX: as they come, escaped, and what is refused.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { takeIn } from "../../src/sources/adapter.ts";
import { soxAdapter } from "../../src/sources/sox-adapter.ts";
import { expectCode } from "../support/expect-code.ts";
import { PROFILES } from "../support/ledger.ts";

const VALUE = '<transducerValue id="temp" typedValue="23.4" rawValue="234" timestamp="2013-03-04_11:52:29"/>';
const DATA = `<data xmlns="http://jabber.org/protocol/sox">${VALUE}</data>`;
const CLAIMS = { id: "temp", typedValue: "23.4", rawValue: "234", timestamp: "2013-03-04_11:52:29" };
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

describe("items of SOX", () => {
  const profile = PROFILES.get("sensor-reading")!;
  const take = (text: string, topic = "air_data") =>
    takeIn(
      soxAdapter,
      { bytes: Buffer.from(text), type: "application/xml", headers: {}, at: 1_795_334_400_000, message: { topic } },
      { source: "fujisawa", type: "sensor-reading", profile },
    ).records;
  const claimsOf = (text: string) =>
    take(text).map(({ record }) => (record instanceof WarifuError ? record.message : record["claims"]));
  const keyOf = (text: string, at = 0, topic?: string) => (take(text, topic)[at]?.record as JsonObject)["key"];

  it("are read in an item, by themselves, and as escaped text", () => {
    const claims = { node: "air_data", item: "i1", ...CLAIMS };
    expect(claimsOf(`<item id="i1">${DATA}</item>`)).to.deep.equal([claims]);
    expect(claimsOf(`<item id="i1">${escaped(DATA)}</item>`)).to.deep.equal([claims]);
    expect(claimsOf(`<item id="i1"><x xmlns="urn:x">${escaped(`<data>${VALUE}</data>`)}</x></item>`)).to.deep.equal([
      claims,
    ]);
    expect(claimsOf(DATA)).to.deep.equal([{ node: "air_data", ...CLAIMS }]);
    expect(
      claimsOf(`<item id="i1"><data xmlns="http://jabber.org/protocol/sox">${VALUE}${VALUE}<other/></data></item>`),
    ).to.have.length(2);
  });

  it("are the same when node and item id are, whatever they say", () => {
    const item = (id: string, value = VALUE) => `<item id="${id}"><data>${value}${VALUE}</data></item>`;
    expect(keyOf(item("a"))).to.equal(keyOf(item("a", VALUE.replace("23.4", "99"))));
    const keys = [keyOf(item("a")), keyOf(item("a"), 1), keyOf(item("b")), keyOf(item("a"), 0, "other")];
    expect(new Set(keys).size).to.equal(4);
  });

  it("are refused where they are none, or would have to be expanded", () => {
    const item = (content: string) => `<item id="i1">${content}</item>`;
    for (const text of [
      item("text"),
      item('<data xmlns="urn:x"/>'),
      item(`${DATA}${DATA}`),
      item(escaped("<other/>")),
      item(escaped("<data")),
      "<message/>",
      "no XML",
      "",
    ])
      expectCode("RECORD_INVALID", () => take(text));
    const bomb = `<!DOCTYPE a [<!ENTITY b "xxxxxxxx">]>${DATA}`;
    expectCode("RECORD_INVALID", () => take(bomb), /document type/);
    expectCode("RECORD_INVALID", () => take(item(escaped(bomb))), /document type/);
    expectCode("RECORD_INVALID", () => take(item("&b;")), /malformed at line 1/);
  });

  it("are refused value by value where a name must not be", () => {
    const values = `${VALUE}<transducerValue typedValue="1"/><transducerValue id="x" node="y"/><transducerValue id="x" constructor="y"/>`;
    expect(claimsOf(`<item id="i1"><data>${values}</data></item>`)).to.deep.equal([
      { node: "air_data", item: "i1", ...CLAIMS },
      "the item is refused: a transducerValue has no id",
      "the item is refused: a transducerValue has an attribute of a name that is not allowed",
      "the item is refused: a transducerValue has an attribute of a name that is not allowed",
    ]);
  });
});
