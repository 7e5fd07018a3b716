// Tables without small cells, and what somebody who has the public log and the table tries: to subtract, to find a value that
// all share, to be one person under many records.

import { expect } from "chai";

import { tableOf, type Column, type Row, type Table } from "../../src/privacy/small-cells.ts";

const COLUMNS: readonly Column[] = [
  { name: "category", isPublic: true },
  { name: "day", isPublic: false },
];
let people = 0;

/** So many rows, each of another person unless one is named. */
function rows(count: number, category: string, day: string | null, more: Partial<Row> = {}): Row[] {
  return Array.from({ length: count }, () => ({
    ...{ person: `p${people++}`, values: [category, day], isLeftOut: false },
    ...more,
  }));
}

function said({ cells, leftOut }: Table): string[] {
  return [...cells.map(({ values, rows: count }) => `${values.join(" ")}: ${count}`), `left out ${leftOut}`];
}

const table = (all: readonly Row[][], k = 10, l = 2): string[] => said(tableOf(all.flat(), COLUMNS, { k, l }));

describe("a table without small cells", () => {
  it("shows cells of k people, and none of fewer", () => {
    const all = [rows(10, "noise", "1"), rows(12, "noise", "2")];
    expect(table(all)).to.deep.equal(["noise 1: 10", "noise 2: 12", "left out 0"]);
    const small = [...all, rows(5, "noise", "3"), rows(6, "noise", "4")];
    expect(table(small)).to.deep.equal(["noise 1: 10", "noise 2: 12", "left out 20"]);
    expect(table([rows(9, "noise", "1")])).to.deep.equal(["left out 10"]);
    expect(tableOf([], COLUMNS, { k: 10, l: 2 })).to.deep.equal({ cells: [], rows: 0, leftOut: 0 });
  });

  it("counts people, not records: neither one writer nor one source fills a cell", () => {
    const all = [rows(50, "noise", "1", { person: "one" }), rows(12, "noise", "2"), rows(12, "noise", "3")];
    // One person's fifty records are one person left out, so another cell goes with them, and then the last has one value.
    expect(table(all)).to.deep.equal(["left out 80"]);
  });

  it("leaves out so much of a slice that no subtraction from the public log leads to a small cell", () => {
    const all = [rows(20, "noise", "1"), rows(15, "noise", "2"), rows(12, "noise", "3"), rows(1, "noise", "4")];
    expect(table(all)).to.deep.equal(["noise 1: 20", "noise 2: 15", "left out 20"]);
    const other = [...all, rows(30, "pothole", "1"), rows(11, "pothole", "2")];
    expect(table(other), "a slice by itself").to.include.members(["pothole 1: 30", "pothole 2: 11"]);
  });

  it("shows nothing of a slice in which all share a value", () => {
    expect(table([rows(40, "noise", "1")]), "everybody's day").to.deep.equal(["left out 40"]);
    expect(table([rows(40, "noise", "1"), rows(3, "noise", "2")]), "nearly everybody's").to.deep.equal(["left out 50"]);
    const two = [rows(40, "noise", "1"), rows(20, "noise", "2")];
    expect(table(two, 10, 3)).to.deep.equal(["left out 60"]);
    expect(table([rows(40, "noise", null)]), "nobody gave one").to.deep.equal(["noise : 40", "left out 0"]);
    expect(table([rows(40, "noise", null), rows(20, "noise", "1")]), "who gave one gave this").to.deep.equal([
      "left out 60",
    ]);
  });

  it("does not show by a gap that somebody's records are not in it", () => {
    const all = [rows(20, "noise", "1"), rows(15, "noise", "2"), rows(12, "noise", "3")];
    const restricted = rows(1, "noise", null, { isLeftOut: true });
    expect(table([...all, restricted])).to.deep.equal(["noise 1: 20", "noise 2: 15", "left out 20"]);
  });

  it("never leaves a remainder of fewer than k people beside what it shows, whatever the cells", () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let shown = 0;
    for (let run = 0; run < 300; run++) {
      const all = Array.from({ length: 1 + random(8) }, (_, at) =>
        rows(1 + random(30), `c${random(2)}`, `${at}`),
      ).flat();
      const { cells } = tableOf(all, COLUMNS, { k: 10, l: 2 });
      for (const category of new Set(cells.map(({ values }) => values[0]))) {
        const of = cells.filter(({ values }) => values[0] === category);
        const total = all.filter(({ values }) => values[0] === category).length;
        const left = total - of.reduce((sum, { rows: count }) => sum + count, 0);
        expect(left === 0 || left >= 10, `${total} - ${left}`).to.equal(true);
        expect(of.every(({ rows: count }) => count >= 10) && of.length >= 2).to.equal(true);
        shown += 1;
      }
    }
    expect(shown).to.be.greaterThan(50);
  });
});
