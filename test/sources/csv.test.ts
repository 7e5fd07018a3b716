// CSV as cities write it: each row becomes what it plainly says, or is refused by row and column with the remedy. The
// delimiter is never guessed, and no message holds what stands in a record.

import { expect } from "chai";
import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";

import { WarifuError } from "../../src/core/errors.ts";
import type { ProfileDocument } from "../../src/profiles/profile.ts";
import { readCsv, type CsvOptions } from "../../src/sources/csv.ts";
import { CsvRows } from "../../src/sources/csv-rows.ts";
import { Notes } from "../../src/sources/notes.ts";
import { expectRejection } from "../support/expect-rejection.ts";

type Options = Partial<CsvOptions> & { readonly pieceBytes?: number };

const shipped = (type: string): ProfileDocument =>
  JSON.parse(readFileSync(new URL(`../../profiles/${type}.json`, import.meta.url), "utf8")) as ProfileDocument;
const REPORT = shipped("citizen-report");
const READING = shipped("sensor-reading");

/** The items of a CSV; a refused one by its message. */
async function rows(content: string | Buffer, options: Options = {}): Promise<unknown[]> {
  const bytes = Buffer.from(content);
  const { pieceBytes = 1_000_000, notes = new Notes() } = options;
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const list: unknown[] = [];
  for await (const item of readCsv(pieces(), { head: bytes, isWhole: true, ...options, notes }))
    list.push(item instanceof WarifuError ? `${item.code}: ${item.message}` : item);
  return list;
}

const refusal = (content: string | Buffer, pattern: RegExp, options: Options = {}): Promise<unknown> =>
  expectRejection("USAGE", rows(content, options), pattern);

