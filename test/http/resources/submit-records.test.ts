// POST /v1/records: one record, an array, NDJSON; what is new, repeated, refused, cut off.

import { connect } from "node:net";
import { mock } from "node:test";

import { expect } from "chai";

import { WarifuError } from "../../../src/core/errors.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  parseLines,
  parseSubmittedJson,
  readLines,
  type SubmittedValue,
} from "../../../src/sources/submitted-values.ts";
import { startService, type TestService } from "../../support/service.ts";
import { expectProblem, reading, readingText, submit, submitLines, type Result } from "../support/call.ts";

describe("POST /v1/records", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  describe("one record", () => {
    it("is acknowledged with 201, its final index and a checkpoint that covers it", async () => {
      const answer = await submit(service, readingText(1));
      expect(answer.status).to.equal(201);
      const { id, leafIndex, leafHash, checkpoint } = answer.json as Required<Result>;
      expect(await service.ledger.records.get(id)).to.include({ id, leafIndex, leafHash, kind: "record" });
      expect(Number(checkpoint.split("\n")[1])).to.be.greaterThan(leafIndex);
    });

    it("is answered with 200 and the first acknowledgement when it repeats an earlier one", async () => {
      const first = await submit(service, readingText(2, { key: "again" }));
      const size = (await service.ledger.status()).treeSize;
      const second = await submit(service, readingText(2, { key: "again" }));
      expect([first.status, second.status]).to.deep.equal([201, 200]);
      expect(second.json).to.deep.equal(first.json);
      expect((await service.ledger.status()).treeSize).to.equal(size);
    });

    it("is refused with 409 when its key or seq was used for other content", async () => {
      await submit(service, readingText(3, { key: "k3" }));
      expectProblem(await submit(service, readingText(4, { key: "k3" })), 409, "IDEMPOTENCY_CONFLICT");
      await submit(service, readingText(3, { source: "seq/1", seq: 7 }));
      expectProblem(await submit(service, readingText(4, { source: "seq/1", seq: 7 })), 409, "SEQUENCE_CONFLICT");
    });

    it("is refused with 400 when shape, claims or type are wrong", async () => {
      expectProblem(await submit(service, "{}"), 400, "RECORD_INVALID");
      expectProblem(await submit(service, readingText(1, { claims: {} })), 400, "CLAIMS_INVALID");
      expectProblem(await submit(service, readingText(1, { type: "no-such-type" })), 400, "PROFILE_UNKNOWN");
      expectProblem(await submit(service, "7"), 400, "RECORD_INVALID");
      expectProblem(await submit(service, ""), 400, "JSON_INVALID");
    });
  });

  describe("an array", () => {
    it("is answered by one result for each record, in order", async () => {
      const text = `[${readingText(10)}, ${readingText(11)},\n${readingText(12)}]`;
      const answer = await submit(service, text);
      expect(answer.status).to.equal(201);
      const indexes = (answer.json as Result[]).map(({ leafIndex }) => leafIndex as number);
      expect(indexes).to.deep.equal([0, 1, 2].map((at) => (indexes[0] as number) + at));
    });

    it("lets each record fare for itself", async () => {
      const text = `[${readingText(13)}, {"a":1,"a":2}, [], ${readingText(14)}]`;
      const answer = await submit(service, text);
      expect(answer.status).to.equal(207);
      const codes = (answer.json as Result[]).map(({ error }) => error?.code ?? "acknowledged");
      expect(codes).to.deep.equal(["acknowledged", "JSON_DUPLICATE_KEY", "RECORD_INVALID", "acknowledged"]);
    });

    it("answers 200 when all repeat earlier ones, 201 when one is new", async () => {
      const one = readingText(15, { key: "k15" });
      await submit(service, one);
      expect((await submit(service, `[${one},${one}]`)).status).to.equal(200);
      expect((await submit(service, `[${one},${readingText(16)}]`)).status).to.equal(201);
    });

    it("is refused as a whole when it is empty or broken", async () => {
      const { treeSize } = await service.ledger.status();
      expectProblem(await submit(service, "[]"), 400, "REQUEST_INVALID");
      for (const broken of [
        "[",
        `[${readingText(1)}`,
        `[${readingText(1)},]`,
        `[,${readingText(1)}]`,
        `[${readingText(1)}] 1`,
      ])
        expectProblem(await submit(service, broken), 400, "JSON_INVALID");
      expect((await service.ledger.status()).treeSize).to.equal(treeSize);
    });
  });

  describe("NDJSON", () => {
    it("is answered by NDJSON, one result a line; a line that is not JSON is that line's error", async () => {
      const answer = await submitLines(service, `${readingText(20)}\n{nope\n\n${readingText(21)}\r\n`);
      expect(answer.status).to.equal(207);
      expect(answer.results.map(({ error }) => error?.code ?? "acknowledged")).to.deep.equal([
        "acknowledged",
        "JSON_INVALID",
        "acknowledged",
      ]);
    });

    it("takes application/jsonl and a charset of UTF-8 too", async () => {
      for (const type of ["application/jsonl", "Application/X-NDJSON; charset=UTF-8"])
        expect((await submitLines(service, readingText(22), { type })).status).to.equal(201);
    });

    it("is refused with 400 when it holds no record", async () => {
      for (const empty of ["", "\n", " \r\n\t\n"])
        expectProblem(await submitLines(service, empty), 400, "REQUEST_INVALID");
    });

    it("acknowledges ten thousand records in order", async () => {
      const lines = Array.from({ length: 10_000 }, (_, i) => readingText(i, { source: `many/${i % 7}` }));
      const { status, results } = await submitLines(service, lines.join("\n"));
      expect(status).to.equal(201);
      const first = results[0]?.leafIndex as number;
      expect(results.map(({ leafIndex }) => leafIndex)).to.deep.equal(lines.map((_, i) => first + i));
      const sizes = results.map(({ checkpoint }) => Number(checkpoint?.split("\n")[1]));
      sizes.forEach((size, i) => expect(size).to.be.within(first + i + 1, first + i + 4_096));
    });

    it("sends the same 10,000 again, half of them with other content: no second leaf, the others refused", async () => {
      const line = (i: number, temperature: number) =>
        readingText(temperature, { source: "dup/1", key: `k${10_000 + i}` });
      const first = await submitLines(service, Array.from({ length: 10_000 }, (_, i) => line(i, i)).join("\n"));
      const { treeSize } = await service.ledger.status();
      const second = await submitLines(
        service,
        Array.from({ length: 10_000 }, (_, i) => line(i, i + (i % 2))).join("\n"),
      );
      expect((await service.ledger.status()).treeSize).to.equal(treeSize);
      expect([first.status, second.status]).to.deep.equal([201, 207]);
      second.results.forEach((result, i) =>
        i % 2 === 0
          ? expect(result).to.deep.equal(first.results[i])
          : expect(result.error?.code).to.equal("IDEMPOTENCY_CONFLICT"),
      );
    });

    it("takes records while the body still arrives", async () => {
      const { treeSize } = await service.ledger.status();
      const lines = Array.from({ length: 5_000 }, (_, i) => `${readingText(i)}\n`).join("");
      const head =
        `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.keys.submitter}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: ${lines.length + 1}\r\n\r\n`;
      const { hostname, port } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      socket.write(head + lines);
      while ((await service.ledger.status()).treeSize < treeSize + 4_096)
        await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    });
  });

  describe("a large batch", () => {
    it("is read on another thread, and answered as it would be otherwise", async () => {
      const { lines } = service.log;
      const asked = mock.method(lines, "read");
      await lines.ready();
      const text = (at: number): string =>
        at % 50 === 49 ? readingText(at, { type: "none" }) : readingText(at, { source: "large/1" });
      const answer = await submitLines(service, Array.from({ length: 1_000 }, (_, at) => text(at)).join("\n"));
      expect(answer.status).to.equal(207);
      const codes = answer.results.map(({ error }) => error?.code ?? "ok");
      expect(codes).to.deep.equal(codes.map((_, at) => (at % 50 === 49 ? "PROFILE_UNKNOWN" : "ok")));
      expect(codes).to.have.length(1_000);
      expect(asked.mock.callCount()).to.equal(1);
      await submitLines(service, readingText(1));
      expect(asked.mock.callCount(), "a small one is not").to.equal(1);
      asked.mock.restore();
    });
  });

  describe("a service that has stopped", () => {
    it("answers 503 and Retry-After, for one record and for a batch", async () => {
      const other = await startService();
      try {
        await other.pipeline.close();
        for (const answer of [await submit(other, readingText(1)), await submitLines(other, `${readingText(1)}\n{}`)]) {
          expectProblem(answer, 503, "STOPPED");
          expect(answer.headers.get("retry-after")).to.equal("5");
        }
      } finally {
        await other.stop();
      }
    });

    it("answers 503 when too much waits already", async () => {
      const other = await startService({ maxQueue: 5, maxBatch: 5 });
      try {
        const waiting = other.ledger.submit(Array.from({ length: 1_000 }, (_, i) => reading(i) as JsonObject));
        while (other.pipeline.queueLength < 100) await new Promise((resolve) => setImmediate(resolve));
        const refused = await submitLines(other, readingText(1));
        expectProblem(refused, 503, "BUSY");
        expect(refused.headers.get("retry-after")).to.equal("1");
        expect((await waiting).every(({ ok }) => ok)).to.be.true;
      } finally {
        await other.stop();
      }
    });
  });
});

