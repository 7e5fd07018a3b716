// What people who do this job really send, through the command into a service that runs: each file is recorded as what it
// plainly says, or refused with the place and the remedy. The contents are those of files met in the field.

import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";

import { freePort } from "../../scripts/free-port.ts";
import { startSwiftChain, type TestChain } from "../support/chains.ts";
import {
  anchoringOn,
  openWorkplace,
  startService,
  stopService,
  type Run,
  type Running,
  type Workplace,
} from "./support/command.ts";
import { runHere } from "./support/run-here.ts";

type Claims = Readonly<Record<string, unknown>>;
type Summary = {
  readonly acknowledged?: { readonly new: number };
  readonly refused?: number;
  readonly refusals?: readonly { readonly item: number; readonly message: string }[];
  readonly notes?: readonly string[];
  readonly respelled?: number;
};
type Case = {
  readonly row: number;
  readonly file: string;
  readonly content: string | Buffer;
  readonly args?: readonly string[];
  /** sensor-reading, if nothing else is said; `null`: none is named. */
  readonly type?: string | null;
  /** Public claims of the records, in order. */
  readonly records?: readonly Claims[];
  readonly refused?: number;
  /** Looked for in what the command says. */
  readonly says?: RegExp;
};

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const hex = (text: string): Buffer => Buffer.from(text, "hex");
const LATIN_1 = Buffer.from("Station;Straße;PM10\r\nA;Köln;16,40\r\n", "latin1");
const SHIFT_JIS = hex("96bc8fcc2c88dc93782c8c6f93780d0a93a191f28e7396f08f8a2c33352e333338392c3133392e343930300d0a");
const ISO_2022_JP = hex("69642c6e616d650a312c1b2442462342743b544c723d6a1b28420a");
const EUC_JP = hex("69642c6e616d650a312cc6a3c2f4bbd4ccf2bdea0a");
const READING = { id: "1", temp: "16.4" };
const PLACE = { 名称: "藤沢市役所", 緯度: "35.3389", 経度: "139.4900" };
const OFFICE = { id: "1", name: "藤沢市役所" };

