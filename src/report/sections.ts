/** A report as headed sections in one language: what HTML and PDF lay out. */
import type { Language } from "../texts/languages.ts";
import type { ReportDocument } from "./document.ts";
import { placeOf, sentenceOf, textsIn, type FindingsSaid } from "./languages.ts";
import type { ReportTexts } from "./texts/texts.ts";

/** A part of a section. */
export type Part =
  | { readonly kind: "text"; readonly text: string; readonly isStrong?: boolean }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** A QR code: units on each side, and the dark ones as an SVG path. */
  | { readonly kind: "qr"; readonly size: number; readonly path: string; readonly alt: string }
  /** Labels and their values. */
  | { readonly kind: "facts"; readonly rows: readonly (readonly [label: string, value: string])[] };

export interface Section {
  readonly heading: string;
  readonly parts: readonly Part[];
}

/** The sections, in order. */
export function sectionsOf(report: ReportDocument, language: Language, said: FindingsSaid): Section[] {
  const texts = textsIn(language);
  const { headings } = texts;
  return [
    { heading: headings.verdict, parts: verdictParts(report, texts) },
    { heading: headings.question, parts: [text(questionOf(report, texts))] },
    { heading: headings.scope, parts: [text(scopeOf(report, language, texts))] },
    { heading: headings.method, parts: [text(texts.method[report.method])] },
    { heading: headings.exceptions, parts: exceptionParts(report, language, said) },
    { heading: headings.figures, parts: [{ kind: "facts", rows: figureRows(report, language, texts) }] },
    { heading: headings.notes, parts: noteParts(report, language, said) },
    { heading: headings.identities, parts: [{ kind: "facts", rows: identityRows(report, language, texts) }] },
    { heading: headings.repeat, parts: [text(texts.repeatHint), { kind: "code", text: report.repeat }] },
    { heading: headings.limits, parts: [{ kind: "list", items: texts.limits }] },
  ];
}

/** A paragraph. */
export function text(content: string, isStrong = false): Part {
  return { kind: "text", text: content, ...(isStrong && { isStrong }) };
}

function verdictParts({ outcome, isChainCompared }: ReportDocument, texts: ReportTexts): Part[] {
  const verdict = text(texts.outcome[outcome], true);
  return outcome === "holds" && !isChainCompared ? [verdict, text(texts.holdsWithoutChain)] : [verdict];
}

function questionOf({ question, method }: ReportDocument, { usualQuestion }: ReportTexts): string {
  return question ?? usualQuestion[method === "bundles" ? "bundles" : "log"];
}

function scopeOf({ place, head }: ReportDocument, language: Language, { scopeOf: say }: ReportTexts): string {
  return say(place, head && counted(head.treeSize, language));
}

function exceptionParts({ exceptions }: ReportDocument, language: Language, findings: FindingsSaid): Part[] {
  const texts = textsIn(language);
  if (exceptions.length === 0) return [text(texts.noExceptions)];
  const items = exceptions.map(({ where, code, fact, message, said }) => {
    const sentence = said ?? sentenceOf(language, fact, message, findings);
    return `${placeOf(language, where)}: ${sentence}${code === null ? "" : ` [${code}]`}`;
  });
  return [text(texts.exceptionCount(counted(exceptions.length, language))), { kind: "list", items }];
}

function figureRows({ figures }: ReportDocument, language: Language, texts: ReportTexts): [string, string][] {
  return figures.map(([id, count]) => [texts.figures[id], counted(count, language)]);
}

function noteParts({ notes }: ReportDocument, language: Language, findings: FindingsSaid): Part[] {
  if (notes.length === 0) return [text(textsIn(language).noNotes)];
  return [{ kind: "list", items: notes.map(({ fact, message }) => sentenceOf(language, fact, message, findings)) }];
}

function identityRows(report: ReportDocument, language: Language, texts: ReportTexts): [string, string][] {
  const { labels } = texts;
  const { identities, head, newestAnchor, at } = report;
  const { origin, keyFingerprint, chainId, contract, nodes, policySha256, policyFingerprint, tool } = identities;
  return [
    [labels.origin, origin],
    [labels.key, keyFingerprint],
    ...(head ? [[labels.head, texts.headOf(counted(head.treeSize, language), head.rootHash)] as [string, string]] : []),
    [labels.chain, String(chainId)],
    [labels.contract, contract],
    ...(newestAnchor
      ? [
          [labels.anchor, texts.anchorOf(counted(newestAnchor.treeSize, language), newestAnchor.block)] as [
            string,
            string,
          ],
        ]
      : []),
    [labels.nodes, nodes.length === 0 ? labels.noNodes : nodes.join(", ")],
    [labels.policy, policySha256],
    [labels.policyFingerprint, policyFingerprint],
    [labels.tool, tool],
    [labels.time, `${longDate(at, language)} (${at})`],
  ];
}

/** A count, with the separators of the language. */
export function counted(count: number, language: Language): string {
  return count.toLocaleString(language);
}

/** In words, UTC; ISO 8601 stands beside it. */
export function longDate(at: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" }).format(
    new Date(at),
  );
}
