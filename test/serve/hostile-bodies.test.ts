// Bodies that are too large, too slow, compressed bombs, or of another medium: failure cases C1, C13, C14, C15.

import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { createConnection } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";

import { expect } from "chai";

import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { startService, type TestService } from "../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines } from "../http/support/call.ts";
import { exchange } from "../http/support/raw-socket.ts";
import { startWatchedService, type WatchedService } from "../http/support/service-process.ts";

const MB = 1_000_000;
const { maxJsonBytes } = DEFAULT_HTTP_LIMITS;
const BROTLI_FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } };

/** 200 MB of white space in less than 210 KB. */
const bombs = {
  gzip: gzipSync(Buffer.alloc(200 * MB, 0x20)),
  br: brotliCompressSync(Buffer.alloc(200 * MB, 0x20), BROTLI_FAST),
};

describe("C1 a body over the limit", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ limits: { maxBodyBytes: 400_000, maxRecordsPerRequest: 500 } });
  });
  after(() => service.stop());

  const padded = (bytes: number): string => readingText(1).padEnd(bytes, " ");

  it("is refused with 413 one byte above it, and taken at it", async () => {
    expect(
      (await submitLines(service, padded(400_000).replaceAll(/ {1000}/g, `${" ".repeat(999)}\n`))).status,
    ).to.equal(201);
    expectProblem(await submitLines(service, padded(400_001)), 413, "TOO_LARGE");
    expect((await submit(service, padded(65_536))).status).to.equal(201);
    expectProblem(await submit(service, padded(65_537)), 413, "TOO_LARGE");
    expectProblem(await submit(service, `[${padded(maxJsonBytes)}]`), 413, "TOO_LARGE");
  });

  it("is refused by its announced length before a byte of it is read", async () => {
    const head =
      `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.keys.submitter}\r\n` +
      "Content-Type: application/x-ndjson\r\nContent-Length: 400001\r\n\r\n";
    const { statuses, isClosed } = await exchange(service.url, head);
    expect(statuses).to.deep.equal([413]);
    expect(isClosed).to.be.true;
  });

  it("with too many records is refused as a whole when none was taken", async () => {
    const { treeSize } = await service.ledger.status();
    const lines = Array.from({ length: 501 }, (_, i) => readingText(i));
    expectProblem(await submitLines(service, lines.join("\n")), 413, "TOO_LARGE");
    expectProblem(await submit(service, `[${lines.join(",")}]`), 413, "TOO_LARGE");
    expect((await service.ledger.status()).treeSize).to.equal(treeSize);
    expect((await submitLines(service, lines.slice(1).join("\n"))).status).to.equal(201);
  });

  it("of keys and bundles is refused too", async () => {
    const name = "x".repeat(70_000);
    expectProblem(await call(service, "/v1/keys", { role: "admin", body: JSON.stringify({ name }) }), 413, "TOO_LARGE");
    expectProblem(await call(service, "/v1/verify", { body: " ".repeat(1_048_577) }), 413, "TOO_LARGE");
  });

  it("that runs over it after records were taken answers for these, and ends with the error for the rest", async () => {
    const other = await startService({ limits: { maxRecordsPerRequest: 5_000 } });
    try {
      const { treeSize } = await other.ledger.status();
      const lines = Array.from({ length: 9_000 }, (_, i) => readingText(i)).join("\n");
      const { status, results } = await submitLines(other, lines);
      expect(status).to.equal(207);
      const taken = results.slice(0, -1);
      expect(taken.length).to.be.within(4_096, 5_000);
      expect(taken.every(({ id }) => id !== undefined)).to.be.true;
      expect(results.at(-1)?.error?.code).to.equal("TOO_LARGE");
      expect((await other.ledger.status()).treeSize).to.equal(treeSize + taken.length);
    } finally {
      await other.stop();
    }
  });
});

