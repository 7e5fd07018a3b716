// Encodings and kinds of files: what bytes show beyond doubt is taken, what is only likely is named and refused. No text
// becomes other text.

import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { openInput, formatOf, type Input } from "../../src/cli/input.ts";
import { openItems } from "../../src/cli/items.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { encodingLabel, likelyEncodings } from "../../src/sources/encoding.ts";
import { Notes } from "../../src/sources/notes.ts";
import { expectRejection } from "../support/expect-rejection.ts";

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const utf16 = (text: string, isBig = false): Buffer => {
  const bytes = Buffer.from(text, "utf16le");
  return isBig ? bytes.swap16() : bytes;
};

/** Station;Straße;PM10 / A;Köln;16,40 */
const LATIN_1 = Buffer.from("Station;Straße;PM10\r\nA;Köln;16,40\r\n", "latin1");
/** 名称,緯度,経度 / 藤沢市役所,35.3389,139.4900 */
const SHIFT_JIS = bytesOf("96bc8fcc2c88dc93782c8c6f93780d0a93a191f28e7396f08f8a2c33352e333338392c3133392e343930300d0a");
/** id,name / 1,藤沢市役所 */
const ISO_2022_JP = bytesOf("69642c6e616d650a312c1b2442462342743b544c723d6a1b28420a");
const EUC_JP = bytesOf("69642c6e616d650a312cc6a3c2f4bbd4ccf2bdea0a");

