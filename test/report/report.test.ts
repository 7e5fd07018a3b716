// Reports as files: read back by another program, in three languages; nothing in them runs, and nothing that they quote is more
// than text.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { extractText, getDocumentProxy } from "unpdf";

import type { Receipt } from "../../src/receipt/receipt.ts";
import type { ReportDocument } from "../../src/report/document.ts";
import { ALL_FINDINGS } from "../../src/report/all-findings.ts";
import { reportHtml } from "../../src/report/html.ts";
import { sentenceOf, textsIn } from "../../src/report/languages.ts";
import { LANGUAGES, languageOf, type Language } from "../../src/texts/languages.ts";
import { reportPdf } from "../../src/report/pdf.ts";
import { receiptPdf } from "../../src/report/receipt-file.ts";
import { sectionsOf } from "../../src/report/sections.ts";

const HASH = "0123456789abcdef".repeat(4);
const REPORT: ReportDocument = {
  format: "warifu-report/1",
  outcome: "refuted",
  question: "Is <b>anything</b> changed? 改ざん ¿Señal?\u0007 🦊",
  method: "whole",
  place: "https://ledger.example.org/log",
  isChainCompared: true,
  head: { treeSize: 100_000, rootHash: HASH },
  newestAnchor: { treeSize: 99_840, block: "1234 (0xabc)" },
  exceptions: [
    {
      where: "leaf 17",
      code: "TILE_INVALID",
      message: "the entry and tile 0/0 disagree: one of them was changed",
      fact: { id: "entry-against-tile", tileIndex: 0 },
    },
    { where: "leaf 18", code: null, message: "as <it> is" },
  ],
  figures: [
    ["entries", 100_000],
    ["bodies", 99_999],
  ],
  notes: [{ message: "no chain was asked", fact: { id: "no-chain" } }],
  identities: {
    origin: "ledger.example.org/2026",
    keyFingerprint: HASH,
    chainId: 31_337,
    contract: `0x${"5".repeat(40)}`,
    nodes: ["rpc.example.org"],
    policySha256: HASH,
    policyFingerprint: "1234 5678 9012 3456 7890 1234",
    tool: "warifu 0.1.0",
  },
  at: "2026-11-29T03:00:00.000Z",
  repeat: "warifu audit --from https://ledger.example.org/log --policy policy.json",
};

const SAID: Readonly<Record<Language, readonly string[]>> = {
  en: ["Audit report", "It is refuted", "one of them was changed", "November 29, 2026", "100,000"],
  es: ["Informe de auditoría", "Queda refutado", "se cambió uno de los dos", "29 de noviembre de 2026", "100.000"],
  ja: ["監査報告書", "不成立", "どちらかが変更されています", "2026年11月29日", "100,000"],
};

/** Judges whether a file is PDF/UA; it comes from no npm package (CONTRIBUTING.md). */
const VERAPDF = process.env["TEST_VERAPDF"] || undefined;
if (VERAPDF === undefined)
  process.stdout.write("left out: reports under veraPDF, because TEST_VERAPDF names no program\n");

const RECEIPT: Receipt = {
  ...{
    format: "warifu-receipt/1",
    id: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f",
    source: "app",
    receivedAt: 1_800_000_000,
  },
  ...{ leafIndex: 3, leafHash: HASH, origin: "santander.example/ledger", keyFingerprint: HASH },
  ...{ checkpoint: { treeSize: 4, rootHash: HASH, holds: true }, isProven: false, madeAt: 1_800_000_001 },
};

