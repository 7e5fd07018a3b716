// The log under /log/ as a C2SP client reads it: everything that it needs is recomputed from the files alone.

import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";

import { expect } from "chai";

import { decodeBodyBundle } from "../../../src/core/body-bundle.ts";
import { equalBytes, toHex, utf8 } from "../../../src/core/bytes.ts";
import { openCheckpoint } from "../../../src/core/checkpoint.ts";
import { decodeEntry } from "../../../src/core/entry.ts";
import { leafHash } from "../../../src/core/merkle.ts";
import { parseVerifierKey } from "../../../src/core/note.ts";
import { sha256 } from "../../../src/core/sha256.ts";
import { decodeEntryBundle, splitTile, TILE_WIDTH, tilePath, tileWidth } from "../../../src/core/tile.ts";
import { naiveRangeHash } from "../../reference/naive-merkle.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submitLines } from "../support/call.ts";

describe("the log over HTTP", () => {
  let service: TestService;
  let size: number;
  before(async () => {
    service = await startService();
    const lines = Array.from({ length: 600 }, (_, i) =>
      // One in a hundred is not ASCII.
      readingText(i, { source: `log/${i % 3}` }).replace("north-7", i % 100 === 7 ? "Łódź-東" : "north-7"),
    );
    await submitLines(service, lines.join("\n"));
    size = (await service.ledger.status()).treeSize;
  });
  after(() => service.stop());

  const file = (path: string) => call(service, `/log/${path}`);

  it("has a checkpoint, signed, as text, cached for a few seconds at most", async () => {
    const { text, headers } = await file("checkpoint");
    expect(headers.get("content-type")).to.equal("text/plain; charset=utf-8");
    expect(Number(/^public, max-age=(\d)$/.exec(headers.get("cache-control") ?? "")?.[1])).to.be.at.most(5);
    const key = parseVerifierKey((await service.ledger.status()).vkey);
    expect(openCheckpoint(utf8(text), key, []).checkpoint.treeSize).to.equal(size);
  });

  it("has tiles and bundles from which every leaf and the signed root are recomputed", async () => {
    const key = parseVerifierKey((await service.ledger.status()).vkey);
    const { checkpoint } = openCheckpoint(utf8((await file("checkpoint")).text), key, []);
    const leaves: Uint8Array[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const width = tileWidth(0, index, size);
      const tile = await file(tilePath({ level: 0, index, width }));
      const bundle = await file(tilePath({ level: "entries", index, width }));
      const entries = decodeEntryBundle(bundle.bytes, width);
      const hashes = splitTile(tile.bytes, width);
      entries.forEach((entry, at) => expect(equalBytes(leafHash(entry), hashes[at] as Uint8Array)).to.be.true);
      leaves.push(...hashes);
    }
    expect(leaves).to.have.length(size);
    expect(toHex(naiveRangeHash(leaves)(0, size))).to.equal(toHex(checkpoint.rootHash));
    const upper = await file(tilePath({ level: 1, index: 0, width: 2 }));
    expect(upper.bytes).to.have.length(64);
  });

  it("serves them as immutable bytes, hashes and parts without content encoding, to pages of any origin", async () => {
    for (const path of ["tile/0/000", "tile/entries/000.p/1", "tile/0/002.p/1", "addenda.v1"]) {
      const { status, headers } = await call(service, `/log/${path}`, { headers: { "accept-encoding": "gzip" } });
      expect(status).to.equal(200);
      expect(headers.get("content-type")).to.equal("application/octet-stream");
      expect(headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
      expect(headers.has("content-encoding")).to.be.false;
      expect(headers.get("access-control-allow-origin")).to.equal("*");
    }
    expect((await file("tile/0/999")).headers.get("access-control-allow-origin")).to.equal("*");
  });

  it("truth F4: serves a full entry bundle compressed where that is asked for, the same to all others", async () => {
    const asked = async (accepted?: string): Promise<{ encoding: unknown; vary: unknown; bytes: Buffer }> => {
      const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
      const sent = request(`${service.url}/log/tile/entries/000`, { headers }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const pieces = (await response.toArray()) as Buffer[];
      const { "content-encoding": encoding, vary } = response.headers;
      return { encoding, vary, bytes: Buffer.concat(pieces) };
    };
    const plain = await asked();
    expect(plain.encoding).to.equal(undefined);
    expect(decodeEntryBundle(plain.bytes, 256)).to.have.length(256);
    for (const accepted of ["gzip", "br, gzip;q=0.5"]) {
      const packed = await asked(accepted);
      expect([packed.encoding, packed.vary]).to.deep.equal(["gzip", "accept-encoding"]);
      expect(packed.bytes.length).to.be.lessThan(plain.bytes.length);
      expect(gunzipSync(packed.bytes).equals(plain.bytes)).to.equal(true);
    }
    for (const refusing of ["identity", "br", "gzip;q=0"]) {
      const same = await asked(refusing);
      expect([same.encoding, same.vary, same.bytes.equals(plain.bytes)]).to.deep.equal([undefined, plain.vary, true]);
    }
  });

  it("serves each partial tile, and the larger begins with the smaller", async () => {
    const { bytes } = await file("tile/0/000");
    for (const width of [1, 2, 100, 255]) {
      const partial = await file(`tile/0/000.p/${width}`);
      expect(equalBytes(partial.bytes, bytes.subarray(0, width * 32))).to.be.true;
    }
  });

  it("has nothing beyond the published size", async () => {
    const beyond = [
      "tile/0/002",
      `tile/0/002.p/${(size % 256) + 1}`,
      "tile/0/003.p/1",
      "tile/1/000",
      "tile/63/000.p/1",
    ];
    beyond.push("tile/entries/002", "tile/entries/x001/000", "tile/2/000.p/1", "tile/0/x999/x999/x999/x999/999");
    for (const path of beyond) expectProblem(await file(path), 404, "NOT_FOUND");
  });

  it("refuses paths of a second spelling", async () => {
    const odd = [
      "tile/0/0",
      "tile/00/000",
      "tile/0/000.p/0",
      "tile/0/000.p/256",
      "tile/0/000.p/01",
      "tile/64/000",
      "tile/0/x000/001",
    ];
    odd.push(
      "tile/0/001/000",
      "tile/-1/000",
      "tile/0/000/",
      "tile/8/0/000",
      "tile/data/000",
      "tile/0/%30%30%30",
      "tile/0/000.p%252f1",
    );
    for (const path of odd) expectProblem(await file(path), 400, "TILE_INVALID");
    for (const path of ["Checkpoint", "checkpoint/", "tile", ""]) expectProblem(await file(path), 404, "NOT_FOUND");
  });

  it("serves the body of every entry under its digest, and the marker that says so", async () => {
    expect((await file("addenda.v1")).bytes).to.have.length(0);
    const bundle = await file("tile/entries/000");
    for (const bytes of decodeEntryBundle(bundle.bytes, 256).slice(0, 20)) {
      const digest = toHex(decodeEntry(bytes).bodyDigest);
      const addendum = await file(`addenda/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`);
      expect(toHex(sha256(addendum.bytes))).to.equal(digest);
      expect(addendum.headers.get("content-type")).to.equal("application/octet-stream");
    }
  });

  it("serves the bodies of an entry bundle in one answer, compressed where asked for, cached as briefly as a single one", async () => {
    for (const [path, width] of [
      ["000", 256] as const,
      ["000.p/3", 3] as const,
      [`002.p/${size % 256}`, size % 256] as const,
    ]) {
      const answer = await file(`bodies/${path}`);
      expect(answer.headers.get("cache-control")).to.equal("public, max-age=2");
      const bundle = decodeEntryBundle((await file(`tile/entries/${path}`)).bytes, width);
      const bodies = decodeBodyBundle(answer.bytes, width) as Uint8Array[];
      const digests = bundle.map((bytes) => toHex(decodeEntry(bytes).bodyDigest));
      expect(bodies.map((body) => toHex(sha256(body)))).to.deep.equal(digests);
    }
    const packed = await call(service, "/log/bodies/000", { headers: { "accept-encoding": "gzip" } });
    expect([packed.headers.get("content-encoding"), packed.headers.get("vary")]).to.deep.equal([
      "gzip",
      "accept-encoding",
    ]);
    for (const path of ["003", `002.p/${(size % 256) + 1}`, "x001/000"])
      expectProblem(await file(`bodies/${path}`), 404, "NOT_FOUND");
    for (const path of ["0", "000.p/256", "x000/001", "000/"])
      expectProblem(await file(`bodies/${path}`), 400, "TILE_INVALID");
  });

  it("answers HEAD like GET, without the bytes", async () => {
    const response = await fetch(`${service.url}/log/tile/0/000`, { method: "HEAD" });
    expect([response.status, response.headers.get("content-length")]).to.deep.equal([200, "8192"]);
    const absent = await fetch(`${service.url}/log/tile/0/999`, { method: "HEAD" });
    expect([absent.status, (await absent.text()).length]).to.deep.equal([404, 0]);
  });
});