const CASES: readonly Case[] = [
  { row: 4, file: "f20.csv", content: "" },
  { row: 4, file: "f21.csv", content: "id,temp\n" },
  { row: 4, file: "f53.csv", content: "<!DOCTYPE html>\n<html><body>Login</body></html>\n", says: /an HTML page/ },
  { row: 5, file: "f01.csv", content: "\ufeffid,temp\r\n1,16.40\r\n", records: [{ id: "1", temp: "16.40" }] },
  { row: 5, file: "f43.ndjson", content: '\ufeff{"temp":1}\n', records: [{ temp: 1 }] },
  { row: 5, file: "f44.json", content: '\ufeff[{"temp":1}]', records: [{ temp: 1 }] },
  { row: 6, file: "f03.csv", content: LATIN_1, says: /iso-8859-1.*--encoding/ },
  {
    row: 6,
    file: "f03n.csv",
    content: LATIN_1,
    args: ["--encoding", "latin1"],
    records: [{ Station: "A", Straße: "Köln", PM10: "16,40" }],
  },
  { row: 6, file: "f04.csv", content: SHIFT_JIS, says: /shift_jis.*--encoding/ },
  { row: 6, file: "f04n.csv", content: SHIFT_JIS, args: ["--encoding", "Shift_JIS"], records: [PLACE] },
  { row: 6, file: "f05.txt", content: utf16("\ufeffid\ttemp\r\n1\t16.40\r\n"), records: [{ id: "1", temp: "16.40" }] },
  { row: 6, file: "f06.json", content: utf16('\ufeff[{"temp":1}]'), records: [{ temp: 1 }], says: /utf-16le/ },
  { row: 6, file: "f06b.ndjson", content: utf16('\ufeff{"temp":1}\n').swap16(), records: [{ temp: 1 }] },
  { row: 6, file: "f48.csv", content: ISO_2022_JP, records: [OFFICE], says: /iso-2022-jp/ },
  { row: 6, file: "f49.csv", content: EUC_JP, says: /euc-jp.*--encoding/ },
  { row: 6, file: "f49n.csv", content: EUC_JP, args: ["--encoding", "EUC-JP"], records: [OFFICE] },
  {
    row: 7,
    file: "f55.csv",
    content: "id,name\n1,K\ufffdln\n",
    records: [{ id: "1", name: "K\ufffdln" }],
    says: /row 2, column 2 \(name\)/,
  },
  {
    row: 7,
    file: "f56.csv",
    content: "id,name\n1,KÃ¶ln\n",
    records: [{ id: "1", name: "KÃ¶ln" }],
    says: /row 2, column 2 \(name\)/,
  },
  {
    row: 8,
    file: "f02.csv",
    content: "Station;Datum;PM10\r\nA;01.02.2026 13:00;16,40\r\n",
    records: [{ Station: "A", Datum: "01.02.2026 13:00", PM10: "16,40" }],
  },
  { row: 8, file: "f07.csv", content: "sep=;\r\nid;temp\r\n1;16,40\r\n", records: [{ id: "1", temp: "16,40" }] },
  { row: 8, file: "f12.csv", content: "id|temp\n1|16.4\n", records: [READING] },
  { row: 8, file: "f15.csv", content: '"a,b,c";temp\n1;2\n', records: [{ "a,b,c": "1", temp: "2" }] },
  { row: 8, file: "tie.csv", content: "temp, C;hum, %\n16,4;50,1\n", says: /--delimiter/ },
  {
    row: 9,
    file: "f08.csv",
    content: 'id,text\r\n1,"line one\r\nline two"\r\n2,"say ""hi"""\r\n',
    records: [
      { id: "1", text: "line one\r\nline two" },
      { id: "2", text: 'say "hi"' },
    ],
  },
  { row: 10, file: "f09.csv", content: "id,temp,\n1,16.4,\n", records: [READING] },
  { row: 10, file: "f10.csv", content: "id,temp,temp\n1,16.4,16.5\n", says: /row 1, column 3 \(temp\).*rename/ },
  { row: 10, file: "f13.csv", content: "# exported 2026-11-28\nid,temp\n1,16.4\n", records: [READING] },
  { row: 10, file: "f14.csv", content: "Messstation A,\nid,temp\n1,16.4\n", says: /row 2, column 2.*title/ },
  {
    row: 10,
    file: "f24.csv",
    content: "id,temp,hum\n1,16.4\n2,16.5,60,extra\n3,1,2\n",
    records: [{ id: "3", temp: "1", hum: "2" }],
    refused: 2,
    says: /row 2 has 2 fields, the header 3/,
  },
  { row: 10, file: "f25.csv", content: "Unique Key,temp\n1,16.4\n", records: [{ "Unique Key": "1", temp: "16.4" }] },
  { row: 10, file: "f26.csv", content: "名称,緯度\n藤沢,35.3\n", records: [{ 名称: "藤沢", 緯度: "35.3" }] },
  { row: 10, file: "f27.csv", content: "2024,2025\n1,2\n", says: /row 1 gives no names but numbers/ },
  { row: 10, file: "i2.csv", content: "a,b,\n1,2,\n", records: [{ a: "1", b: "2" }] },
  { row: 10, file: "i4.csv", content: 'id,v\n1,"open\n2,x\n', says: /row 2, column 2: a quote is opened/ },
  {
    row: 11,
    file: "h1.csv",
    content:
      "category,area,text,latitude,longitude,reportedAt,language\n" +
      'pothole,centro,"Deep hole",43.4628,-3.8044,2026-11-28T09:00:00+01:00,es\ngraffiti,norte,"Wall",,,,\n',
    type: "citizen-report",
    records: [
      { category: "pothole", area: "centro" },
      { category: "graffiti", area: "norte" },
    ],
  },
  {
    row: 11,
    file: "h2.csv",
    content: 'category,text\npothole,"Deep hole"\n',
    type: "citizen-report",
    records: [{ category: "pothole" }],
  },
  {
    row: 11,
    file: "h3.csv",
    content: 'category,theme,text\npothole,,"Deep hole"\n',
    type: "citizen-report",
    records: [{ category: "pothole" }],
  },
  { row: 12, file: "f19.csv.gz", content: gzipSync("id,temp\n1,16.4\n"), records: [READING] },
  { row: 12, file: "f19.ndjson.gz", content: gzipSync('{"temp":1}\n'), records: [{ temp: 1 }] },
  { row: 13, file: "f18.json", content: '[{"temp":1}]\0', says: /NUL/ },
  {
    row: 13,
    file: "f41.csv",
    content: 'id,code\n1,="00123"\n2,00123\n3,1.23E+05\n',
    records: [
      { id: "2", code: "00123" },
      { id: "3", code: "1.23E+05" },
    ],
    refused: 1,
    says: /row 2, column 2 \(code\).*formula/,
  },
  {
    row: 14,
    file: "f40.geojson",
    content:
      '{"type": "FeatureCollection", "name": "x", "crs": {"type": "name"}, "features": [{"type": "Feature", ' +
      '"properties": {"id": 1}, "geometry": {"type": "Point", "coordinates": [139.48, 35.33]}}]}\n',
    records: [
      {
        "crs.type": "name",
        name: "x",
        type: "Feature",
        "properties.id": 1,
        "geometry.type": "Point",
        "geometry.coordinates": [139.48, 35.33],
      },
    ],
    says: /crs is recorded with each feature/,
  },
  {
    row: 15,
    file: "h9.json",
    content:
      '[{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1795334400,"bu":"Cel","n":"t","v":16.4},' +
      '{"n":"rh","u":"%RH","v":61,"t":-5},{"v":16.6,"t":10}]',
    records: [
      ["t", "Cel", 16.4, 1795334400, "08:00:00"],
      ["rh", "%RH", 61, 1795334395, "07:59:55"],
      ["", "Cel", 16.6, 1795334410, "08:00:10"],
    ].map(([n, u, v, t, at]) => ({
      n: `urn:dev:mac:0024befffe804ff1:${n}`,
      u,
      v,
      t,
      observedAt: `2026-11-22T${at}Z`,
    })),
  },
  {
    row: 16,
    file: "h6.json",
    content:
      '{"@iot.count":3,"@iot.nextLink":"https://sta.example.org/v1.1/Observations?$skip=2","value":[{"@iot.id":1,' +
      '"phenomenonTime":"2026-11-28T09:00:00Z/2026-11-28T10:00:00Z","resultTime":null,"result":16.40},' +
      '{"@iot.id":2,"phenomenonTime":"2026-11-28T10:00:00Z","result":16.5,"parameters":{"qc":1}}]}',
    records: [
      { "@iot.id": 1, phenomenonTime: "2026-11-28T09:00:00Z/2026-11-28T10:00:00Z", resultTime: null, result: 16.4 },
      { "@iot.id": 2, phenomenonTime: "2026-11-28T10:00:00Z", result: 16.5, "parameters.qc": 1 },
    ],
    says: /nextLink/,
  },
  {
    row: 17,
    file: "h8.json",
    content:
      '{"subscriptionId":"57458eb60962ef754e7c0998","data":[{"id":"urn:ngsi:AirQualityObserved:1",' +
      '"type":"AirQualityObserved","NO2":{"type":"Number","value":69.0,"metadata":{"unitCode":{"value":"GQ"}}},' +
      '"dateObserved":{"type":"DateTime","value":"2026-11-28T10:00:00.000Z"}}]}',
    records: [
      {
        id: "urn:ngsi:AirQualityObserved:1",
        type: "AirQualityObserved",
        "NO2.type": "Number",
        "NO2.value": 69,
        "NO2.metadata.unitCode.value": "GQ",
        "dateObserved.type": "DateTime",
        "dateObserved.value": "2026-11-28T10:00:00.000Z",
        subscriptionId: "57458eb60962ef754e7c0998",
      },
    ],
  },
  {
    row: 18,
    file: "h4.json",
    content:
      '[{"service_request_id":"638344","status":"closed","service_name":"Sidewalk and Curb Issues","service_code":"006",' +
      '"description":null,"requested_datetime":"2026-04-14T06:37:38-08:00","address":"8TH AVE and JUDAH ST",' +
      '"address_id":545483,"lat":37.762221815,"long":-122.4651145,"media_url":"http://city.example.org/a.jpg"}]',
    type: null,
    records: [{ category: "sidewalk-and-curb-issues" }],
  },
  {
    row: 18,
    file: "h5.xml",
    content:
      '<?xml version="1.0" encoding="utf-8"?><service_requests><request><service_request_id>638344</service_request_id>' +
      "<lat>37.762221815</lat></request></service_requests>\n",
    type: "citizen-report",
    records: [{ category: "unspecified" }],
  },
  { row: 20, file: "f17.ndjson", content: '{"temp":1}\n{"temp":2}\n\n', records: [{ temp: 1 }, { temp: 2 }] },
  { row: 20, file: "f11.csv", content: "id,temp\r1,16.4\r2,16.5\r", records: [READING, { id: "2", temp: "16.5" }] },
  { row: 20, file: "f45.csv", content: "temp\n16.4\n\n17.2\n", records: [{ temp: "16.4" }, { temp: "17.2" }] },
  { row: 20, file: "f47.csv", content: 'note\n""\nx\n', records: [{ note: "" }, { note: "x" }] },
  { row: 20, file: "f22.csv", content: "id , temp\n 1 , 16.40 \n", records: [{ id: " 1 ", temp: " 16.40 " }] },
  {
    row: 20,
    file: "f57.csv",
    content: 'id,note\n1,5" pipe\n2,ok\n',
    records: [
      { id: "1", note: '5" pipe' },
      { id: "2", note: "ok" },
    ],
  },
  {
    row: 20,
    file: "f59.csv",
    content: "id,note\n1,\\N\n2,NULL\n",
    records: [
      { id: "1", note: "\\N" },
      { id: "2", note: "NULL" },
    ],
  },
  {
    row: 20,
    file: "i1.csv",
    content: 'id,reporter,text\n1,Maria Example "Mia" Lopez,hole\n',
    type: "citizen-report",
    says: /^(?!.*(?:Maria|Lopez|hole)).*row 1, column 1/s,
  },
  {
    row: 20,
    file: "i1q.csv",
    content: 'category,text\npothole,"Maria Example "Mia" Lopez"\n',
    type: "citizen-report",
    says: /^(?!.*(?:Maria|Lopez|Mia)).*row 2, column 2/s,
  },
];