describe("CSV", () => {
  it("is text exactly as it stands there, under the names of the header", async () => {
    expect(await rows("t,n\n007, 1.50\ntrue,\n")).to.deep.equal([
      { t: "007", n: " 1.50" },
      { t: "true", n: "" },
    ]);
    expect(await rows("t\tn\tx\n1\t2,3\t4\n")).to.deep.equal([{ t: "1", n: "2,3", x: "4" }]);
  });

  it("gives the rows that another parser gives, wherever the bytes are cut", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", ";", '"', "\r", "\n", " ", "1") });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), fc.nat({ max: 9 }), (cells, end, size) => {
        const text = cells.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(";")).join(end);
        const reader = new CsvRows(";");
        const pieces = Array.from({ length: Math.ceil(text.length / (size + 1)) }, (_, at) =>
          text.slice(at * (size + 1), (at + 1) * (size + 1)),
        );
        const found = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()].map((row) => row.cells);
        const theirs = parse(text, { delimiter: ";", record_delimiter: end, relax_column_count: true }) as string[][];
        expect(found).to.deep.equal(theirs);
        expect(found).to.deep.equal(cells);
      }),
    );
  });

  describe("finds the delimiter", () => {
    const FOUND: [title: string, text: string, item: object][] = [
      [
        "semicolons around a decimal comma (f02)",
        "Station;Datum;PM10\r\nA;01.02.2026 13:00;16,40\r\n",
        { Station: "A", Datum: "01.02.2026 13:00", PM10: "16,40" },
      ],
      ["a line that names it (f07)", "sep=;\r\nid;temp\r\n1;16,40\r\n", { id: "1", temp: "16,40" }],
      ["a line that names it, in quotes", '"sep=|"\nid|temp\n1|2;3\n', { id: "1", temp: "2;3" }],
      ["bars (f12)", "id|temp\n1|16.4\n", { id: "1", temp: "16.4" }],
      ["commas within a quoted name (f15)", '"a,b,c";temp\n1;2\n', { "a,b,c": "1", temp: "2" }],
      [
        "the one under which the rows agree",
        "Straße, Nr;PM10;x\nA, 1;16,4;3\n",
        { "Straße, Nr": "A, 1", PM10: "16,4", x: "3" },
      ],
      [
        "semicolons around names and numbers with commas",
        "Estación;NÚMERO;PM2,5\nCalle Mayor;28;16,40\nPlaza;30;\n",
        { Estación: "Calle Mayor", NÚMERO: "28", "PM2,5": "16,40" },
      ],
      [
        "semicolons where each row has a comma, too",
        "id;n;PM2,5\n1;2;16,40\n2;3;1,5\n",
        { id: "1", n: "2", "PM2,5": "16,40" },
      ],
      ["a comma between two whole numbers below two plain names", "id,count\n1,5\n2,70\n", { id: "1", count: "5" }],
      ["a comma between what cannot be a decimal", "id, count\n007,5\n", { id: "007", count: "5" }],
      ["carriage returns alone (f11)", "id,temp\r1,16.4\r", { id: "1", temp: "16.4" }],
      ["one column, whose text has a comma here and there", "note\nfoo\nhello, world\nbar\n", { note: "foo" }],
    ];
    for (const [title, text, item] of FOUND)
      it(`truth B field row 8: ${title}`, async () => {
        expect((await rows(text))[0]).to.deep.equal(item);
      });

    const UNDECIDED: [title: string, text: string][] = [
      ["two that both fit", "temp, C;hum, %\n16,4;50,1\n"],
      ["two that both fit, the comma with more cells", "a, b;c, d;e, f\n1,5;2,5;3,5\n"],
      ["a header of one name over rows of two", "temp\n16,4\n17,2\n"],
      ["a title above, with another delimiter", "Messstation A, Köln\nid;temp\n1;16,4\n2;1,3\n"],
      ["a title above the header", "Messstation A\nid;temp\n1;16,4\n"],
      ["two that fit no row", "a,b;c\n1\n2\n3\n"],
      ["a name and numbers of one column that have decimal commas", "PM2,5\n16,40\n17,1\n"],
      ["them where some rows have no comma", "PM2,5\n16,40\n-\n17\n17,1\n"],
      ["a name with its unit over decimal commas", "Altura, m\n1,75\n-1,80\n"],
    ];
    for (const [title, text] of UNDECIDED)
      it(`truth B field row 8: refuses ${title}, naming --delimiter`, async () => {
        await refusal(text, /--delimiter/);
      });

    it("truth B field row 8: takes the one that is named, and the tab of a .tsv", async () => {
      expect(await rows("temp\n16,4\n", { delimiter: ";" })).to.deep.equal([{ temp: "16,4" }]);
      expect(await rows("temp, C;hum\n16,4;50,1\n", { delimiter: ";" })).to.deep.equal([
        { "temp, C": "16,4", hum: "50,1" },
      ]);
      expect(await rows("a,b\tc,d\n1,2\t3,4\n", { likelyDelimiter: "\t" })).to.deep.equal([
        { "a,b": "1,2", "c,d": "3,4" },
      ]);
      expect(await rows("a,b\n1,2\n", { likelyDelimiter: "\t" })).to.deep.equal([{ a: "1", b: "2" }]);
    });

    it("truth B field row 8: splits at a comma that may be a decimal one only where it is named", async () => {
      const text = "PM2,5\n16,40\n";
      expect(await rows(text, { delimiter: "," })).to.deep.equal([{ PM2: "16", 5: "40" }]);
      expect(await rows(text, { delimiter: ";" })).to.deep.equal([{ "PM2,5": "16,40" }]);
      expect(await rows("PM2,5\n")).to.deep.equal([]);
    });

    it("truth B field row 8: does not let the end of the first bytes count as a short row", async () => {
      const head = Buffer.from("a;b;c\n1;2,5;3\n1;2");
      expect(await rows("a;b;c\n1;2,5;3\n1;2;3\n", { head, isWhole: false })).to.have.length(2);
    });
  });

  describe("reads the header", () => {
    it("truth B field row 10: a column without a name may be empty (f09, i2)", async () => {
      expect(await rows("id,temp,\n1,16.4,\n")).to.deep.equal([{ id: "1", temp: "16.4" }]);
      expect(await rows("a,b,\n1,2,\n3,4\n")).to.deep.equal([
        { a: "1", b: "2" },
        { a: "3", b: "4" },
      ]);
      expect(await rows("a,b\n1,2,,\n")).to.deep.equal([{ a: "1", b: "2" }]);
      expect(await rows("a,,b\n1,,2\n3,x,4\n")).to.deep.equal([
        { a: "1", b: "2" },
        "RECORD_INVALID: row 3, column 2: the header gives this column no name: name it, or take a title above it away",
      ]);
    });

    it("truth B field row 10: names without the spaces around them; cells with theirs (f22, f25, f26)", async () => {
      expect(await rows("id , temp\n 1 , 16.40 \n")).to.deep.equal([{ id: " 1 ", temp: " 16.40 " }]);
      expect(await rows("Unique Key,temp\n1,16.4\n")).to.deep.equal([{ "Unique Key": "1", temp: "16.4" }]);
      expect(await rows("名称,　緯度\n藤沢,35.3\n")).to.deep.equal([{ 名称: "藤沢", 緯度: "35.3" }]);
    });

    it("truth B field row 10: a comment above it is left out, and said (f13)", async () => {
      const notes = new Notes();
      expect(await rows("# exported 2026-11-28\nid,temp\n1,16.4\n", { notes })).to.deep.equal([
        { id: "1", temp: "16.4" },
      ]);
      expect(notes.list()).to.deep.equal(["1 comment line before the header not recorded"]);
      expect(await rows("#property,n\n1,2\n")).to.deep.equal([{ "#property": "1", n: "2" }]);
    });

    const REFUSED: [title: string, text: string, pattern: RegExp][] = [
      [
        "a name twice (f10)",
        "id,temp,temp\n1,16.4,16.5\n",
        /^row 1, column 3 \(temp\): column 2 has the same name: rename/,
      ],
      ["two lines (f14)", "Messstation A,\nid,temp\n1,16.4\n", /^row 2, column 2: .*take a title above it away/],
      ["numbers for names (f27)", "2024,2025\n1,2\n", /^row 1 gives no names but numbers: put a row with names above/],
      [
        "a comment that looks like the header",
        "# id,temp\n1,16.4\n",
        /^row 1, column 1 .*take the row away if it is a comment/,
      ],
      ["a dangerous name", "__proto__,b\n1,2\n", /^row 1, column 1 .*rename it/],
      ["a dangerous name alone", "constructor\n1\n", /^row 1, column 1 .*rename it/],
    ];
    for (const [title, text, pattern] of REFUSED)
      it(`truth B field row 10: refuses ${title}`, async () => {
        await refusal(text, pattern);
      });

    it("truth B field row 10: refuses names that the profile has no room for, before any row", async () => {
      await refusal(
        "category,texto\npothole,x\n",
        /^row 1, column 2: the profile citizen-report has no claim .*category, theme/,
        {
          profile: REPORT,
        },
      );
      await refusal(
        'id,"a <b>"\n1,2\n',
        /^row 1, column 2 \(a <b>\): the profile sensor-reading does not take this name/,
        {
          profile: READING,
        },
      );
    });
  });

  describe("reads the rows", () => {
    const garbled = (content: string, pattern: RegExp): Promise<unknown> =>
      expectRejection("ENCODING_INVALID", rows(content), pattern);

    it("truth B field row 9: a quoted line break is text (f08)", async () => {
      expect(await rows('id,text\r\n1,"line one\r\nline two"\r\n2,"say ""hi"""\r\n')).to.deep.equal([
        { id: "1", text: "line one\r\nline two" },
        { id: "2", text: 'say "hi"' },
      ]);
    });

    it("truth B field row 10: refuses those alone that have too few or too many cells (f24)", async () => {
      expect(await rows("id,temp,hum\n1,16.4\n2,16.5,60,extra\n3,1,2\n")).to.deep.equal([
        "RECORD_INVALID: row 2 has 2 fields, the header 3",
        "RECORD_INVALID: row 3 has 4 fields, the header 3",
        { id: "3", temp: "1", hum: "2" },
      ]);
    });

    it("truth B field row 10: refuses a quote that stays open, by row and column (i4)", async () => {
      await refusal('id,v\n1,"open\n2,x\n', /^row 2, column 2: a quote is opened and never closed/);
      await refusal(`id,v\n1,"${"x".repeat(200_000)}`, /is a quote not closed\?/, {
        isWhole: false,
        pieceBytes: 65_536,
      });
    });

    it("truth B field row 20: refuses a quote that closes within a cell, and one behind a space, by row and column", async () => {
      await refusal('id,note\n1,"a" b\n', /^row 2, column 2: text follows the quote that closes the cell/);
      await refusal('id,note\n1, "a, b"\n', /^row 2, column 2: a space stands before the quote/, { delimiter: "," });
    });

    it("truth B field row 20: skips empty lines, and keeps a cell in quotes that is empty (f45, f47)", async () => {
      expect(await rows("temp\n16.4\n\n17.2\n\n\n")).to.deep.equal([{ temp: "16.4" }, { temp: "17.2" }]);
      expect(await rows('note\n""\nx\n')).to.deep.equal([{ note: "" }, { note: "x" }]);
      expect(await rows("a,b\n1,2\n   \n")).to.deep.equal([{ a: "1", b: "2" }]);
    });

    it("truth B field row 20: skips rows of delimiters alone, as spreadsheets leave them, and says so", async () => {
      for (const text of [
        "name;note\na;b\n;\n",
        'name;note\na;b\n"";" "\n;\n',
        "name;note\n;;;\na;b\n",
        "name;note\n;\na;b\n",
      ]) {
        const notes = new Notes();
        expect(await rows(text, { notes }), text).to.deep.equal([{ name: "a", note: "b" }]);
        expect(notes.list(), text).to.deep.equal(["rows that have nothing but empty cells are left out"]);
      }
      const notes = new Notes();
      expect(await rows("name;note\na;\n\n  \n", { notes })).to.deep.equal([{ name: "a", note: "" }]);
      expect(notes.list()).to.deep.equal([]);
    });

    it("truth B field row 20: takes \\N and NULL for the text that they are (f59)", async () => {
      expect(await rows("id,note\n1,\\N\n2,NULL\n")).to.deep.equal([
        { id: "1", note: "\\N" },
        { id: "2", note: "NULL" },
      ]);
    });

    it("truth B field row 20: takes a quote within a cell for a character (f57, i1)", async () => {
      expect(await rows('id,note\n1,5" pipe\n2,ok\n')).to.deep.equal([
        { id: "1", note: '5" pipe' },
        { id: "2", note: "ok" },
      ]);
      expect(await rows('id,reporter,text\n1,Maria Example "Mia" Lopez,hole\n')).to.deep.equal([
        { id: "1", reporter: 'Maria Example "Mia" Lopez', text: "hole" },
      ]);
    });

    it("truth B field row 13: refuses a spreadsheet's way to write text, and takes the rest (f41)", async () => {
      expect(await rows('id,code\n1,="00123"\n2,00123\n3,1.23E+05\n')).to.deep.equal([
        'RECORD_INVALID: row 2, column 2 (code): it holds a spreadsheet\'s formula (="…"): export the column as text',
        { id: "2", code: "00123" },
        { id: "3", code: "1.23E+05" },
      ]);
    });

    it("truth B field row 6: refuses NUL and escape characters, by place and with what they may mean", async () => {
      await garbled("id,name\n1,a\0b\n", /^row 2, column 2: it holds a NUL character: .*--encoding utf-16le/);
      await garbled(
        "id,name\n1,\u001b$BF#\n",
        /^row 2, column 2: it holds an escape character: .*--encoding iso-2022-jp/,
      );
    });

    it("truth B field row 7: records damaged text, and says where it stands (f55, f56)", async () => {
      for (const [text, pattern] of [
        ["K\ufffdln", /^row 2, column 2 \(name\): it holds U\+FFFD/],
        ["KÃ¶ln", /^row 2, column 2 \(name\): it looks as if it was encoded twice/],
        ["è—¤æ²¢å¸‚", /twice/],
        ["ã‚¢", /twice/],
        ["ESPAﾑA", /^row 2, column 2 \(name\): it looks as if it was in another encoding/],
        ["Straﾟe", /another encoding/],
        ["ﾉcole", /another encoding/],
        ["M騙ico", /another encoding/],
        ["Espa\ue03fa", /another encoding/],
        // What decoders make of the bytes 85 and 9d, alone, in euc-jp and windows-1252.
        ["藤\u0085沢", /^row 2, column 2 \(name\): it holds control characters/],
        ["Caf\u009d", /control characters/],
      ] as const) {
        const notes = new Notes();
        expect(await rows(`id,name\n1,${text}\n`, { notes })).to.deep.equal([{ id: "1", name: text }]);
        expect(notes.list()).to.have.length(1);
        expect(notes.list()[0]).to.match(pattern).and.not.include(text);
      }
      const notes = new Notes();
      await rows("id,name\n1,«né…» São Straße 藤沢 25 °C €5\n2,NTTﾄﾞｺﾓ A棟 ﾋﾞﾙB 3階F\n", { notes });
      expect(notes.list()).to.deep.equal([]);
    });
  });

  describe("is typed by the profile", () => {
    it("truth B field row 11: numbers are numbers, and an empty cell is no claim (h1, h2, h3)", async () => {
      const h1 =
        "category,area,text,latitude,longitude,reportedAt,language\n" +
        'pothole,centro,"Deep hole",43.4628,-3.8044,2026-11-28T09:00:00+01:00,es\ngraffiti,norte,"Wall",,,,\n';
      expect(await rows(h1, { profile: REPORT })).to.deep.equal([
        {
          category: "pothole",
          area: "centro",
          text: "Deep hole",
          latitude: 43.4628,
          longitude: -3.8044,
          reportedAt: "2026-11-28T09:00:00+01:00",
          language: "es",
        },
        { category: "graffiti", area: "norte", text: "Wall" },
      ]);
      expect(await rows('category,text\npothole,"Deep hole"\n', { profile: REPORT })).to.deep.equal([
        { category: "pothole", text: "Deep hole" },
      ]);
      expect(await rows('category,theme,text\npothole,,"Deep hole"\n', { profile: REPORT })).to.deep.equal([
        { category: "pothole", text: "Deep hole" },
      ]);
      expect(await rows("observedAt,temperature\n,16.40\n", { profile: READING })).to.deep.equal([
        { temperature: "16.40" },
      ]);
    });

    const typed = (claims: object): Options => ({ profile: { ...READING, claims } as ProfileDocument });

    it("truth B field row 11: by type, enum, reference and the rule for other names", async () => {
      const options = typed({
        type: "object",
        $defs: { count: { type: "integer" } },
        properties: {
          n: { $ref: "#/$defs/count" },
          isOpen: { type: "boolean" },
          level: { enum: [1, 2] },
          either: { type: ["number", "string"] },
          name: { type: "string", minLength: 1 },
        },
        additionalProperties: { type: "number" },
      });
      expect(await rows("n,isOpen,level,either,name,x\n5,TRUE,2,07,,-1.5e3\n,false,,,a,\n", options)).to.deep.equal([
        { n: 5, isOpen: true, level: 2, either: "07", x: -1500 },
        { isOpen: false, either: "", name: "a" },
      ]);
    });

    it("truth B2: counts the numbers that are written another way", async () => {
      const notes = new Notes();
      const options = { ...typed({ type: "object", additionalProperties: { type: "number" } }), notes };
      expect(await rows("a,b,c\n1.10,-0,2.5\n1e2,,3\n", options)).to.deep.equal([
        { a: 1.1, b: 0, c: 2.5 },
        { a: 100, c: 3 },
      ]);
      expect(notes.respelled).to.equal(3);
    });

    it("truth B field row 11: refuses what is none, naming the column and never the value", async () => {
      const options = typed({
        type: "object",
        properties: { n: { type: "integer" }, v: { type: "number" }, is: { type: "boolean" }, list: { type: "array" } },
      });
      const cases: [text: string, pattern: RegExp][] = [
        ["v\n16,4\n", /row 2, column 1 \(v\): it is not a number/],
        ["v\n007\n", /not a number/],
        ["v\n12345678901234567890\n", /a number that would be changed/],
        ["v\n\\N\n", /not a number/],
        ["n\n1.5\n", /not a whole number/],
        ["is\nyes\n", /not true or false/],
        ["list\n[1]\n", /send JSON/],
      ];
      for (const [text, pattern] of cases) {
        const [only] = await rows(text, { delimiter: ";", ...options });
        expect(only)
          .to.match(/^RECORD_INVALID/)
          .and.match(pattern);
        expect(only).to.not.include(text.split("\n")[1] as string);
      }
    });
  });

  it("truth C3: JSON that is called CSV is not repeated in a message", async () => {
    await refusal('{"v":"Maria"}\n{"v":"x"}\n', /^row 1, column 1: the profile/, { profile: READING });
  });

  it("truth C3: no message holds a value, and none a header that may be a person's record", async () => {
    const personal = /Maria|Lopez|hole|600 123/;
    const texts = [
      'id,text\n1,"Maria "Lopez" hole"\n',
      'id,text\n1, "Maria"\n',
      'id,text\n1,"Maria\n',
      "id,text\n1,Maria,Lopez\n",
      "id,text\nMaria\u001b,Lopez\n",
      'id,text\nMaria,="600 123"\n',
      "Maria Lopez,hole\nMaria Lopez,hole\n",
      "category,Maria Lopez\npothole,hole\n",
      "category,latitude\npothole,600 123\n",
      '{"reporter":"Maria"}\n{"reporter":"Lopez"}\n',
    ];
    for (const text of texts) {
      const said = await rows(text, { profile: REPORT }).catch((error: unknown) => [(error as WarifuError).message]);
      expect(said.filter((one) => typeof one === "string").join(), text)
        .to.not.match(personal)
        .and.not.equal("");
    }
  });
});
