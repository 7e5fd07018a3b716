/**
 * The times and costs of anchors, as the API gives them, and as a table (CSV, RFC 4180): one row per anchor, with an empty
 * cell where something is not known. Service, command line and pages share it, so that the table is the same everywhere.
 */

import { csvLine } from "./csv.ts";

/** When an anchor reached each step, RFC 3339, by the service's clock; `null` until then, and where it was not recorded. */
export interface AnchorTimes {
  /** When the tree head that it anchors was signed. */
  readonly headSigned: string | null;
  /** When its transaction was signed, after the witnesses had cosigned. */
  readonly signed: string;
  /** When a node first accepted it. */
  readonly sent: string | null;
  /** When the service saw it in a block. */
  readonly included: string | null;
  /** When the service saw that block to be final. */
  readonly final: string | null;
}

/** How long each step took, in milliseconds; `null` until it is done, and where a time was not recorded. */
export interface AnchorLatencies {
  /** From the signed head to the signed transaction: mostly the time for witnesses to cosign. */
  readonly sign: number | null;
  /** From the signed transaction until a node accepted it. */
  readonly send: number | null;
  /** From then until it was seen in a block. */
  readonly include: number | null;
  /** From then until that block was seen to be final. */
  readonly finalize: number | null;
  /** From the signed head until its block was final. */
  readonly total: number | null;
}

/** An anchor with its times and costs. */
export interface AnchorFigures {
  readonly anchorId: number;
  readonly state: string;
  readonly chainId: number;
  readonly contract: string;
  readonly transactionHash: string;
  readonly blockNumber: number | null;
  readonly blockHash: string | null;
  /** Time of the block, POSIX seconds. */
  readonly blockTime: number | null;
  /** Tree size that the contract held before it. */
  readonly baseSize: number;
  readonly treeSize: number;
  /** Entries that it covers and the anchor before it did not. */
  readonly entries: number;
  /** How many of these are records; the others are the log's own events. */
  readonly records: number;
  readonly gasUsed: number | null;
  /** Price of a unit of gas, in wei. Decimal, as are all amounts. */
  readonly gasPriceWei: string | null;
  /** Fee that the receipt names in addition to gas, such as a rollup's L1 fee. */
  readonly dataFeeWei: string | null;
  /** Gas times its price, plus the data fee. */
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
