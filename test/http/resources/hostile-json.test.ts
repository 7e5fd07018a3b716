// JSON that has more than one meaning, or none, or costs too much: failure cases C2 to C11 and C17 to C19, each as a
// single record, as an item of an array and as a line of NDJSON.

import { expect } from "chai";

import { fromUtf8 } from "../../../src/core/bytes.ts";
import { codeOf, type ErrorCode } from "../../../src/core/errors.ts";
import { DEFAULT_HTTP_LIMITS } from "../../../src/serve/limits.ts";
import { parseSubmittedJson, parseSubmittedJsonInTurns } from "../../../src/sources/submitted-values.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines, type Result } from "../support/call.ts";
import { exchange } from "../support/raw-socket.ts";

/** A record with this text as its one claim. */
const withClaim = (claim: string): string => `{"type":"sensor-reading","source":"x/1","claims":{"value":${claim}}}`;

describe("hostile JSON", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  /** Refused with 400 alone, as an item, and as a line; the records around it are taken. */
  async function expectRefused(
    body: string | Uint8Array,
    code: ErrorCode,
    wholeArray: ErrorCode | undefined = undefined,
  ) {
    const bytes = Buffer.from(body);
    expectProblem(await submit(service, bytes), 400, code);
    const array = await submit(service, Buffer.concat([Buffer.from(`[${readingText(1)},`), bytes, Buffer.from("]")]));
    if (wholeArray) expectProblem(array, 400, wholeArray);
    else expectResults(array.status, array.json as Result[], code);
    const lines = Buffer.concat([Buffer.from(`${readingText(1)}\n`), bytes]);
    const { status, results } = await submitLines(service, lines);
    expectResults(status, results, code);
  }

  function expectResults(status: number, results: readonly Result[], code: ErrorCode): void {
    expect(status).to.equal(207);
    expect(results.map(({ error }) => error?.code ?? "taken")).to.deep.equal(["taken", code]);
    expect(results[1]?.error?.status).to.equal(400);
  }

  async function claimOf(text: string): Promise<unknown> {
    const answer = await submit(service, text);
    expect(answer.status, answer.text).to.equal(201);
    return (await service.ledger.records.get((answer.json as Required<Result>).id)).claims?.["value"];
  }

  it("C2 nesting of a thousand, a hundred thousand and a million is refused with 400 before any recursion", async () => {
    for (const depth of [1e3, 1e5, 1e6]) {
      expectProblem(await submit(service, "[".repeat(depth)), 400, "JSON_TOO_DEEP");
      expectProblem(await submit(service, "[".repeat(depth) + "]".repeat(depth)), 400, "JSON_TOO_DEEP");
      expectProblem(await submit(service, withClaim('{"a":'.repeat(depth / 4))), 400, "JSON_TOO_DEEP");
    }
    await expectRefused(withClaim("[".repeat(1e3) + "]".repeat(1e3)), "JSON_TOO_DEEP", "JSON_TOO_DEEP");
    expect((await submitLines(service, `${"[".repeat(1e6)}\n${readingText(1)}`)).results).to.have.length(2);
  });

  it("C3 a name that occurs twice is refused with 400, also through an escape", async () => {
    await expectRefused('{"type":"a","type":"b"}', "JSON_DUPLICATE_KEY");
    await expectRefused(withClaim('{"a":1,"\\u0061":2}'), "JSON_DUPLICATE_KEY");
  });

  it("C4 bytes that are no UTF-8 are refused with 400", async () => {
    for (const bad of ["ff", "fe", "c0af", "eda080", "f4908080", "e282"]) {
      const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bad, "hex"), Buffer.from('"}')]);
      await expectRefused(bytes, "ENCODING_INVALID", "ENCODING_INVALID");
    }
  });

  it("C5 a lone surrogate is refused with 400, in values and names", async () => {
    await expectRefused(withClaim('"\\ud800"'), "JSON_INVALID");
    await expectRefused(withClaim('"\\udc00\\ud800"'), "JSON_INVALID");
    await expectRefused('{"\\ud801":1}', "JSON_INVALID");
  });

  it("C6 NFC and NFD are two values, each kept as it was sent", async () => {
    const [nfc, nfd] = ["caf\u00e9", "cafe\u0301"];
    expect(await claimOf(withClaim(`"${nfc}"`))).to.equal(nfc);
    expect(await claimOf(withClaim(`"${nfd}"`))).to.equal(nfd);
    const keyed = (value: string): string => readingText(1, { key: "c6", claims: { value } });
    expect((await submit(service, keyed(nfc))).status).to.equal(201);
    expectProblem(await submit(service, keyed(nfd)), 409, "IDEMPOTENCY_CONFLICT");
  });

  it("C7 NaN, Infinity and 1e400 are refused with 400; -0 is 0 and 1.0 is 1", async () => {
    for (const word of ["NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "01", "0x1"])
      await expectRefused(withClaim(word), "JSON_INVALID");
    for (const number of ["1e400", "-1e400", "1e-400"]) await expectRefused(withClaim(number), "JSON_NUMBER_INEXACT");
    expect(Object.is(await claimOf(withClaim("-0")), 0)).to.be.true;
    expect(await claimOf(withClaim("1.0"))).to.equal(1);
  });

  it("C8 a whole number above 2^53-1 is refused with 400, never rounded; as a string it is exact", async () => {
    for (const number of ["9007199254740993", "9007199254740992", "18446744073709551616", "-9007199254740993"])
      await expectRefused(withClaim(number), "JSON_NUMBER_INEXACT");
    await expectRefused(
      '{"type":"sensor-reading","source":"x/1","seq":9007199254740993,"claims":{"v":1}}',
      "JSON_NUMBER_INEXACT",
    );
    expect(await claimOf(withClaim('"18446744073709551616"'))).to.equal("18446744073709551616");
    expect(await claimOf(withClaim("9007199254740991"))).to.equal(Number.MAX_SAFE_INTEGER);
  });

  it("C9 names that mean something to the language are refused or plain data, and pollute nothing", async () => {
    for (const name of ["__proto__", "constructor", "prototype"]) {
      await expectRefused(`{"${name}":{"polluted":1}}`, "JSON_INVALID");
      await expectRefused(withClaim(`{"${name}":{"polluted":1}}`), "JSON_INVALID");
    }
    await expectRefused('{"toString":1}', "RECORD_INVALID");
    const named = '{"type":"sensor-reading","source":"toString","key":"valueOf","claims":{"hasOwnProperty":1}}';
    expect((await submit(service, named)).status).to.equal(201);
    expectProblem(await submit(service, readingText(1, { source: "__proto__" })), 400, "RECORD_INVALID");
    expectProblem(await call(service, "/v1/checkpoints?__proto__=1&constructor=2"), 400, "REQUEST_INVALID");
    expectProblem(await call(service, "/v1/checkpoints?limit[polluted]=1"), 400, "REQUEST_INVALID");
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
  });

  it("C10 a million names, items or digits, a name of 10 MB, long texts for each pattern: refused with 4xx", async () => {
    for (const text of costlyTexts()) {
      const [answer, other] = await Promise.all([submit(service, text), call(service, "/healthz")]);
      expect(answer.status, text.slice(0, 50)).to.be.oneOf([400, 413]);
      expect(other.status).to.equal(200);
    }
  });

  it("C10 none of them costs the service 50 ms", async () => {
    for (const text of costlyTexts()) {
      const bytes = Buffer.from(text).subarray(0, DEFAULT_HTTP_LIMITS.maxJsonBytes);
      const costs: number[] = [];
      for (let i = 0; i < 5; i++) costs.push(await cpuMsOf(() => refuse(bytes)));
      expect(Math.min(...costs), text.slice(0, 50)).to.be.lessThan(50);
    }
  });

  it("C10 a body that takes long to read is read in turns with others", async () => {
    const numbers = `[${"1,".repeat(30_000)}1]`;
    const bytes = Buffer.from(`[${Array.from({ length: 64 }, () => numbers).join(",")}]`);
    let [turns, isRead] = [0, false];
    const takeTurn = (): void => {
      turns++;
      if (!isRead) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    const { values } = await parseSubmittedJsonInTurns(bytes, 20_000);
    isRead = true;
    expect(values.length).to.equal(64);
    expect(turns).to.be.above(2);
  });

  async function refuse(bytes: Buffer): Promise<void> {
    try {
      const outcomes = await service.ledger.submit(parseSubmittedJson(bytes, 20_000).values);
      expect(outcomes.every(({ ok }) => !ok)).to.be.true;
    } catch (error) {
      expect(codeOf(error)).to.be.oneOf(["TOO_LARGE", "JSON_INVALID"]);
    }
  }

  it("C11 BOM, comments, trailing commas, single quotes, NUL and control characters are refused with 400", async () => {
    for (const text of [`\ufeff${readingText(1)}`, `${readingText(1)}//`, `/**/${readingText(1)}`])
      await expectRefused(text, "JSON_INVALID");
    for (const claim of ["[1,]", "{'a':1}", '"a\u0000b"', '"a\u0001b"', '"\\x41"', '"a\tb"', "[1;2]"])
      await expectRefused(withClaim(claim), "JSON_INVALID");
  });

  it("C11 direction marks and look-alikes are refused in names of sources, and kept as data in claims", async () => {
    for (const source of ["x/\u202e1", "\u0445/1", "x/1\u200b", "x 1", "x/1\n"])
      expectProblem(await submit(service, readingText(1, { source })), 400, "RECORD_INVALID");
    expect(await claimOf(withClaim('"\u202eabc\\u0000"'))).to.equal("\u202eabc\u0000");
  });

  it("C17 paths that climb, hide a NUL or split a header are refused, and no file is read", async () => {
    const bad = [
      "../../etc/passwd",
      "..%2f..%2fetc%2fpasswd",
      "%2e%2e/x",
      "x%00",
      "%0d%0aSet-Cookie:%20a=b",
      "x".repeat(1_900),
    ];
    for (const id of bad) {
      for (const path of [
        `/v1/records/${id}`,
        `/log/tile/${id}`,
        `/log/addenda/00/00/${id}`,
        `/v1/records/${id}/bundle`,
      ]) {
        // Over a bare socket: libraries tidy such paths up before they send them.
        const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
        const { statuses, text } = await exchange(service.url, request);
        expect(statuses[0], path).to.be.oneOf([400, 404]);
        expect(text.toLowerCase()).to.not.include("set-cookie").and.not.include("root:");
      }
    }
    expectProblem(await call(service, `/v1/records/${"x".repeat(10_000)}`), 400, "REQUEST_INVALID");
    expectProblem(await call(service, "/v1/records/%zz"), 400, "REQUEST_INVALID");
  });

  it("C18 times that do not exist, or have no zone, are refused with 400", async () => {
    const bad = ["2026-02-30T00:00:00Z", "+275760-09-13T00:00:00Z", "2026-04-11T13:24:19", "2026-04-11T23:59:60Z"];
    for (const observedAt of [...bad, "2026-04-11", "2026-13-01T00:00:00Z", "1744377859", "2026-04-11T24:00:00Z"])
      expectProblem(await submit(service, readingText(1, { claims: { observedAt } })), 400, "CLAIMS_INVALID");
    expect((await submit(service, readingText(1, { claims: { observedAt: "2026-04-11T13:24:19Z" } }))).status).to.equal(
      201,
    );
  });

  it("C19 only the canonical spelling of base64 and hexadecimal passes", async () => {
    const evidence = (key: string, sig: string) => readingText(1, { seq: 1, evidence: { alg: "Ed25519", key, sig } });
    const [key, sig] = [`${"A".repeat(42)}A=`, `${"A".repeat(85)}A==`];
    for (const lax of [`${"A".repeat(42)}B=`, `${"A".repeat(41)} A=`, `${"A".repeat(42)}==`, `${"-".repeat(43)}=`])
      expectProblem(await submit(service, evidence(lax, sig)), 400, "ENCODING_INVALID");
    expectProblem(await submit(service, evidence(key, sig)), 400, "KEY_INVALID");
    const { bytes } = await call(service, "/log/tile/entries/000.p/1");
    const digest = Buffer.from(bytes.subarray(2 + 42, 2 + 74)).toString("hex");
    const path = (hex: string) => `/log/addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`;
    expect(fromUtf8((await call(service, path(digest))).bytes, "body")).to.include('"vct":"warifu:profile:1"');
    expectProblem(await call(service, path(digest.toUpperCase())), 400, "ENCODING_INVALID");
    expectProblem(await call(service, path(digest.slice(1))), 400, "ENCODING_INVALID");
    expectProblem(await call(service, `/log/addenda/00/00/${digest}`), 404, "NOT_FOUND");
    expectProblem(
      await call(
        service,
        path(digest).replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
      ),
      404,
      "NOT_FOUND",
    );
  });
});

/** Texts that make a careless parser, schema or pattern slow. */
function costlyTexts(): string[] {
  const names = Array.from({ length: 1e6 }, (_, i) => `"a${i}":1`).join();
  return [
    `{${names}}`,
    withClaim(`{${names.slice(0, 60_000)}}`),
    `[${"1,".repeat(1e6)}1]`,
    `{"${"k".repeat(1e7)}":1}`,
    withClaim("9".repeat(1e6)),
    withClaim(`1${"0".repeat(60_000)}`),
    withClaim(`"${"\\u0061".repeat(10_000)}"`),
    readingText(1, { source: `${"a/".repeat(30_000)}!` }),
    readingText(1, { key: `${"a".repeat(60_000)} ` }),
    readingText(1, { type: "a-".repeat(30_000) }),
    readingText(1, { claims: { observedAt: "2".repeat(60_000) } }),
    readingText(1, { claims: { [`${"a".repeat(60_000)}!`]: 1 } }),
    JSON.stringify({
      type: "citizen-report",
      source: "x",
      claims: { category: "a", language: `${"en-aa".repeat(9_000)}!` },
    }),
    JSON.stringify({
      type: "citizen-report",
      source: "x",
      claims: { category: "a", pictures: [`sha-256:${"a".repeat(50_000)}`] },
    }),
  ];
}
