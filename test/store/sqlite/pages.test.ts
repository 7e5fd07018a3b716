/** Rows of a table, a page at a time. */
import { expect } from "chai";
import { DatabaseSync } from "node:sqlite";
import { LEAST, ROWS_IN_A_PAGE, rowsFrom } from "../../../src/store/sqlite/pages.ts";

describe("rows a page at a time", () => {
  let db: DatabaseSync;

  beforeEach(() => {
    db = new DatabaseSync(":memory:");
    db.exec("CREATE TABLE number (n INTEGER PRIMARY KEY, twins INTEGER NOT NULL)");
  });
  afterEach(() => db.close());

  const fill = (from: number, count: number): void => {
    const insert = db.prepare("INSERT INTO number (n, twins) VALUES (?, 1)");
    for (let n = from; n < from + count; n++) insert.run(n);
  };
  const numbersFrom = (begin: number | bigint, column = "n"): Generator<readonly [n: number]> =>
    rowsFrom(db.prepare(`SELECT ${column} FROM number WHERE n >= ? ORDER BY n LIMIT ${ROWS_IN_A_PAGE}`), begin);

  it("gives every row once and in order, whatever numbers are left out", () => {
    fill(-3, 2);
    fill(5, ROWS_IN_A_PAGE);
    fill(1_000_000, ROWS_IN_A_PAGE);
    const numbers = [...numbersFrom(LEAST)].map(([n]) => n);
    expect(numbers).to.have.length(2 + 2 * ROWS_IN_A_PAGE);
    expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
    expect([...numbersFrom(1_000_000)]).to.have.length(ROWS_IN_A_PAGE);
    expect([...numbersFrom(2_000_000)]).to.deep.equal([]);
  });

  it("gives all rows of a number that has several, at the end of a page too", () => {
    fill(0, 2 * ROWS_IN_A_PAGE);
    db.exec(`UPDATE number SET twins = 2 WHERE n = ${ROWS_IN_A_PAGE - 1}`);
    const sql = `SELECT a.n FROM (SELECT * FROM number WHERE n >= ? ORDER BY n LIMIT ${ROWS_IN_A_PAGE}) a
      JOIN (SELECT 1 AS k UNION ALL SELECT 2) t ON t.k <= a.twins ORDER BY a.n`;
    const numbers = [...rowsFrom(db.prepare(sql), 0)].map(([n]) => n);
    expect(numbers).to.have.length(2 * ROWS_IN_A_PAGE + 1);
    expect(numbers.filter((n) => n === ROWS_IN_A_PAGE - 1)).to.have.length(2);
  });

  it("gives the rows before one that cannot be read, and then its error", () => {
    fill(0, ROWS_IN_A_PAGE + 20);
    const unreadable = ROWS_IN_A_PAGE + 10;
    const given: number[] = [];
    expect(() => {
      const column = `iif(n = ${unreadable}, abs(-9223372036854775808), n)`;
      for (const [n] of numbersFrom(0, column)) given.push(n);
    }).to.throw("integer overflow");
    expect(given).to.have.length(unreadable);
  });
});
