// Tables of CSV: cells as RFC 4180 has them, and the columns of anchors.

import { expect } from "chai";
import { parse } from "csv-parse/sync";

import { ANCHOR_CSV_HEAD, anchorCsvLine, type AnchorFigures } from "../../src/core/anchor-csv.ts";
import { csvLine } from "../../src/core/csv.ts";

const ANCHOR: AnchorFigures = {
  anchorId: 3,
  state: "finalized",
  chainId: 31_337,
  contract: `0x${"ab".repeat(20)}`,
  transactionHash: `0x${"cd".repeat(32)}`,
  blockNumber: 7,
  blockHash: `0x${"ef".repeat(32)}`,
  blockTime: 1_795_334_412,
  baseSize: 256,
  treeSize: 512,
  entries: 256,
  records: 250,
  gasUsed: 52_500,
  gasPriceWei: "1500000000",
  dataFeeWei: "1",
  costWei: "78750000000001",
  gasPerRecord: 210,
  times: { headSigned: "a", signed: "b", sent: "c", included: "d", final: "e" },
  latencyMs: { sign: 1, send: 2, include: 3, finalize: 4, total: 10 },
};

describe("tables of CSV", () => {
  it("quote what must be quoted, and are read as they were written", () => {
    const cells = ["a", 'say "b"', "c,d", "e\r\nf", "g\nh", ""];
    expect(csvLine(["a", 1, null, 'b"c'])).to.equal('a,1,,"b""c"\r\n');
    expect(parse(csvLine(cells))).to.deep.equal([cells]);
  });

  it("of anchors have a cell under each name, empty where nothing is known", () => {
    const waiting: AnchorFigures = {
      ...ANCHOR,
      state: "pending",
      ...{ blockNumber: null, blockHash: null, blockTime: null, gasUsed: null, gasPriceWei: null, dataFeeWei: null },
      ...{ costWei: null, gasPerRecord: null },
      times: { headSigned: null, signed: "b", sent: null, included: null, final: null },
      latencyMs: { sign: null, send: null, include: null, finalize: null, total: null },
    };
    const text = ANCHOR_CSV_HEAD + anchorCsvLine(ANCHOR) + anchorCsvLine(waiting);
    const [full, empty] = parse(text, { columns: true }) as Record<string, string>[];
    expect(Object.values(full ?? {})).to.not.include("");
    expect(full).to.include({
      blockTime: "2026-11-22T08:00:12.000Z",
      gasPerRecord: "210",
      signedAt: "b",
      finalAt: "e",
    });
    const { signMs, sendMs, includeMs, finalizeMs, totalMs } = full ?? {};
    expect([signMs, sendMs, includeMs, finalizeMs, totalMs]).to.deep.equal(["1", "2", "3", "4", "10"]);
    const known = Object.entries(empty ?? {}).filter(([, value]) => value !== "");
    expect(known.map(([name]) => name).join(" ")).to.equal(
      "anchorId state chainId contract transactionHash baseSize treeSize entries records signedAt",
    );
  });
});
