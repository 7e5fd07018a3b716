// Proof bundles over HTTP, on a real chain: pending, final, with and without openings, verified here and by the service.

import { expect } from "chai";

import { rpcChainView } from "../../../src/chain/nodes/chain-view.ts";
import { readOnlyChain } from "../../../src/chain/rpc/read-only-chain.ts";
import { beaconInBody } from "../../../src/core/beacon.ts";
import { MAX_BUNDLE_BYTES, parseBundle } from "../../../src/core/bundle.ts";
import { utf8 } from "../../../src/core/bytes.ts";
import { createClient } from "../../../src/client/client.ts";
import { recordBeacon } from "../../../src/anchor/beacon.ts";
import { verifyBundle } from "../../../src/verify/verify-bundle.ts";
import type { StoredAnchor } from "../../../src/store/anchor-journal.ts";
import { expectRejection } from "../../support/expect-rejection.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submit, submitLines, type Result } from "../support/call.ts";

const REPORT = JSON.stringify({
  type: "citizen-report",
  source: "app/1",
  claims: { category: "pothole", text: "A deep hole in front of the school", reporterEmail: "hana@example.org" },
});

describe("proof bundles over HTTP", () => {
  let chain: TestChain;
  let service: TestService;
  let reading: string;
  let report: string;
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain });
    reading = await idOf(readingText(21.5));
    report = await idOf(REPORT);
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });

  async function idOf(text: string): Promise<string> {
    return ((await submit(service, text)).json as Required<Result>).id;
  }

  it("are answered with 409 and Retry-After while no final anchor covers the record", async () => {
    const answer = await call(service, `/v1/records/${reading}/bundle`);
    expectProblem(answer, 409, "NOT_ANCHORED_YET");
    expect(answer.headers.get("retry-after")).to.equal("5");
    expect(((await call(service, `/v1/records/${reading}`)).json as { state: string }).state).to.equal("pending");
  });

  it("hold under the verifier's policy once the anchor is final, and record and lists say so", async () => {
    await service.anchorAll();
    const { text } = await call(service, `/v1/records/${reading}/bundle`);
    expect((await verifyBundle(utf8(text), service.policy)).outcome).to.equal("holds");
    expect(((await call(service, `/v1/records/${reading}`)).json as { state: string }).state).to.equal("finalized");
    const { items } = (await call(service, "/v1/anchors")).json as { items: { state: string; treeSize: number }[] };
    expect(items[0]).to.include({ state: "finalized", treeSize: 4, contract: service.policy.chain.contract });
    const { finalizedSize, anchoring } = await service.ledger.status();
    expect([finalizedSize, anchoring.outstanding]).to.deep.equal([4, 0]);
  });

  it("count an anchor as outstanding until it is final, or a larger one is", async () => {
    const { store } = service.log;
    const [final] = await store.anchors(Number.MAX_SAFE_INTEGER, 1);
    const like = async (treeSize: number): Promise<number> =>
      (await store.addAnchor({ ...(final as StoredAnchor), treeSize, transactionHash: `0x${"00".repeat(32)}` }))
        .anchorId;
    const added = [await like(3), await like(4), await like(5)];
    expect((await service.ledger.status()).anchoring.outstanding).to.equal(1);
    for (const anchorId of added) await store.updateAnchor(anchorId, { state: "orphaned" });
    expect((await service.ledger.status()).anchoring.outstanding).to.equal(0);
  });

  it("open what is concealed to an officer, and to nobody else", async () => {
    const path = `/v1/records/${report}/bundle`;
    const closed = await call(service, path, { role: "officer" });
    expect(JSON.parse(closed.text)).to.have.property("openings").that.deep.equals([]);
    for (const role of ["submitter", "auditor", "admin"] as const)
      expectProblem(await call(service, `${path}?openings=true`, { role }), 403, "FORBIDDEN");
    const opened = await call(service, `${path}?openings=true`, { role: "officer" });
    const { outcome, record } = await verifyBundle(utf8(opened.text), service.policy);
    expect(outcome).to.equal("holds");
    expect(record?.claims).to.include({ category: "pothole", reporterEmail: "hana@example.org" });
    expect(closed.text).to.not.include("hana");
    const given = () => service.logText().match(/"event":"openings-given"/g)?.length;
    const before = given();
    await call(service, `/v1/records/${reading}/bundle?openings=true`, { role: "officer" });
    expect(given(), "of a record that conceals nothing").to.equal(before);
    const view = await call(service, `/v1/records/${report}`);
    expect(view.json, "truth A5: that it is not signed is public").to.include({ signed: false });
  });

  it("are verified by the service: a sound one holds, an altered one is refuted at the step that fails", async () => {
    const { text } = await call(service, `/v1/records/${reading}/bundle`);
    const sound = await call(service, "/v1/verify", { body: text });
    expect(sound.json).to.include({ outcome: "holds" });
    const altered = await call(service, "/v1/verify", { body: text.replace("21.5", "12.5") });
    expect(altered.status).to.equal(200);
    const { outcome, steps } = altered.json as { outcome: string; steps: { step: string; code?: string }[] };
    expect([outcome, steps.at(-1)?.step, steps.at(-1)?.code]).to.deep.equal(["refuted", "body", "BODY_MISMATCH"]);
    for (const body of ["", "{}", "\xff", "[".repeat(100_000)])
      expect((await call(service, "/v1/verify", { body })).json).to.include({ outcome: "refuted" });
    const padded = (bytes: number) => Buffer.concat([Buffer.from(text), Buffer.alloc(bytes, 0x20)]).subarray(0, bytes);
    expectProblem(await call(service, "/v1/verify", { body: padded(MAX_BUNDLE_BYTES + 1) }), 413, "TOO_LARGE");
    const largest = await call(service, "/v1/verify", { body: padded(MAX_BUNDLE_BYTES) });
    expect(largest.json).to.include({ outcome: "holds" });
  });

  it("carry the beacon below the record, and the service tells after and before which block it came", async () => {
    const reader = await readOnlyChain({ rpcUrl: chain.rpcUrl });
    const { store, events, writer } = service.log;
    const onMissed = (reason: Error): never => {
      throw reason;
    };
    const beacon = await recordBeacon({ store, events, chain: reader, writer, onMissed });
    await reader.close();
    const id = await idOf(readingText(22.5));
    await service.anchorAll();
    const { text } = await call(service, `/v1/records/${id}/bundle`);
    const { blockHash } = beaconInBody(beacon!.body);
    expect(beaconInBody(utf8(parseBundle(utf8(text)).beacon?.body ?? "")).blockHash).to.equal(blockHash);
    const { outcome, record } = (await call(service, "/v1/verify", { body: text })).json as {
      outcome: string;
      record: { after: object; before: { blockNumber: number }; anchor: { blockNumber: number } };
    };
    expect(outcome).to.equal("holds");
    expect(record.after).to.include({ blockHash, checked: false });
    expect(record.before.blockNumber).to.equal(record.anchor.blockNumber);
    const view = rpcChainView([chain.rpcUrl]);
    expect((await verifyBundle(utf8(text), service.policy, view)).record?.after).to.include({ checked: true });
    const bundle = JSON.parse(text) as { beacon: { body: string } };
    bundle.beacon.body = bundle.beacon.body.replace(blockHash.slice(2), "ab".repeat(32));
    const forged = JSON.stringify(bundle);
    const { steps } = (await call(service, "/v1/verify", { body: forged })).json as { steps: { step: string }[] };
    expect(steps.at(-1)).to.include({ step: "beacon", code: "BODY_MISMATCH" });
  });

  it("truth A7: rest on the anchor whose size is named, and are refused for a size that no anchor has", async () => {
    const id = await idOf(readingText(31.5));
    await service.anchorAll();
    const smallest = service.log.tree.publishedSize;
    await idOf(readingText(32.5));
    await service.anchorAll();
    const largest = service.log.tree.publishedSize;
    for (const [query, size] of [
      ["", smallest],
      [`?size=${smallest}`, smallest],
      [`?size=${largest}`, largest],
    ] as const) {
      const { text } = await call(service, `/v1/records/${id}/bundle${query}`);
      const { outcome, record } = await verifyBundle(utf8(text), service.policy);
      expect([outcome, record?.anchor.treeSize]).to.deep.equal(["holds", size]);
    }
    const bundle = (query: string) => call(service, `/v1/records/${id}/bundle?${query}`);
    expectProblem(await bundle(`size=${largest + 1}`), 409, "NOT_ANCHORED_YET");
    expectProblem(await bundle("size=1"), 400, "REQUEST_INVALID");
    for (const size of ["0", "-1", "x", "1e3", "9007199254740992"])
      expectProblem(await bundle(`size=${size}`), 400, "REQUEST_INVALID");
    await submitLines(service, Array.from({ length: 2 }, (_, i) => readingText(i)).join("\n"));
    await service.anchorAll();
    const between = await bundle(`size=${largest + 1}`);
    expectProblem(between, 404, "NOT_FOUND");
    expect(between.text).to.include(`the next larger one has ${largest + 2}`);
  });

  it("come through the client, for each of many records", async () => {
    const client = createClient({ url: service.url });
    const { results } = await submitLines(service, Array.from({ length: 300 }, (_, i) => readingText(i)).join("\n"));
    await expectRejection("NOT_ANCHORED_YET", client.bundle(results[299]?.id as string));
    await service.anchorAll();
    for (const at of [0, 100, 299]) {
      const bundle = await client.bundle(results[at]?.id as string);
      const { outcome, record } = await verifyBundle(utf8(bundle), service.policy);
      expect([outcome, record?.leafIndex]).to.deep.equal(["holds", results[at]?.leafIndex]);
    }
    const officer = createClient({ url: service.url, apiKey: service.keys.officer });
    expect(JSON.parse(await officer.bundle(report, { openings: true })).openings).to.have.length(2);
    expect((await client.anchors()).items.length).to.be.at.least(2);
  });
});
