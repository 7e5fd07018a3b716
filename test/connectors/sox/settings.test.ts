// The settings of a connection to an XMPP server.

import { expect } from "chai";

import { soxSchema } from "../../../src/connectors/sox/settings.ts";

const SETTINGS = {
  ...{
    type: "sox",
    name: "fujisawa",
    url: "xmpp://xmpp.example",
    domain: "xmpp.example",
    pubsub: "pubsub.xmpp.example",
  },
  ...{ username: "warifu", passwordFile: "password" },
  nodes: [{ node: "air_data", type: "sensor-reading", source: "fujisawa/air" }],
};

describe("the settings of a connection to an XMPP server", () => {
  const reasons = (settings: object) =>
    soxSchema
      .safeParse({ ...SETTINGS, ...settings })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  it("want TLS, and are otherwise what they say", () => {
    expect(soxSchema.parse(SETTINGS)).to.deep.include({ tls: "required", history: 1_000, resource: "warifu" });
  });

  it("are refused where something is missing or contradicts itself", () => {
    const wrong: [object, RegExp][] = [
      [{ url: "http://xmpp.example" }, /^url: must be an xmpp or xmpps address/],
      [{ pubsub: "pubsub/x" }, /^pubsub: must be the name of a host/],
      [{ passwordFile: undefined }, /^passwordFile: either this or passwordEnv/],
      [{ passwordEnv: "X" }, /^passwordFile: either this or passwordEnv/],
      [{ nodes: [] }, /^nodes: /],
      [{ nodes: [SETTINGS.nodes[0], SETTINGS.nodes[0]] }, /^nodes: a node is named twice/],
      [{ tls: "off" }, /^tls: /],
    ];
    for (const [settings, reason] of wrong) {
      expect(reasons(settings), JSON.stringify(settings)).to.have.length(1);
      expect(reasons(settings)?.[0]).to.match(reason);
    }
  });
});
