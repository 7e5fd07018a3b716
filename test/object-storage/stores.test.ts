// What every storage must keep: what was created is never written over, and one of several replacements succeeds. The bucket
// is moto's, which comes from PyPI: TEST_MOTO names the Python that has it, and .ci/run installs it.

import { once } from "node:events";
import { statSync, utimesSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect } from "chai";

import { freePort } from "../../scripts/free-port.ts";
import { codeOf } from "../../src/core/errors.ts";
import { FolderStore } from "../../src/object-storage/folder-store.ts";
import type { NewObject, ObjectStore } from "../../src/object-storage/object-store.ts";
import { S3Store } from "../../src/object-storage/s3-store.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { temporaryFolder } from "../support/ledger.ts";
import { MOTO, startMoto, type Moto } from "../support/moto.ts";
import { patientServer } from "../support/patient-server.ts";

const objectOf = (text: string): NewObject => ({
  bytes: Buffer.from(text),
  contentType: "text/plain; charset=utf-8",
  cacheControl: "public, max-age=2",
});

function keepsItsPromises(open: () => Promise<ObjectStore>): void {
  let store: ObjectStore;
  beforeEach(async () => {
    store = await open();
  });
  const textAt = async (key: string): Promise<string | undefined> => {
    const found = await store.read(key, 1_000);
    return found && Buffer.from(found.bytes).toString();
  };
  const versionAt = async (key: string): Promise<string> => (await store.read(key, 1_000))?.version ?? "none";

  it("creates an object once", async () => {
    expect(await store.create("tile/0/000", objectOf("first"))).to.equal(true);
    expect(await store.create("tile/0/000", objectOf("second"))).to.equal(false);
    expect(await textAt("tile/0/000")).to.equal("first");
  });

  it("lets one of several create", async () => {
    const texts = Array.from({ length: 8 }, (_, at) => `from ${at}`);
    const created = await Promise.all(texts.map((text) => store.create("tile/0/x001/234", objectOf(text))));
    expect(created.filter(Boolean)).to.have.length(1);
    expect(await textAt("tile/0/x001/234")).to.equal(texts[created.indexOf(true)]);
  });

  it("replaces the version that was read, and no other", async () => {
    await store.create("checkpoint", objectOf("one"));
    const version = await versionAt("checkpoint");
    expect(await store.replace("checkpoint", objectOf("two"), version)).to.equal(true);
    expect(await store.replace("checkpoint", objectOf("three"), version)).to.equal(false);
    expect(await textAt("checkpoint")).to.equal("two");
    expect(await store.replace("nothing-here", objectOf("four"), version)).to.equal(false);
    expect(await textAt("nothing-here")).to.equal(undefined);
  });

  it("lets one of several replace", async () => {
    await store.create("checkpoint", objectOf("before"));
    const version = await versionAt("checkpoint");
    const texts = Array.from({ length: 8 }, (_, at) => `after ${at}`);
    const replaced = await Promise.all(texts.map((text) => store.replace("checkpoint", objectOf(text), version)));
    expect(replaced.filter(Boolean)).to.have.length(1);
    expect(await textAt("checkpoint")).to.equal(texts[replaced.indexOf(true)]);
  });

  it("lists what is below a prefix, and removes", async () => {
    for (const key of ["tile/0/000.p/1", "tile/0/000.p/17", "tile/0/000", "tile/1/000.p/1"])
      await store.create(key, objectOf(key));
    expect([...(await store.keysBelow("tile/0/000.p/"))].sort()).to.deep.equal(["tile/0/000.p/1", "tile/0/000.p/17"]);
    await store.remove("tile/0/000.p/1");
    await store.remove("tile/0/000.p/1");
    expect(await store.keysBelow("tile/0/000.p/")).to.deep.equal(["tile/0/000.p/17"]);
    expect(await store.keysBelow("tile/2/000.p/")).to.deep.equal([]);
  });

  it("reads no more than it may", async () => {
    await store.create("large", objectOf("x".repeat(1_001)));
    await expectRejection("TOO_LARGE", store.read("large", 1_000));
    expect(await store.read("not-there", 1_000)).to.equal(undefined);
  });

  it("reads pieces of one object, and none of another that came into its place", async () => {
    await store.create("anchors", objectOf("0123456789"));
    const pieceAt = async (from: number, of?: string) => {
      const piece = await store.readPiece("anchors", { from, length: 4, of });
      return piece && { ...piece, bytes: Buffer.from(piece.bytes).toString() };
    };
    const { of } = (await pieceAt(0)) ?? { of: "none" };
    for (const [from, bytes] of [
      [0, "0123"],
      [4, "4567"],
      [8, "89"],
    ] as const)
      expect(await pieceAt(from, of)).to.deep.equal({ bytes, size: 10, of });
    expect(await store.replace("anchors", objectOf("abcdefghijk"), await versionAt("anchors"))).to.equal(true);
    const error = await pieceAt(4, of).then(() => "none", codeOf);
    expect(error).to.be.oneOf(["STORE_FAILED", "SERVICE_UNREACHABLE"]);
    expect(await pieceAt(4)).to.include({ bytes: "efgh", size: 11 });
    expect(await store.readPiece("not-there", { from: 0, length: 4 })).to.equal(undefined);
    await store.create("empty", objectOf(""));
    expect(await store.readPiece("empty", { from: 0, length: 4 })).to.deep.include({
      size: 0,
      bytes: new Uint8Array(),
    });
  });
}

