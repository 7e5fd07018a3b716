// A mapping says what the columns of a city's export are: claims by the profile's types, a key of the row's own, times with
// their zone. What a row does not plainly say is refused by row and column, and no message holds what stands there.

import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "../../src/core/json.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { ProfileDocument } from "../../src/profiles/profile.ts";
import { parseCsvMap } from "../../src/sources/csv-map.ts";
import { readCsv } from "../../src/sources/csv.ts";
import { LocalTimeReader } from "../../src/sources/local-time.ts";
import { Notes } from "../../src/sources/notes.ts";
import { runHere } from "../cli/support/run-here.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { startService } from "../support/service.ts";

const REPORT = JSON.parse(
  readFileSync(new URL("../../profiles/citizen-report.json", import.meta.url), "utf8"),
) as ProfileDocument;
const READING = JSON.parse(
  readFileSync(new URL("../../profiles/sensor-reading.json", import.meta.url), "utf8"),
) as ProfileDocument;
const TRAFFIC: ProfileDocument = {
  ...REPORT,
  ...{ type: "traffic", concernsPeople: false, public: "*" },
  claims: {
    type: "object",
    properties: {
      vehicles: { type: "integer" },
      speed: { type: "number" },
      street: { type: "string" },
      observedAt: { type: "string" },
      unit: { type: "string" },
    },
    additionalProperties: false,
  },
};
const MAP: JsonObject = {
  format: "warifu-map/1",
  type: "traffic",
  source: { column: "punto", prefix: "santander/traffic-" },
  key: ["punto", "fecha"],
  decimal: ",",
  absent: ["-", "\\N"],
  claims: {
    vehicles: "intensidad",
    speed: "velocidad media",
    street: "vía",
    observedAt: { column: "fecha", time: "DD/MM/YYYY HH:mm", zone: "Europe/Madrid" },
    unit: { text: "km/h" },
  },
};
const HEADER = "punto;fecha;intensidad;velocidad media;vía;sobrante\n";
const bytesOf = (map: unknown): Uint8Array => Buffer.from(JSON.stringify(map));