describe("the encoding of an input", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "warifu-encoding-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const open = (name: string, content: Buffer | string, encoding?: string): Promise<Input> => {
    writeFileSync(join(folder, name), content);
    return openInput(join(folder, name), encoding);
  };
  const items = async (input: Input): Promise<unknown[]> => {
    const list: unknown[] = [];
    for await (const item of (await openItems(input, formatOf(input))).items())
      list.push(item instanceof WarifuError ? `${item.code}: ${item.message}` : item);
    return list;
  };

  describe("is taken where it is certain", () => {
    const READING = [{ temp: 1 }];
    const CASES: [title: string, name: string, content: Buffer, expected: unknown[], note?: RegExp][] = [
      ["UTF-8 with a mark (f01)", "f01.csv", Buffer.from("\ufeffid,temp\r\n1,16.40\r\n"), [{ id: "1", temp: "16.40" }]],
      ["UTF-8 with a mark, NDJSON (f43)", "f43.ndjson", Buffer.from('\ufeff{"temp":1}\n'), READING],
      ["UTF-8 with a mark, JSON (f44)", "f44.json", Buffer.from('\ufeff[{"temp":1}]'), READING],
      [
        "UTF-16LE with a mark (f05)",
        "f05.txt",
        utf16("\ufeffid\ttemp\r\n1\t16.40\r\n"),
        [{ id: "1", temp: "16.40" }],
        /utf-16le, by its byte order mark/,
      ],
      ["UTF-16LE with a mark, JSON (f06)", "f06.json", utf16('\ufeff[{"temp":1}]'), READING, /utf-16le/],
      ["UTF-16BE with a mark (f06b)", "f06b.ndjson", utf16('\ufeff{"temp":1}\n', true), READING, /utf-16be/],
      ["UTF-16LE without a mark", "le.json", utf16('[{"temp":1}]'), READING, /utf-16le, by its NUL bytes/],
      [
        "UTF-16BE without a mark",
        "be.csv",
        utf16("名称,緯度\n藤沢,35.3\n", true),
        [{ 名称: "藤沢", 緯度: "35.3" }],
        /utf-16be/,
      ],
      [
        "ISO-2022-JP (f48)",
        "f48.csv",
        ISO_2022_JP,
        [{ id: "1", name: "藤沢市役所" }],
        /iso-2022-jp, by its escape sequences/,
      ],
    ];
    for (const [title, name, content, expected, note] of CASES)
      it(`truth B field rows 5 and 6: ${title}`, async () => {
        const input = await open(name, content);
        expect(await items(input)).to.deep.equal(expected);
        if (note) expect(input.notes.join()).to.match(note);
        else expect(input.notes).to.deep.equal([]);
      });
  });

  describe("is named and refused where it is only likely, and read when somebody names it", () => {
    const CASES: [title: string, content: Buffer, name: string, item: object][] = [
      ["ISO-8859-1 (f03)", LATIN_1, "iso-8859-1", { Station: "A", Straße: "Köln", PM10: "16,40" }],
      ["Shift_JIS (f04)", SHIFT_JIS, "shift_jis", { 名称: "藤沢市役所", 緯度: "35.3389", 経度: "139.4900" }],
      ["EUC-JP (f49)", EUC_JP, "euc-jp", { id: "1", name: "藤沢市役所" }],
      ["Windows-1252", Buffer.from("a,b\n\x93x\x94,5 \x80\n", "latin1"), "windows-1252", { a: "“x”", b: "5 €" }],
    ];
    for (const [title, content, name, item] of CASES)
      it(`truth B field row 6: ${title}`, async () => {
        const input = await open("plain.csv", content);
        const pattern = new RegExp(`looks like ${name}.*--encoding ${name}`);
        await expectRejection("ENCODING_INVALID", items(input), pattern);
        const label = encodingLabel(name);
        expect(await items(await open("named.csv", content, label))).to.deep.equal([item]);
      });

    it("truth B field row 6: in JSON as a whole, in NDJSON line by line", async () => {
      const text = Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), bytesOf("96bc8fcc"), Buffer.from('"}\n')]);
      await expectRejection("ENCODING_INVALID", items(await open("s.json", bytesOf("5b2296bc8fcc225d"))), /shift_jis/);
      const [first, second] = await items(await open("s.ndjson", text));
      expect(first).to.deep.equal({ a: 1 });
      expect(second).to.match(/^ENCODING_INVALID: the line is not valid UTF-8; it looks like shift_jis.*--encoding/);
      expect((await items(await open("s.ndjson", text, "shift_jis")))[1]).to.deep.equal({ a: "名称" });
    });

    it("truth B field row 6: a name that the bytes contradict is refused, and one they do not bear", async () => {
      const marked = Buffer.from("\ufeffa\né\n");
      await expectRejection("ENCODING_INVALID", open("m.csv", marked, "windows-1252"), /not windows-1252 but utf-8/);
      await expectRejection("ENCODING_INVALID", open("u.csv", "a\né\n", "shift_jis"), /not shift_jis but utf-8/);
      await expectRejection("ENCODING_INVALID", open("e.csv", LATIN_1, "euc-jp"), /not valid euc-jp/);
      expect(await items(await open("a.csv", "a\n1\n", "shift_jis"))).to.deep.equal([{ a: "1" }]);
    });

    it("truth B field row 6: UTF-16 that has no NUL byte is none, however it is called", async () => {
      for (const content of ["a,b\n1,2\n", "a,b\n1,é\n"])
        await expectRejection("ENCODING_INVALID", open("n.csv", content, "utf-16le"), /not utf-16le but utf-8/);
      expect(await items(await open("y.csv", utf16("a,b\n1,2\n"), "utf-16le"))).to.deep.equal([{ a: "1", b: "2" }]);
    });

    it("truth B field row 6: bytes contradict a name wherever they stand", async () => {
      const cut = Buffer.from(`a\n${"x".repeat(65_533)}é\n`);
      for (const content of [cut, Buffer.concat([Buffer.from("é\n"), cut])])
        await expectRejection(
          "ENCODING_INVALID",
          open("cut.csv", content, "windows-1252").then(items),
          /not windows-1252 but utf-8/,
        );
      expect(await items(await open("end.csv", Buffer.from("a\ncafé", "latin1"), "windows-1252"))).to.deep.equal([
        { a: "café" },
      ]);
      const late = await open("late.csv", `a\n${"x\n".repeat(40_000)}Köln\n`, "windows-1252");
      await expectRejection("ENCODING_INVALID", items(late), /not windows-1252 but utf-8/);
      const latin = Buffer.from(`a\n${"x\n".repeat(40_000)}Köln\n`, "latin1");
      expect((await items(await open("late.csv", latin, "windows-1252"))).at(-1)).to.deep.equal({ a: "Köln" });
    });

    const xml = (encoding: string, text: string): string =>
      `<?xml version="1.0" encoding="${encoding}"?><service_requests><request>${text}</request></service_requests>`;

    it("truth B field row 6: XML in UTF-8 that says it is in something else is refused, and read as what somebody names", async () => {
      const content = xml("ISO-8859-1", "<service_name>café</service_name>");
      await expectRejection(
        "ENCODING_INVALID",
        open("x.xml", content),
        /XML declaration says windows-1252.*bytes are utf-8.*--encoding utf-8/,
      );
      const late = xml("Shift_JIS", `${" ".repeat(70_000)}<service_name>café</service_name>`);
      await expectRejection("ENCODING_INVALID", items(await open("late.xml", late)), /not shift_jis but utf-8/);
      for (const [bytes, encoding] of [
        [content, "utf-8"],
        [`\ufeff${content}`, undefined],
      ] as const)
        expect((await open("named.xml", bytes, encoding)).head.toString()).to.equal(content);
    });

    it("truth B field row 6: XML in the encoding that it names is read so", async () => {
      for (const text of ["café", "cafe"]) {
        const content = Buffer.from(xml("ISO-8859-1", text), "latin1");
        expect((await open("x.xml", content)).head.toString()).to.contain(text);
        await expectRejection("ENCODING_INVALID", open("x.xml", content, "utf-8"), /not utf-8 but windows-1252/);
      }
    });

    it("truth B field row 6: UTF-32 is named, and a stray NUL is not taken for UTF-16", async () => {
      await expectRejection("ENCODING_INVALID", open("32.csv", bytesOf("fffe000061000000")), /UTF-32/);
      const [title, stray] = ["f18.json", '[{"temp":1}]\0'];
      await expectRejection("ENCODING_INVALID", items(await open(title, stray)), /NUL character/);
      await expectRejection("ENCODING_INVALID", items(await open("nul.csv", "id,ab\n1,x\0y\n")), /NUL/);
    });
  });

  it("truth B field row 6: knows encodings by the names that people use", () => {
    expect(["SJIS", "cp932", "Latin1", "eucJP", "UTF8", "klingon"].map(encodingLabel)).to.deep.equal([
      "shift_jis",
      "shift_jis",
      "windows-1252",
      "euc-jp",
      "utf-8",
      undefined,
    ]);
    const likely: [name: string, bytes: Buffer][] = [
      ["iso-8859-1", LATIN_1],
      ["iso-8859-1", Buffer.from("México, Málaga, créée, Peñafiel, Straße", "latin1")],
      ["windows-1252", Buffer.from("\x93Une année créée\x94, l\x92avenue", "latin1")],
      ["shift_jis", SHIFT_JIS],
      ["shift_jis", bytesOf("82d382b682b382ed2c834b8389835882cc94c5")],
      ["euc-jp", EUC_JP],
      ["windows-1251", bytesOf("cceef1eae2e02c20d2e2e5f0f1eae0ff")],
      ["utf-16le", Buffer.from("名称緯度経度場所,藤沢市役所の庁舎\n", "utf16le")],
    ];
    for (const [name, bytes] of likely) expect(likelyEncodings(bytes)[0], bytes.toString("latin1")).to.equal(name);
  });

  it("truth B field row 7: text that is damaged is recorded, and named by item and member", async () => {
    const notes = new Notes();
    const input = await open("f55.ndjson", '{"a":1}\n{"place":{"name":"K\ufffdln"}}\n');
    const { items: read } = await openItems(input, "ndjson", { notes });
    for await (const _item of read()) continue;
    expect(notes.list()).to.deep.equal([
      "item 2, place, name: it holds U+FFFD: characters were lost before it got here",
    ]);
  });

  describe("and its form", () => {
    it("truth B field row 12: gzip is unpacked, whatever it is called (f19)", async () => {
      for (const [name, text, item] of [
        ["f19.csv.gz", "id,temp\n1,16.4\n", { id: "1", temp: "16.4" }],
        ["f19.ndjson.gz", '{"temp":1}\n', { temp: 1 }],
        ["called.csv", "id,temp\n1,16.4\n", { id: "1", temp: "16.4" }],
      ] as const) {
        const input = await open(name, gzipSync(text));
        expect(await items(input)).to.deep.equal([item]);
        expect(input.notes).to.deep.equal(["it is unpacked with gzip"]);
      }
      expect(await items(await open("u16.csv.gz", gzipSync(utf16("\ufeffa,b\n1,2\n"))))).to.deep.equal([
        { a: "1", b: "2" },
      ]);
    });

    it("truth B field row 12: gzip that is cut off or unpacks without end is refused", async () => {
      const packed = gzipSync(Buffer.from("id,temp\n1,16.4\n".repeat(50_000)));
      await expectRejection("USAGE", open("cut.csv.gz", packed.subarray(0, 20)), /damaged or cut off/);
      const late = await open("late.csv.gz", packed.subarray(0, packed.length - 12));
      await expectRejection("USAGE", items(late), /damaged or cut off/);
      const bomb = await open("bomb.csv.gz", gzipSync(Buffer.alloc(24 * 1_048_576, "\n")));
      await expectRejection("USAGE", items(bomb), /unpacks to far more than text would/);
      const table = await open("table.csv.gz", gzipSync(`a,b\n${"12.5,Calle Mayor\n".repeat(100)}`));
      expect(await items(table)).to.have.length(100);
    });

    const FOREIGN: [content: Buffer | string, pattern: RegExp][] = [
      ["PK\x03\x04\x14\0\x06\0xl/workbook.xml", /an Excel workbook \(\.xlsx\): save it as CSV UTF-8/],
      ["PK\x03\x04\x14\0[Content_Types].xml", /an Office document, perhaps a workbook/],
      ["PK\x03\x04\x14\0\0\0data.csv", /a ZIP archive: unpack it first/],
      [bytesOf("d0cf11e0a1b11ae1"), /an old Excel or Office file/],
      ["%PDF-1.7\n", /a PDF/],
      [bytesOf("ffd8ffe000104a46"), /a JPEG picture/],
      [bytesOf("89504e470d0a1a0a"), /a PNG picture/],
      [bytesOf("28b52ffd00"), /a zstd file/],
      ["SQLite format 3\0", /an SQLite database/],
      [gzipSync(gzipSync("a\n1\n")), /a gzip file within a gzip file/],
      ["<!DOCTYPE html>\n<html><body>Login</body></html>\n", /an HTML page/],
      ["\n <HTML><head></head></HTML>", /an HTML page/],
      ["<!-- x --><html>", /an HTML page/],
      ["\xef\xbb\xbf<!doctype html>", /an HTML page/],
    ];
    for (const [content, pattern] of FOREIGN)
      it(`truth B field row 4: what holds no records is named: ${pattern.source}`, async () => {
        await expectRejection(
          "USAGE",
          open("x.csv", typeof content === "string" ? Buffer.from(content, "latin1") : content),
          pattern,
        );
      });

    it("truth B field row 4: NDJSON that is called .json is recognised", async () => {
      const input = await open("export.json", '{"a":1}\n{"a":2}\n');
      expect(formatOf(input)).to.equal("ndjson");
      expect(await items(input)).to.deep.equal([{ a: 1 }, { a: 2 }]);
      expect(formatOf(await open("one.json", '{"a":1}\n'))).to.equal("json");
    });

    it("truth B field row 13: a JSON text sequence is taken (f38)", async () => {
      const input = await open("f38.jsonseq", '\x1e{"temp":1}\n\x1e{"temp":2}\n');
      expect(formatOf(input)).to.equal("ndjson");
      expect(await items(input)).to.deep.equal([{ temp: 1 }, { temp: 2 }]);
      expect(input.notes.join()).to.match(/JSON text sequence/);
    });

    it("truth B field row 12: of a live stream, no more is waited for than its first line", async () => {
      const path = join(folder, "live");
      execFileSync("mkfifo", [path]);
      const writer = spawn("sh", ["-c", `exec 3> "${path}"; printf '{"a":1}\\n' >&3; read _; printf '{"a":2}\\n' >&3`]);
      const input = await openInput(path);
      expect(formatOf(input)).to.equal("ndjson");
      writer.stdin.end("\n");
      expect(await items(input)).to.deep.equal([{ a: 1 }, { a: 2 }]);
    });

    it("truth B field row 12: a FIFO is read to its end", async () => {
      const path = join(folder, "fifo");
      execFileSync("mkfifo", [path]);
      const writer = spawn("sh", ["-c", `printf 'a;b\\n1;2\\n' > "${path}"`]);
      const input = await openInput(path);
      expect(input.isRepeatable).to.equal(false);
      expect(await items(input)).to.deep.equal([{ a: "1", b: "2" }]);
      writer.kill();
    });
  });
});