describe("C1 a slow request", () => {
  let service: TestService;
  before(async () => {
    service = await startService({ limits: { bodyWindowMs: 600 } });
  });
  after(() => service.stop());

  for (const type of ["application/x-ndjson", "application/json"]) {
    it(`with one byte now and then is ended with 408: ${type}`, () => endsSlow(type));
    it(`that waited to be asked has no more time: ${type}`, () => endsSlow(type, "Expect: 100-continue\r\n"));
  }

  async function endsSlow(type: string, more = ""): Promise<void> {
    const { hostname, port } = new URL(service.url);
    const socket = createConnection(Number(port), hostname);
    socket.on("error", () => undefined);
    let text = "";
    socket.on("data", (piece) => (text += piece.toString()));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(
      `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.keys.submitter}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: 1000\r\n${more}\r\n`,
    );
    const drip = setInterval(() => socket.write(" "), 50);
    await closed;
    clearInterval(drip);
    expect(text).to.match(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 408 /);
    expect(text).to.include('"code":"TOO_SLOW"');
  }

  it("that still comes a good while after the answer is cut off", async () => {
    const { hostname, port } = new URL(service.url);
    const socket = createConnection(Number(port), hostname);
    socket.on("error", () => undefined).resume();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    const drip = setInterval(() => socket.write("x".repeat(100)), 50);
    const kept = sleep(100_000, undefined, { ref: false }).then(() => expect.fail("it was kept"));
    try {
      await Promise.race([closed, kept]);
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
  });

  it("truth F1: has as long as it comes on", async () => {
    // A window in which this thread, which has the sender too, is held up for a while, and is not too late.
    const windowMs = 1_500;
    const other = await startService({ limits: { bodyWindowMs: windowMs } });
    const record = readingText(1, { claims: { text: "x".repeat(1_000) } });
    async function* slowly(): AsyncGenerator<Buffer> {
      const pieces = Buffer.from(`${record}\n`.repeat(14));
      for (let at = 0; at < pieces.length; at += 400) {
        yield pieces.subarray(at, at + 400);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    const begun = performance.now();
    const headers = { authorization: `Bearer ${other.keys.submitter}`, "content-type": "application/x-ndjson" };
    const sent = request(`${other.url}/v1/records`, { method: "POST", headers });
    const answered = once(sent, "response") as Promise<[IncomingMessage]>;
    await pipeline(slowly(), sent);
    const [response] = await answered;
    expect(performance.now() - begun).to.be.greaterThan(2 * windowMs);
    expect(response.statusCode).to.equal(201);
    expect((await response.toArray()).join("").trim().split("\n")).to.have.length(14);
    await other.stop();
  });

  it("whose header section does not end is ended with 408", async () => {
    const other = await startService({ limits: { headersTimeoutMs: 400 } });
    try {
      const { text, isClosed } = await exchange(other.url, "GET /v1/status HTTP/1.1\r\nHost: x\r\n");
      expect(text).to.match(/^HTTP\/1\.1 408 /);
      expect(isClosed).to.be.true;
    } finally {
      await other.stop();
    }
  });

  it("leaves the service as it was, and nothing in the log but the refusal", async () => {
    expect((await call(service, "/v1/status")).status).to.equal(200);
    expect(service.logText()).to.not.include('"level":50');
  });
});

describe("C13 a compressed body", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  const encoders = { gzip: gzipSync, "x-gzip": gzipSync, deflate: deflateSync, br: brotliCompressSync };

  it("is decoded: gzip, deflate and br", async () => {
    for (const [encoding, encode] of Object.entries(encoders)) {
      const headers = { "content-encoding": encoding };
      expect((await submit(service, encode(readingText(1)), { headers })).status, encoding).to.equal(201);
      const lines = `${readingText(2)}\n${readingText(3)}`;
      expect((await submitLines(service, encode(lines), { headers })).results, encoding).to.have.length(2);
    }
  });

  it("is refused with 400 when it is cut or is not what it claims", async () => {
    for (const [encoding, encode] of Object.entries(encoders)) {
      const headers = { "content-encoding": encoding };
      expectProblem(
        await submit(service, encode(readingText(1)).subarray(0, -4), { headers }),
        400,
        "ENCODING_INVALID",
      );
      expectProblem(await submit(service, "plain text", { headers }), 400, "ENCODING_INVALID");
    }
  });

  it("loses nothing that follows the end of what is compressed: it is decoded too, or refused with 400", async () => {
    const batches = [`${readingText(4)}\n`, `${readingText(5)}\n`];
    for (const [encoding, encode] of Object.entries(encoders)) {
      const headers = { "content-encoding": encoding };
      const twice = Buffer.concat(batches.map((batch) => encode(batch)));
      const answer = await submitLines(service, twice, { headers });
      // RFC 1952 section 2.2: only gzip has members that follow each other.
      if (encode === gzipSync)
        expect(
          answer.results.map(({ error }) => error),
          encoding,
        ).to.deep.equal([undefined, undefined]);
      else expectProblem(answer, 400, "ENCODING_INVALID");
      for (const more of ["\0", "more"])
        expectProblem(
          await submit(service, Buffer.concat([encode(readingText(6)), Buffer.from(more)]), { headers }),
          400,
          "ENCODING_INVALID",
        );
    }
  });

  it("is refused with 415 in any other encoding, or two of them", async () => {
    for (const encoding of ["zstd", "compress", "gzip, gzip", "toString", "__proto__"])
      expectProblem(await submit(service, "x", { headers: { "content-encoding": encoding } }), 415, "NOT_ACCEPTABLE");
  });

  it("is refused at the decoded limit: 204 KB that are 200 MB", async () => {
    for (const [encoding, bomb] of Object.entries(bombs)) {
      expect(bomb.length).to.be.lessThan(220_000);
      const headers = { "content-encoding": encoding };
      expectProblem(await submitLines(service, bomb, { headers }), 413, "TOO_LARGE");
      expectProblem(await submit(service, bomb, { headers }), 413, "TOO_LARGE");
    }
  });

  it("that decodes to nothing for ever is refused at the limit for what arrives", async () => {
    const other = await startService({ limits: { maxBodyBytes: 100_000 } });
    try {
      const nothing = gzipSync("");
      const body = Buffer.concat(Array.from({ length: 10_000 }, () => nothing));
      const stream = new Blob([body]).stream();
      const init = { method: "POST", duplex: "half", body: stream, headers: headersOf(other) };
      const response = await fetch(`${other.url}/v1/records`, init as RequestInit);
      expect(response.status).to.equal(413);
    } finally {
      await other.stop();
    }
  });
});

describe("C1 C13 memory", function () {
  this.timeout(600_000);
  let service: WatchedService;
  const begin = async (): Promise<void> => {
    service = await startWatchedService();
    // What a process needs once: compiled code, decoders, buffers of the first requests.
    for (let i = 0; i < 40; i++)
      await post(service, gzipSync(`${readingText(i)}\n`.repeat(3_000)), { "content-encoding": "gzip" });
    await post(service, brotliCompressSync(Buffer.alloc(20 * MB), BROTLI_FAST), { "content-encoding": "br" });
    await sendChunks(service, Buffer.alloc(65_536, 0x0a), 12 * MB, { bytes: 0 });
  };
  before(begin);
  after(() => service.stop());

  /**
   * Expects the memory to grow by less than 20 MB. Garbage that is due anyway may raise it by chance, so what grew by more gets two
   * more chances, each in a new process: one that has held a large body once grows no more by the next.
   */
  async function expectLittleGrowth(act: () => Promise<void>): Promise<void> {
    let growth = await service.growthDuring(act);
    for (let chance = 0; chance < 2 && growth >= 20 * MB; chance++) {
      await service.stop();
      await begin();
      growth = await service.growthDuring(act);
    }
    expect(growth / MB).to.be.lessThan(20);
  }

  it("grows by less than 20 MB for a chunked body of 1 GB, with and without line ends", async () => {
    for (const filler of [0x78, 0x0a]) {
      let sent = { bytes: 0 };
      await expectLittleGrowth(() => {
        sent = { bytes: 0 };
        return sendChunks(service, Buffer.alloc(65_536, filler), 1_000 * MB, sent);
      });
      expect(sent.bytes, "the limit was reached").to.be.greaterThan(DEFAULT_HTTP_LIMITS.maxBodyBytes);
    }
  });

  for (const [encoding, bomb] of Object.entries(bombs))
    it(`grows by less than 20 MB for a bomb of 200 MB: ${encoding}`, () =>
      expectLittleGrowth(async () => {
        expect(await post(service, bomb, { "content-encoding": encoding })).to.equal(413);
      }));
});

describe("C14 C15 media other than JSON", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  it("are refused with 415 unread: pictures, polyglots, forms, plain text", async () => {
    const png = Buffer.from("89504e470d0a1a0a0000000d49484452000036b0000036b00802000000", "hex");
    const types = [
      "image/png",
      "image/jpeg",
      "image/svg+xml",
      "multipart/mixed; boundary=x",
      "text/plain",
      "text/html",
    ];
    types.push(
      "application/octet-stream",
      "application/x-www-form-urlencoded",
      "application/jsonx",
      "",
      "application/json; charset=utf-16",
    );
    for (const type of types) {
      expectProblem(await submit(service, png, { type }), 415, "NOT_ACCEPTABLE");
      expectProblem(await submit(service, readingText(1), { type }), 415, "NOT_ACCEPTABLE");
    }
    expectProblem(await call(service, "/v1/verify", { body: "{}", type: "text/plain" }), 415, "NOT_ACCEPTABLE");
    expectProblem(
      await call(service, "/v1/keys", { role: "admin", body: "{}", type: "image/png" }),
      415,
      "NOT_ACCEPTABLE",
    );
  });

  it("under the name of JSON are refused with 400", async () => {
    const polyglots = ["GIF89a=1;", "%PDF-1.7", "\xff\xd8\xff\xe0PK\x03\x04", "<svg onload=alert(1)>"];
    for (const polyglot of polyglots)
      expect((await submit(service, Buffer.from(polyglot, "latin1"))).status).to.equal(400);
  });
});

function headersOf(service: Pick<WatchedService, "keys">, more: object = { "content-encoding": "gzip" }) {
  return { authorization: `Bearer ${service.keys.submitter}`, "content-type": "application/x-ndjson", ...more };
}

async function post(service: WatchedService, body: Uint8Array, more: object): Promise<number> {
  const init = { method: "POST", headers: headersOf(service, more) as HeadersInit, body: body as BodyInit };
  const response = await fetch(`${service.url}/v1/records`, init);
  await response.arrayBuffer();
  return response.status;
}

/** Sends a chunked body as fast as it is taken, until the service has had enough. */
function sendChunks(
  { url, keys }: WatchedService,
  piece: Buffer,
  total: number,
  sent: { bytes: number },
): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
  socket.write(
    `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.submitter}\r\n` +
      "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  const pump = (): void => {
    while (sent.bytes < total && !socket.destroyed) {
      sent.bytes += piece.length;
      if (!socket.write(chunk)) return void socket.once("drain", pump);
    }
    socket.end("0\r\n\r\n");
  };
  pump();
  socket.on("error", () => undefined).resume();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}