describe("a folder as the storage of a log", () => {
  keepsItsPromises(async () => new FolderStore(temporaryFolder()));

  it("lets everybody read what the service closes otherwise", async () => {
    const before = process.umask(0o077);
    try {
      const folder = temporaryFolder();
      const store = new FolderStore(join(folder, "public", "log"));
      await store.create("tile/0/000", objectOf("hashes"));
      const modeOf = (path: string): number => statSync(join(folder, path)).mode & 0o777;
      for (const path of ["public", "public/log", "public/log/tile", "public/log/tile/0"])
        expect(modeOf(path), path).to.equal(0o755);
      expect(modeOf("public/log/tile/0/000")).to.equal(0o644);
    } finally {
      process.umask(before);
    }
  });

  it("goes on after a writer that died while it replaced", async () => {
    const folder = temporaryFolder();
    const store = new FolderStore(folder);
    await store.create("checkpoint", objectOf("one"));
    const { version } = (await store.read("checkpoint", 1_000)) ?? { version: "" };
    const place = join(folder, "checkpoint.next");
    writeFileSync(place, "half of it");
    expect(await store.replace("checkpoint", objectOf("two"), version)).to.equal(false);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(place, longAgo, longAgo);
    expect(await store.replace("checkpoint", objectOf("two"), version)).to.equal(false);
    expect(await store.replace("checkpoint", objectOf("two"), version)).to.equal(true);
  });

  it("says where it failed", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "not a folder");
    await expectRejection("STORE_FAILED", new FolderStore(file).create("checkpoint", objectOf("one")), /file/);
  });
});

describe("a bucket that does not answer", () => {
  it("is named in the error, without its credentials", async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const credentials = { accessKeyId: "CANARYKEY", secretAccessKey: "canary-secret" };
    const store = new S3Store({
      endpoint,
      region: "eu-west-1",
      bucket: "log",
      prefix: "a/",
      credentials,
      timeoutMs: 60_000,
    });
    const error = await expectRejection(
      "SERVICE_UNREACHABLE",
      store.read("checkpoint", 1_000),
      /log\/a\/: ECONNREFUSED/,
    );
    expect(error.message).not.to.match(/canary/i);
  });
});

