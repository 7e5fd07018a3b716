/**
 * Writes what an audit or a verification found to a file for the file: JSON, HTML or PDF by its ending, in a language, and with
 * a signature beside it if a key is named.
 */
import { extname } from "node:path";
import type { Command } from "commander";
import { toHex } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { sha256 } from "../core/sha256.ts";
import { toolName } from "../files/tool-name.ts";
import type { Identities, ReportDocument } from "../report/document.ts";
import type { Language } from "../texts/languages.ts";
import { language } from "./language.ts";
import { isSameFile, writeNamedFile } from "./named-files.ts";
import type { NamedPolicy } from "./named-policy.ts";
import type { Output } from "./output.ts";
import { shellWord } from "./shell-word.ts";
import { verifyTexts } from "./texts/verify/en.ts";

/** Options of a report. */
export interface ReportOptions {
  readonly report?: string;
  readonly question?: string;
  /** The auditor's private key, a JWK in a file. */
  readonly sign?: string;
}

/** What {@link writeReport} is given besides. */
export interface ReportFileParts {
  readonly document: ReportDocument;
  /** What a report in JSON says besides, for programs. */
  readonly more?: object;
}

/** Adds the options to a command. */
export function withReport(command: Command): Command {
  return command
    .option("--report <file>", verifyTexts().reportOptions.report)
    .option("--question <text>", verifyTexts().reportOptions.question)
    .option("--sign <file>", verifyTexts().reportOptions.sign);
}

/**
 * @param inputs files that it is about, or that were read for it
 * @throws USAGE options of a report without one, or of another ending; it would take the place of an input
 */
export function assertReportOptions(
  { report, question, sign }: ReportOptions,
  inputs: readonly (string | undefined)[],
): void {
  if (report === undefined && (question ?? sign) !== undefined)
    throw new WarifuError("USAGE", "--question and --sign are about a report: name its file with --report");
  if (report !== undefined && !ENDINGS.has(extname(report).toLowerCase()))
    throw new WarifuError("USAGE", "the name of a report ends in .json, .html or .pdf, which says what it is");
  const lost = [...inputs, sign].find((path) => path !== undefined && report !== undefined && isSameFile(path, report));
  if (lost !== undefined)
    throw new WarifuError("USAGE", `--report names ${lost}, which is read here and would be lost: name another file`);
}

const ENDINGS: ReadonlySet<string> = new Set([".json", ".html", ".pdf"]);

/** Writes the file, if one is wanted, and says so. */
export async function writeReport(
  options: ReportOptions,
  { document, more }: ReportFileParts,
  output: Output,
): Promise<void> {
  const { report: path, sign } = options;
  if (path === undefined) return;
  const bytes = await contentOf(extname(path).toLowerCase(), { document, ...(more && { more }) }, language());
  writeNamedFile(path, bytes, "report");
  output.say(verifyTexts().reportWritten(path));
  if (sign === undefined) return;
  const { signReport } = await import("./report-signature.ts");
  const { thumbprint } = await signReport(path, bytes, sign, document.at);
  output.say(verifyTexts().signedIn(`${path}.sig`, thumbprint));
}

async function contentOf(
  ending: string,
  { document, more }: ReportFileParts,
  language: Language,
): Promise<string | Uint8Array> {
  if (ending === ".json") return `${JSON.stringify({ ...forPrograms(document), language, ...more }, null, 2)}\n`;
  // Loaded on demand: what lays out a page takes longer to load than most commands take to run.
  if (ending === ".html") {
    const [{ reportHtml }, { ALL_FINDINGS }] = [
      await import("../report/html.ts"),
      await import("../report/all-findings.ts"),
    ];
    return reportHtml(document, language, ALL_FINDINGS);
  }
  return (await import("../report/pdf.ts")).reportPdf(document, language);
}

/** What is said to people is left out. */
function forPrograms({ exceptions, ...document }: ReportDocument): object {
  return { ...document, exceptions: exceptions.map(({ said: _, ...exception }) => exception) };
}

/** Who and what a report under that policy is about. */
export function identitiesOf(
  policy: Policy,
  { sha256: policySha256, fingerprint }: NamedPolicy,
  nodes: readonly string[],
): Identities {
  return {
    origin: policy.log.name,
    keyFingerprint: toHex(sha256(policy.log.publicKey)),
    chainId: policy.chain.id,
    contract: policy.chain.contract,
    // A path may hold the key of an account.
    nodes: nodes.map((url) => URL.parse(url)?.host ?? url),
    policySha256,
    policyFingerprint: fingerprint,
    tool: toolName(),
  };
}

/** The words of a command, for somebody to paste. */
export function commandOf(words: readonly (string | number | undefined)[]): string {
  return ["warifu", ...words.filter((word) => word !== undefined).map((word) => shellWord(String(word)))].join(" ");
}
