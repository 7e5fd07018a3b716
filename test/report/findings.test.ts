// What an audit found, in Spanish and Japanese: whole sentences, the numbers as these languages write them, and nothing in English.

import { expect } from "chai";

import { ALL_FINDINGS } from "../../src/report/all-findings.ts";
import { placeOf, sentenceOf as sentenceFrom } from "../../src/report/languages.ts";
import type { AuditFact } from "../../src/texts/findings/forms.ts";
import type { Language } from "../../src/texts/languages.ts";

const ERROR: AuditFact = { id: "error", code: "CHAIN_UNREACHABLE", details: {}, message: "no node answers" };
const SHRANK: AuditFact = { id: "log-shrank", treeSize: 1_234_567, size: 12_345 };

const sentenceOf = (language: Language, fact: AuditFact, english: string): string =>
  sentenceFrom(language, fact, english, ALL_FINDINGS);

describe("what an audit found", () => {
  it("is said with the separators of the language, and in its forms of a number", () => {
    const bodies = (count: number): AuditFact => ({ id: "bodies-withheld", count });
    expect(sentenceOf("es", SHRANK, "")).to.match(/firmó 1\.234\.567 entradas[^]*muestra 12\.345$/);
    expect(sentenceOf("ja", SHRANK, "")).to.match(/1,234,567 エントリに署名[^]*12,345 エントリ/);
    expect(sentenceOf("es", bodies(1), "")).to.match(/^1 cuerpo está retirado/);
    expect(sentenceOf("es", bodies(20_000), "")).to.match(/^20\.000 cuerpos están retirados/);
    expect(sentenceOf("es", bodies(2_000_000), "")).to.match(/^2\.000\.000 de cuerpos/);
    const drawn = { leaves: 1_000, treeSize: 50_000, seed: null, mostAltered: 0.299 };
    expect(sentenceOf("es", { id: "sampled", ...drawn }, "")).to.include("como mucho el 0,299 % de las hojas");
  });

  it("names an error by what it means, alone and within a sentence, not by its English message", () => {
    const because: AuditFact = { id: "not-all-read", because: ERROR as Extract<AuditFact, { id: "error" }> };
    expect(sentenceOf("es", ERROR, "no node answers")).to.equal("la cadena no responde");
    expect(sentenceOf("ja", because, "")).to.equal("すべてを読み取ることはできませんでした:チェーンが応答しません");
    expect(sentenceOf("en", ERROR, "no node answers")).to.equal("no node answers");
  });

  it("says why a key did not count", () => {
    const ended = { endedAt: 4_711, why: "lost" } as const;
    const fact: AuditFact = { id: "source-key-not-counting", source: "s", thumbprint: "T", ended };
    expect(sentenceOf("es", fact, "")).to.match(/terminó en la hoja 4711 \(perdida\)$/);
    expect(sentenceOf("ja", fact, "")).to.match(/リーフ 4,711 で失効した\(紛失\)/);
  });

  it("has words for every place, and leaves paths as they are", () => {
    const es = (where: string): string => placeOf("es", where);
    expect(es("leaf 1234567")).to.equal("hoja 1.234.567");
    expect(es("leaves 10000 to 20000")).to.equal("hojas 10.000 a 20.000");
    expect(es("anchor of size 99840")).to.equal("anclaje de tamaño 99.840");
    expect(es("tile 0/12345")).to.equal("bloque de hashes 0/12345");
    expect(["anchors", "checkpoints", "entries", "vault"].map(es)).to.deep.equal([
      ...["anclajes", "puntos de control", "entradas", "bóveda"],
    ]);
    expect(placeOf("ja", "vault row 12345")).to.equal("金庫の行 12,345");
    expect(es("proofs/one.json")).to.equal("proofs/one.json");
  });
});
