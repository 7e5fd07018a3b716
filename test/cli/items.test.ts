// Items out of files and streams: the format is told from name or content, bytes cut anywhere give the same items, nothing
// is rounded or guessed, and what is wrong with one item stays with that item.

import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatOf, openInput, type Input, type InputFormat } from "../../src/cli/input.ts";
import { openItems, type Item } from "../../src/cli/items.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { expectRejection } from "../support/expect-rejection.ts";

describe("items of an input", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-items-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Buffer): Promise<Input> => {
    writeFileSync(join(folder, name), content);
    return openInput(join(folder, name));
  };
  /** As stdin: read once, in pieces of that many bytes. */
  const stream = (content: string, pieceBytes: number): Input => {
    const bytes = Buffer.from(content);
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    }
    return { name: "stdin", head: bytes, isWhole: true, isRepeatable: false, notes: [], bytes: pieces };
  };
  const all = async (items: AsyncIterable<Item>): Promise<unknown[]> => {
    const list: unknown[] = [];
    for await (const item of items) list.push(item instanceof WarifuError ? item.code : item);
    return list;
  };
  const read = async (input: Input, format: InputFormat, pointer?: string): Promise<unknown[]> =>
    all((await openItems(input, format, { pointer })).items());

  it("tells the format by the name, or else by the content", async () => {
    const cases: [name: string, content: string, format: InputFormat][] = [
      ["a.json", "{}\n{}", "ndjson"],
      ["b.json", "{}", "json"],
      ["c.json.gz", "[1]", "json"],
      ["d.txt", "<?xml version='1.0'?><a/>", "xml"],
      ["a.NDJSON", "[1]", "ndjson"],
      ["a.jsonl", "", "ndjson"],
      ["a.csv", "{}", "csv"],
      ["array", ' \n [{"a":1}]', "json"],
      ["lines", '{"a":1}\n{"a":2}\n', "ndjson"],
      ["one", '{"a":1}', "ndjson"],
      ["tall", '{\n  "a": 1\n}\n', "json"],
      ["rows", "a,b\n1,2\n", "csv"],
      ["marked", '\ufeff{"a":1}', "ndjson"],
    ];
    for (const [name, content, format] of cases) expect(formatOf(await file(name, content)), name).to.equal(format);
  });

  it("finds the array at a pointer, with escapes and positions", async () => {
    const input = await file("p.json", '{"a/b":{"~":[[1],[{"x":1},{"x":2}]]}}');
    expect(await read(input, "json", "/a~1b/~0/1")).to.deep.equal([{ x: 1 }, { x: 2 }]);
    expect(await read(await file("q.json", "[1,2]"), "json", "")).to.deep.equal([1, 2]);
    for (const pointer of ["/a", "/a~1b/~0/01", "/a~1b/~0/9", "/a~1b/~0/1/0/x", "/__proto__"])
      await expectRejection("USAGE", read(input, "json", pointer));
  });

  it("truth B3: keeps an item that is wrong in its place, also below a pointer and within a document", async () => {
    const array = '[{"a":1},{"a":NaN},{"a":12345678901234567890},{"a":"]}\\""},{"a":1,"a":2}]';
    const expected = [{ a: 1 }, "JSON_INVALID", "JSON_NUMBER_INEXACT", { a: ']}"' }, "JSON_DUPLICATE_KEY"];
    const below = await file("b3.json", `{"x":{"y":"[","n":1e2},"l/st":[[0], ${array}],"z":null}`);
    expect(await read(below, "json", "/l~1st/1")).to.deep.equal(expected);
    const root = await file("b3-root.json", array);
    expect(await read(root, "json", "")).to.deep.equal(expected);
    const rest = await file("b3-rest.json", '{"é":[{"a":NaN}],"b":1,"b":2}');
    const error = await expectRejection("JSON_DUPLICATE_KEY", read(rest, "json", "/é"));
    expect(error.message).to.match(/at character 23/);
    for (const text of ['{"a":[1]', '{"a" [1]}', '{"a":[1],}', '{"a":[1]}x', "{a:[1]}", '{"a":[1', '{"a":[1,]}'])
      await expectRejection("JSON_INVALID", read(await file("b3-bad.json", text), "json", "/a"));
  });

  it("keeps an item that is wrong in its place", async () => {
    const bad = '{"a":1}\n{"a":1,"a":2}\n\n{"a":12345678901234567890}\nnul';
    const expected = [{ a: 1 }, "JSON_DUPLICATE_KEY", "JSON_NUMBER_INEXACT", "JSON_INVALID"];
    expect(await read(await file("bad.ndjson", bad), "ndjson")).to.deep.equal(expected);
    const array = '[{"a":1},{"a":1,"a":2},{"a":12345678901234567890},nul]';
    expect(await read(await file("bad.json", array), "json")).to.deep.equal(expected);
  });

  it("gives the same items wherever the bytes are cut", async () => {
    const lines = '{"a":"ñ€😀"}\n{"b":[1,2.5,-0.0]}\r\n{"c":""}';
    const rows = 'x;y\r\n"ñ€😀";"1;\n2"\r\n;3\r\n';
    for (const pieceBytes of [1, 2, 3, 5, 7, 1_000]) {
      expect(await read(stream(lines, pieceBytes), "ndjson")).to.deep.equal([
        { a: "ñ€😀" },
        { b: [1, 2.5, 0] },
        { c: "" },
      ]);
      expect(await read(stream(rows, pieceBytes), "csv")).to.deep.equal([
        { x: "ñ€😀", y: "1;\n2" },
        { x: "", y: "3" },
      ]);
    }
  });

  it("takes a byte order mark off a file", async () => {
    expect(await read(await file("marked.ndjson", '\ufeff{"a":1}'), "ndjson")).to.deep.equal([{ a: 1 }]);
    expect(await read(await file("marked.json", "\ufeff[1]"), "json")).to.deep.equal([1]);
    expect(await read(await file("marked.csv", "\ufeffa\n1\n"), "csv")).to.deep.equal([{ a: "1" }]);
  });

  it("gives keys that depend on the bytes of a file, and new ones for a stream", async () => {
    const prefixOf = async (input: Input, format: InputFormat): Promise<string> =>
      (await openItems(input, format)).keyPrefix;
    for (const [name, format, content] of [
      ["k.json", "json", "[{}]"],
      ["k.ndjson", "ndjson", "{}\n"],
      ["k.csv", "csv", "a\n1\n"],
    ] as const) {
      const first = await prefixOf(await file(name, content), format);
      expect(first).to.match(/^[0-9a-f]{16}$/);
      expect(await prefixOf(await file(`again-${name}`, content), format), name).to.equal(first);
      expect(await prefixOf(await file(name, `${content} `), format), name).to.not.equal(first);
      expect(await prefixOf(stream(content, 9), format), name).to.not.equal(first);
    }
  });

  it("truth B1: gives other keys for another part of a file, another type or another source", async () => {
    const input = await file("parts.json", '{"north":[{"a":1}],"south":[{"a":1}]}');
    const ways = [
      { pointer: "/north" },
      { pointer: "/south" },
      { pointer: "/north", type: "t" },
      { pointer: "/north", source: "s" },
    ];
    const prefixes: string[] = [];
    for (const way of ways) prefixes.push((await openItems(input, "json", way)).keyPrefix);
    expect(new Set(prefixes).size).to.equal(ways.length);
    expect((await openItems(input, "json", { pointer: "/north" })).keyPrefix).to.equal(prefixes[0]);
  });

  it("knows how many there are in a file", async () => {
    const total = async (name: string, content: string, format: InputFormat) =>
      (await openItems(await file(name, content), format)).total;
    expect(await total("n.ndjson", "{}\n{}\n{}", "ndjson")).to.equal(3);
    expect(await total("n.ndjson", "{}\n{}\n", "ndjson")).to.equal(2);
    expect(await total("n.csv", 'a\n"1\n2"\n3\n', "csv")).to.equal(2);
    expect(await total("n.json", "[1,2,3,4]", "json")).to.equal(4);
  });

  it("refuses JSON that is too large to be read whole", async () => {
    const input: Input = {
      name: "huge.json",
      head: Buffer.alloc(0),
      isWhole: false,
      isRepeatable: true,
      notes: [],
      async *bytes() {
        for (let i = 0; i < 70; i++) yield Buffer.alloc(1_048_576, " ");
      },
    };
    await expectRejection("USAGE", openItems(input, "json"), /write it as NDJSON/);
  });

  describe("in CSV", () => {
    it("end with the line of a quote that is not closed, before anything is sent", async () => {
      const input = await file("open.csv", 'a\n1\n"2\n');
      await expectRejection("USAGE", openItems(input, "csv"), /^row 3, column 1: a quote is opened and never closed/);
    });
  });
});
