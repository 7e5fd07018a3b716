// Arrays in binary, as the real server reads them.

import { expect } from "chai";
import pg from "pg";

import { binaryArray, type Element } from "../../../src/store/postgres/binary-arrays.ts";
import { thePostgres } from "../../support/postgres.ts";

describe("arrays in binary", () => {
  let client: pg.Client;

  before(async () => {
    client = new pg.Client((await thePostgres()).url);
    await client.connect();
  });
  after(() => client?.end());

  async function readBack(type: string, values: readonly Element[]): Promise<unknown> {
    const { rows } = await client.query<{ value: unknown }>(`SELECT unnest($1::${type}[]) AS value`, [
      binaryArray(values),
    ]);
    return rows.map(({ value }) => value);
  }

  it("arrive as they were, at the ends of what they may hold", async () => {
    const numbers = [0, 1, -1, 255, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, -(2 ** 32), -(2 ** 32) - 1];
    numbers.push(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER);
    expect(await readBack("bigint", numbers)).to.deep.equal(numbers.map(String));
    const bytes = [Buffer.alloc(0), Buffer.from([0]), Buffer.from('\\x00"{},NULL'), Buffer.alloc(70_000, 255)];
    expect(await readBack("bytea", bytes)).to.deep.equal(bytes);
    // A view of a part of something larger.
    const part = new Uint8Array(Buffer.from("abcdef")).subarray(2, 4);
    expect(await readBack("bytea", [part])).to.deep.equal([Buffer.from("cd")]);
  });

  it("are left to text where there is none of one of the two kinds", () => {
    for (const others of [
      [],
      ["a"],
      [1, null],
      [1, "2"],
      [1.5],
      [2 ** 53],
      [Buffer.alloc(1), null],
      [1, Buffer.alloc(1)],
    ])
      expect(binaryArray(others)).to.equal(undefined);
  });
});