describe("submitted values", () => {
  async function linesOf(text: string, pieceBytes: number, maxValues = 100): Promise<SubmittedValue[]> {
    const bytes = Buffer.from(text);
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    }
    const values: SubmittedValue[] = [];
    for await (const slice of readLines(pieces(), maxValues, parseLines)) values.push(...slice);
    return values;
  }

  it("are the same wherever the body is cut into pieces", async () => {
    const text = '{"a":"ä€😀"}\n\n[1,\r\n2]\n"x"\n \n7';
    const whole = (await linesOf(text, 1_000)).map((value) => (value instanceof WarifuError ? value.code : value));
    expect(whole).to.deep.equal([{ a: "ä€😀" }, "JSON_INVALID", "JSON_INVALID", "x", 7]);
    for (let pieceBytes = 1; pieceBytes < text.length + 8; pieceBytes++) {
      const values = await linesOf(text, pieceBytes);
      expect(values.map((value) => (value instanceof WarifuError ? value.code : value))).to.deep.equal(whole);
    }
  });

  it("leave others their turn, although the whole body is there", async () => {
    const line = `${JSON.stringify({ list: Array.from({ length: 100 }, String) })}\n`;
    let isOver = false;
    const reading = linesOf(line.repeat(10_000), 65_536, 10_000).finally(() => (isOver = true));
    let turns = 0;
    for (; !isOver; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(await reading).to.have.length(10_000);
    expect(turns).to.be.greaterThan(3);
  });

  it("leave out a line that is too long, and go on behind it", async () => {
    const text = `1\n"${"x".repeat(70_000)}"\n2\n"${"x".repeat(65_534)}"\n"${"x".repeat(65_535)}"`;
    for (const pieceBytes of [64, 4_096, 65_536, 1_000_000]) {
      const values = await linesOf(text, pieceBytes);
      const codes = values.map((value) => (value instanceof WarifuError ? value.code : String(value).length));
      expect(codes).to.deep.equal([1, "TOO_LARGE", 1, 65_534, "TOO_LARGE"]);
    }
  });

  it("find brackets and commas in strings to be no structure", () => {
    const { isArray, values } = parseSubmittedJson(Buffer.from('[{"a":"],[\\"}{"} , "\\\\", [1,[2,3]], 4]'), 10);
    expect(isArray).to.be.true;
    expect(values).to.deep.equal([{ a: '],["}{' }, "\\", [1, [2, 3]], 4]);
  });
});
