// A body that is withheld while an audit over HTTP goes on is left open: the event lies above the head. Without an event, the
// body is missing, whatever else the log has there.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { encodeIntactBundle, intactBundlePath } from "../../src/core/body-bundle.ts";
import { formatEventBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import { encodeEntry, type Entry } from "../../src/core/entry.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import { encodeEntryBundle, tilePath } from "../../src/core/tile.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { withheldAbove } from "../../src/verify/later-withholdings.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { saidAgain } from "../support/said-again.ts";
import { addBody, addendumPath, entryOf, logFiles, ORIGIN, serveLog, type Answer } from "./support/served-log.ts";

const GONE = 2;
const OWN = logIdOf(ORIGIN);

/** Where the head is, and what comes after. */
type Growth = {
  readonly head?: number;
  readonly size?: number;
  readonly at?: number;
  readonly content?: JsonObject;
  readonly sourceId?: Uint8Array;
  readonly name?: string;
  /** Whether the second checkpoint is the newer one; otherwise it is that of the head, or of nobody. */
  readonly shown?: "newer" | "same" | "unsigned";
  readonly missing?: readonly string[];
  readonly answer?: Answer;
  /** Is given those of the grown log. */
  readonly entries?: (Uint8Array | undefined)[];
};

describe("a body that is withheld while a log is audited", () => {
  const audited = async (growth: Growth = {}) => {
    const { head = 5, size = 8, at = 6, sourceId = OWN, name = "withholding", shown = "newer", missing = [] } = growth;
    const content = growth.content ?? { reason: "personal-data", record: GONE };
    const parts = { iat: 1_795_334_400, iss: ORIGIN, seq: 0, src: toHex(sourceId), vct: `warifu:${name}:1` };
    const body = Buffer.from(formatEventBody(parts, "erasure", content));
    const event: Entry = {
      ...{ kind: "erasure", sourceId, seq: 0 },
      bodyDigest: createHash("sha256").update(body).digest(),
    };
    const entry = (leafIndex: number): Entry => (leafIndex === at ? event : entryOf(leafIndex));
    const before = logFiles(head, { entry });
    const after = logFiles(size, { entry });
    for (let leafIndex = 0; leafIndex < size; leafIndex++) growth.entries?.push(encodeEntry(entry(leafIndex)));
    const files = new Map([...after.files, ...before.files]);
    addBody(files, body);
    // Whoever asks gets any width, as from a service.
    for (let width = 1; width <= Math.min(size, 255); width++) {
      const entries = Array.from({ length: width }, (_, leafIndex) => encodeEntry(entry(leafIndex)));
      files.set(tilePath({ level: "entries", index: 0, width }), Buffer.from(encodeEntryBundle(entries)));
    }
    for (const path of [addendumPath(GONE), ...missing]) files.delete(path);
    const second = {
      ...{ newer: after.files.get("checkpoint"), same: before.files.get("checkpoint") },
      unsigned: Buffer.from("no checkpoint"),
    }[shown] as Buffer;
    let asked = 0;
    const served = await serveLog({ ...before, files }, (path, response, request) => {
      if (path === "checkpoint" && asked++ > 0) {
        response.end(second);
        return true;
      }
      return growth.answer?.(path, response, request) ?? false;
    });
    const log = httpLogReader(served.url, { requestTimeoutMs: 2_000, retryPauseMs: 1 });
    return saidAgain(await auditLog({ log, policy: before.policy }).finally(() => served.stop()));
  };
  const outcomeOf = async (growth: Growth = {}) => {
    const { outcome, findings, noteFacts } = await audited(growth);
    const isOpen = noteFacts.some(({ id }) => id === "bodies-withheld-since");
    return [outcome, ...findings.map(({ where, fact }) => `${fact.id} ${where}`), ...(isOpen ? ["open"] : [])];
  };
  const refuted = ["refuted", `body-missing leaf ${GONE}`];

  it("is left open if the newest checkpoint covers the event", async () => {
    expect(await outcomeOf()).to.deep.equal(["undecided", "open"]);
    expect(await outcomeOf({ head: 200, size: 300, at: 280 })).to.deep.equal(["undecided", "open"]);
    expect(await outcomeOf({ head: 256, size: 300, at: 280 })).to.deep.equal(["undecided", "open"]);
  });

  it("is left open if the log has the event, and shows an older checkpoint until witnesses have cosigned", async () => {
    expect(await outcomeOf({ shown: "same" })).to.deep.equal(["undecided", "open"]);
    expect(await outcomeOf({ shown: "unsigned" })).to.deep.equal(["undecided", "open"]);
  });

  it("is missing if no event above the head withholds it, or only one that is not the log's own or not sound", async () => {
    for (const growth of [
      { content: { reason: "personal-data", record: GONE + 1 } },
      { content: { reason: "personal-data", record: 6 } },
      { content: { reason: "none", record: GONE } },
      { content: { basis: "gdpr-17-1-a", record: GONE, what: "record" }, name: "erasure" },
      { sourceId: new Uint8Array(32) },
      { at: 9 },
      { head: 5, size: 5 },
      { missing: [tilePath({ level: "entries", index: 0, width: 8 })], at: 7 },
      { head: 200, size: 256, at: 300 },
    ] satisfies Growth[])
      expect(await outcomeOf(growth), JSON.stringify(growth)).to.deep.equal(refuted);
  });

  it("is missing if the log does not show the event's body", async () => {
    const event = /^addenda\//;
    const known = new Set(Array.from({ length: 8 }, (_, leafIndex) => addendumPath(leafIndex)));
    const answer: Answer = (path, response) => {
      if (!event.test(path) || known.has(path)) return false;
      response.writeHead(404).end();
      return true;
    };
    expect(await outcomeOf({ answer })).to.deep.equal(refuted);
  });

  it("is left open while the log does not answer, and missing where it only has none beyond its checkpoint", async () => {
    const refuses =
      (path: string): Answer =>
      (asked, response) => {
        if (asked !== path) return false;
        response.writeHead(500).end();
        return true;
      };
    const width = (entries: number): string => tilePath({ level: "entries", index: 0, width: entries });
    expect(await outcomeOf({ answer: refuses(width(8)) })).to.deep.equal(["undecided"]);
    expect(await outcomeOf({ size: 5, at: 9, shown: "same", answer: refuses(width(256)) })).to.deep.equal(refuted);
  });

  it("is left open where the log owns to damage beside the event", async () => {
    const answer: Answer = (path, response) => {
      if (path === tilePath({ level: "entries", index: 0, width: 8 })) {
        response.writeHead(500, { "content-type": "application/problem+json" });
        response.end(JSON.stringify({ code: "STORE_DAMAGED", detail: "leaf 5" }));
        return true;
      }
      if (path !== intactBundlePath(0, 8)) return false;
      response.end(Buffer.from(encodeIntactBundle(entries.with(5, undefined))));
      return true;
    };
    const entries: (Uint8Array | undefined)[] = [];
    expect(await outcomeOf({ answer, entries })).to.deep.equal(["undecided", "open"]);
  });

  it("is left open besides others that are missing", async () => {
    expect(await outcomeOf({ missing: [addendumPath(3)] })).to.deep.equal(["refuted", "body-missing leaf 3", "open"]);
  });

  it("is not looked for without end in a log that serves entries for ever", async () => {
    const bundle = Array.from({ length: 256 }, () => new Uint8Array());
    let asked = 0;
    const log = {
      checkpoint: async () => Buffer.from("no checkpoint"),
      addendum: async () => undefined,
      entries: async () => (asked++ < 2_000 ? bundle : undefined),
    };
    expect(await withheldAbove(log, { name: ORIGIN, keyId: "00000000", key: "" } as never, 5)).to.deep.equal(new Set());
    expect(asked).to.equal(1_025);
  });

  it("is missing if what lies above the head is no entry", async () => {
    const damaged: Answer = (path, response) => {
      if (path !== tilePath({ level: "entries", index: 0, width: 8 })) return false;
      response.end(Buffer.from(encodeEntryBundle(Array.from({ length: 8 }, () => new Uint8Array(3)))));
      return true;
    };
    expect(await outcomeOf({ answer: damaged })).to.deep.equal(refuted);
  });
});
