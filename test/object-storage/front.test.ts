// A log served from its storage alone: read-only, with C2SP's addresses and caching, and auditable by whoever knows nothing
// else. What others make of a log in a bucket is in cli/serve-log.test.ts.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { addendumPath } from "../../src/core/addenda.ts";
import { WarifuError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/sha256.ts";
import { FolderStore } from "../../src/object-storage/folder-store.ts";
import { startLogFront, type LogFront } from "../../src/object-storage/front.ts";
import { LogCopy } from "../../src/object-storage/log-copy.ts";
import type { ObjectStore, PieceAsked, StoredPiece } from "../../src/object-storage/object-store.ts";
import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { openLedger, reading, SIGNER, temporaryFolder, type TestLedger } from "../support/ledger.ts";
import { bodiesAt, expectWhole, logOf } from "./support.ts";

const startFront = (storage: ObjectStore, ratePerMinute = 60_000, trustedProxies = 0): Promise<LogFront> =>
  startLogFront({ storage, host: "127.0.0.1", port: 0, ratePerMinute, trustedProxies });

async function copiedTo(storage: ObjectStore, records: number): Promise<TestLedger> {
  const ledger = await openLedger();
  await ledger.submit(Array.from({ length: records }, (_, at) => reading(at)));
  await new LogCopy({ log: logOf(ledger), logKey: SIGNER.key, storage, hasBodies: true }).update();
  return ledger;
}

/** The status of a path that is sent as it stands. */
async function statusOf(front: LogFront, path: string, method = "GET"): Promise<number> {
  const { hostname, port } = new URL(front.url);
  const sent = request({ host: hostname, port, path, method }).end();
  const [response] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe("a log served from its storage", () => {
  const folder = temporaryFolder();
  const storage = new FolderStore(folder);
  let ledger: TestLedger;
  let front: LogFront;
  before(async () => {
    ledger = await copiedTo(storage, 300);
    // What is served is what lies there: the ledger is not asked.
    await ledger.close();
    front = await startFront(storage);
  });
  after(() => front.close());

  it("is whole, under the addresses of tlog-tiles", async () => {
    const overHttp = {
      async read(path: string) {
        const response = await fetch(`${front.url}/${path}`);
        return response.ok
          ? { bytes: new Uint8Array(await response.arrayBuffer()), version: "", isKept: false }
          : undefined;
      },
    };
    const size = await expectWhole(overHttp, SIGNER.key);
    expect(size).to.equal(ledger.log.tree.publishedSize);
    const bodies = await bodiesAt(overHttp, size);
    expect([bodies.length, new Set(bodies).size]).to.deep.equal([size, size]);
  });

  it("shows nothing else of the machine, wherever somebody who made the folder has put a link, and waits for no pipe", async () => {
    const foreign = temporaryFolder();
    const secret = join(temporaryFolder(), "secret.json");
    writeFileSync(secret, "secret");
    symlinkSync(secret, join(foreign, "policy.json"));
    symlinkSync("/dev/zero", join(foreign, "checkpoint"));
    execFileSync("mkfifo", [join(foreign, "anchors.ndjson")]);
    const hostile = await startFront(new FolderStore(foreign));
    try {
      for (const path of ["policy.json", "checkpoint", "anchors.ndjson"]) {
        const answer = await fetch(`${hostile.url}/${path}`);
        expect([path, answer.status, await answer.text()]).to.deep.equal([
          ...[path, 503, "the storage cannot be read at the moment\n"],
        ]);
      }
    } finally {
      await hostile.close();
    }
  });

  it("serves bodies where they are copied, for no longer than they may be kept", async () => {
    const bundle = await fetch(`${front.url}/bodies/000`);
    expect([bundle.status, bundle.headers.get("cache-control")]).to.deep.equal([200, "public, max-age=2"]);
    expect(bundle.headers.get("content-encoding")).to.equal("gzip");
    const marker = await fetch(`${front.url}/addenda.v1`);
    expect([marker.status, marker.headers.get("cache-control"), await marker.text()]).to.deep.equal([
      200,
      "public, max-age=2",
      "",
    ]);
    const body = Buffer.from("a body that had no room");
    const path = addendumPath(sha256(body));
    await storage.create(path, { bytes: body, contentType: "", cacheControl: "" });
    const alone = await fetch(`${front.url}/${path}`);
    expect([await alone.text(), alone.headers.get("cache-control")]).to.deep.equal([
      "a body that had no room",
      "public, max-age=2",
    ]);
    const wrong = [
      path.toUpperCase(),
      path.slice(0, -1),
      path.replace(/addenda\/../, "addenda/00"),
      "addenda/00/00/00",
    ];
    for (const other of [...wrong, "bodies/009", "bodies/0", "bodies/../checkpoint"])
      expect(await statusOf(front, `/log/${other}`), other).to.equal(404);
  });

  it("tells caches what never changes and what does, and lets pages of others read it", async () => {
    const checkpoint = await fetch(`${front.url}/checkpoint`);
    expect(checkpoint.headers.get("cache-control")).to.equal("public, max-age=2");
    expect(checkpoint.headers.get("content-type")).to.equal("text/plain; charset=utf-8");
    const bundle = await fetch(`${front.url}/tile/entries/000`);
    expect(bundle.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(bundle.headers.get("content-encoding")).to.equal("gzip");
    const tile = await fetch(`${front.url}/tile/0/000`);
    expect(tile.headers.get("content-encoding")).to.equal(null);
    expect(tile.headers.get("content-length")).to.equal("8192");
    for (const { headers } of [checkpoint, bundle, tile])
      expect(headers.get("access-control-allow-origin")).to.equal("*");
    const head = await fetch(`${front.url}/tile/0/000`, { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).to.deep.equal(["8192", ""]);
  });

  it("serves files of the log and nothing else of the storage", async () => {
    writeFileSync(join(folder, "secret"), "canary");
    const paths = [
      "/log/secret",
      "/log/tile/../secret",
      "/log/tile/0/../../secret",
      "/log/tile/%2e%2e/secret",
      "/log/",
    ];
    paths.push("/log/created-once", "/log/tile/0/0", "/log/tile/0/000.p/256", "/log/tile/64/000", "/log/tile/0/009");
    for (const path of paths) expect(await statusOf(front, path), path).to.equal(404);
    expect(await statusOf(front, "/log/tile/%zz")).to.equal(400);
    // An answer quotes nothing that was sent.
    expect(await (await fetch(`${front.url}/tile/canary%zz`)).text()).to.equal("the path cannot be read\n");
    for (const method of ["POST", "PUT", "DELETE"])
      expect(await statusOf(front, "/log/checkpoint", method), method).to.equal(404);
    expect(await statusOf(front, "/healthz")).to.equal(200);
  });

  it("serves a file of any size in pieces, and nothing of one that is replaced meanwhile as if it were whole", async () => {
    const size = 5_000_000;
    const bytes = Buffer.alloc(size, "0123456789\n");
    const lengths: number[] = [];
    let replacedAt = Infinity;
    const pieces = {
      async readPiece(_key: string, { from, length, of = "1" }: PieceAsked): Promise<StoredPiece> {
        lengths.push(length);
        if (from >= replacedAt) throw new WarifuError("STORE_FAILED", "canary");
        return { bytes: bytes.subarray(from, from + length), size, of };
      },
    };
    const large = await startFront(pieces as unknown as ObjectStore);
    try {
      const answer = await fetch(`${large.url}/anchors.ndjson`);
      expect(answer.headers.get("content-length")).to.equal(String(size));
      expect(bytes.equals(Buffer.from(await answer.arrayBuffer()))).to.equal(true);
      expect(Math.max(...lengths)).to.be.at.most(262_144);
      lengths.length = 0;
      const head = await fetch(`${large.url}/anchors.ndjson`, { method: "HEAD" });
      expect([head.headers.get("content-length"), lengths.length]).to.deep.equal([String(size), 1]);
      replacedAt = 1_000_000;
      const cut = await fetch(`${large.url}/anchors.ndjson`);
      expect(
        await cut.text().then(
          () => "whole",
          () => "cut",
        ),
      ).to.equal("cut");
    } finally {
      await large.close();
    }
  });

  it("closes connections of one address above its share", async () => {
    const options = { storage, host: "127.0.0.1", port: 0, ratePerMinute: 60_000 };
    for (const [trustedProxies, isClosed] of [
      [0, true],
      [1, false],
    ] as const) {
      const limited = await startLogFront({ ...options, trustedProxies, maxConnectionsPerAddress: 2 });
      const { hostname: host, port } = new URL(limited.url);
      const open = () => connect({ host, port: Number(port) }).on("error", () => undefined);
      const held = [open(), open()];
      try {
        await Promise.all(held.map((socket) => once(socket, "connect")));
        const third = open();
        third.write("GET /log/checkpoint HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        const said = await text(third).catch(() => "");
        expect(said === "", `${trustedProxies} proxies`).to.equal(isClosed);
      } finally {
        for (const socket of held) socket.destroy();
        await limited.close();
      }
    }
  });

  it("keeps idle connections as long as the service does", async () => {
    const { headers } = await fetch(`${front.url}/checkpoint`);
    expect(headers.get("keep-alive")).to.equal(`timeout=${DEFAULT_HTTP_LIMITS.keepAliveTimeoutMs / 1_000}`);
  });

  it("says that the storage is away, and not where it is", async () => {
    const place = join(temporaryFolder(), "canary-file");
    writeFileSync(place, "");
    const away = await startFront(new FolderStore(place));
    try {
      for (const path of ["/log/checkpoint", "/log/tile/0/000", "/healthz"]) {
        const response = await fetch(new URL(path, away.url));
        expect(response.status, path).to.equal(503);
        expect(response.headers.get("cache-control")).to.equal("no-store");
        expect(await response.text()).not.to.include("canary");
      }
    } finally {
      await away.close();
    }
  });

  it("answers a client so often and not more", async () => {
    const limited = await startFront(storage, 3);
    try {
      const statuses = [];
      for (let asked = 0; asked < 5; asked++) statuses.push(await statusOf(limited, "/log/checkpoint"));
      expect(statuses).to.deep.equal([200, 200, 200, 429, 429]);
    } finally {
      await limited.close();
    }
  });

  it("tells clients apart behind as many proxies as it was told of, and no more", async () => {
    const askAs = async (front: LogFront, address: string): Promise<number> =>
      (await fetch(`${front.url}/checkpoint`, { headers: { "x-forwarded-for": address } })).status;
    for (const [proxies, second] of [
      [0, 429],
      [1, 200],
    ] as const) {
      const limited = await startFront(storage, 1, proxies);
      try {
        expect(await askAs(limited, "192.0.2.1")).to.equal(200);
        expect(await askAs(limited, "192.0.2.2"), `${proxies} proxies`).to.equal(second);
        expect(await askAs(limited, "198.51.100.1, 192.0.2.1")).to.equal(429);
      } finally {
        await limited.close();
      }
    }
  });
});
