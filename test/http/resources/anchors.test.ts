// What anchors took, by the API: gas, cost and times against what the chain itself says, as JSON and as CSV.

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import type { AnchorView } from "../../../src/client/answers.ts";
import { createClient } from "../../../src/client/client.ts";
import { startSwiftChain, type TestChain } from "../../support/chains.ts";
import { startService, type TestService } from "../../support/service.ts";
import { call, expectProblem, readingText, submitLines } from "../support/call.ts";

interface Receipt {
  readonly gasUsed: string;
  readonly effectiveGasPrice: string;
  readonly blockNumber: string;
}

describe("what anchors took", () => {
  let chain: TestChain;
  let service: TestService;
  let anchors: readonly AnchorView[];
  before(async () => {
    chain = await startSwiftChain();
    service = await startService({ chain });
    for (const count of [20, 5, 9]) {
      const lines = Array.from({ length: count }, (_, i) => readingText(i, { source: `took/${count}` }));
      await submitLines(service, lines.join("\n"));
      await service.anchorAll();
    }
    anchors = (await createClient({ url: service.url }).anchors()).items;
  });
  after(async () => {
    await service?.stop();
    await chain?.stop();
  });

  it("is gas, price and cost as the chain's receipt has them", async () => {
    expect(anchors).to.have.lengthOf(3);
    for (const { transactionHash, gasUsed, gasPriceWei, dataFeeWei, costWei, blockNumber } of anchors) {
      const receipt = (await chain.ask("eth_getTransactionReceipt", transactionHash)) as Receipt;
      expect(gasUsed).to.equal(Number(receipt.gasUsed));
      expect(gasPriceWei).to.equal(String(BigInt(receipt.effectiveGasPrice)));
      expect(costWei).to.equal(String(BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice)));
      expect(blockNumber).to.equal(Number(receipt.blockNumber));
      expect(dataFeeWei).to.equal(null);
    }
  });

  it("is counted by what each covers: entries from one anchor to the next, and the records among them", () => {
    const [newest, middle, first] = anchors as [AnchorView, AnchorView, AnchorView];
    expect([first, middle, newest].map(({ records }) => records)).to.deep.equal([20, 5, 9]);
    expect([first.baseSize, middle.baseSize, newest.baseSize]).to.deep.equal([0, first.treeSize, middle.treeSize]);
    expect(first.entries, "the log's own events are entries and no records").to.be.greaterThan(first.records);
    for (const { entries, records, treeSize, baseSize, gasUsed, gasPerRecord } of anchors) {
      expect(entries).to.equal(treeSize - baseSize);
      expect(gasPerRecord).to.equal((gasUsed as number) / records);
    }
  });

  it("has its times in order, and the latency of each step between them", () => {
    for (const { times, latencyMs, createdAt } of anchors) {
      const { headSigned, signed, sent, included, final } = times;
      const at = [headSigned, signed, sent, included, final].map((time) => Date.parse(time as string));
      expect(at).to.deep.equal(at.toSorted((a, b) => a - b));
      const { sign, send, include, finalize, total } = latencyMs;
      expect([sign, send, include, finalize]).to.deep.equal(at.slice(1).map((time, i) => time - (at[i] as number)));
      expect(total).to.equal((at[4] as number) - (at[0] as number));
      expect(createdAt).to.equal(signed);
    }
  });

  it("is shown of a single one too, and there are none beside them", async () => {
    for (const anchor of anchors)
      expect((await call(service, `/v1/anchors/${anchor.anchorId}`)).json).to.deep.equal(anchor);
    expect(await createClient({ url: service.url }).anchor(2)).to.deep.equal(anchors[1]);
    for (const none of ["4", "9007199254740990"])
      expectProblem(await call(service, `/v1/anchors/${none}`), 404, "NOT_FOUND");
    for (const odd of ["0", "x", "1e0", "-1", "9007199254740991"])
      expectProblem(await call(service, `/v1/anchors/${odd}`), 400, "REQUEST_INVALID");
  });

  it("tells which blocks an anchor was in before reorgs", async () => {
    expect(anchors.map(({ leftBlocks }) => leftBlocks)).to.deep.equal([[], [], []]);
    const left = { blockNumber: 7, blockHash: `0x${"7".repeat(64)}` };
    await service.store.updateAnchor(1, {}, { ...left, leftAt: Date.UTC(2026, 10, 29) });
    const shown = await createClient({ url: service.url }).anchor(1);
    expect(shown.leftBlocks).to.deep.equal([{ ...left, leftAt: "2026-11-29T00:00:00.000Z" }]);
  });

  it("is a table for whoever asks for CSV, page by page, with the same figures", async () => {
    const headers = { accept: "text/csv" };
    const whole = await call(service, "/v1/anchors", { headers });
    expect(whole.headers.get("content-type")).to.equal("text/csv; charset=utf-8; header=present");
    expect(whole.headers.get("vary")).to.match(/accept/i);
    const rows = parse(whole.text, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ gasUsed }) => Number(gasUsed))).to.deep.equal(anchors.map(({ gasUsed }) => gasUsed));
    expect(rows.map(({ totalMs }) => Number(totalMs))).to.deep.equal(anchors.map(({ latencyMs }) => latencyMs.total));
    const paged: unknown[] = [];
    for (let path: string | undefined = "/v1/anchors?limit=2"; path !== undefined;) {
      const page = await call(service, path, { headers });
      paged.push(...(parse(page.text, { columns: true }) as unknown[]));
      path = /^<(.*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect(paged).to.deep.equal(rows);
  });
});
