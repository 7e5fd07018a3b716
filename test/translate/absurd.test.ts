// Outputs that are no translation are refused, each for its reason; what a program really answered passes.

import { expect } from "chai";

import { absurdityOf, StockPhrases, type Absurdity } from "../../src/translate/absurd.ts";
import type { Pair } from "../../src/translate/translator.ts";
import { cpuMsOf } from "../support/cpu-time.ts";

const ES_EN = { from: "es", to: "en" };
const ES_JA = { from: "es", to: "ja" };
const JA_EN = { from: "ja", to: "en" };
const HOLE = "Hay un bache muy grande en la calle, delante del colegio. Lleva 3 semanas así.";

/** Absurd outputs as people have reported them of real services. */
const ABSURD: readonly (readonly [expected: Absurdity, what: string, source: string, target: string, pair?: Pair])[] = [
  ["empty", "nothing", HOLE, ""],
  ["empty", "only spaces", HOLE, " \n\t"],
  ["echo", "the source", HOLE, HOLE],
  ["echo", "the source with other signs", HOLE, `¡${HOLE.toUpperCase()}!`],
  ["echo", "almost the source", HOLE, HOLE.replace("Hay un", "There is a")],
  ["loop", "one sign for ever", HOLE, `There is ${"#".repeat(40)} 3`],
  ["loop", "one word for ever", HOLE, "The hole the hole the hole the hole the hole 3"],
  [
    "loop",
    "one phrase for ever in Japanese",
    HOLE,
    "道路に穴があります。道路に穴があります。道路に穴があります。道路に穴があります。3",
    ES_JA,
  ],
  ["length", "a word for two sentences", HOLE, "Home 3"],
  [
    "length",
    "a novel for a word",
    "Bache",
    "There once was a street where many people lived, and one day somebody saw a hole.",
  ],
  ["length", "a sign for a sentence in Japanese", HOLE, "3家", ES_JA],
  ["script", "another script", HOLE, "На улице перед школой большая яма, уже 3 недели без ремонта, помогите."],
  ["script", "Latin where Japanese was asked for", HOLE, "There is a big hole in the street for 3 weeks.", ES_JA],
  [
    "script",
    "Chinese where Japanese was asked for",
    HOLE,
    "街上学校前面有一个很大的坑洞已经三周了请尽快修理谢谢3",
    ES_JA,
  ],
  ["script", "Japanese left as it was", "学校の前に大きな穴があります", "学校の前に大きな穴がある", JA_EN],
  ["number", "a number less", HOLE, "There is a very big hole in the street, in front of the school, for weeks."],
  ["number", "another number", "Llamad al 112 a las 8", "Call 911 at 8", ES_EN],
  ["characters", "bytes that were not read", HOLE, "There is a very big \ufffd\ufffd in the street since 3 weeks."],
  ["characters", "what turns the line around", HOLE, "There is a very big hole \u202ein the street since 3 weeks."],
  ["mark-up", "a tag", HOLE, "There is a very big <b>hole</b> in the street since 3 weeks."],
  ["mark-up", "an entity", HOLE, "There is a very big hole &amp; more in the street since 3 weeks."],
];

describe("an absurd translation", () => {
  for (const [expected, what, source, target, pair = ES_EN] of ABSURD)
    it(`is refused: ${expected}, ${what}`, () => {
      expect(absurdityOf({ source, target, pair, kept: [] })).to.equal(expected);
    });

  it("is not what real programs answered, good or bad", () => {
    // Apertium 3.8.3 with apertium-eng-spa 0.8.1, and the test model of Bergamot.
    for (const [source, target, pair] of [
      [
        "Hay un bache muy grande en la calle Burgos, delante del colegio.",
        "There is a very big pothole in the street Boroughs, in front of the school.",
        ES_EN,
      ],
      ["La farola de la plaza lleva tres días apagada.", "The farola of the square spends three days turn.", ES_EN],
      [
        "A fallen tree blocks the sidewalk. It is dangerous for children.",
        "Un árbol caído bloquea la acera. Es peligroso para niños.",
        { from: "en", to: "es" },
      ],
      [
        "The street light in the square has been off for three days.",
        "A luz da rua na praça está fora por três dias.",
        { from: "en", to: "pt" },
      ],
      [
        "学校の前の道路に大きな穴があります。危ないです。",
        "There is a big hole in the road in front of the school. It is dangerous.",
        JA_EN,
      ],
      [
        "There is a big hole in the road in front of the school.",
        "学校の前の道路に大きな穴があります。",
        { from: "en", to: "ja" },
      ],
      ["ゴミ", "Garbage", JA_EN],
      ["jajajajajajaja, qué bueno", "hahahahahahaha, how good", ES_EN],
      ["Abierto de 10:30 a 18:00", "10時30分から18時00分まで営業", ES_JA],
    ] as const)
      expect(absurdityOf({ source, target, pair, kept: [] }), target).to.equal(undefined);
  });

  it("does not count names that were put back as another script, or as an echo", () => {
    const kept = ["Plaza del Ayuntamiento"];
    const target = "Plaza del Ayuntamientoで火事";
    expect(absurdityOf({ source: "Fuego en la Plaza del Ayuntamiento", target, pair: ES_JA, kept })).to.equal(
      undefined,
    );
    expect(absurdityOf({ source: "Fuego en la Plaza del Ayuntamiento", target, pair: ES_JA, kept: [] })).to.equal(
      "script",
    );
  });

  it("is noticed when one phrase is the answer to everything", () => {
    const phrases = new StockPhrases();
    const asked = (source: string, target = "Home"): boolean =>
      phrases.isStock({ source, target, pair: JA_EN, kept: [] });
    expect(asked("さようなら")).to.equal(false);
    expect(asked("おやすみなさい、また明日")).to.equal(false);
    expect(asked("やさいはだいきらいですがくだものはすき")).to.equal(true);
    // People do say the same in similar words.
    for (const source of ["街灯が消えた", "街灯が消えてる", "街灯が消えました"])
      expect(asked(source, "The light is off")).to.equal(false);
    expect(phrases.isStock({ source: "x".repeat(90), target: "Home", pair: ES_JA, kept: [] })).to.equal(false);
  });

  it("is found in the largest text in good time", async () => {
    const source = "La farola de la plaza está apagada y nadie viene a mirarla. ".repeat(130);
    const target = Array.from({ length: 1_600 }, (_, at) => `word${at % 97}${(at * 7919) % 101}`).join(" ");
    expect(await cpuMsOf(() => absurdityOf({ source, target, pair: ES_EN, kept: [] }))).to.be.lessThan(500);
  });
});
