// What comes as messages: records as they are submitted, measures of FIWARE's IoT agents, NGSI with its envelope.

import { expect } from "chai";

import { WarifuError } from "../../src/core/errors.ts";
import { FORBIDDEN_NAMES, type JsonObject } from "../../src/core/json.ts";
import { takeIn, type Adapter, type Payload } from "../../src/sources/adapter.ts";
import { iotAgentAdapter, measureTopic, ultralightAdapter } from "../../src/sources/iot-agent-adapter.ts";
import { takeRecords } from "../../src/sources/record-payload.ts";
import { expectCode } from "../support/expect-code.ts";
import { PROFILES } from "../support/ledger.ts";

const payload = (body: string, topic = "records/1"): Payload => ({
  ...{ bytes: Buffer.from(body), type: "text/plain", headers: {}, at: 1_795_334_400_250 },
  message: { topic, qos: 1 },
});

describe("records in messages", () => {
  const take = (body: string, topic?: string) => takeRecords(payload(body, topic), (record) => record);
  const recordsIn = (body: string) =>
    take(body).records.map(({ place, record }) => [place, record instanceof WarifuError ? record.code : record["a"]]);

  it("are one, a list, or lines", () => {
    expect(recordsIn('{"a":1}')).to.deep.equal([["", 1]]);
    expect(recordsIn('{\n "a": 1\n}\n')).to.deep.equal([["", 1]]);
    expect(recordsIn('[{"a":1},{"a":}]')).to.deep.equal([
      ["[0]", 1],
      ["[1]", "JSON_INVALID"],
    ]);
    expect(recordsIn('{"a":1}\n\n{"a":\n7\n[]\n\xff')).to.deep.equal([
      ["[0]", 1],
      ["[1]", "JSON_INVALID"],
      ["[2]", "RECORD_INVALID"],
      ["[3]", "RECORD_INVALID"],
      ["[4]", "JSON_INVALID"],
    ]);
    expectCode("TOO_LARGE", () => take(`[${Array(101).fill("{}").join()}]`));
  });

  it("keep their own key or number, and have one of the bytes, the topic and their place otherwise", () => {
    const keyOf = (body: string, at = 0, topic?: string) =>
      (take(body, topic).records[at]?.record as JsonObject)["key"];
    expect(keyOf('{"key":"k"}')).to.equal("k");
    expect(keyOf('{"seq":1}')).to.equal(undefined);
    expect(keyOf('{"jws":"x"}')).to.equal(undefined);
    expect(keyOf('{"a":1}'))
      .to.match(/^records\/1:/)
      .and.equal(keyOf('{"a":1}'));
    const others = [
      keyOf('{"a":2}'),
      keyOf('{"a":1}', 0, "records/2"),
      keyOf('[{"a":1},{"a":1}]'),
      keyOf('[{"a":1},{"a":1}]', 1),
    ];
    expect(new Set([keyOf('{"a":1}'), ...others]).size).to.equal(5);
  });
});

describe("measures of FIWARE's IoT agents", () => {
  const profile = PROFILES.get("sensor-reading")!;
  const take = (adapter: Adapter, body: string, topic: string) =>
    takeIn(adapter, payload(body, topic), { source: "iot/1", type: "sensor-reading", profile }).records.map(
      ({ record }) => (record instanceof WarifuError ? record.message : record["claims"]),
    );
  const ATTRS = "/json/key/lamp/attrs";

  it("are groups of JSON, or one attribute, perhaps with its time", () => {
    expect(take(iotAgentAdapter, '{"t":15,"h":70}', ATTRS)).to.deep.equal([{ id: "lamp", t: 15, h: 70 }]);
    expect(take(iotAgentAdapter, '[{"t":15},7,{"id":1}]', "key/lamp/attrs")).to.deep.equal([
      { id: "lamp", t: 15 },
      "the measures are refused: a group is no object of names and values",
      "the measures are refused: a group has a measure called `id`, which is the device",
    ]);
    expect(take(iotAgentAdapter, "15", `${ATTRS}/t`)).to.deep.equal([{ id: "lamp", t: 15 }]);
    expect(take(iotAgentAdapter, '[{"timestamp":"2026-11-28T09:30:00Z","value":15}]', `${ATTRS}/t`)).to.deep.equal([
      { id: "lamp", t: 15, TimeInstant: "2026-11-28T09:30:00Z" },
    ]);
  });

  it("are groups of Ultralight, whose values have no types", () => {
    const topic = "/ul/key/lamp/attrs";
    expect(take(ultralightAdapter, "t|15|k|abc#2026-11-28T09:30:00Z|t|16", topic)).to.deep.equal([
      { id: "lamp", t: "15", k: "abc" },
      { id: "lamp", TimeInstant: "2026-11-28T09:30:00Z", t: "16" },
    ]);
    expect(take(ultralightAdapter, "15\n", `${topic}/t`)).to.deep.equal([{ id: "lamp", t: "15" }]);
    expect(take(ultralightAdapter, "t|15|k#t|1|t|2", topic)).to.deep.equal([
      "the measures are refused: a group has a name without a value",
      "the measures are refused: a group has a name twice",
    ]);
    expect(take(ultralightAdapter, "t|15#__proto__|1|t|16#t|1|constructor|2", topic)).to.deep.equal([
      { id: "lamp", t: "15" },
      "the measures are refused: a measure has a name that is not allowed",
      "the measures are refused: a measure has a name that is not allowed",
    ]);
  });

  it("have no name with which nobody could read the record again", () => {
    for (const name of FORBIDDEN_NAMES)
      for (const adapter of [iotAgentAdapter, ultralightAdapter]) {
        const [claims] = take(adapter, "15", `${ATTRS}/${name}`);
        expectCode("CLAIMS_INVALID", () => profile.assertClaims(claims as JsonObject), /is reserved/);
      }
  });

  it("come on topics of measures alone, whose API key is not shown", () => {
    expect(measureTopic(`${ATTRS}/t`)).to.deep.equal({ device: "lamp", attribute: "t", shown: "/json/+/lamp/attrs/t" });
    for (const topic of ["/key/lamp/cmdexe", "lamp/attrs", "/key/lamp/attrs/a/b", "/key//attrs", "/key/lamp/attrs/"])
      expectCode("RECORD_INVALID", () => measureTopic(topic));
  });

  it("come on no topic in which the API key could stand in two places, or nowhere", () => {
    expect(measureTopic("/secret/attrs/attrs").shown).to.equal("/+/attrs/attrs");
    for (const topic of ["/secret/lamp/attrs/attrs", "a/secret/attrs/attrs", "/secret/attrs"])
      expectCode("RECORD_INVALID", () => measureTopic(topic));
  });
});
