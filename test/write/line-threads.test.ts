// Lines that are read on another thread fare as they would on this one: the same records enter, with the same refusals, and
// whatever happens to the thread, none is lost.

import { expect } from "chai";

import type { Submitter } from "../../src/core/submitter.ts";
import { codeOf, WarifuError } from "../../src/core/errors.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { pagedRandomBytes } from "../../src/core/random.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import { parseLines } from "../../src/sources/submitted-values.ts";
import { conceal, submittedRecordOf, type ConcealedRecord } from "../../src/write/conceal.ts";
import { ConcealedLine } from "../../src/write/concealed-line.ts";
import { ingest } from "../../src/write/ingest.ts";
import { LineThreads } from "../../src/write/line-threads.ts";
import { recordNamed } from "../../src/write/record-named.ts";
import type { Submitted } from "../../src/write/signed-submission.ts";
import {
  codesOf,
  expectClean,
  openLedger,
  ORIGIN,
  PROFILES,
  reading,
  report,
  type TestLedger,
  type TestLedgerOptions,
} from "../support/ledger.ts";

const SIGNED = [{ jws: "e30.e30.AA" }, reading(9, { evidence: { alg: "Ed25519", key: "", sig: "" } })];
const LINES: readonly string[] = [
  ...[reading(1), report(2), reading(3, { key: "k-3" }), report(4, { seq: 7, key: "k-4" }), ...SIGNED].map(textOf),
  "",
  textOf(report(5, { claims: { category: "lamp" } })),
  textOf(report(6, { claims: { category: "lamp", text: "", reporterEmail: "" } })),
  textOf(reading(7, { source: "ü" })),
  textOf(reading(7, { type: "weather" })),
  textOf(reading(7, { source: ORIGIN })),
  textOf(reading(7, { seq: 2 ** 53 })),
  textOf(reading(7, { claims: { observedAt: "yesterday" } })),
  textOf(reading(7, { claims: { _sd: [] } })),
  '{"type":"sensor-reading","type":"sensor-reading"}',
  "{",
  " \t",
  "7",
  `"${"x".repeat(70_000)}"`,
  textOf(reading(8, { source: "santander/last" })),
];

/** A reading whose parts are written as given. */
function written({ source = '"s"', more = "", claims = '"a":1' }): string {
  return `{"type":"sensor-reading","source":${source},${more}"claims":{${claims}}}`;
}

/** Lines that two readers might take differently. */
const DOUBTFUL: readonly string[] = [
  ...["\ufeff", "\u0085", "\u2028", "\v", "\0"].flatMap((sign) => [sign, sign + written({}), written({}) + sign]),
  ...[`${written({})}\r`, "\r", written({ claims: '"a":"\u2028\u0085"' })],
  ...['"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\ud83d\\ude00"', '"__proto__"', '"toString"'].flatMap((text) => [
    written({ source: text }),
    written({ more: `"key":${text},` }),
    written({ claims: `${text}:1` }),
    written({ claims: `"a":${text}` }),
    `{"type":${text},"source":"s","claims":{}}`,
  ]),
  ...["1e400", "1e-400", "-0", "01", "9007199254740993", "1".repeat(65), "NaN"].flatMap((number) => [
    written({ claims: `"a":${number}` }),
    written({ more: `"seq":${number},` }),
  ]),
  written({ claims: '"a":1,"\\u0061":2' }),
  `${written({})}${written({})}`,
  ...[65_535, 65_536, 65_537].map((bytes) => written({}).padEnd(bytes)),
  ...["7", "null", '"a.b.c"'].map((jws) => `{"jws":${jws}}`),
  ...["null", "{}", "[]"].map((evidence) => written({ more: `"evidence":${evidence},` })),
];

function textOf(value: JsonValue): string {
  return JSON.stringify(value);
}

function linesOf(...texts: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from(`${texts.join("\n")}\n`), Buffer.of(0x22, 0xff, 0x22)]);
}

/** What becomes of a value on this thread: the record, or why there is none and who is said to have sent it. */
function faring(value: Submitted): unknown {
  if (value instanceof ConcealedLine) return named(value.result, value.named);
  if (value instanceof WarifuError) return named(value, undefined);
  const json = value as JsonValue;
  try {
    return named(conceal(ingest(json, PROFILES, ORIGIN), pagedRandomBytes()), recordNamed(json));
  } catch (error) {
    return named(error as WarifuError, recordNamed(json));
  }
}

