/**
 * What anchors took, as the API gives it, and the same as a table (CSV, RFC 4180): a row each, an empty cell where something
 * is not known. Shared by service, command line and pages, so that a table is the same wherever it comes from.
 */

import { csvLine } from "./csv.ts";

/** When an anchor took its steps, RFC 3339, by the clock of the service; `null` before, and where it was not recorded. */
export interface AnchorTimes {
  /** When the tree head was signed that it brings to the contract. */
  readonly headSigned: string | null;
  /** When its transaction was signed: after the witnesses cosigned. */
  readonly signed: string;
  /** When a node first took it. */
  readonly sent: string | null;
  /** When the service saw it in a block. */
  readonly included: string | null;
  /** When the service saw that block to be final. */
  readonly final: string | null;
}

/** How long each step took, in milliseconds; `null` until it is done, and where a time was not recorded. */
export interface AnchorLatencies {
  /** From the signed head to the signed transaction: what witnesses took. */
  readonly sign: number | null;
  /** From there until a node took it. */
  readonly send: number | null;
  /** From there until it was seen in a block. */
  readonly include: number | null;
  /** From there until that block was seen to be final. */
  readonly finalize: number | null;
  /** From the signed head to the end. */
  readonly total: number | null;
}

/** An anchor with what it took. */
export interface AnchorFigures {
  readonly anchorId: number;
  readonly state: string;
  readonly chainId: number;
  readonly contract: string;
  readonly transactionHash: string;
  readonly blockNumber: number | null;
  readonly blockHash: string | null;
  /** POSIX seconds, as the chain says. */
  readonly blockTime: number | null;
  /** Tree size that the contract held before. */
  readonly baseSize: number;
  readonly treeSize: number;
  /** Entries that it covers and the one before it did not. */
  readonly entries: number;
  /** How many of these are records: the others are events of the log itself. */
  readonly records: number;
  readonly gasUsed: number | null;
  /** What a unit of gas cost, in wei. Decimal, as are all amounts. */
  readonly gasPriceWei: string | null;
  /** What the receipt names beside gas, such as a rollup's L1 fee. */
  readonly dataFeeWei: string | null;
  /** Gas times its price, and the data fee. */
  readonly costWei: string | null;
  readonly gasPerRecord: number | null;
  readonly times: AnchorTimes;
  readonly latencyMs: AnchorLatencies;
}

type Cell = string | number | null;

const COLUMNS: readonly (readonly [name: string, cell: (anchor: AnchorFigures) => Cell])[] = [
  ["anchorId", ({ anchorId }) => anchorId],
  ["state", ({ state }) => state],
  ["chainId", ({ chainId }) => chainId],
  ["contract", ({ contract }) => contract],
  ["transactionHash", ({ transactionHash }) => transactionHash],
  ["blockNumber", ({ blockNumber }) => blockNumber],
  ["blockHash", ({ blockHash }) => blockHash],
  ["blockTime", ({ blockTime }) => (blockTime === null ? null : new Date(blockTime * 1_000).toISOString())],
  ["baseSize", ({ baseSize }) => baseSize],
  ["treeSize", ({ treeSize }) => treeSize],
  ["entries", ({ entries }) => entries],
  ["records", ({ records }) => records],
  ["gasUsed", ({ gasUsed }) => gasUsed],
  ["gasPriceWei", ({ gasPriceWei }) => gasPriceWei],
  ["dataFeeWei", ({ dataFeeWei }) => dataFeeWei],
  ["costWei", ({ costWei }) => costWei],
  ["gasPerRecord", ({ gasPerRecord }) => gasPerRecord],
  ["headSignedAt", ({ times }) => times.headSigned],
  ["signedAt", ({ times }) => times.signed],
  ["sentAt", ({ times }) => times.sent],
  ["includedAt", ({ times }) => times.included],
  ["finalAt", ({ times }) => times.final],
  ["signMs", ({ latencyMs }) => latencyMs.sign],
  ["sendMs", ({ latencyMs }) => latencyMs.send],
  ["includeMs", ({ latencyMs }) => latencyMs.include],
  ["finalizeMs", ({ latencyMs }) => latencyMs.finalize],
  ["totalMs", ({ latencyMs }) => latencyMs.total],
];

/** The table's first line: the names of its columns. */
export const ANCHOR_CSV_HEAD = csvLine(COLUMNS.map(([name]) => name));

/** The line of an anchor. */
export function anchorCsvLine(anchor: AnchorFigures): string {
  return csvLine(COLUMNS.map(([, cell]) => cell(anchor)));
}
