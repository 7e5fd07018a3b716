// The witness over HTTP: the statuses, media types and bodies of https://c2sp.org/tlog-witness byte for byte, and limits
// around them that hold whoever asks.

import { gzipSync } from "node:zlib";

import { expect } from "chai";

import { utf8 } from "../../src/core/bytes.ts";
import { formatVerifierKey, parseNote, verifyNote } from "../../src/core/note.ts";
import { MAX_ADD_CHECKPOINT_BYTES, originHash } from "../../src/core/tlog-witness.ts";
import { startWitnessServer, type WitnessLimits, type WitnessServer } from "../../src/witness/server.ts";
import { answerToHead } from "../http/support/begun-request.ts";
import { exchange } from "../http/support/raw-socket.ts";
import { openWitness, type OpenWitness } from "./support/open-witness.ts";
import { ORIGIN, requestBody, smallLog } from "./support/small-log.ts";

const log = smallLog();
const fork = smallLog({ forkAt: 4 });

type Answer = { readonly status: number; readonly mediaType: string | null; readonly text: string };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

describe("the witness's server", () => {
  let one: OpenWitness;
  let server: WitnessServer;

  const open = async (limits: Partial<WitnessLimits> = {}): Promise<void> => {
    one = await openWitness();
    server = await startWitnessServer({ witness: one.witness, host: "127.0.0.1", port: 0, limits });
  };
  const call = async (path: string, init: RequestInit = {}): Promise<Answer & { readonly headers: Headers }> => {
    const response = await fetch(`${server.url}${path}`, init);
    const { status, headers } = response;
    return { status, headers, mediaType: headers.get("content-type"), text: await response.text() };
  };
  const submit = async (body: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> => {
    const { status, mediaType, text } = await call("/add-checkpoint", {
      method: "POST",
      body: Buffer.from(body),
      headers,
    });
    return { status, mediaType, text };
  };

  beforeEach(() => open());
  afterEach(async () => {
    await server.close();
    await one.store.close();
  });

  it("answers a request that holds with its cosignature, one line", async () => {
    const { status, text } = await submit(log.request(0, 5));
    expect(status).to.equal(200);
    expect(text).to.match(/^\u2014 witness\.example\/w21 [A-Za-z0-9+/=]{104}\n$/);
    expect(verifyNote(parseNote(utf8(`${log.note(5)}${text}`)), [log.key, one.signer.key])).to.have.lengthOf(2);
  });

  it("answers with the size that it holds, when the request starts from another", async () => {
    expect(await submit(log.request(3, 5))).to.deep.equal({ status: 409, mediaType: "text/x.tlog.size", text: "0\n" });
    await submit(log.request(0, 5));
    expect(await submit(log.request(0, 9))).to.deep.equal({ status: 409, mediaType: "text/x.tlog.size", text: "5\n" });
  });

  it("answers each refusal with the status of the specification, in plain text", async () => {
    await submit(log.request(0, 8));
    const stranger = smallLog({ seed: 42 });
    const note = log.note(9);
    const spelledAnother = note.replace(/.(?==\n$)/, (last) => ALPHABET[ALPHABET.indexOf(last) + 1] as string);
    expect(Buffer.from(spelledAnother.split(" ").at(-1) as string, "base64")).to.deep.equal(
      Buffer.from(note.split(" ").at(-1) as string, "base64"),
    );
    const REFUSED: readonly [status: number, body: Uint8Array][] = [
      [400, utf8("")],
      [400, utf8("old x\n\n")],
      [400, requestBody(9, [], log.note(8))],
      [403, stranger.request(8, 9)],
      [403, requestBody(8, log.proof(8, 9), spelledAnother)],
      [404, smallLog({ origin: "log.example/two" }).request(0, 3)],
      [422, log.request(8, 20, { proof: log.proof(8, 20).toReversed() })],
      [422, log.request(8, 20, { proof: [] })],
      [422, fork.request(8, 8)],
      [422, requestBody(0, [], log.note(5).replace("\n5\n", "\n0\n"))],
    ];
    for (const [status, body] of REFUSED) {
      const answer = await submit(body);
      expect([answer.status, answer.mediaType], answer.text).to.deep.equal([status, "text/plain; charset=utf-8"]);
      expect(answer.text).to.match(/^[^\n]+\n$/);
    }
    expect(await one.store.head(ORIGIN)).to.include({ treeSize: 8 });
  });

  it("takes a request in a content encoding, and none that is too large, packed or not", async () => {
    expect((await submit(gzipSync(log.request(0, 5)), { "content-encoding": "gzip" })).status).to.equal(200);
    const large = Buffer.alloc(MAX_ADD_CHECKPOINT_BYTES + 1, "a");
    expect((await submit(large)).status).to.equal(413);
    expect((await submit(gzipSync(large), { "content-encoding": "gzip" })).status).to.equal(413);
    expect((await submit(log.request(5, 6), { "content-encoding": "zstd" })).status).to.equal(415);
    expect((await submit(utf8("no gzip"), { "content-encoding": "gzip" })).status).to.equal(400);
  });

  it("asks for no body that it would refuse for its length", async () => {
    const head = { method: "POST", path: "/add-checkpoint", headers: {} };
    expect(await answerToHead(server.url, head, MAX_ADD_CHECKPOINT_BYTES)).to.equal(100);
    expect(await answerToHead(server.url, head, MAX_ADD_CHECKPOINT_BYTES + 1)).to.equal(413);
  });

  it("shows monitors the latest checkpoint, and says to people who it is", async () => {
    const path = `/${originHash(ORIGIN)}/checkpoint`;
    expect((await call(path)).status).to.equal(404);
    await submit(log.request(0, 5));
    const { status, mediaType, text } = await call(path);
    expect([status, mediaType]).to.deep.equal([200, "text/plain; charset=utf-8"]);
    expect(verifyNote(parseNote(utf8(text)), [log.key, one.signer.key])).to.have.lengthOf(2);
    const page = await call("/");
    expect(page.text)
      .to.include(`vkey: ${formatVerifierKey(one.signer.key)}\n`)
      .and.to.include(`${ORIGIN}: 5\n`);
    expect(page.headers.get("content-security-policy")).to.include("default-src 'none'");
    expect(page.headers.get("x-content-type-options")).to.equal("nosniff");
    expect(page.headers.get("x-powered-by")).to.equal(null);
  });

  it("lists a thousand logs at most", async () => {
    await server.close();
    await one.store.close();
    const logs = Array.from({ length: 1_001 }, (_, at) => ({ origin: `log.example/${at}`, keys: [log.key] }));
    one = await openWitness({ logs });
    server = await startWitnessServer({ witness: one.witness, host: "127.0.0.1", port: 0 });
    const lines = (await call("/")).text.trimEnd().split("\n");
    expect(lines.slice(-2)).to.deep.equal(["  log.example/999: nothing yet", "  …"]);
    expect(lines).to.include("logs (1001), and the size that was cosigned last:");
  });

  it("has nothing else", async () => {
    for (const [path, method] of [
      ["/add-checkpoint", "GET"],
      ["/add-checkpoint", "PUT"],
      ["/", "POST"],
      ["/x", "GET"],
      ["/%zz/checkpoint", "GET"],
    ] as const) {
      const { status, mediaType, text } = await call(path, { method });
      expect(status, path).to.equal(path.startsWith("/%zz") ? 400 : 404);
      expect(mediaType).to.equal("text/plain; charset=utf-8");
      expect(text).to.match(/^[^\n<]+\n$/);
    }
    expect((await call("/x/checkpoint")).status).to.equal(404);
    expect((await call("/x/checkpoint", { method: "HEAD" })).text).to.equal("");
  });

  it("says nothing of why it is out of order", async () => {
    await submit(log.request(0, 5));
    await one.store.close();
    const answer = await submit(log.request(5, 6));
    expect(answer).to.deep.equal({ status: 503, mediaType: "text/plain; charset=utf-8", text: "out of order\n" });
    expect(one.stops).to.have.lengthOf(1);
    expect((await call("/")).status).to.equal(503);
    one = await openWitness();
  });

  it("keeps one client from asking without end", async () => {
    await server.close();
    await one.store.close();
    await open({ ratePerMinute: 3 });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at++) statuses.push((await call("/")).status);
    expect(statuses).to.deep.equal([200, 200, 200, 429, 429]);
  });

  it("does not wait for a request that never comes whole", async () => {
    await server.close();
    await one.store.close();
    await open({ requestTimeoutMs: 200 });
    const head = "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 500\r\n\r\nold 0\n";
    const { isClosed, statuses } = await exchange(server.url, head);
    expect(isClosed).to.equal(true);
    expect(statuses).to.deep.equal([408]);
    expect((await exchange(server.url, "GARBAGE\r\n\r\n")).statuses).to.deep.equal([400]);
    expect((await submit(log.request(0, 5))).status).to.equal(200);
  });
});
