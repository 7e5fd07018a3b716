// Bodies that cost more than their length: pieces of one byte, and many bodies at once.

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

import { expect } from "chai";

import { ByteBudget } from "../../src/serve/byte-budget.ts";
import { budgetOfBatch, collectBody } from "../../src/serve/request-body.ts";
import { parseLines, readLines } from "../../src/sources/submitted-values.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { startService, type TestService } from "../support/service.ts";
import { exchange } from "../http/support/raw-socket.ts";

const bodyOf = (pieces: Iterable<Buffer>): IncomingMessage =>
  Object.assign(Readable.from(pieces), { headers: {} }) as unknown as IncomingMessage;

describe("truth D1: bodies in tiny pieces", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  for (const [path, type] of [
    ["/v1/verify", "application/json"],
    ["/v1/records", "application/x-ndjson"],
  ] as const)
    it(`are refused at ${path} before they are read whole`, async () => {
      const head =
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.keys.submitter}\r\n` +
        `Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const { statuses } = await exchange(service.url, head + "1\r\nx\r\n".repeat(20_000));
      expect(statuses).to.deep.equal([400]);
    });

  it("are taken whole when they are not too many", async () => {
    const pieces = Array.from({ length: 1_000 }, (_, at) => Buffer.from([at % 256]));
    expect(await collectBody(bodyOf(pieces), 10_000)).to.deep.equal(Buffer.concat(pieces));
  });
});

describe("truth D1: the bodies of all requests together", () => {
  it("hold no more than their budget; what is over answers BUSY, and all is given back", async () => {
    const budget = new ByteBudget(10_000);
    const waiting = new Readable({ read: () => undefined });
    const first = collectBody(Object.assign(waiting, { headers: {} }) as unknown as IncomingMessage, 20_000, budget);
    waiting.push(Buffer.alloc(8_000));
    while (budget.held === 0) await new Promise((resolve) => setImmediate(resolve));
    await expectRejection("BUSY", collectBody(bodyOf([Buffer.alloc(8_000)]), 20_000, budget));
    waiting.push(null);
    expect((await first).length).to.equal(8_000);
    expect(budget.held).to.equal(0);
  });

  describe("when large ones fill their memory, and do not end", () => {
    let service: TestService;
    before(async () => {
      service = await startService();
    });
    after(() => service.stop());

    const fill = 134_217_728;
    const post = (path: string, length: number): Promise<Response> =>
      fetch(`${service.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${service.keys.submitter}`, "content-type": "application/json" },
        body: " ".repeat(length),
      });

    it("leave room for a record, and for a bundle", async () => {
      const waiting = new Readable({ read: () => undefined });
      const request = Object.assign(waiting, { headers: {} }) as unknown as IncomingMessage;
      const first = collectBody(request, fill);
      // Counted as it arrives; none of it is ever touched, so it takes no memory.
      waiting.push(Buffer.alloc(fill));
      while ((await post("/v1/records", 20_000)).status !== 503) await new Promise(setImmediate);
      // What is in them is wrong, which only whoever reads them can tell.
      expect((await post("/v1/records", 16_000)).status).to.equal(400);
      expect((await post("/v1/verify", 20_000)).status).to.equal(200);
      waiting.push(null);
      expect((await first).length).to.equal(fill);
    });
  });
});

describe("truth D1: the lines of all batches together", () => {
  it("hold no more than their budget until they are taken; what is over answers BUSY, and all is given back", async () => {
    const budget = new ByteBudget(100_000);
    const lines = Buffer.from("{}\n".repeat(20_000));
    const once = async function* (piece: Buffer): AsyncGenerator<Buffer> {
      yield piece;
    };
    const slices = readLines(once(lines), 20_000, parseLines, budget);
    expect((await slices.next()).value).to.have.length(20_000);
    expect(budget.held, "while they are submitted").to.be.at.least(lines.length);
    await expectRejection("BUSY", readLines(once(lines), 20_000, parseLines, budget).next());
    await slices.next();
    expect(budget.held).to.be.lessThan(100);
    await slices.return();
    expect(budget.held).to.equal(0);
  });

  it("leave room for a small batch, and for records otherwise", async () => {
    const service = await startService();
    const [budget, fill] = [budgetOfBatch({ headers: {} } as unknown as IncomingMessage), 134_217_728];
    budget.take(fill);
    try {
      const post = async (type: string, length: number): Promise<number> => {
        const headers = { authorization: `Bearer ${service.keys.submitter}`, "content-type": type };
        const body = `{}\n${" ".repeat(length)}`;
        return (await fetch(`${service.url}/v1/records`, { method: "POST", headers, body })).status;
      };
      expect(await post("application/x-ndjson", 20_000)).to.equal(503);
      expect(await post("application/x-ndjson", 16_000)).to.equal(207);
      expect(await post("application/json", 20_000)).to.equal(400);
    } finally {
      budget.give(fill);
      await service.stop();
    }
  });
});

describe("truth D1: a slow sender of lines", () => {
  it("has records taken as they come, not at the end", async () => {
    let given = 0;
    async function* slowly(): AsyncGenerator<Buffer> {
      for (; given < 3; given++) {
        yield Buffer.from(`{"n":${given}}\n`);
        await new Promise((resolve) => setTimeout(resolve, 1_100));
      }
    }
    for await (const values of readLines(slowly(), 10, parseLines)) {
      expect(values.length).to.be.greaterThan(0);
      break;
    }
    expect(given).to.be.lessThan(3);
  });
});
