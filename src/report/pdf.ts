/**
 * A report as PDF/UA: tagged, with its language, a title, and every font embedded, Japanese included.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import type { Language } from "../texts/languages.ts";
import type { ReportDocument } from "./document.ts";
import { ALL_FINDINGS } from "./all-findings.ts";
import { textsIn } from "./languages.ts";
import { sectionsOf, type Part, type Section } from "./sections.ts";

const FONT = "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf";
const BOLD = "@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf";
const [MARGIN, LABEL_WIDTH, INDENT] = [56, 124, 12];
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", es: "es-ES", ja: "ja-JP" };

type Pdf = InstanceType<typeof PDFDocument>;

/** The file. */
export async function reportPdf(report: ReportDocument, language: Language): Promise<Uint8Array> {
  const title = `${textsIn(language).title} – ${report.identities.origin}`;
  const { identities, at } = report;
  return pdfFile({
    title,
    language,
    sections: sectionsOf(report, language, ALL_FINDINGS),
    tool: identities.tool,
    at: new Date(at),
  });
}

/** What a file is made of. */
interface PdfParts {
  readonly title: string;
  readonly language: Language;
  readonly sections: readonly Section[];
  /** Name and version of this program. */
  readonly tool: string;
  readonly at: Date;
}

/** Headed sections as a file. */
export async function pdfFile({ title, language, sections, tool, at }: PdfParts): Promise<Uint8Array> {
  const { regular, bold } = readFonts();
  const pdf = new PDFDocument({
    size: "A4",
    margin: MARGIN,
    // The number of pages is known at the end.
    bufferPages: true,
    pdfVersion: "1.7",
    // The types do not know it yet.
    subset: "PDF/UA" as "PDF/A-1",
    tagged: true,
    lang: LOCALES[language],
    displayTitle: true,
    // The same: bytes are taken, too.
    font: regular as unknown as string,
    info: { Title: title, Creator: tool, CreationDate: at },
  });
  pdf.registerFont("bold", bold);
  pdf.registerFont("regular", regular);
  const pieces: Buffer[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on("data", (piece: Buffer) => pieces.push(piece));
    pdf.on("end", () => resolve(Buffer.concat(pieces)));
    pdf.on("error", reject);
  });
  const root = pdf.struct("Document");
  pdf.addStructure(root);
  root.add(pdf.struct("H1", {}, () => void pdf.font("bold").fontSize(18).text(plain(title, pdf))));
  addRule(pdf);
  for (const section of sections) addSection(pdf, root, section);
  root.end();
  numberPages(pdf);
  pdf.end();
  return whole;
}

let fonts: { readonly regular: Uint8Array; readonly bold: Uint8Array } | undefined;

/** Read once for all files that a process makes: they are 11 MB. */
function readFonts(): NonNullable<typeof fonts> {
  const require = createRequire(import.meta.url);
  const read = (path: string): Uint8Array => readFileSync(require.resolve(path));
  return (fonts ??= { regular: read(FONT), bold: read(BOLD) });
}

type Structure = ReturnType<Pdf["struct"]>;

/** What is drawn for the looks alone is marked as such, and no screen reader says it. */
function addRule(pdf: Pdf): void {
  const y = pdf.y + 6;
  pdf.markContent("Artifact", { type: "Layout" });
  pdf
    .moveTo(MARGIN, y)
    .lineTo(pdf.page.width - MARGIN, y)
    .lineWidth(0.75)
    .stroke("#888");
  pdf.endMarkedContent();
}

function numberPages(pdf: Pdf): void {
  const { count } = pdf.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pdf.switchToPage(page);
    // Otherwise writing that low would begin another page.
    pdf.page.margins.bottom = 0;
    pdf.markContent("Artifact", { type: "Pagination" });
    pdf.font("regular").fontSize(8).fillColor("#555");
    pdf.text(`${page + 1} / ${count}`, MARGIN, pdf.page.height - 36, {
      width: pdf.page.width - 2 * MARGIN,
      align: "right",
      lineBreak: false,
    });
    pdf.endMarkedContent();
  }
}

