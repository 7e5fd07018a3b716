// Requests that two HTTP parsers would read differently: failure case C12, over bare sockets. Whatever is ambiguous is
// refused and the connection closed, so that no second request is born on it.

import { expect } from "chai";

import { startService, type TestService } from "../support/service.ts";
import { call, readingText } from "../http/support/call.ts";
import { exchange } from "../http/support/raw-socket.ts";

describe("C12 ambiguous HTTP", () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  const record = readingText(1);
  const smuggled = "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  const post = (headers: string, body: string): string =>
    `POST /v1/records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.keys.submitter}\r\n` +
    `Content-Type: application/json\r\n${headers}\r\n\r\n${body}`;

  /** Answered once with 400, closed, and nothing entered the log. */
  async function expectRefused(request: string): Promise<void> {
    const { treeSize } = await service.ledger.status();
    const { statuses, isClosed, text } = await exchange(service.url, request);
    expect(statuses, text).to.deep.equal([400]);
    expect(isClosed).to.be.true;
    expect(text)
      .to.match(/content-type: application\/problem\+json/i)
      .and.include('"code":"REQUEST_INVALID"');
    expect((await service.ledger.status()).treeSize).to.equal(treeSize);
  }

  it("Content-Length together with Transfer-Encoding is refused, in either order", async () => {
    const chunks = `${record.length.toString(16)}\r\n${record}\r\n0\r\n\r\n${smuggled}`;
    await expectRefused(post(`Content-Length: ${record.length}\r\nTransfer-Encoding: chunked`, chunks));
    await expectRefused(post(`Transfer-Encoding: chunked\r\nContent-Length: ${record.length}`, chunks));
  });

  it("two Content-Lengths are refused, even if they agree", async () => {
    const length = record.length;
    await expectRefused(post(`Content-Length: ${length}\r\nContent-Length: ${length + 50}`, record + smuggled));
    await expectRefused(post(`Content-Length: ${length}\r\nContent-Length: ${length}`, record + smuggled));
    await expectRefused(post(`Content-Length: ${length}, ${length}`, record + smuggled));
  });

  it("a Content-Length that is no plain number is refused", async () => {
    for (const length of ["+10", "-1", "0x10", "1e1", "10 10", "18446744073709551616"])
      await expectRefused(post(`Content-Length: ${length}`, record + smuggled));
  });

  it("a Transfer-Encoding that does not end in chunked, or is spelled otherwise, is refused", async () => {
    for (const coding of ["chunked, identity", "xchunked", "\x0bchunked", "chunked\r\nTransfer-Encoding: identity"])
      await expectRefused(post(`Transfer-Encoding: ${coding}`, `0\r\n\r\n${smuggled}`));
  });

  it("a space before the colon, a folded line and a name with odd bytes are refused", async () => {
    await expectRefused(post(`Content-Length : ${record.length}`, record + smuggled));
    await expectRefused(post(`Content-Length: ${record.length}\r\nX-Folded: a\r\n b`, record + smuggled));
    await expectRefused(post(`Content-Length: ${record.length}\r\nX\x00Y: a`, record + smuggled));
    await expectRefused(post(`Content-Length: ${record.length}\r\nX-Nul: a\x00b`, record + smuggled));
  });

  it("a bare CR or LF in the header section is refused", async () => {
    await expectRefused(post(`Content-Length: ${record.length}\r\nX: a\rY: b`, record + smuggled));
    await expectRefused(`GET /v1/status HTTP/1.1\rHost: x\r\r${smuggled}`);
    await expectRefused(
      post("Transfer-Encoding: chunked", `${record.length.toString(16)}\n${record}\r\n0\r\n\r\n${smuggled}`),
    );
  });

  it("a chunk that is longer or shorter than it says, or of no readable length, is refused", async () => {
    for (const chunk of [`5\r\n${record}\r\n`, `zz\r\n${record}\r\n`, `ffffffffffffffffff\r\n${record}\r\n`, `-1\r\n`])
      await expectRefused(post("Transfer-Encoding: chunked", `${chunk}0\r\n\r\n`));
  });

  it("a chunk extension changes nothing; too many of them are refused", async () => {
    const size = record.length.toString(16);
    const fine = await exchange(
      service.url,
      post("Connection: close\r\nTransfer-Encoding: chunked", `${size};a=b\r\n${record}\r\n0\r\n\r\n`),
    );
    expect(fine.statuses).to.deep.equal([201]);
    const many = post(
      "Transfer-Encoding: chunked",
      `${size};${"a".repeat(20_000)}\r\n${record}\r\n0\r\n\r\n${smuggled}`,
    );
    const { statuses, isClosed } = await exchange(service.url, many);
    expect(statuses).to.deep.equal([413]);
    expect(isClosed).to.be.true;
  });

  it("HTTP/0.9, other versions, no host, two hosts and rubbish are refused", async () => {
    const twoHosts = "GET /v1/status HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n";
    await expectRefused("GET /v1/status\r\n\r\n");
    await expectRefused(twoHosts + smuggled);
    for (const request of ["GET /v1/status HTTP/3.7\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\r\n\r\n"])
      await expectRefused(request);
    for (const request of ["GET /v1/status HTTP/1.1\r\n\r\n", "GARBAGE /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"]) {
      const { statuses, isClosed } = await exchange(service.url, request);
      expect(statuses).to.deep.equal([400]);
      expect(isClosed).to.be.true;
    }
  });

  it("pipelined requests are answered in order, each for itself", async () => {
    const { statuses } = await exchange(service.url, post(`Content-Length: ${record.length}`, record) + smuggled);
    expect(statuses).to.deep.equal([201, 200]);
  });

  it("a header section above the limit is refused with 431", async () => {
    const { statuses, isClosed } = await exchange(
      service.url,
      `GET /v1/status HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
    );
    expect(statuses).to.deep.equal([431]);
    expect(isClosed).to.be.true;
  });

  it("a connection that ends within a body leaves nothing behind", async () => {
    const { treeSize } = await service.ledger.status();
    await exchange(service.url, post("Content-Length: 5000", record), 200);
    await exchange(service.url, post("Transfer-Encoding: chunked", "ff\r\n{"), 200);
    expect((await service.ledger.status()).treeSize).to.equal(treeSize);
    expect((await call(service, "/healthz")).status).to.equal(200);
    expect(service.logText()).to.not.include('"level":50');
  });
});