async function rows(
  content: string,
  map: JsonObject = MAP,
  notes = new Notes(),
  profile: ProfileDocument | null = TRAFFIC,
): Promise<unknown[]> {
  const bytes = Buffer.from(content);
  async function* once(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  const list: unknown[] = [];
  const options = { head: bytes, isWhole: true, map: parseCsvMap(bytesOf(map)), profile: profile ?? undefined, notes };
  for await (const item of readCsv(once(), options))
    list.push(item instanceof WarifuError ? `${item.code}: ${item.message}` : item);
  return list;
}

describe("CSV by a mapping", () => {
  it("becomes records: claims by the profile's types, a source of its own, times with their offset", async () => {
    const notes = new Notes();
    const [first, second] = (await rows(
      `${HEADER}1001;28/11/2026 09:05;37;42,50;Calle Alta, 5;x\n1002;28/7/2026 09:05;-;;\\N;\n`,
      MAP,
      notes,
    )) as [JsonObject, JsonObject];
    expect(first).to.deep.include({ type: "traffic", source: "santander/traffic-1001" });
    expect(first["claims"]).to.deep.equal({
      ...{ vehicles: 37, speed: 42.5, street: "Calle Alta, 5" },
      ...{ observedAt: "2026-11-28T09:05:00+01:00", unit: "km/h" },
    });
    expect(second["claims"]).to.deep.equal({ observedAt: "2026-07-28T09:05:00+02:00", unit: "km/h" });
    expect(notes.list()).to.deep.equal(["the mapping leaves out 1 of the 6 columns"]);
  });

  it("makes nothing of a row of delimiters alone", async () => {
    expect(await rows(`${HEADER};;;;;\n1;28/11/2026 09:05;1;;a;x\n`)).to.have.length(1);
  });

  it("gives each row a key by its key columns, which says nothing of them", async () => {
    const keyOf = async (row: string, map = MAP): Promise<string> => {
      const [record] = (await rows(HEADER + row, map)) as [JsonObject];
      return record["key"] as string;
    };
    const key = await keyOf("1001;28/11/2026 09:05;37;42,5;a;x\n");
    expect(key).to.match(/^row-[\w-]{43}$/);
    expect(await keyOf("1001;28/11/2026 09:05;38;;b;y\n")).to.equal(key);
    expect(await keyOf("1001;28/11/2026 09:06;37;42,5;a;x\n")).not.to.equal(key);
    expect(await keyOf("1002;28/11/2026 09:05;37;42,5;a;x\n")).not.to.equal(key);
    expect(await keyOf("1001;28/11/2026 09:05;37;42,5;a;x\n", { ...MAP, type: "other" })).not.to.equal(key);
    const whole = { ...MAP, key: [] };
    expect(await keyOf("1;28/11/2026 09:05;1;;a;x\n", whole)).not.to.equal(
      await keyOf("1;28/11/2026 09:05;1;;a;y\n", whole),
    );
  });

  it("refuses a row by row, column and claim, and says nothing of what stands there", async () => {
    const cases: [string, RegExp][] = [
      [
        "1;28/11/2026 09:05;37,5;1;secret;",
        /^RECORD_INVALID: row 2, column 3, for the claim vehicles: it is not a whole number/,
      ],
      ["1;28/11/2026 09:05;37;1.234,5;secret;", /column 4, for the claim speed: it has a point/],
      ["1;28/11/2026 09:05;37;1.234;secret;", /column 4, for the claim speed: it has a point/],
      ["1;2026-11-28 09:05;37;1;secret;", /column 2, for the claim observedAt: it is not a time of the pattern/],
      ["1;31/04/2026 09:05;37;1;secret;", /there is no such date/],
      ["1;29/03/2026 02:30;37;1;secret;", /put forward/],
      ["1;25/10/2026 02:30;37;1;secret;", /twice/],
      ["María López;28/11/2026 09:05;37;1;secret;", /column 1: with the prefix it is no name of a source/],
      ["1;28/11/2026 09:05;37", /row 2 has 3 fields, the header 6/],
      ["1;28/11/2026 09:05;37;1;secret;;more", /row 2 has 7 fields, the header 6/],
    ];
    for (const [row, pattern] of cases) {
      const [refused] = await rows(`${HEADER}${row}\n`);
      expect(refused, row)
        .to.match(pattern)
        .and.not.match(/secret|López|1\.234/);
    }
  });

  describe("where the profile takes numbers and any text", () => {
    const read = (cell: string, claims: JsonObject, notes = new Notes(), more: JsonObject = {}) =>
      rows(
        `station;day;PM2,5\n7;1;${cell}\n`,
        { format: "warifu-map/1", type: "sensor-reading", source: "city/air", decimal: ",", ...more, claims },
        notes,
        READING,
      );
    const pm25 = { column: "PM2,5", number: true };

    it("reads a claim as a number because the mapping says so", async () => {
      const notes = new Notes();
      const [record] = (await read("16,40", { pm25, station: "station" }, notes)) as [JsonObject];
      expect(record["claims"]).to.deep.equal({ pm25: 16.4, station: "7" });
      expect(notes.respelled).to.equal(1);
      const [point] = (await read("16.5", { pm25 }, notes, { decimal: "." })) as [JsonObject];
      expect(point["claims"]).to.deep.equal({ pm25: 16.5 });
      expect(notes.respelled).to.equal(1);
      expect((await read(" ", { pm25, unit: { text: "µg" } }))[0]).to.have.deep.property("claims", { unit: "µg" });
    });

    it("refuses a number with a point, or none, where a comma stands before the decimals", async () => {
      for (const [cell, pattern] of [
        ["16.40", /it has a point/],
        ["1.234,40", /it has a point/],
        ["1,234,40", /not a number/],
        ["high", /not a number/],
      ] as const)
        expect((await read(cell, { pm25 }))[0])
          .to.match(/^RECORD_INVALID: row 2, column 3, for the claim pm25/)
          .and.match(pattern);
    });

    it("refuses a mapping that names the decimal comma and no number", async () => {
      await expectRejection("USAGE", read("16,40", { pm25: "PM2,5" }), /no claim is a number.*"number": true/);
      // What has no profile yet, as when a file is counted, has no types either.
      expect(await rows(`${HEADER}1;28/11/2026 09:05;1;;a;x\n`, MAP, new Notes(), null)).to.have.length(1);
      expect(await read("16,40", { pm25: "PM2,5" }, new Notes(), { decimal: "." })).to.have.nested.property(
        "[0].claims.pm25",
        "16,40",
      );
    });
  });

  it("is refused as a whole when the mapping does not fit the header or the profile", async () => {
    const row = "1;28/11/2026 09:05;37;1;a;x\n";
    const refused = (header: string, map: JsonObject, pattern: RegExp) =>
      expectRejection("USAGE", rows(header + row, map), pattern);
    await refused(HEADER, { ...MAP, claims: { vehicles: "coches" } }, /no column "coches"/);
    await refused(HEADER, { ...MAP, key: ["id"] }, /no column "id"/);
    await refused(HEADER.replace("sobrante", "fecha"), MAP, /two columns "fecha"/);
    await refused(HEADER, { ...MAP, claims: { cars: "intensidad" } }, /no claim cars: it has vehicles/);
    const street = { column: "vía", number: true };
    await refused(HEADER, { ...MAP, claims: { street } }, /the profile traffic takes no number for the claim street/);
  });

  it("is wrong use when the mapping is none", () => {
    const claims = MAP["claims"] as JsonObject;
    const time = (more: object) => ({
      ...MAP,
      claims: { t: { column: "fecha", time: "DD/MM/YYYY", zone: "Z", ...more } },
    });
    const wrong: [unknown, RegExp][] = [
      [{ ...MAP, format: "warifu-map/2" }, /format must be/],
      [{ ...MAP, claims: {} }, /names no claim/],
      [{ ...MAP, claims: { ...claims, x: { column: "a", more: 1 } } }, /unknown member/],
      [{ ...MAP, claims: { constructor: "a" } }, /not allowed|no name/],
      [{ ...MAP, claims: { ...claims, x: { column: "a", number: "yes" } } }, /claims\.x\.number/],
      [time({ number: true }), /number/],
      [{ ...MAP, source: "Calle Alta" }, /source/],
      [{ ...MAP, source: { column: 1 } }, /column/],
      [{ ...MAP, decimal: ";" }, /decimal/],
      [{ ...MAP, key: ["a", "a"] }, /twice/],
      [{ ...MAP, keys: [] }, /unknown member/],
      [time({ zone: "Mars/Base" }), /time zone/],
      [time({ time: "DD/MM" }), /pattern/],
      [time({ time: "DD/MM/YYYY DD" }), /pattern/],
      [[], /object/],
    ];
    for (const [map, pattern] of wrong) expectCode("USAGE", () => parseCsvMap(bytesOf(map)), pattern);
    expectCode("USAGE", () => parseCsvMap(Buffer.from("{")), /not readable/);
    expect(parseCsvMap(Buffer.concat([Buffer.from("\ufeff"), bytesOf(MAP)])).type).to.equal("traffic");
  });

  describe("times", () => {
    const read = (pattern: string, zone: string, text: string) => new LocalTimeReader(pattern, zone).read(text);

    it("get the offset that the zone had then", () => {
      const cases: [string, string, string, string][] = [
        ["YYYY-MM-DD HH:mm:ss", "Asia/Tokyo", "2026-11-28 23:59:59", "2026-11-28T23:59:59+09:00"],
        ["YYYYMMDDHHmm", "Europe/Madrid", "202607280905", "2026-07-28T09:05:00+02:00"],
        ["DD.MM.YYYY", "UTC", " 1.2.2026 ", "2026-02-01T00:00:00Z"],
        ["YYYY/MM/DD HH:mm", "+05:45", "2026/01/02 03:04", "2026-01-02T03:04:00+05:45"],
        ["YYYY/MM/DD HH:mm", "-03:30", "2026/01/02 03:04", "2026-01-02T03:04:00-03:30"],
        ["YYYY/MM/DD", "Z", "2024/02/29", "2024-02-29T00:00:00Z"],
        ["YYYY-MM-DDTHH:mm", "America/New_York", "2026-11-01T00:59", "2026-11-01T00:59:00-04:00"],
        ["YYYY-MM-DDTHH:mm", "America/New_York", "2026-11-01T02:00", "2026-11-01T02:00:00-05:00"],
      ];
      for (const [pattern, zone, text, value] of cases) {
        expect(read(pattern, zone, text), text).to.deep.equal({ value });
        expect(Number.isNaN(Date.parse(value))).to.equal(false);
      }
    });

    it("are refused where the zone has them twice or not at all, and where there is no such time", () => {
      const of = (zone: string, text: string) => Object.keys(read("YYYY-MM-DD HH:mm", zone, text))[0];
      for (const [zone, text] of [
        ["Europe/Madrid", "2026-03-29 02:00"],
        ["Europe/Madrid", "2026-03-29 02:59"],
        ["Europe/Madrid", "2026-10-25 02:00"],
        ["Europe/Madrid", "2026-10-25 02:59"],
        ["America/New_York", "2026-11-01 01:30"],
        ["Z", "2026-02-29 00:00"],
        ["Z", "2026-01-01 24:00"],
        ["Z", "2026-01-01 00:60"],
        ["Z", "0026-01-01 00:00"],
      ] as const)
        expect(of(zone, text), `${zone} ${text}`).to.equal("wrong");
      for (const text of ["2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 01:59", "2026-10-25 03:00"])
        expect(of("Europe/Madrid", text), text).to.equal("value");
    });

    it("are refused where parts without anything between have fewer digits than the pattern gives them", () => {
      for (const [pattern, text] of [
        ["YYYY-MM-DD HHmm", "2026-11-28 123"],
        ["YYYY-MM-DD HHmm", "2026-11-28 905"],
        ["YYYYMMDD", "202611"],
        ["YYYYMMDD", "2026111"],
        ["DDMMYYYY HH:mm", "1112026 09:05"],
        ["HHmmDD/MM/YYYY", "90528/11/2026"],
      ] as const)
        expect(read(pattern, "Z", text), `${pattern} ${text}`).to.deep.equal({
          wrong: "it is not a time of the pattern in the mapping",
        });
      expect(read("YYYYMMDD HH:mm", "Z", "20261128 9:05")).to.deep.equal({ value: "2026-11-28T09:05:00Z" });
    });

    it("take their pattern by its characters, not as an expression", () => {
      expect(read("YYYY.MM.DD", "Z", "2026x11x28")).to.have.property("wrong");
      expect(read("(YYYY) MM+DD", "Z", "(2026) 11+28")).to.have.property("value");
    });
  });

  it("says before it sends that sources named by a column are public", async () => {
    const service = await startService();
    const folder = temporaryFolder();
    try {
      const map = {
        ...MAP,
        type: "citizen-report",
        decimal: ".",
        key: [],
        claims: { category: "intensidad", text: "vía" },
      };
      writeFileSync(join(folder, "map.json"), JSON.stringify(map));
      const row = (who: string): string => `${who};1;pothole;;A deep hole;\n`;
      writeFileSync(join(folder, "export.csv"), HEADER + row("Ana.Ejemplo") + row("Jo.Sample") + row("Jo.Sample"));
      const args = ["submit", "export.csv", "--map", "map.json", "--dry-run", "--url", service.url];
      const { stdout, stderr } = await runHere(args, folder);
      expect(stdout, stderr)
        .to.match(/3 records of the type citizen-report\n +public for ever: source \(2 names\), category\n/)
        .and.not.match(/Ana|Sample/);
      const { types } = JSON.parse((await runHere([...args, "--json"], folder)).stdout) as { types: unknown[] };
      expect(types[0]).to.deep.include({ records: 3, sources: 2, public: ["category"], concealed: ["text"] });
    } finally {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("adds the new rows alone of an export that grew, and refuses a row that was changed", async () => {
    const service = await startService();
    const folder = temporaryFolder();
    try {
      const speed = { column: "velocidad media", number: true };
      const claims = { ...(MAP["claims"] as JsonObject), speed };
      const map = { ...MAP, type: "sensor-reading", key: ["punto", "fecha"], claims };
      writeFileSync(join(folder, "map.json"), JSON.stringify(map));
      const submit = async (content: string, ...more: string[]) => {
        writeFileSync(join(folder, "export.csv"), content);
        const args = ["submit", "export.csv", "--map", "map.json", "--json", "--url", service.url];
        return runHere([...args, "--key", service.keys.submitter, ...more], folder);
      };
      const day = (number: number, cars = 37): string => `1001;${number}/11/2026 09:05;${cars};42,5;a;x\n`;
      const first = await submit(HEADER + day(27) + day(28));
      expect(JSON.parse(first.stdout), first.stderr).to.deep.include({
        acknowledged: { new: 2, repeated: 0 },
        refused: 0,
      });
      const second = await submit(HEADER + day(27) + day(28) + day(29));
      expect(JSON.parse(second.stdout)).to.deep.include({ acknowledged: { new: 1, repeated: 2 }, refused: 0 });
      const changed = await submit(`${HEADER}${day(28)}\n${day(27, 38)}`, "--refused", "refused.csv");
      expect(changed.code).to.equal(1);
      expect((JSON.parse(changed.stdout) as { refusals: JsonObject[] }).refusals).to.have.lengthOf(1);
      expect(changed.stdout).to.match(/"item": ?2,\s*"code": ?"IDEMPOTENCY_CONFLICT",\s*"message": ?"row 4: /);
      expect(readFileSync(join(folder, "refused.csv"), "utf8")).to.equal(HEADER + day(27, 38));
      const text = await runHere(
        ["submit", "export.csv", "--map", "map.json", "--dry-run", "--url", service.url],
        folder,
      );
      expect(text.stdout, text.stderr).to.contain("2 records of the type sensor-reading");
      for (const wrong of [
        ["--type", "x"],
        ["--source", "y"],
      ])
        expect((await submit(HEADER, ...wrong)).code).to.equal(2);
      writeFileSync(join(folder, "one.ndjson"), "{}\n");
      const other = await runHere(["submit", "one.ndjson", "--map", "map.json", "--url", service.url], folder);
      expect([other.code, other.stderr]).to.satisfy(
        ([code, said]: [number, string]) => code === 2 && /--map is for CSV/.test(said),
      );
    } finally {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
