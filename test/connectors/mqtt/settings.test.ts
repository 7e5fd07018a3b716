// Topics, filters, and the settings of a connection to a broker.

import { expect } from "chai";

import { CONNECTOR_KINDS } from "../../../src/connectors/kinds.ts";
import { mqttSchema } from "../../../src/connectors/mqtt/settings.ts";
import { isTopicFilter, matches, withLevels } from "../../../src/connectors/mqtt/topic.ts";
import { Connectors } from "../../../src/connectors/connectors.ts";
import { Alarms } from "../../../src/alarms/alarms.ts";
import { createLogger } from "../../../src/serve/logger.ts";
import { expectCode } from "../../support/expect-code.ts";
import { shippedProfiles } from "../../support/service.ts";
import { mqttConnector, mqttSettings } from "./support.ts";

describe("topics of MQTT", () => {
  it("match filters by the rules of the standard", () => {
    for (const [filter, topic] of [
      ["a/b", "a/b"],
      ["a/+", "a/b"],
      ["a/+", "a/"],
      ["+/+", "/b"],
      ["a/#", "a/b/c"],
      ["a/#", "a"],
      ["#", "a"],
      ["$SYS/#", "$SYS/x"],
    ] as const)
      expect(matches(filter, topic), `${filter} ${topic}`).to.equal(true);
    for (const [filter, topic] of [
      ["a/b", "a/B"],
      ["a/+", "a"],
      ["a/+", "a/b/c"],
      ["+", "/b"],
      ["#", "$SYS/x"],
      ["+/x", "$SYS/x"],
      ["a/b/c", "a/b"],
    ] as const)
      expect(matches(filter, topic), `${filter} ${topic}`).to.equal(false);
  });

  it("have filters whose wildcards stand alone", () => {
    for (const filter of ["#", "+", "a/+/b", "/a/#", "a"]) expect(isTopicFilter(filter), filter).to.equal(true);
    for (const filter of ["", "a#", "#/a", "a+", "a/b#", "a\0"]) expect(isTopicFilter(filter), filter).to.equal(false);
  });

  it("give their levels to a source", () => {
    expect(withLevels("city/{2}/{1}", "a/b/c")).to.equal("city/b/a");
    expect(withLevels("{1}x{0}", "a/b/c")).to.equal("ax{0}");
    for (const topic of ["a", "a/", "a/*", "a/b*"]) expectCode("RECORD_INVALID", () => withLevels("city/{2}", topic));
  });
});

describe("the settings of a connection to a broker", () => {
  const topic = { filter: "city/+/air", format: "senml", type: "sensor-reading", source: "city/{2}" };
  const reasons = (settings: object) =>
    mqttSchema
      .safeParse({ ...mqttSettings(1883), ...settings })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

  it("are those of one of the kinds that there are", () => {
    expect(CONNECTOR_KINDS.map(({ type }) => type)).to.include("mqtt");
    expect(reasons({})).to.deep.equal([]);
  });

  it("are refused where they contradict each other or MQTT", () => {
    const wrong: [object, RegExp][] = [
      [{ url: "http://broker" }, /^url: must be an mqtt or mqtts address/],
      [{ url: "mqtt://a:b@broker" }, /^url: must not hold credentials/],
      [{ tls: {} }, /^tls: is for an mqtts address/],
      [{ url: "mqtts://broker", tls: { certFile: "a" } }, /^tls: certFile and keyFile belong together/],
      [{ topics: [] }, /^topics: /],
      [{ topics: [topic, topic] }, /^topics: two have the same filter/],
      [{ topics: [{ ...topic, filter: "a#" }] }, /^topics.0.filter: must be a topic filter/],
      [{ topics: [{ ...topic, filter: "$share/g/a" }] }, /^topics.0.filter: name the group in `group`/],
      [{ topics: [{ ...topic, type: undefined }] }, /^topics.0.type: is missing/],
      [{ topics: [{ ...topic, source: "city/*" }] }, /^topics.0.source: must name one source/],
      [{ topics: [{ ...topic, source: "city/{4}" }] }, /^topics.0.source: takes a level/],
      [{ topics: [{ ...topic, source: "city/{1}{2}" }] }, /^topics.0.source: needs a \/ between two levels/],
      [{ topics: [{ ...topic, source: "{1}-{2}/air" }] }, /^topics.0.source: needs a \/ between two levels/],
      [{ topics: [{ ...topic, format: "records", source: "gate/{2}*" }] }, /^topics.0.source: needs a \/ between/],
      [{ topics: [{ ...topic, format: "xml" }] }, /^topics.0.format: /],
      [{ connections: 65 }, /^connections: /],
      [{ group: "a/b" }, /^group: /],
    ];
    for (const [settings, reason] of wrong) {
      expect(reasons(settings), JSON.stringify(settings)).to.have.length(1);
      expect(reasons(settings)[0]).to.match(reason);
    }
  });

  it("let a level have other words beside it, and name what it stands for between slashes", () => {
    for (const source of ["air-{2}", "{1}/{2}", "urn:{2}/x"])
      expect(reasons({ topics: [{ ...topic, source }] })).to.deep.equal([]);
    for (const source of ["gate/{2}/*", "gate/7*"])
      expect(reasons({ topics: [{ ...topic, format: "records", source }] })).to.deep.equal([]);
  });

  it("are refused at the start where they name what is not there", () => {
    const parts = {
      pipeline: { submit: () => expect.fail("nothing is submitted") },
      profiles: shippedProfiles(),
      store: { numbering: () => expect.fail("nothing is asked") },
      alarms: new Alarms(Date.now),
      logger: createLogger("silent"),
      now: Date.now,
    };
    const open = (settings: object) => () =>
      new Connectors([mqttConnector({ ...mqttSettings(1883), ...settings })], parts);
    for (const [settings, reason] of [
      [{ topics: [{ ...topic, type: "unheard-of" }] }, /the connector broker cannot be used: .*type/],
      [{ username: "u", passwordEnv: "NOT_SET" }, /no variable NOT_SET/],
      [{ passwordEnv: "PATH" }, /username: is missing|no variable/],
      [{ url: "mqtts://b", tls: { caFile: "/nowhere/ca.pem" } }, /\/nowhere\/ca.pem cannot be read/],
    ] as const)
      expect(expectCode("CONFIG_INVALID", open(settings)).message).to.match(reason);
  });
});
