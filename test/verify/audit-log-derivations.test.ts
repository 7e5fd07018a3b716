// The audit of a log over HTTP looks at what it says was made of pictures: its form, who says so, and that the record came first.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { formatEventBody } from "../../src/core/body.ts";
import { toHex } from "../../src/core/bytes.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { logIdOf } from "../../src/core/record.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { saidAgain } from "../support/said-again.ts";
import { entryOf, logFiles, serveLog } from "./support/served-log.ts";

const ORIGIN = "audited.example/log";
const DERIVATION = { by: "service", manualBoxes: 0, picture: 0, record: 2, tool: "warifu-pictures", version: "1" };
const TRANSLATION = { by: "person", from: "es", of: "concealed", record: 2, to: "ja" };
const SD = Array.from({ length: 8 }, (_, at) => createHash("sha256").update(`${at}`).digest("base64url")).sort();
const LEAF = 5;

describe("auditLog and derivations", () => {
  const found = async (
    content: JsonObject,
    { sourceId = logIdOf(ORIGIN), vct = "warifu:derivation:1" } = {},
  ): Promise<string[]> => {
    const head = { iat: 1_795_334_000, iss: ORIGIN, seq: 0, src: toHex(sourceId), vct };
    const body = formatEventBody(head, "derivation", content);
    const bodyDigest = createHash("sha256").update(body).digest();
    const log = logFiles(8, {
      entry: (leafIndex) =>
        leafIndex === LEAF ? { kind: "derivation", sourceId, seq: 0, bodyDigest } : entryOf(leafIndex),
    });
    const hex = bodyDigest.toString("hex");
    log.files.set(`addenda/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`, Buffer.from(body));
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    const report = await auditLog({ log: reader, policy: log.policy }).finally(() => served.stop());
    return saidAgain(report).findings.map(({ code, where }) => `${code} ${where}`);
  };

  it("holds with one that the log entered above its record, and with another version", async () => {
    expect(await found({ ...DERIVATION, _sd: SD })).to.deep.equal([]);
    expect(await found({ any: "thing", _sd: SD }, { vct: "warifu:derivation:2" })).to.deep.equal([]);
  });

  it("is refuted by one of a record that is not below it, of another source, or of no form", async () => {
    for (const record of [LEAF, LEAF + 1])
      expect(await found({ ...DERIVATION, record, _sd: SD })).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
    expect(await found({ ...DERIVATION, _sd: SD }, { sourceId: new Uint8Array(32) })).to.deep.equal([
      `SEQUENCE_CONFLICT leaf ${LEAF}`,
      `BODY_MISMATCH leaf ${LEAF}`,
    ]);
    expect(await found({ ...DERIVATION, hash: "a", _sd: SD })).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
    expect(await found(DERIVATION)).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
  });

  it("asks the same of a translation", async () => {
    const vct = "warifu:translation:1";
    expect(await found({ ...TRANSLATION, _sd: SD }, { vct })).to.deep.equal([]);
    for (const wrong of [{ record: LEAF }, { text: "hola" }])
      expect(await found({ ...TRANSLATION, ...wrong, _sd: SD }, { vct })).to.deep.equal([`BODY_INVALID leaf ${LEAF}`]);
    expect(await found({ ...TRANSLATION, _sd: SD }, { vct, sourceId: new Uint8Array(32) })).to.deep.equal([
      `SEQUENCE_CONFLICT leaf ${LEAF}`,
      `BODY_MISMATCH leaf ${LEAF}`,
    ]);
  });
});
