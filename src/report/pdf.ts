/**
 * A report as PDF/UA: tagged, with its language, a title, and every font embedded, Japanese included.
 */
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import type { Language } from "../texts/languages.ts";
import type { ReportDocument } from "./document.ts";
import { textsIn } from "./languages.ts";
import { sectionsOf, type Part, type Section } from "./sections.ts";

const FONT = "@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf";
const BOLD = "@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf";
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", es: "es-ES", ja: "ja-JP" };

type Pdf = InstanceType<typeof PDFDocument>;

/** The file. */
export async function reportPdf(report: ReportDocument, language: Language): Promise<Uint8Array> {
  const title = `${textsIn(language).title} – ${report.identities.origin}`;
  const { identities, at } = report;
  return pdfFile({ title, language, sections: sectionsOf(report, language), tool: identities.tool, at: new Date(at) });
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
  const require = createRequire(import.meta.url);
  const pdf = new PDFDocument({
    size: "A4",
    margin: 56,
    pdfVersion: "1.7",
    // The types do not know it yet.
    subset: "PDF/UA" as "PDF/A-1",
    tagged: true,
    lang: LOCALES[language],
    displayTitle: true,
    font: require.resolve(FONT),
    info: { Title: title, Creator: tool, CreationDate: at },
  });
  pdf.registerFont("bold", require.resolve(BOLD));
  pdf.registerFont("regular", require.resolve(FONT));
  const pieces: Buffer[] = [];
  const whole = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on("data", (piece: Buffer) => pieces.push(piece));
    pdf.on("end", () => resolve(Buffer.concat(pieces)));
    pdf.on("error", reject);
  });
  const root = pdf.struct("Document");
  pdf.addStructure(root);
  root.add(pdf.struct("H1", {}, () => void pdf.font("bold").fontSize(18).text(plain(title))));
  for (const section of sections) addSection(pdf, root, section);
  root.end();
  pdf.end();
  return whole;
}

type Structure = ReturnType<Pdf["struct"]>;

function addSection(pdf: Pdf, root: Structure, { heading, parts }: Section): void {
  root.add(
    pdf.struct("H2", {}, () => void pdf.moveDown(0.8).font("bold").fontSize(12).text(plain(heading)).moveDown(0.2)),
  );
  for (const part of parts) addPart(pdf, root, part);
}

function addPart(pdf: Pdf, root: Structure, part: Part): void {
  if (part.kind === "text" || part.kind === "code") {
    const font = part.kind === "text" && part.isStrong ? "bold" : "regular";
    const write = (): void => void pdf.font(font).fontSize(10).text(plain(part.text)).moveDown(0.3);
    root.add(pdf.struct(part.kind === "code" ? "Code" : "P", {}, write));
    return;
  }
  if (part.kind === "qr") {
    root.add(qrFigure(pdf, part));
    return;
  }
  const list = pdf.struct("L");
  root.add(list);
  const rows = part.kind === "list" ? part.items.map((item) => ["•", item] as const) : part.rows;
  for (const [label, value] of rows) list.add(itemOf(pdf, label, value, part.kind === "facts"));
  list.end();
}

const QR_POINTS = 130;

/** Drawn, so that it is sharp on paper; its alternative text is what a screen reader says. */
function qrFigure(pdf: Pdf, { size, path, alt }: Extract<Part, { readonly kind: "qr" }>): Structure {
  return pdf.struct("Figure", { alt: plain(alt) }, () => {
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

/** A label and its value, on one line where they fit. */
function itemOf(pdf: Pdf, label: string, value: string, isFact: boolean): Structure {
  const item = pdf.struct("LI");
  item.add(
    pdf.struct(
      "Lbl",
      {},
      () =>
        void pdf
          .font("regular")
          .fontSize(10)
          .text(`${plain(label)}${isFact ? ": " : " "}`, { continued: true }),
    ),
  );
  item.add(pdf.struct("LBody", {}, () => void pdf.text(plain(value), { continued: false }).moveDown(0.15)));
  item.end();
  return item;
}

/** Without characters that no font draws. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\n" ? " " : "\u{fffd}"));
}