/** Begins another page unless there is room for so much. */
function keepTogether(pdf: Pdf, height: number): void {
  if (pdf.y + height > pdf.page.height - pdf.page.margins.bottom && height < pdf.page.height / 2) pdf.addPage();
}

function addSection(pdf: Pdf, root: Structure, { heading, parts }: Section): void {
  // A heading is not the last thing on a page.
  keepTogether(pdf, 70);
  pdf.x = MARGIN;
  root.add(
    pdf.struct(
      "H2",
      {},
      () => void pdf.moveDown(0.8).font("bold").fontSize(12).text(plain(heading, pdf)).moveDown(0.2),
    ),
  );
  for (const part of parts) addPart(pdf, root, part);
}

function addPart(pdf: Pdf, root: Structure, part: Part): void {
  pdf.x = MARGIN;
  if (part.kind === "text" || part.kind === "code") {
    const [font, size] = part.kind === "text" && part.isStrong ? (["bold", 12] as const) : (["regular", 10] as const);
    const write = (): void => void pdf.font(font).fontSize(size).text(plain(part.text, pdf)).moveDown(0.3);
    root.add(pdf.struct(part.kind === "code" ? "Code" : "P", {}, write));
    return;
  }
  if (part.kind === "qr") {
    root.add(qrFigure(pdf, part));
    return;
  }
  const list = pdf.struct("L");
  root.add(list);
  const isFacts = part.kind === "facts";
  const rows = isFacts ? part.rows : part.items.map((item) => ["•", item] as const);
  for (const [label, value] of rows) list.add(itemOf(pdf, label, value, isFacts ? LABEL_WIDTH : INDENT));
  list.end();
}

const QR_POINTS = 130;

/** Drawn, so that it is sharp on paper; its alternative text is what a screen reader says. */
function qrFigure(pdf: Pdf, { size, path, alt }: Extract<Part, { readonly kind: "qr" }>): Structure {
  return pdf.struct("Figure", { alt: plain(alt, pdf) }, () => {
    const { x, y } = pdf;
    pdf
      .save()
      .translate(x, y)
      .scale(QR_POINTS / size)
      .path(path)
      .fill("#000")
      .restore();
    pdf.x = x;
    pdf.y = y + QR_POINTS;
  });
}

/** A label, and its value beside it. */
function itemOf(pdf: Pdf, label: string, value: string, labelWidth: number): Structure {
  const [left, right] = [{ width: labelWidth - 8 }, { width: pdf.page.width - 2 * MARGIN - labelWidth }];
  pdf.font("regular").fontSize(10);
  const height = Math.max(pdf.heightOfString(plain(label, pdf), left), pdf.heightOfString(plain(value, pdf), right));
  keepTogether(pdf, height);
  const { y } = pdf;
  const write = (text: string, x: number, box: { readonly width: number }, color: string): void =>
    void pdf.fillColor(color).text(plain(text, pdf), x, y, box);
  const item = pdf.struct("LI");
  item.add(pdf.struct("Lbl", {}, () => write(label, MARGIN, left, "#444")));
  item.add(pdf.struct("LBody", {}, () => write(value, MARGIN + labelWidth, right, "#000")));
  item.end();
  pdf.x = MARGIN;
  // What is longer than a page has gone on to the next one by itself.
  pdf.y = Math.max(pdf.y, y + height) > pdf.page.height ? pdf.y : Math.max(pdf.y, y + height) + 2;
  return item;
}

/** What a font of pdfkit knows of itself; its types do not say so. */
interface KnownGlyphs {
  readonly _font?: { readonly font?: { hasGlyphForCodePoint?(codePoint: number): boolean } };
}

/** Stands for what the font cannot draw: PDF/UA does not allow a font's own glyph for missing characters. */
const MISSING = "□";

/** The text with nothing in it that the font lacks, or that is drawn as nothing. */
function plain(text: string, pdf: Pdf): string {
  const font = (pdf as unknown as KnownGlyphs)._font?.font;
  const isDrawn = (character: string): boolean =>
    !/[\p{Cc}\p{Cf}]/u.test(character) && font?.hasGlyphForCodePoint?.(character.codePointAt(0) as number) !== false;
  return Array.from(text.replaceAll("\n", " "), (one) => (isDrawn(one) ? one : MISSING)).join("");
}
