// Parts of the explorer that need no browser: where what is typed leads, how a graph is laid out, what alarms are called.

import { expect } from "chai";

import { ALARMS } from "../../src/alarms/alarms.ts";
import { latencyOf } from "../../src/pages/explorer/anchor-figures.ts";
import type { Anchor } from "../../src/pages/explorer/api.ts";
import { layersOf } from "../../src/pages/explorer/layers.ts";
import { leadsTo } from "../../src/pages/explorer/leads-to.ts";
import { OUTLINES, type Point } from "../../src/pages/explorer/outlines.ts";
import { regionsOf } from "../../src/pages/explorer/regions.ts";
import { ALARM_SENTENCES_ES } from "../../src/texts/alarm-facts/es.ts";
import { sentencesOf, type StatedFact } from "../../src/texts/alarm-facts/forms.ts";
import { ALARM_SENTENCES_JA } from "../../src/texts/alarm-facts/ja.ts";
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

  it("has outlines that hold what is in their cities, islands too, and not what is beside them", () => {
    const cityAt = (place: Point): string | undefined =>
      OUTLINES.find(({ rings }) => rings.some((ring) => holds(ring, place)))?.name;
    const [cityHall, sardinero, station, island] = [
      [-3.8099, 43.4623],
      [-3.783, 43.4745],
      [139.487, 35.3388],
      [139.482, 35.3],
    ] as const satisfies readonly Point[];
    for (const place of [cityHall, sardinero]) expect(cityAt(place)).to.equal("Santander");
    for (const place of [station, island]) expect(cityAt(place)).to.equal("藤沢 Fujisawa");
    // The bay, and the sea before Fujisawa.
    for (const place of [[-3.79, 43.44] as const, [139.46, 35.3] as const]) expect(cityAt(place)).to.equal(undefined);
    const square = { west: 139.485, south: 35.335, records: 1, types: {}, newest: { id: "", at: 0 } };
    const [region] = regionsOf([square], 0.005);
    expect(region?.outlines.map(({ name }) => name)).to.deep.equal(["藤沢 Fujisawa"]);
    expect(region?.box.south).to.be.lessThan(35.2974);
  });

  it("knows how long an anchor took until its block", () => {
    const noted = { latencyMs: { send: 40, include: 11_960, total: null } };
    const anchor = { createdAt: "2026-11-22T08:00:00.000Z", latencyMs: { send: null, include: null, total: null } };
    const at = Date.parse(anchor.createdAt) / 1_000;
    expect(latencyOf({ ...anchor, blockTime: at + 12 } as Anchor)).to.equal(12);
    // A chain whose clock is behind.
    expect(latencyOf({ ...anchor, blockTime: at - 1 } as Anchor)).to.equal(0);
    expect(latencyOf({ ...anchor, blockTime: null } as Anchor)).to.equal(undefined);
    // What the service noted itself comes before the time that a block states, to the second.
    expect(latencyOf({ ...anchor, ...noted, blockTime: at + 13 } as Anchor)).to.equal(12);
  });

  it("says what an alarm states in Spanish and Japanese, with numbers and times as they are written there", () => {
    const behind: StatedFact = { id: "node-behind", nodeHeight: 1_234_567, height: 1_234_570 };
    const late: StatedFact = { id: "requests-overdue", count: 1, firstDue: "2026-11-22T08:00:00.000Z" };
    const time = (posixSeconds: number): string => `t${posixSeconds}`;
    expect(sentencesOf(ALARM_SENTENCES_ES, [behind, late], time)).to.deep.equal([
      "el nodo de la cadena está en el bloque 1.234.567, y antes estaba en el 1.234.570: va retrasado o se reinició",
      "1 solicitud de una persona está fuera de plazo; la primera, desde t1795334400",
    ]);
    expect(sentencesOf(ALARM_SENTENCES_JA, [behind, late], time)).to.deep.equal([
      "チェーンのノードはブロック 1,234,567 にいます。以前は 1,234,570 でした。遅れているか、初期化されています",
      "本人からの請求 1 件が期限を過ぎています。最初の期限は t1795334400 でした",
    ]);
    const unknown = [{ id: "of-a-later-service" }] as unknown as readonly StatedFact[];
    expect(sentencesOf(ALARM_SENTENCES_ES, unknown, time)).to.deep.equal([]);
  });

  it("has a name for every alarm in each language", () => {
    for (const names of Object.values(ALARM_NAMES)) expect(Object.keys(names)).to.have.members(Object.keys(ALARMS));
  });
});

/** Whether a line from the place to the east crosses the ring an odd number of times. */
function holds(ring: readonly Point[], [x, y]: Point): boolean {
  const crossed = ring.filter(([xa, ya], at) => {
    const [xb, yb] = ring[(at + 1) % ring.length]!;
    return ya > y !== yb > y && x < xa + ((y - ya) / (yb - ya)) * (xb - xa);
  });
  return crossed.length % 2 === 1;
}
