// Reading a log over HTTP: from a server that behaves, and from servers that do not.

import type { ServerResponse } from "node:http";

import { expect } from "chai";

import { toHex } from "../../src/core/bytes.ts";
import { MAX_NOTE_BYTES } from "../../src/core/note.ts";
import { httpLogReader, type LogReader } from "../../src/verify/log-reader.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import {
  addendumPath,
  bodyOf,
  logFiles,
  serveLog,
  type Answer,
  type LogFiles,
  type ServedLog,
} from "./support/served-log.ts";

const PATIENT = { requestTimeoutMs: 60_000, retryPauseMs: 1 };
const HASTY = { ...PATIENT, requestTimeoutMs: 300 };
const PARTIAL = ["tile/0/001.p/44", "tile/entries/001.p/44"];

describe("log reader", () => {
  let log: LogFiles;
  let served: ServedLog;
  let reader: LogReader;
  before(async () => {
    // A log that has grown: the full tile is there, the partial one that a checkpoint of 300 asks for has gone.
    log = logFiles(512);
    served = await serveLog(log);
    reader = httpLogReader(served.url, PATIENT);
  });
  after(() => served.stop());

  it("reads checkpoint, tiles, entries and addenda", async () => {
    expect(Buffer.from(await reader.checkpoint()).toString()).to.match(/\n512\n/);
    const tile = await reader.tile(0, 0, 256);
    expect(tile?.map(toHex)).to.deep.equal(Array.from({ length: 256 }, (_, at) => toHex(log.hash(at, at + 1))));
    expect((await reader.entries(0, 256))?.[9]).to.have.length(79);
    expect(await reader.hasAddenda()).to.equal(true);
    const body = await reader.addendum(Buffer.from(addendumPath(9).slice(-64), "hex"), 9);
    expect(Buffer.from(body!).equals(bodyOf(9))).to.equal(true);
  });

  it("takes the beginning of the full tile where a partial one has gone", async () => {
    expect(PARTIAL.some((path) => log.files.has(path))).to.equal(false);
    const wanted = Array.from({ length: 44 }, (_, at) => toHex(log.hash(256 + at, 257 + at)));
    expect((await reader.tile(0, 1, 44))?.map(toHex)).to.deep.equal(wanted);
    expect(await reader.entries(1, 44)).to.have.length(44);
  });

  it("tells what is absent from what is broken", async () => {
    expect(await reader.tile(0, 7, 256)).to.equal(undefined);
    expect(await reader.tile(0, 7, 3)).to.equal(undefined);
    expect(await reader.addendum(new Uint8Array(32), 0)).to.equal(undefined);
    await reading({ ...log, files: new Map() }, async (empty) => {
      expect(await empty.hasAddenda()).to.equal(false);
    });
    const broken = new Map([...log.files.keys()].map((path) => [path, Buffer.from("abc")] as const));
    await reading({ ...log, files: broken }, async (spoiled) => {
      await expectRejection("TILE_INVALID", spoiled.tile(0, 0, 256));
      await expectRejection("TILE_INVALID", spoiled.entries(0, 256));
    });
  });

  it("reads bodies in bulk, and the beginning of the full bundle where a partial one has gone", async () => {
    await reading(logFiles(512, { withBundles: true }), async (bulk) => {
      const bodies = await bulk.bodies?.(1, 44);
      expect(bodies?.map((body) => Buffer.from(body as Uint8Array).toString())).to.deep.equal(
        Array.from({ length: 44 }, (_, at) => bodyOf(256 + at).toString()),
      );
      expect(await bulk.bodies?.(0, 256)).to.have.length(256);
    });
  });

  it("asks a log that has no bodies in bulk for them once", async () => {
    const asked: string[] = [];
    const note: Answer = (path) => {
      if (path.startsWith("bodies/")) asked.push(path);
      return false;
    };
    const read = async (one: LogReader): Promise<void> => {
      for (const [index, width] of [[0, 256] as const, [1, 256] as const, [1, 7] as const])
        expect(await one.bodies?.(index, width)).to.equal(undefined);
    };
    await reading(log, read, note);
    expect(asked).to.deep.equal(["bodies/000"]);
  });

  it("addresses may end in a slash or not; others than of the web are refused", async () => {
    expect(await httpLogReader(`${served.url}/`, PATIENT).hasAddenda()).to.equal(true);
    for (const url of ["", "log", "file:///etc/passwd", "ftp://example.com/log", "javascript:1"])
      expectCode("USAGE", () => httpLogReader(url));
  });

  describe("from a server that", () => {
    const answering = (answer: Answer, test: (reader: LogReader) => Promise<unknown>): Promise<void> =>
      reading(log, test, answer);

    it("has no checkpoint", async () => {
      await reading({ ...log, files: new Map() }, (empty) =>
        expectRejection("SERVICE_UNREACHABLE", empty.checkpoint(), /there is no log at/),
      );
    });

    it("truth D6: redirects is not followed; one whose log lies below /log says so", async () => {
      await answering(
        (_path, response) => {
          response.writeHead(302, { location: "http://127.0.0.1:9/admin" }).end();
          return true;
        },
        (reader) => expectRejection("SERVICE_UNREACHABLE", reader.checkpoint(), /redirect/),
      );
      const above = httpLogReader(served.url.replace(/\/log$/, ""), PATIENT);
      await expectRejection("SERVICE_UNREACHABLE", above.checkpoint(), /a service's own log lies at http:.*\/log$/);
    });

    it("fails twice and then answers", async () => {
      let requests = 0;
      await answering(
        (_, response) => ++requests < 3 && !!response.writeHead(500).end(),
        async (patient) => {
          expect(toHex(await patient.checkpoint())).to.equal(toHex(log.files.get("checkpoint")!));
        },
      );
      expect(requests).to.equal(3);
    });

    it("fails again and again", async () => {
      let requests = 0;
      await answering(
        (_, response) => ++requests > 0 && !!response.writeHead(503).end("busy"),
        (patient) => expectRejection("SERVICE_UNREACHABLE", patient.tile(0, 0, 3), /answered 503/),
      );
      expect(requests).to.equal(3);
    });

    it("says when to come again is waited for, more often than another and for so long", async () => {
      let requests = 0;
      const started = performance.now();
      await answering(
        (_, response) => ++requests < 6 && !!response.writeHead(429, { "retry-after": "0" }).end(),
        async (patient) => expect(await patient.checkpoint()).to.have.length.greaterThan(0),
      );
      expect(requests).to.equal(6);
      await answering(
        (_, response) => ++requests < 8 && !!response.writeHead(503, { "retry-after": "1" }).end(),
        async (patient) => expect(await patient.checkpoint()).to.have.length.greaterThan(0),
      );
      expect(performance.now() - started).to.be.greaterThan(990);
    });

    it("says when to come again, and again and again", async () => {
      let requests = 0;
      await answering(
        (_, response) => ++requests > 0 && !!response.writeHead(429, { "retry-after": "0" }).end(),
        (patient) => expectRejection("SERVICE_UNREACHABLE", patient.checkpoint(), /answered 429/),
      );
      expect(requests).to.equal(6);
    });

    it("owns to damage is not asked again, and the leaf that it names is named", async () => {
      const problem = (value: unknown) => (text: string, response: ServerResponse) => {
        response.writeHead(500, { "content-type": "application/problem+json" }).end(JSON.stringify(value) ?? text);
        return true;
      };
      let requests = 0;
      const named = problem({ code: "STORE_DAMAGED", detail: "what is stored for leaf 17 is damaged: <b>x</b>" });
      await answering(
        (path, response) => ++requests > 0 && named(path, response),
        async (patient) => {
          const error = await expectRejection("STORE_DAMAGED", patient.tile(0, 0, 3), /holds for leaf 17 is damaged/);
          expect(error.details).to.deep.equal({ leafIndex: 17 });
          expect(error.message).not.to.include("<b>");
        },
      );
      expect(requests).to.equal(1);
      for (const detail of [undefined, 5, "what is stored"])
        await answering(problem({ code: "STORE_DAMAGED", detail }), (patient) =>
          expectRejection("STORE_DAMAGED", patient.tile(0, 0, 3), /holds there is damaged/),
        );
      for (const value of [{ code: "BUSY" }, [1], undefined])
        await answering(problem(value), (patient) =>
          expectRejection("SERVICE_UNREACHABLE", patient.tile(0, 0, 3), /answered 500/),
        );
    });

    it("says that something has gone", async () => {
      await answering(
        (_, response) => !!response.writeHead(410).end(),
        async (patient) => {
          expect(await patient.addendum(new Uint8Array(32), 0)).to.equal(undefined);
        },
      );
    });

    it("answers nothing", async () => {
      const silent = await serveLog(log, () => true);
      const asked = httpLogReader(silent.url, HASTY).checkpoint();
      await expectRejection("SERVICE_UNREACHABLE", asked, /no answer within 300 ms/).finally(() => silent.stop());
    });

    it("answers without a body", async () => {
      await answering(
        (_, response) => !!response.writeHead(204).end(),
        (patient) => expectRejection("SERVICE_UNREACHABLE", patient.checkpoint(), /answered 204/),
      );
    });

    it("sends without end, which is not asked for again", async () => {
      const chunk = "x".repeat(65_536);
      let times = 0;
      await answering(
        (_, response) => {
          times++;
          const send = (): void => {
            while (!response.destroyed && response.write(chunk));
            if (!response.destroyed) response.once("drain", send);
          };
          send();
          return true;
        },
        (patient) =>
          expectRejection(
            "SERVICE_UNREACHABLE",
            patient.checkpoint(),
            new RegExp(`larger than ${MAX_NOTE_BYTES} bytes`),
          ),
      );
      expect(times).to.equal(1);
    });

    it("is not there", async () => {
      const { url, stop } = await serveLog(log);
      await stop();
      await expectRejection("SERVICE_UNREACHABLE", httpLogReader(url, PATIENT).checkpoint(), /ECONNREFUSED/);
    });
  });
});

/** Runs a test with a reader of these files, or of the answers given instead. */
async function reading(log: LogFiles, test: (reader: LogReader) => Promise<unknown>, answer?: Answer): Promise<void> {
  const served = await serveLog(log, answer);
  await test(httpLogReader(served.url, PATIENT)).finally(() => served.stop());
}
