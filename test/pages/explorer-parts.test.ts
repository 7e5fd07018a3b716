// Parts of the explorer that need no browser: where what is typed leads, how a graph is laid out, what alarms are called.

import { expect } from "chai";

import { ALARMS } from "../../src/alarms/alarms.ts";
import { latencyOf } from "../../src/pages/explorer/anchor-figures.ts";
import type { Anchor } from "../../src/pages/explorer/api.ts";
import { layersOf } from "../../src/pages/explorer/layers.ts";
import { leadsTo } from "../../src/pages/explorer/leads-to.ts";
import { ALARM_NAMES } from "../../src/texts/alarms.ts";

describe("the explorer", () => {
  it("finds by id, hash or leaf index, however it was copied, and by nothing else", () => {
    const [id, hash] = ["019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f", "ab".repeat(32)];
    expect(leadsTo(` ${id.toUpperCase()}\n`)).to.equal(`/records/${id}`);
    expect(leadsTo(hash)).to.equal(`/records?hash=${hash}`);
    expect(leadsTo("571")).to.equal("/records?leaf=571");
    for (const other of ["", "street", "-1", "1e3", hash.slice(1), `${id}0`, "javascript:alert(1)"])
      expect(leadsTo(other), other).to.equal(undefined);
  });

  it("puts whatever something depends on in a layer before it, and survives a circle", () => {
    const nodes = ["copy", "record", "source", "act"].map((id) => ({ id }));
    const edges = [
      { from: "copy", to: "record" },
      { from: "copy", to: "act" },
      { from: "act", to: "record" },
      { from: "record", to: "source" },
    ];
    const ids = layersOf(nodes, edges).map((layer) => layer.map(({ id }) => id));
    expect(ids).to.deep.equal([["source"], ["record"], ["act"], ["copy"]]);
    const circle = [
      { from: "copy", to: "act" },
      { from: "act", to: "copy" },
    ];
    expect(layersOf(nodes, circle).flat()).to.have.length(4);
  });

  it("knows how long an anchor took until its block", () => {
    const anchor = { createdAt: "2026-11-22T08:00:00.000Z" };
    const at = Date.parse(anchor.createdAt) / 1_000;
    expect(latencyOf({ ...anchor, blockTime: at + 12 } as Anchor)).to.equal(12);
    // A chain whose clock is behind.
    expect(latencyOf({ ...anchor, blockTime: at - 1 } as Anchor)).to.equal(0);
    expect(latencyOf({ ...anchor, blockTime: null } as Anchor)).to.equal(undefined);
  });

  it("has a name for every alarm in each language", () => {
    for (const names of Object.values(ALARM_NAMES)) expect(Object.keys(names)).to.have.members(Object.keys(ALARMS));
  });
});