describe("files of the field through the command", () => {
  let place: Workplace;
  let chain: TestChain;
  let service: Running;
  let reach: readonly string[];
  let url: string;

  before(async () => {
    chain = await startSwiftChain();
    place = await openWorkplace(anchoringOn(chain));
    service = await startService(place);
    url = `http://127.0.0.1:${place.settings["WARIFU_HTTP_PORT"]}`;
    const { submitter } = JSON.parse(readFileSync(place.path("data/api-keys.json"), "utf8")) as { submitter: string };
    reach = ["--url", url, "--key", submitter];
  });
  after(async () => {
    expect((await stopService(service)).code, service.said()).to.equal(0);
    await place.remove();
    await chain.stop();
  });

  const submit = async (file: string, args: readonly string[]): Promise<Summary & { readonly run: Run }> => {
    const run = await runHere(["submit", file, ...args, ...reach, "--acks", "field.ack", "--json"], place.folder);
    return { ...(JSON.parse(run.stdout) as Summary), run };
  };
  const recorded = async (): Promise<Claims[]> => {
    const lines = readFileSync(place.path("field.ack"), "utf8").split("\n").filter(Boolean);
    const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    const views = await Promise.all(ids.map(async (id) => (await fetch(`${url}/v1/records/${id}`)).json()));
    return views.map((view) => (view as { claims: Claims }).claims);
  };

  for (const { row, file, content, args = [], type = "sensor-reading", records = [], refused = 0, says } of CASES)
    it(`truth B field row ${row}: ${file}${args.length > 0 ? ` ${args.join(" ")}` : ""}`, async () => {
      writeFileSync(place.path(file), content);
      const { run, ...summary } = await submit(file, [...(type === null ? [] : ["--type", type]), ...args]);
      const said = run.stdout + run.stderr;
      if (says) expect(said).to.match(says);
      if (says && records.length === 0 && refused === 0 && /^\{\s*"error"/.test(run.stdout))
        expect(run.code).to.equal(2);
      expect(summary.acknowledged?.new ?? 0, said).to.equal(records.length);
      if (records.length === 0) return;
      expect(summary.refused, said).to.equal(refused);
      expect(run.code, said).to.equal(refused === 0 ? 0 : 1);
      expect(await recorded()).to.deep.equal(records);
    });

  it("truth B field row 4: what is recorded from nothing is nothing, and an error page is wrong use", async () => {
    expect((await submit("f53.csv", ["--type", "sensor-reading"])).run.code).to.equal(2);
  });

  for (const [file, content, says] of [
    ["null.json", "null\n", /it is null, and items are objects/],
    ["count.json", "12", /it is a number/],
    ["none.json", " \n", /it is empty/],
    ["none.ndjson", "\n\n", /it is empty/],
    ["list.json", "[]", /there is no item in it/],
    ["header.csv", "a,b\r\n", /there is no row below the header/],
  ] as const)
    it(`truth B4: ${file} records nothing, and that is no success, wherever it would go`, async () => {
      writeFileSync(place.path(file), content);
      const nowhere = ["--url", `http://127.0.0.1:${await freePort()}`, "--key", "none"];
      for (const way of [reach, [...reach, "--dry-run"], nowhere, [...nowhere, "--dry-run"]]) {
        const run = await runHere(["submit", file, "--type", "sensor-reading", ...way], place.folder);
        expect(run.code, way.join(" ")).to.equal(2);
        expect(run.stdout + run.stderr).to.match(says);
      }
    });

  it("truth B4: a pipe of which only the end tells that it has no item, tried dry and sent", async () => {
    for (const dry of [["--dry-run"], []]) {
      const run = await place.run(["submit", "-", "--type", "sensor-reading", ...reach, ...dry], { input: "a,b\n" });
      expect(run.code).to.equal(2);
      expect(run.stdout).to.include("nothing was recorded: there is no item in it");
    }
  });

  it("truth F5: says where the items of a refused object may be, also when it cannot be read or is tried dry", async () => {
    const list = '[{"a":1},{"a":NaN}]';
    for (const [content, pointer] of [
      [`{"total":2,"resources":${list}}`, "/resources"],
      ['{"a":[1],"rows":[{"a":1},{"a":2}]}', "/rows"],
      [`{"result":{"fields":[],"records ":\n${list}}}`, "'/result/records '"],
      [`{"b/c":${list},"d":${list}}`, "'/b~1c'"],
    ] as const) {
      writeFileSync(place.path("around.json"), content);
      for (const dry of [["--dry-run"], []]) {
        const args = ["submit", "around.json", "--type", "sensor-reading", ...reach, ...dry];
        const run = await runHere(args, place.folder);
        expect(run.code).to.equal(1);
        expect(run.stderr).to.include(`give --items ${pointer}\n`);
      }
    }
  });

  it("truth F5: says in a dry run of a column without a name that it is left out", async () => {
    writeFileSync(place.path("trail.csv"), "a,b,\n1,2,\n");
    const run = await runHere(["submit", "trail.csv", "--type", "sensor-reading", ...reach, "--dry-run"], place.folder);
    expect([run.code, run.stdout]).to.deep.include(0);
    expect(run.stderr).to.include("row 1, column 3: it has no name and is left out");
  });

  it("truth B2: says how many numbers are written another way, in each format and in a dry run", async () => {
    const item = '{"temperature":1.10,"sea-level":-0,"noise":0.10000000000000001,"pm":2.5}';
    const files = {
      "respelled.json": item,
      "respelled.ndjson": item,
      "respelled-list.json": `{"n":1.50,"list":[${item}]}`,
    };
    for (const [file, content] of Object.entries(files)) {
      writeFileSync(place.path(file), content);
      const at = file.includes("list") ? ["--items", "/list"] : [];
      for (const dry of [["--dry-run"], []]) {
        const args = ["submit", file, "--type", "sensor-reading", ...at, ...dry, ...reach];
        const { respelled } = JSON.parse((await runHere([...args, "--json"], place.folder)).stdout) as Summary;
        expect(respelled, `${file} ${dry.join("")}`).to.equal(3);
        const run = await runHere(args, place.folder);
        expect(run.stdout).to.match(/^3 numbers written another way, with the same value, .*section 1, item 6$/m);
      }
    }
    writeFileSync(place.path("as-is.json"), '{"pm":2.5}');
    const plain = await runHere(["submit", "as-is.json", "--type", "sensor-reading", ...reach], place.folder);
    expect(plain.stdout).not.to.include("another way");
  });

  it("truth B3: names all refused items in the document, and the first ones to people", async () => {
    writeFileSync(place.path("bad.ndjson"), "NaN\n".repeat(25));
    const { run, refusals } = await submit("bad.ndjson", ["--type", "sensor-reading"]);
    expect(run.code).to.equal(1);
    expect(refusals?.map(({ item }) => item)).to.deep.equal(Array.from({ length: 25 }, (_, at) => at + 1));
    const { stdout } = await runHere(["submit", "bad.ndjson", "--type", "sensor-reading", ...reach], place.folder);
    expect(stdout).to.match(/item 20: .*\n… and 5 more refused items: --json lists all\n/);
  });

  describe("truth B3: refused items, written to be mended and sent again", () => {
    const long = `{"n":"${"x".repeat(1_048_577)}"}`;
    const SAID: Readonly<Record<string, readonly RegExp[]>> = {
      "mend-requests.json": [/^2 of them as in the document, without what it says of all its parts$/m],
      "mend-pack.json": [/^1 of them as in the document/m, /^1 refused item could not be written .* without the rest/m],
    };
    for (const [file, content, args, written, mended] of [
      [
        "mend.csv",
        'observedAt;note\n2026-11-28T09:00:00Z;"a; ""b"" "\nyesterday;"c; ""d"" "\n2026-11-28T09:00:00Z;e;f;g\n',
        [],
        'observedAt;note\nyesterday;"c; ""d"" "\n2026-11-28T09:00:00Z;e;f;g\n',
        [(text: string) => text.replace("yesterday", "2026-11-27T09:00:00Z").replace(";f;g", ""), 2],
      ],
      [
        "mend.ndjson",
        `{"a":1.10}\n{"a":NaN, "b":"ü"}\n{"a":[{}]}\n${long}\n`,
        [],
        '{"a":NaN, "b":"ü"}\n{"a":[{}]}\n',
        [(text: string) => text.replace("NaN", "null").replace("[{}]", "2"), 2],
      ],
      [
        "mend.json",
        '{"list":[{"a":1.10},\n {"a":12345678901234567890,\n  "b":"ü"},{"a":1,"a":2},{"c":[{}]}]}',
        ["--items", "/list"],
        '[\n{"a":12345678901234567890,\n  "b":"ü"}\n,{"a":1,"a":2}\n,{"c":[{}]}\n]\n',
        [(text: string) => text.replace("901234567890", "").replace('"a":1,', "").replace("[{}]", "2"), 3],
      ],
      [
        "mend.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a b":1,"":2}},7]}',
        [],
        "[\n7\n]\n",
        [(text: string) => text.replace("7", '{"type":"Feature"}'), 1],
      ],
      [
        "mend-requests.json",
        '[{"service_request_id":"1","service_code":"006","lat":"north"},{"service_request_id":"2","lat":"37.7"},NaN]',
        [],
        '[\n{"service_request_id":"1","service_code":"006","lat":"north"}\n,NaN\n]\n',
        [() => '[{"category":"service-006"},{"category":"noise"}]', 2],
      ],
      [
        "mend-pack.json",
        '[{"bn":"city/","n":"a","v":1,"t":1795334400},{"n":"b","v":NaN},{"n":"c","v":2}]',
        [],
        '[\n{"n":"b","v":NaN}\n]\n',
        [(text: string) => text.replace('"b","v":NaN', '"city/b","v":3'), 1],
      ],
    ] as const)
      it(file, async () => {
        writeFileSync(place.path(file), content);
        const refused = `refused ${file}`;
        const type = file === "mend-requests.json" ? "citizen-report" : "sensor-reading";
        const way = [file, "--type", type, ...args, "--refused", refused];
        const run = await runHere(["submit", ...way, ...reach], place.folder);
        expect(run.code, run.stdout + run.stderr).to.equal(1);
        const text = readFileSync(place.path(refused), "utf8");
        expect(text).to.equal(written);
        for (const words of SAID[file] ?? []) expect(run.stdout).to.match(words);
        expect(statSync(place.path(refused)).mode & 0o077, "others may read it").to.equal(0);
        const printed = /^ {2}warifu submit (.*)$/m.exec(run.stdout)?.[1] ?? "";
        expect(printed).to.match(/^'refused mend/);
        const [mend, count] = mended;
        writeFileSync(place.path(refused), mend(text));
        const words = execFileSync("sh", ["-c", `printf '%s\\n' ${printed}`], { encoding: "utf8" });
        const again = await runHere(["submit", ...words.trim().split("\n"), ...reach], place.folder);
        expect(again.code, again.stdout + again.stderr).to.equal(0);
        expect(again.stdout).to.match(new RegExp(`${count} records? acknowledged \\(${count} new`));
      });

    it("is never the input itself, and is empty when nothing is refused", async () => {
      writeFileSync(place.path("sound.json"), '{"a":1}');
      const way = ["submit", "sound.json", "--type", "sensor-reading", ...reach, "--refused"];
      const run = await runHere([...way, "./sound.json"], place.folder);
      expect([run.code, readFileSync(place.path("sound.json"), "utf8")]).to.deep.equal([2, '{"a":1}']);
      const both = await runHere([...way, "same.json", "--acks", "same.json"], place.folder);
      expect([both.code, both.stderr.includes("name the same file")]).to.deep.equal([2, true]);
      expect((await runHere([...way, "none.json"], place.folder)).code).to.equal(0);
      expect(readFileSync(place.path("none.json"), "utf8")).to.equal("");
    });
  });

  it("replaces acknowledgements once there are others, not when it fails, and takes no other file for them", async () => {
    const [records, acks] = [place.path("kept.json"), place.path("kept.ack")];
    const submitted = (key: readonly string[], file = "kept.ack"): Promise<Run> =>
      runHere(["submit", "kept.json", "--type", "sensor-reading", "--url", url, "--acks", file, ...key], place.folder);
    writeFileSync(records, '{"kept":1}');
    expect((await submitted(reach)).code).to.equal(0);
    const first = readFileSync(acks, "utf8");
    expect((await submitted(["--key", "wk_x"])).code).to.equal(2);
    expect(readFileSync(acks, "utf8"), "after a run that was refused").to.equal(first);
    writeFileSync(acks, first + first.slice(0, 20));
    expect((await submitted(reach)).code).to.equal(0);
    expect(readFileSync(acks, "utf8"), "after a run that was cut off").to.equal(first);
    const own = await submitted(reach, "kept.json");
    expect([own.code, /kept\.json holds something else/.test(own.stderr)]).to.deep.equal([2, true]);
    expect(readFileSync(records, "utf8")).to.equal('{"kept":1}');
  });

  it("truth F5: says of lists and commas what to do about them", async () => {
    for (const [content, says] of [
      ["[[1,2],[3,4]]", /not an object but a list: write its values with their names, or as rows of CSV/],
      ['[{"a":1},]', /take away a comma too many, such as one that ends the list/],
    ] as const) {
      writeFileSync(place.path("odd.json"), content);
      const { run } = await submit("odd.json", ["--type", "sensor-reading"]);
      expect(run.stdout + run.stderr).to.match(says);
    }
  });

  it("truth F5: says of pretty-printed NDJSON what it lacks", async () => {
    writeFileSync(place.path("pretty.ndjson"), '{\n"a":1\n}\n');
    const { notes } = await submit("pretty.ndjson", ["--type", "sensor-reading"]);
    expect(notes?.join()).to.match(
      /first line is only the beginning of a value: NDJSON has a whole one on each line; write each on one/,
    );
  });

  it("truth B1: says in the document too that all was recorded before", async () => {
    writeFileSync(place.path("twice.json"), '{"twice":1}');
    await submit("twice.json", ["--type", "sensor-reading"]);
    const { notes } = await submit("twice.json", ["--type", "sensor-reading"]);
    expect(notes?.join()).to.match(/0 new: all 1 record had been recorded before/);
  });

  describe("at a terminal", () => {
    const answered = async (answer: string, ...args: string[]): Promise<Run> => {
      const terminal = Object.assign(new PassThrough(), { isTTY: true });
      const before = [process.stdin, process.stderr.isTTY] as const;
      Object.defineProperty(process, "stdin", { value: terminal, configurable: true });
      process.stderr.isTTY = true;
      try {
        terminal.end(answer);
        return await runHere(["submit", "mine.json", ...args, ...reach], place.folder);
      } finally {
        Object.defineProperty(process, "stdin", { value: before[0], configurable: true });
        process.stderr.isTTY = before[1];
      }
    };

    it("truth B5: shows what would be public for ever, and sends it after a yes alone", async () => {
      const claims = { category: "graffiti", text: "A wall, invented." };
      writeFileSync(place.path("mine.json"), JSON.stringify({ type: "citizen-report", source: "city/mine", claims }));
      for (const no of ["n\n", "\n", ""]) {
        const run = await answered(no);
        expect([run.code, run.stdout], run.stderr).to.deep.equal([2, ""]);
        expect(run.stderr).to.match(
          /public for ever: source \(1 name\), category\n.*concealed: +text\n.*source city\/mine, \{"category":"graffiti"\}\n/,
        );
        expect(run.stderr)
          .to.match(/nothing was sent/)
          .and.not.to.include("A wall");
      }
      expect((await answered("y\n")).stdout).to.match(/1 record acknowledged \(1 new/);
    });

    it("truth B5: asks nothing with --yes", async () => {
      const run = await answered("", "--yes");
      expect([run.code, run.stderr.includes("[y/N]")], run.stderr).to.deep.equal([0, false]);
    });
  });

  it("truth B field row 12: a pipe that is handed over as a file, and stdin", async () => {
    const piped = await place.run(["submit", "/dev/stdin", "--type", "sensor-reading", "--format", "csv", "--json"], {
      input: gzipSync("a;b\n1;2,5\n"),
    });
    expect(piped.code, piped.stderr).to.equal(0);
    expect((JSON.parse(piped.stdout) as Summary).acknowledged?.new).to.equal(1);
  });
});
