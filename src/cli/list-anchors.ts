/** `warifu list --anchors`: anchors with what they took, the newest first, as lines, JSON or CSV. */
import type { AnchorView } from "../client/answers.ts";
import type { Client } from "../client/client.ts";
import { ANCHOR_CSV_HEAD, anchorCsvLine } from "../core/anchor-csv.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { counted, inSeconds, type Output } from "./output.ts";
import { recordsTexts } from "./texts/records/en.ts";

const PAGE = 1_000;

/** Lists at most `limit` anchors. */
export async function listAnchors(
  client: Pick<Client, "anchors">,
  output: Output,
  { limit, isCsv }: { readonly limit: number; readonly isCsv: boolean },
): Promise<ExitCode> {
  const all: AnchorView[] = [];
  let shown = 0;
  // Lines end as this system's do.
  if (isCsv) output.say(ANCHOR_CSV_HEAD.trimEnd());
  for await (const anchor of listed(client, limit)) {
    shown++;
    if (output.isJson) all.push(anchor);
    output.say(isCsv ? anchorCsvLine(anchor).trimEnd() : anchorLine(anchor));
  }
  output.document(all);
  if (shown === limit) output.hint(recordsTexts().newestAnchors(shown));
  if (shown === 0) output.hint(recordsTexts().noAnchor);
  return EXIT.holds;
}

async function* listed(client: Pick<Client, "anchors">, limit: number): AsyncGenerator<AnchorView, void, undefined> {
  let [left, cursor]: [number, string | undefined] = [limit, undefined];
  while (left > 0) {
    const { items, nextCursor } = await client.anchors({ cursor, limit: Math.min(left, PAGE) });
    yield* items;
    left -= items.length;
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}

/** What is not known yet is left out. */
function anchorLine(anchor: AnchorView): string {
  const { anchorId, treeSize, state, records, blockNumber, gasUsed, gasPerRecord, costWei, times, latencyMs } = anchor;
  const texts = recordsTexts().anchorParts;
  const parts = [
    inSeconds(times.signed),
    texts.anchor(anchorId),
    texts.size(treeSize),
    recordsTexts().stateNames[state],
    texts.records(records),
    blockNumber !== null && texts.block(blockNumber),
    gasUsed !== null && `${counted(gasUsed)} gas`,
    gasPerRecord !== null && texts.gasARecord(gasPerRecord),
    costWei !== null && `${inEther(costWei)} ETH`,
    latencyMs.total !== null && texts.finalAfter((latencyMs.total / 1_000).toFixed(1)),
  ];
  return parts.filter((part) => part !== false).join("  ");
}

/** Exact. The library that could do it takes a quarter of a second to load. */
function inEther(wei: string): string {
  const digits = wei.padStart(19, "0");
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, "");
}
