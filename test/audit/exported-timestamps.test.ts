// Timestamps beside an exported log: they count for a checkpoint that the log signed, of a tree from which the exported one has
// grown, and for no other. That tokens and proofs hold is in test/e2e/closed-log.test.ts.

import { expect } from "chai";

import { exportLog } from "../../src/administer/export-log.ts";
import { exportedLogFiles } from "../../src/audit/exported-log.ts";
import { checkExportedTimestamps } from "../../src/audit/exported-timestamps.ts";
import { parseConfig } from "../../src/config.ts";
import { signCheckpoint, type LogSigner } from "../../src/core/checkpoint.ts";
import { TimestampFiles } from "../../src/cosign/timestamp-files.ts";
import { auditLog, type LogAuditOptions } from "../../src/verify/audit-log.ts";
import { logReaderOf } from "../../src/verify/log-reader.ts";
import { openLedger, ORIGIN, policyOf, reading, SIGNER, temporaryFolder } from "../support/ledger.ts";
import { signingKey } from "../support/signing-key.ts";

const POLICY = policyOf(SIGNER.key, true);

describe("timestamps beside an exported log", () => {
  it("are about what the log signed, and is in it", async () => {
    const folder = temporaryFolder();
    const ledger = await openLedger();
    await ledger.submit(Array.from({ length: 300 }, (_, at) => reading(at)));
    const config = parseConfig({ WARIFU_DATA_DIR: ledger.folder, WARIFU_ORIGIN: ORIGIN });
    const { treeSize } = await exportLog({ config, policy: POLICY, folder, hasBundles: false });
    const files = new TimestampFiles(folder);
    const log = logReaderOf(exportedLogFiles(folder));
    const found = async (): Promise<string[]> => {
      const also: LogAuditOptions["also"] = (head, findings) =>
        checkExportedTimestamps({ folder, log, policy: POLICY }, head, findings);
      return (await auditLog({ log, policy: POLICY, also })).findings.map(({ code, where }) => `${where} ${code}`);
    };
    const write = (size: number, rootHash: Uint8Array, named = size, signer: LogSigner = SIGNER): void => {
      const { note: checkpoint } = signCheckpoint({ origin: ORIGIN, treeSize: named, rootHash }, signer);
      files.write({ treeSize: size, checkpoint, stamps: [] });
    };
    const { tree } = ledger.log;
    for (const size of [1, 257, treeSize]) write(size, await tree.rootAt(size));
    expect(await found()).to.deep.equal([]);

    const other = new Uint8Array(32).fill(7);
    write(257, other);
    expect(await found(), "of another history").to.deep.equal(["timestamps 257 CONSISTENCY_MISMATCH"]);
    write(257, await tree.rootAt(257), 257, { ...SIGNER, sign: signingKey(9).sign });
    expect(await found(), "signed by somebody else").to.deep.equal(["timestamps 257 SIGNATURE_MISMATCH"]);
    write(257, await tree.rootAt(256), 256);
    expect(await found(), "of another size").to.deep.equal(["timestamps 257 TIMESTAMP_INVALID"]);
    write(257, await tree.rootAt(257));
    write(treeSize + 1, other);
    expect(await found(), "of more than there is").to.deep.equal([`timestamps ${treeSize + 1} TIMESTAMP_INVALID`]);
    await ledger.close();
  });
});