describe("pieces of an object in a bucket", () => {
  it("are asked for as HTTP has it, and nothing else is taken for one", async () => {
    const asked: (string | undefined)[] = [];
    let answer: [number, Record<string, string>, string] = [206, { "content-range": "bytes 4-7/10" }, "4567"];
    const server = patientServer(({ headers }, response) => {
      asked.push(headers.range, headers["if-match"]);
      response.writeHead(answer[0], { etag: '"1"', ...answer[1] }).end(answer[2]);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = { endpoint, region: "eu-west-1", bucket: "log", prefix: "", credentials: undefined };
    const store = new S3Store({ ...place, timeoutMs: 60_000 });
    const piece = () => store.readPiece("anchors", { from: 4, length: 4, of: '"1"' });
    try {
      const { bytes, size, of } = (await piece()) ?? expect.fail("there is none");
      expect([Buffer.from(bytes).toString(), size, of]).to.deep.equal(["4567", 10, '"1"']);
      expect(asked).to.deep.equal(["bytes=4-7", '"1"']);
      answer = [416, {}, "<Code>InvalidRange</Code>"];
      expect(await store.readPiece("anchors", { from: 0, length: 4 })).to.deep.include({
        size: 0,
        bytes: new Uint8Array(),
      });
      for (const other of [
        [200, {}, "0123456789"],
        [206, {}, "4567"],
        [206, { "content-range": "bytes 4-8/10" }, "45678"],
        [412, {}, ""],
        [416, {}, ""],
      ] as const) {
        answer = [other[0], { ...other[1] }, other[2]];
        expect(await piece().then(() => "none", codeOf), JSON.stringify(other)).to.be.oneOf([
          ...["SERVICE_UNREACHABLE", "TOO_LARGE"],
        ]);
      }
      answer = [404, {}, ""];
      expect(await piece()).to.equal(undefined);
    } finally {
      server.close();
    }
  });
});

describe("a bucket whose objects may be read and not listed", () => {
  it("has no object where it answers 403, as long as it shows its checkpoint", async () => {
    const there = new Set(["/log/checkpoint", "/log/tile/0/000"]);
    // As S3 answers: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
    const server = patientServer(({ url = "" }, response) => {
      response.writeHead(there.has(url) ? 200 : 403, { etag: '"1"' }).end("hashes");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const store = new S3Store({
      ...{ endpoint, region: "eu-west-1", bucket: "log", prefix: "" },
      credentials: undefined,
      timeoutMs: 60_000,
    });
    try {
      expect(await store.read("tile/0/000", 1_000)).to.include({ version: '"1"', isKept: false });
      expect(await store.read("tile/0/000.p/17", 1_000)).to.equal(undefined);
      // Whoever may read nothing is told so, and not that there is nothing.
      there.clear();
      for (const key of ["tile/0/000", "checkpoint"])
        await expectRejection("SERVICE_UNREACHABLE", store.read(key, 1_000), /answered 403: its credentials/);
    } finally {
      server.close();
    }
  });
});

if (MOTO === undefined)
  process.stdout.write("left out: buckets behind the S3 API, because TEST_MOTO names no Python with moto\n");
else inBuckets(MOTO);

function inBuckets(program: string): void {
  describe("a bucket as the storage of a log", () => {
    let moto: Moto;
    before(async () => {
      moto = await startMoto(program);
    });
    after(() => moto.remove());
    keepsItsPromises(() => moto.bucket());

    it("tells caches how long they may keep what is there", async () => {
      const store = await moto.bucket();
      await store.create("tile/0/000", { ...objectOf("hashes"), cacheControl: "public, max-age=31536000, immutable" });
      const headers = await moto.headersOf(`${store.name}tile/0/000`);
      expect(headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
      expect(headers.get("content-type")).to.equal("text/plain; charset=utf-8");
    });

    it("says whether it keeps former versions", async () => {
      for (const [isVersioned, isKept] of [
        [false, false],
        [true, true],
      ] as const) {
        const store = await moto.bucket({ isVersioned });
        await store.create("probe", objectOf("one"));
        expect((await store.read("probe", 1_000))?.isKept).to.equal(isKept);
      }
    });

    it("says when the bucket is not there", async () => {
      const store = await moto.bucket({ isMade: false });
      await expectRejection("SERVICE_UNREACHABLE", store.create("checkpoint", objectOf("one")), /answered 404/);
    });
  });
}
