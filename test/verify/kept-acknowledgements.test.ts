// Acknowledgements that somebody kept, held against a log that the referee has laid out: as it was, grown, rewritten.

import { expect } from "chai";

import { signCheckpoint } from "../../src/core/checkpoint.ts";
import { WarifuError } from "../../src/core/errors.ts";
import type { JsonValue } from "../../src/core/json.ts";
import { verifierKey } from "../../src/core/note.ts";
import { auditLog } from "../../src/verify/audit-log.ts";
import { AuditFindings, type AuditReport } from "../../src/verify/audit-findings.ts";
import { KeptAcknowledgements } from "../../src/verify/kept-acknowledgements.ts";
import { httpLogReader } from "../../src/verify/log-reader.ts";
import { saidAgain } from "../support/said-again.ts";
import { signingKey } from "../support/signing-key.ts";
import { entryOf, logFiles, ORIGIN, serveLog, type LogFiles } from "./support/served-log.ts";

/** The acknowledgement of a leaf under the checkpoint of that size. */
function acknowledgementOf(log: LogFiles, leafIndex: number, treeSize: number, signer = log.signer): JsonValue {
  const head = { origin: ORIGIN, treeSize, rootHash: new Uint8Array(log.hash(0, treeSize)) };
  const { note } = signCheckpoint(head, { key: verifierKey(ORIGIN, signer.publicKey), sign: signer.sign });
  const leafHash = Buffer.from(log.hash(leafIndex, leafIndex + 1)).toString("hex");
  return { id: "01a2027c-2159-7a69-9866-d7239d86bfb2", leafIndex, leafHash, checkpoint: note };
}

describe("kept acknowledgements", () => {
  const audit = async (log: LogFiles, values: readonly (JsonValue | WarifuError)[]): Promise<AuditReport> => {
    const served = await serveLog(log);
    const reader = httpLogReader(served.url, { requestTimeoutMs: 60_000, retryPauseMs: 1 });
    const acknowledgements = new KeptAcknowledgements(values, log.policy.log);
    return saidAgain(
      await auditLog({ log: reader, policy: log.policy, acknowledgements }).finally(() => served.stop()),
    );
  };
  const outcomes = ({ acknowledgements = [] }: AuditReport): string[] => acknowledgements.map(({ outcome }) => outcome);
  const log = logFiles(300);

  it("truth A6: hold while the log has each leaf where it was acknowledged, however far it has grown", async () => {
    const report = await audit(log, [
      acknowledgementOf(log, 0, 1),
      acknowledgementOf(log, 5, 9),
      acknowledgementOf(log, 5, 9),
      acknowledgementOf(log, 299, 300),
    ]);
    expect([report.outcome, outcomes(report)]).to.deep.equal(["holds", ["holds", "holds", "holds", "holds"]]);
    expect(report.acknowledgements?.[1]).to.deep.include({ item: 2, leafIndex: 5 });
  });

  it("truth A6: refute a log that was written anew under the same key", async () => {
    const rewritten = logFiles(300, { entry: (at) => entryOf(at + 3) });
    const report = await audit(rewritten, [acknowledgementOf(log, 5, 9)]);
    expect([report.outcome, outcomes(report)]).to.deep.equal(["refuted", ["refuted"]]);
    expect(report.findings).to.deep.include({
      code: "INCLUSION_MISMATCH",
      where: "acknowledgement 1",
      message:
        "the signed checkpoint of 9 entries that came with leaf 5 has another root than the log has at that size",
      fact: { id: "acknowledged-root-differs", leafIndex: 5, treeSize: 9 },
    });
  });

  it("truth A6: say that another leaf stands there than the one that was acknowledged", async () => {
    const changed = { ...(acknowledgementOf(log, 5, 9) as object), leafHash: "ab".repeat(32) };
    const report = await audit(log, [changed]);
    expect(report.acknowledgements?.[0]).to.deep.include({
      outcome: "refuted",
      detail: "the log has another leaf 5 than the one that was acknowledged",
      fact: { id: "acknowledged-leaf-differs", leafIndex: 5 },
    });
    expect(report.findings[0]).to.deep.include({ fact: report.acknowledgements?.[0]?.fact });
  });

  it("truth A6: stay open where the log shows less than its key signed for, as it may still grow", async () => {
    const shorter = logFiles(200);
    const report = await audit(shorter, [acknowledgementOf(log, 250, 260)]);
    expect([report.outcome, outcomes(report)]).to.deep.equal(["undecided", ["unchecked"]]);
    expect(report.notes.join()).to.include("signed for 260 entries when it acknowledged leaf 250, the log shows 200");
    const missing = logFiles(10);
    for (const path of missing.files.keys()) if (path.startsWith("tile/")) missing.files.delete(path);
    expect(outcomes(await audit(missing, [acknowledgementOf(missing, 5, 9)]))).to.deep.equal(["unchecked"]);
    missing.files.delete("checkpoint");
    expect(outcomes(await audit(missing, [acknowledgementOf(missing, 5, 9)]))).to.deep.equal(["unchecked"]);
  });

  it("truth A6: name a stranger's or damaged one, and go on with the others", async () => {
    const stranger = acknowledgementOf(log, 5, 9, signingKey(9));
    const good = acknowledgementOf(log, 5, 9) as { checkpoint: string };
    const report = await audit(log, [
      stranger,
      new WarifuError("JSON_INVALID", "a value is expected"),
      null,
      { ...good, leafIndex: 9 },
      { ...good, leafIndex: 1.5 },
      { ...good, leafIndex: -1 },
      { ...good, leafIndex: "5" },
      { ...good, checkpoint: 1 },
      { ...good, leafHash: 1 },
      { ...good, leafHash: "zz" },
      { ...good, checkpoint: "no note" },
      good,
    ]);
    expect(outcomes(report)).to.deep.equal([...Array.from({ length: 11 }, () => "unusable"), "holds"]);
    expect(report.outcome).to.equal("holds");
    expect(report.notes.join()).to.include("acknowledgement 2 was not checked: a value is expected");
    const because = { id: "error", code: "JSON_INVALID", details: {}, message: "a value is expected" };
    expect(report.noteFacts).to.deep.include({ id: "acknowledgement-unchecked", item: 2, because });
  });

  it("truth A6: refute a log that has less than it acknowledged, where all of it is at hand", () => {
    const kept = new KeptAcknowledgements([acknowledgementOf(log, 250, 260)], log.policy.log);
    const findings = new AuditFindings();
    kept.report({ size: 200, mayGrow: false }, findings);
    expect(findings.report()).to.include({ outcome: "refuted" });
  });
});
