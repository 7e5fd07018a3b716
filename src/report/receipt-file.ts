/** A receipt as a file for people: headed sections in one language, as HTML or PDF. */
import { qrCodeOf } from "../receipt/qr-code.ts";
import { reached, STAGES, type Receipt, type Stage } from "../receipt/receipt.ts";
import { RECEIPT, type ReceiptTexts } from "../receipt/texts/texts.ts";
import type { Language } from "../texts/languages.ts";
import { htmlPage } from "./html.ts";
import { counted, longDate, text, type Section } from "./sections.ts";

/** What the file needs besides the receipt. */
interface FileParts {
  readonly language: Language;
  /** Where the QR code leads. */
  readonly address: string;
}

/** The receipt as one HTML page, complete in itself. */
export function receiptHtml(receipt: Receipt, parts: FileParts): string {
  const { language } = parts;
  return htmlPage({ title: titleOf(receipt, language), language, sections: receiptSections(receipt, parts) });
}

/** The receipt as PDF/UA. */
export async function receiptPdf(receipt: Receipt, parts: FileParts, tool: string): Promise<Uint8Array> {
  const { language } = parts;
  const { pdfFile } = await import("./pdf.ts");
  const [title, sections, at] = [
    titleOf(receipt, language),
    receiptSections(receipt, parts),
    new Date(receipt.madeAt * 1_000),
  ];
  return pdfFile({ title, language, sections, tool, at });
}

function titleOf({ origin }: Receipt, language: Language): string {
  return `${RECEIPT[language].title} – ${origin}`;
}

/** The sections, in order. */
function receiptSections(receipt: Receipt, { language, address }: FileParts): Section[] {
  const texts = RECEIPT[language];
  const code = qrCodeOf(address);
  return [
    {
      heading: texts.way,
      parts: [{ kind: "facts", rows: STAGES.map((stage) => stageRow(stage, receipt, language)) }],
    },
    {
      heading: texts.check,
      parts: [text(texts.checkLead), { kind: "qr", ...code, alt: texts.code }, { kind: "code", text: address }],
    },
    { heading: texts.what, parts: [{ kind: "facts", rows: receivedRows(receipt, texts, language) }] },
    { heading: texts.identity, parts: [{ kind: "facts", rows: identityRows(receipt, texts, language) }] },
    { heading: texts.limits, parts: [{ kind: "list", items: texts.limit }] },
  ];
}

function stageRow(stage: Stage, receipt: Receipt, language: Language): [string, string] {
  const { stages, about, done, toCome, inFile } = RECEIPT[language];
  const since = reached(stage, receipt);
  const when = since?.at === undefined ? undefined : timeIn(since.at, language);
  return [stages[stage], inFile(since ? done : toCome, when, about[stage])];
}

function receivedRows(receipt: Receipt, { labels, typeWithheld }: ReceiptTexts, language: Language) {
  const { type, source, receivedAt, id, leafIndex, leafHash } = receipt;
  return [
    [labels.type, type ?? typeWithheld],
    [labels.source, source],
    [labels.received, timeIn(receivedAt, language)],
    [labels.id, id],
    [labels.leaf, counted(leafIndex, language)],
    [labels.leafHash, leafHash],
  ] as const;
}

function identityRows(receipt: Receipt, texts: ReceiptTexts, language: Language) {
  const { labels } = texts;
  const { origin, keyFingerprint, checkpoint, anchor, madeAt } = receipt;
  const { treeSize, rootHash, holds } = checkpoint;
  const head = `${texts.checkpointOf(counted(treeSize, language))} ${rootHash}`;
  const block = anchor?.block && counted(anchor.block.number, language);
  return [
    [labels.origin, origin],
    [labels.key, keyFingerprint],
    [labels.checkpoint, holds ? head : `${head} ${texts.notUnder}`],
    [
      labels.anchor,
      anchor ? texts.anchorOf(counted(anchor.treeSize, language), anchor.chainId, block) : texts.noAnchor,
    ],
    ...(anchor
      ? ([
          [labels.contract, anchor.contract],
          [labels.transaction, anchor.transactionHash],
        ] as const)
      : []),
    [labels.made, timeIn(madeAt, language)],
  ] as const;
}

/** In words and in ISO 8601, UTC. */
function timeIn(posixSeconds: number, language: Language): string {
  const at = new Date(posixSeconds * 1_000).toISOString().replace(".000Z", "Z");
  return `${longDate(at, language)}, ${at}`;
}