function named(result: ConcealedRecord | WarifuError, name: ReturnType<typeof recordNamed>): unknown {
  if (result instanceof WarifuError)
    return { code: result.code, message: result.message, details: result.details, name };
  const { profile, content: _, openings, ...rest } = result;
  return { ...rest, type: profile, openings: openings?.length, record: submittedRecordOf(result), name };
}

describe("lines that are read on another thread", () => {
  let threads: LineThreads;
  let ledger: TestLedger | undefined;
  beforeEach(() => {
    threads = new LineThreads(PROFILES, ORIGIN, 1);
  });
  afterEach(async () => {
    await threads.close();
    await ledger?.close();
    ledger = undefined;
  });

  it("become the records, or are refused with the words, that they would be here", async () => {
    expect(await threads.ready()).to.equal(true);
    const read = await threads.read(linesOf(...LINES));
    const here = parseLines(linesOf(...LINES));
    expect(read.map(faring)).to.deep.equal(here.map(faring));
    expect(new Set(read.map(codeOfLine))).to.include.all.keys(
      ...["ok", "CLAIMS_INVALID", "RECORD_INVALID", "PROFILE_UNKNOWN", "JSON_INVALID", "TOO_LARGE", "ENCODING_INVALID"],
    );
  });

  it("are read as here where two readers might differ", async () => {
    await threads.ready();
    const lines = Buffer.from(DOUBTFUL.join("\n"));
    const here = parseLines(lines).map(faring);
    expect((await threads.read(lines)).map(faring)).to.deep.equal(here);
    expect(here.length).to.be.lessThan(DOUBTFUL.length);
  });

  it("are left as they are if they are signed, since the keys are in the log", async () => {
    await threads.ready();
    const read = await threads.read(linesOf(...LINES));
    expect(read.filter((value) => !(value instanceof ConcealedLine))).to.deep.equal(SIGNED);
  });

  it("have salts of their own, each time", async () => {
    await threads.ready();
    const lines = linesOf(textOf(report(1)), textOf(report(1)));
    const [first, second] = [...(await threads.read(lines)), ...(await threads.read(lines))]
      .filter((value) => value instanceof ConcealedLine && !(value.result instanceof WarifuError))
      .map((value) => ((value as ConcealedLine).result as ConcealedRecord).openings);
    expect(first).to.have.length(4);
    expect(second).to.not.deep.equal(first);
  });

  it("are parsed here until a thread is ready, when it has ended, and where there can be none", async () => {
    const isHere = async (by: LineThreads): Promise<boolean> =>
      !((await by.read(linesOf(textOf(reading(1)))))[0] instanceof ConcealedLine);
    expect(await isHere(threads), "before").to.equal(true);
    await threads.ready();
    expect(await isHere(threads), "then").to.equal(false);
    const lines = linesOf(...Array.from({ length: 20_000 }, (_, at) => textOf(reading(at))));
    const reading20k = threads.read(lines);
    await threads.close();
    expect((await reading20k).length, "every line of which it had not made anything").to.equal(20_001);
    expect(await isHere(threads), "after").to.equal(true);
    const none = new LineThreads(PROFILES, ORIGIN, 0);
    expect(await isHere(none), "on one core").to.equal(true);
    await none.close();
  });

  it("are handed to a thread, and copied for it, when it has room for them", async () => {
    await threads.ready();
    const all = Array.from({ length: 5 }, () => Buffer.from(textOf(reading(1))));
    const readAll = all.map((lines) => threads.read(lines));
    // What was copied stays as it was.
    for (const lines of all) lines.write(textOf(reading(2)));
    const sources = (await Promise.all(readAll)).map(
      ([line]) => (faring(line!) as { record: { source: string } }).record.source,
    );
    expect(sources).to.deep.equal([1, 1, 2, 2, 2].map((number) => `santander/env-${number}`));
  });

  it("are parsed here if they wait for a thread that ends", async () => {
    await threads.ready();
    const readAll = Array.from({ length: 5 }, (_, at) => threads.read(linesOf(textOf(reading(at)))));
    await threads.close();
    expect((await Promise.all(readAll)).map(({ length }) => length)).to.deep.equal([2, 2, 2, 2, 2]);
  });

  it("are parsed here where no thread can be started, and there again as soon as one can", async () => {
    const [type, profile] = [...PROFILES][0]!;
    const document: Record<string, unknown> = { ...profile.document };
    // What cannot be passed to a thread keeps it from being made, as a limit for threads does.
    document["x"] = () => undefined;
    const hindered = new LineThreads(new Map([[type, { ...profile, document } as unknown as Profile]]), ORIGIN, 1);
    const isHere = async (): Promise<boolean> =>
      !((await hindered.read(linesOf(textOf(reading(1)))))[0] instanceof ConcealedLine);
    expect(await isHere()).to.equal(true);
    expect(await hindered.ready()).to.equal(false);
    delete document["x"];
    while (await isHere()) await new Promise(setImmediate);
    await hindered.close();
  });

  describe("and submitted", () => {
    const submit = async (
      values: readonly JsonValue[],
      options: TestLedgerOptions = {},
      submitter?: Submitter,
    ): Promise<string[]> => {
      ledger = await openLedger(options);
      await threads.ready();
      const read = await threads.read(Buffer.from(values.map((value) => `${textOf(value)}\n`).join("")));
      expect(read.every((value) => value instanceof ConcealedLine)).to.equal(true);
      return codesOf(await ledger.pipeline.submit(read, submitter));
    };

    it("enter the log, where an audit finds them whole, openings and all", async () => {
      expect(await submit([reading(1), report(2, { seq: 0 }), report(3, { key: "k" })])).to.deep.equal([
        "ok",
        "ok",
        "ok",
      ]);
      const { log, folder, pipeline } = ledger as TestLedger;
      const again = await pipeline.submit([report(2, { seq: 0 }), report(3, { key: "k" }), report(4, { key: "k" })]);
      expect(again.map((outcome) => (outcome.ok ? outcome.isNew : outcome.error.code))).to.deep.equal([
        ...[false, false, "IDEMPOTENCY_CONFLICT"],
      ]);
      expect(
        await log.check.openingsOf(3, (await log.check.bodyOf((await log.store.entries(3, 4))[0]!))!),
      ).to.have.length(4);
      await ledger?.close();
      ledger = undefined;
      await expectClean(folder);
    });

    it("are refused for a source that is not their sender's, who is named as the sender of the others", async () => {
      const submitter: Submitter = {
        sender: "key-1",
        assertMaySend({ source, type }) {
          if (source !== "santander/app" || type !== "citizen-report") throw new WarifuError("FORBIDDEN", "not yours");
        },
      };
      expect(await submit([reading(1), report(2, { key: "k" })], {}, submitter)).to.deep.equal(["FORBIDDEN", "ok"]);
      const other = { ...submitter, sender: "key-2" };
      const again = await (ledger as TestLedger).pipeline.submit([report(2, { key: "k" })], other);
      expect(codesOf(again)).to.deep.equal(["IDEMPOTENCY_CONFLICT"]);
    });

    it("count for the quota of their source, with a key by the name that the store has for it", async () => {
      const options = {
        recordsPerSecond: 0.1,
        now: () => 1_790_000_000_000,
        keyNames: (key: string) => `named-${key}`,
      };
      expect(await submit([reading(1), reading(1)], options)).to.deep.equal(["ok", "RATE_LIMITED"]);
      const outcomes = await (ledger as TestLedger).pipeline.submit(
        await threads.read(Buffer.from(textOf(reading(2, { key: "k" })))),
      );
      expect(codesOf(outcomes)).to.deep.equal(["ok"]);
      expect(
        await ledger?.store.findSubmitted([{ source: "santander/env-2", key: "named-k" }]),
      ).to.have.nested.property("[0].by", "key");
    });

    it("are counted by their source when they are refused", async () => {
      expect(await submit([reading(1, { claims: { observedAt: 7 } })])).to.deep.equal(["CLAIMS_INVALID"]);
      expect((ledger as TestLedger).log.traffic.all()).to.have.nested.property("[0].refusals.CLAIMS_INVALID", 1);
    });
  });
});

function codeOfLine(value: Submitted): string {
  if (!(value instanceof ConcealedLine)) return "left";
  return value.result instanceof WarifuError ? (codeOf(value.result) as string) : "ok";
}