describe("reports", () => {
  for (const language of LANGUAGES) {
    it(`as PDF in ${language} are read back by another program, tagged, with language, title and embedded fonts`, async () => {
      const bytes = await reportPdf(REPORT, language);
      const pdf = await getDocumentProxy(new Uint8Array(bytes));
      const { text } = await extractText(pdf, { mergePages: true });
      const plain = text.replaceAll(/\s+/g, "");
      for (const said of [
        ...SAID[language],
        HASH,
        REPORT.repeat,
        "改ざん¿Señal?",
        { en: "leaf17", es: "hoja17", ja: "リーフ17" }[language],
        REPORT.identities.policyFingerprint,
        "<b>anything</b>",
      ])
        expect(plain, said).to.include(said.replaceAll(/\s+/g, ""));
      const { info, metadata } = (await pdf.getMetadata()) as unknown as {
        info: Record<string, unknown>;
        metadata: Map<string, string>;
      };
      expect(String(info["Language"])).to.match(new RegExp(`^${language}-`));
      expect(String(info["Title"])).to.include(textsIn(language).title);
      expect(metadata.get("pdfuaid:part")).to.equal("1");
      expect(await pdf.getMarkInfo()).to.include({ Marked: true });
      const tags = JSON.stringify(await (await pdf.getPage(1)).getStructTree());
      for (const role of ["Document", "H1", "H2", "P", "L", "LI", "Lbl", "LBody"])
        expect(tags).to.include(`"role":"${role}"`);
      const raw = Buffer.from(bytes).toString("latin1");
      expect(raw.match(/\/FontFile[23]/g)).to.have.length(2);
      expect(raw).not.to.match(/\/(JavaScript|JS|Launch|URI)\b/);
    });

    it(`as HTML in ${language} hold no script, load nothing, and quote nothing as anything but text`, () => {
      const page = reportHtml(REPORT, language, ALL_FINDINGS);
      for (const said of SAID[language]) expect(page).to.include(said);
      expect(page).to.include(`<html lang="${language}">`).and.include("default-src 'none'");
      expect(page).to.include("Is &lt;b&gt;anything&lt;/b&gt; changed?").and.include("as &lt;it&gt; is");
      expect(page).not.to.match(/<script|<b>|<it>|\son\w+=|src=|href=|url\(|\u0007/i);
    });
  }

  it("say what holds, what was not compared, and that there is nothing to say", () => {
    const { question: _, head: __, newestAnchor: ___, ...bare } = REPORT;
    const holding: ReportDocument = {
      ...bare,
      ...{ outcome: "holds", isChainCompared: false, exceptions: [], notes: [], method: "bundles" },
      identities: { ...REPORT.identities, nodes: [] },
    };
    for (const language of LANGUAGES) {
      const texts = textsIn(language);
      const said = JSON.stringify(sectionsOf(holding, language, ALL_FINDINGS));
      for (const text of [texts.holdsWithoutChain, texts.noExceptions, texts.noNotes, texts.usualQuestion.bundles])
        expect(said).to.include(text);
      expect(said).to.include(texts.labels.noNodes).and.not.include(`"${texts.labels.head}"`);
    }
  });

  it("take the language that the environment asks for, and English where there is none", () => {
    const asked: readonly [NodeJS.ProcessEnv, Language][] = [
      [{ LANG: "es_ES.UTF-8" }, "es"],
      [{ LANG: "ja" }, "ja"],
      [{ LANG: "ja_JP.UTF-8", LC_ALL: "es_CO" }, "es"],
      [{ LANG: "es_ES", LC_MESSAGES: "ja_JP" }, "ja"],
      [{ LANG: "C.UTF-8" }, "en"],
      [{ LANG: "est_EE" }, "en"],
      [{}, "en"],
    ];
    for (const [environment, language] of asked)
      expect(languageOf(environment), JSON.stringify(environment)).to.equal(language);
  });

  it("translate every fact of an audit, those within others too", () => {
    const because = { id: "error", code: "BUSY", details: {}, message: "as it is" } as const;
    for (const language of ["es", "ja"] as const) {
      const said = sentenceOf(language, { id: "not-all-read", because }, "english", ALL_FINDINGS);
      const meaning = language === "es" ? "el servicio está ocupado" : "サービスが混み合っています";
      expect(said)
        .to.include(meaning)
        .and.not.match(/english|as it is/);
      expect(sentenceOf(language, because, "english", ALL_FINDINGS)).to.equal(meaning);
    }
    expect(sentenceOf("en", { id: "no-chain" }, "english", ALL_FINDINGS)).to.equal("english");
  });

  if (VERAPDF !== undefined)
    it("as PDF are PDF/UA in each language, also over many pages, and so are receipts, as veraPDF says", async () => {
      const folder = mkdtempSync(join(tmpdir(), "warifu-reports-"));
      const [first] = REPORT.exceptions;
      const many = { ...REPORT, exceptions: Array.from({ length: 150 }, () => first!) };
      const files = await Promise.all([
        ...LANGUAGES.map((language) => reportPdf(REPORT, language)),
        reportPdf(many, "en"),
        ...LANGUAGES.map((language) =>
          receiptPdf(RECEIPT, { language, address: "https://ledger.example/verify" }, "-"),
        ),
      ]);
      const paths = files.map((bytes, at) => {
        const path = join(folder, `${at}.pdf`);
        writeFileSync(path, bytes);
        return path;
      });
      const { stdout } = spawnSync(VERAPDF, ["-f", "ua1", "--format", "text", ...paths], { encoding: "utf8" });
      rmSync(folder, { recursive: true });
      expect(stdout.trim().split("\n")).to.deep.equal(paths.map((path) => `PASS ${path} ua1`));
    });
});
