// Names, addresses and numbers come through a translation, or it is refused.

import { expect } from "chai";

import { Protector } from "../../src/translate/protected.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

const ES_EN = { from: "es", to: "en" };
const PLACES = ["Las Llamas", "Calle Burgos", "Burgos", { ja: "藤沢", en: "Fujisawa", es: "Fujisawa" }, "C++ (bar)"];

describe("what is protected in a translation", () => {
  const protector = new Protector(PLACES);

  it("is replaced by what programs leave alone, and put back", () => {
    const source =
      "Un bache en la calle Burgos, junto a Las Llamas: https://example.org/a?b=1, ana@example.org, +34 942 20 06 00.";
    const { text, kept, restore } = protector.protect(source, ES_EN);
    expect(text).to.equal("Un bache en la XQ1X, junto a XQ2X: XQ3X, XQ4X, XQ5X.");
    expect(kept).to.deep.equal([
      "calle Burgos",
      "Las Llamas",
      "https://example.org/a?b=1",
      "ana@example.org",
      "+34 942 20 06 00",
    ]);
    expect(restore("By XQ2X, in XQ1X: XQ3X, XQ4X, xq5x.")).to.equal(
      "By Las Llamas, in calle Burgos: https://example.org/a?b=1, ana@example.org, +34 942 20 06 00.",
    );
  });

  it("is a whole word, where words have an end, and may have another name in the other language", () => {
    expect(protector.protect("burgosina y BURGOS", ES_EN).text).to.equal("burgosina y XQ1X");
    expect(protector.protect("en C++ (bar) hay ruido", ES_EN).kept).to.deep.equal(["C++ (bar"]);
    expect(protector.protect("Calle.\nBurgos", ES_EN).kept).to.deep.equal(["Burgos"]);
    const fromJapanese = protector.protect("藤沢駅前の道路", { from: "ja", to: "es" });
    expect(fromJapanese.text).to.equal("XQ1X駅前の道路");
    expect(fromJapanese.restore("La calle ante la estación de XQ1X")).to.equal("La calle ante la estación de Fujisawa");
    expect(protector.protect("saludos a Fujisawa", { from: "es", to: "ja" }).restore("XQ1Xによろしく")).to.equal(
      "藤沢によろしく",
    );
    expect(protector.protect("藤沢", { from: "ja", to: "fr" }).restore("XQ1X")).to.equal("藤沢");
  });

  it("is missed when a placeholder is lost, changed, doubled or made up", () => {
    const { restore } = protector.protect("Las Llamas y Burgos", ES_EN);
    for (const damaged of [
      "XQ1X and",
      "XQ1X and X Q 2 X",
      "XQ1X, XQ1X and XQ2X",
      "XQ1X and XQ2X and XQ3X",
      "XQ1 and XQ2X",
      "",
    ])
      expect(restore(damaged), damaged).to.equal(undefined);
    expect(restore("XQ2X and XQ1X")).to.equal("Burgos and Las Llamas");
  });

  it("uses no placeholder that the text itself has, and puts nothing back that the text brought", () => {
    const { text, restore } = protector.protect("modelo XQ1X en Burgos", ES_EN);
    expect(text).to.equal("modelo XQ1X en XK1X");
    expect(restore("model XQ1X in XK1X")).to.equal("model XQ1X in Burgos");
  });

  it("is found among many names in good time", async () => {
    const many = new Protector(Array.from({ length: 20_000 }, (_, at) => `Calle ${at.toString(36)} número`));
    const text = "La calle zz1 no está y la Calle 77 Número tampoco. ".repeat(160);
    expect(await cpuMsOf(() => many.protect(text, ES_EN))).to.be.lessThan(1_000);
  });
});
