// The repair of a source's numbers, an event that the log enters itself: to a verifier and to both audits it is an entry
// like any other.

import { expect } from "chai";
import { join } from "node:path";

import { auditLedger } from "../../../src/audit/audit-folder.ts";
import { agreedAnchors } from "../../../src/chain/nodes/unanimous-anchors.ts";
import { parseConfig } from "../../../src/config.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { auditLogOverHttp } from "../../../src/verify/audit-log.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, readingText, submit } from "../support/call.ts";

describe("the event of a source's repair", () => {
  const source = "mistaken/env-1";
  let chain: TestChain;
  let service: TestService;
  let repair: { readonly id: string; readonly leafIndex: number };
  let later: string;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain });
    const send = async (more: object): Promise<string> => {
      const answer = await submit(service, readingText(20, { source, ...more }));
      expect(answer.status, answer.text).to.equal(201);
      return (answer.json as { id: string }).id;
    };
    for (const seq of [3, 900_000]) await send({ seq });
    const path = `/v1/sources/${encodeURIComponent(source)}/repair`;
    const answer = await call(service, path, { role: "officer", body: JSON.stringify({ from: 4 }) });
    expect(answer.status, answer.text).to.equal(201);
    repair = answer.json as typeof repair;
    later = await send({});
    await service.anchorAll();
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });

  it("has a bundle that holds, as the record that is numbered after it", async () => {
    for (const [id, seq] of [
      [repair.id, undefined],
      [later, 4],
    ] as const) {
      const { text, status } = await call(service, `/v1/records/${id}/bundle`);
      expect(status, text).to.equal(200);
      const verdict = await verifyBundle(utf8(text), service.policy);
      expect(verdict.outcome, JSON.stringify(verdict)).to.equal("holds");
      if (seq !== undefined) expect(verdict).to.have.nested.property("record.seq", seq);
    }
  });

  it("stands in a data folder that holds, and in a log over HTTP that holds", async () => {
    const { policy, folder, url } = service;
    const config = parseConfig({ WARIFU_DATA_DIR: folder }, { needsSigner: false });
    // The vault's key is the service's own here.
    const files = { ...config.files, vaultKey: join(folder, "none") };
    const { id: chainId, contract } = policy.chain;
    const anchors = agreedAnchors([chain.rpcUrl], { chainId, contract });
    const reports = [
      await auditLedger({ config: { ...config, files }, policy, rpcUrl: chain.rpcUrl }),
      await auditLogOverHttp({ url: `${url}/log`, policy, anchors }),
    ];
    for (const { outcome, findings, checked } of reports) {
      expect(findings).to.deep.equal([]);
      expect(outcome).to.equal("holds");
      expect(checked.entries).to.be.greaterThan(repair.leafIndex + 1);
      expect(checked.bodies).to.equal(checked.entries);
    }
  });
});
