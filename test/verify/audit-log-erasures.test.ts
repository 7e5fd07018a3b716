// The audit of a log over HTTP holds bodies that it does not get against the log's own events: withheld by an event, or missing.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { formatEventBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { saidAgain } from "../support/said-again.ts";
import { addendumPath, entryOf, logFiles, serveLog } from "./support/served-log.ts";

const ORIGIN = "audited.example/log";
const WITHHOLDING = { reason: "personal-data", record: 2 };
const ERASURE = { basis: "gdpr-17-1-a", record: 2, what: "record" };
const LEAF = 5;

describe("auditLog and bodies that are not there", () => {
  const audited = async (
    content: JsonObject,
    { name = "withholding", sourceId = logIdOf(ORIGIN), version = 1, absent = [2] as readonly number[] } = {},
  ) => {
    const vct = `warifu:${name}:${version}`;
    const head = { iat: 1_795_334_000, iss: ORIGIN, seq: 0, src: toHex(sourceId), vct };
    const body = formatEventBody(head, "erasure", content);
    const bodyDigest = createHash("sha256").update(body).digest();
    const log = logFiles(8, {
      entry: (at) => (at === LEAF ? { kind: "erasure", sourceId, seq: 0, bodyDigest } : entryOf(at)),
    });
    const hex = bodyDigest.toString("hex");
    log.files.set(`addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`, Buffer.from(body));
    for (const at of absent) log.files.delete(addendumPath(at));
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    return saidAgain(await auditLog({ log: reader, policy: log.policy }).finally(() => served.stop()));
  };
  const found = async (...args: Parameters<typeof audited>): Promise<string[]> =>
    (await audited(...args)).findings.map(({ code, where }) => `${code} ${where}`);

  it("counts a body that an event withholds, and names one that none does", async () => {
    const report = await audited(WITHHOLDING);
    expect(report.outcome).to.equal("holds");
    expect(report.notes).to.include("1 bodies are withheld, as events of the log say: their entries were checked");
    expect(await found(WITHHOLDING, { absent: [2, 3] })).to.deep.equal(["NOT_FOUND leaf 3"]);
    expect(await found(WITHHOLDING, { absent: [] }), "served all the same").to.deep.equal([]);
  });

  it("takes no erasure, and no event of another version, for a withholding", async () => {
    expect(await found(ERASURE, { name: "erasure" })).to.deep.equal(["NOT_FOUND leaf 2"]);
    expect(await found(ERASURE, { name: "erasure", absent: [] })).to.deep.equal([]);
    expect(await found({ any: "thing" }, { version: 2 })).to.deep.equal(["NOT_FOUND leaf 2"]);
  });

  it("is refuted by an event of a record that is not below it, of another source, or of no form", async () => {
    const none = { absent: [] };
    for (const record of [LEAF, LEAF + 1]) {
      expect(await found({ ...WITHHOLDING, record }, none)).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
      expect(await found({ ...ERASURE, record }, { ...none, name: "erasure" })).to.deep.equal([
        `BODY_INVALID leaf ${LEAF}`,
      ]);
    }
    expect(await found(WITHHOLDING, { ...none, sourceId: new Uint8Array(32) })).to.deep.equal([
      `SEQUENCE_CONFLICT leaf ${LEAF}`,
      `BODY_MISMATCH leaf ${LEAF}`,
    ]);
    expect(await found({ ...WITHHOLDING, reason: "none" }, none)).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
    expect(await found(WITHHOLDING, { ...none, name: "consent" })).to.deep.equal([`BODY_MISMATCH leaf ${LEAF}`]);
  });
});
