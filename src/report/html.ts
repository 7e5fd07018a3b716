/**
 * A report as one HTML page: no script, nothing loaded, readable with any style sheet off, and printable.
 */
import { toBase64, utf8 } from "../core/bytes.ts";
import { sha256 } from "../core/sha256.ts";
import type { Language } from "../texts/languages.ts";
import type { ReportDocument } from "./document.ts";
import { textsIn, type FindingsSaid } from "./languages.ts";
import { sectionsOf, type Part, type Section } from "./sections.ts";

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 1.8rem; }
.holds { border-left: .4rem solid #1a7f37; } .refuted { border-left: .4rem solid #c62828; }
.undecided { border-left: .4rem solid #9a6700; } .verdict { padding-left: .8rem; }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .2rem 1rem; } dd { margin: 0; }
.qr { background: #fff; display: block; height: auto; max-width: 17rem; width: 100%; }
pre { white-space: pre-wrap; border: 1px solid; padding: .6rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } }
`;

/** The page. */
export function reportHtml(report: ReportDocument, language: Language, said: FindingsSaid): string {
  const title = `${textsIn(language).title} – ${report.identities.origin}`;
  const sections = sectionsOf(report, language, said);
  return htmlPage({ title, language, sections, firstClass: `verdict ${report.outcome}` });
}

/** What a page is made of. */
interface Page {
  readonly title: string;
  readonly language: Language;
  readonly sections: readonly Section[];
  /** Of the first section, for its looks. */
  readonly firstClass?: string;
}

/** Headed sections as a page of their own. */
export function htmlPage({ title, language, sections, firstClass }: Page): string {
  const main = sections.map(({ heading, parts }, at) => {
    const content = parts.map(htmlOf).join("\n");
    const looks = at === 0 && firstClass !== undefined ? ` class="${firstClass}"` : "";
    return `<section${looks}>\n<h2>${escaped(heading)}</h2>\n${content}\n</section>`;
  });
  const hash = toBase64(sha256(utf8(STYLE)));
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${main.join("\n")}
</main>
</body>
</html>
`;
}

function htmlOf(part: Part): string {
  if (part.kind === "text")
    return part.isStrong ? `<p><strong>${escaped(part.text)}</strong></p>` : `<p>${escaped(part.text)}</p>`;
  if (part.kind === "code") return `<pre><code>${escaped(part.text)}</code></pre>`;
  if (part.kind === "qr")
    return `<svg class="qr" viewBox="0 0 ${part.size} ${part.size}" role="img" aria-label="${escaped(part.alt)}" shape-rendering="crispEdges"><rect width="${part.size}" height="${part.size}" fill="#fff"/><path fill="#000" d="${part.path}"/></svg>`;
  if (part.kind === "list") return `<ul>\n${part.items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}\n</ul>`;
  return `<dl>\n${part.rows.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join("\n")}\n</dl>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\n" ? character : "\u{fffd}"));
}
