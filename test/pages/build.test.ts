// The pages as they are built: the same bytes wherever the sources lie, small, and in all languages.

import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect } from "chai";

import { buildPages, digestOf, type BuiltFiles } from "../../scripts/pages/build.ts";
import { languageFor } from "../../src/pages/texts/language.ts";
import { counterIn } from "../../src/texts/plurals.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** What the build reads. */
const SOURCES = [
  "src/pages",
  "src/core",
  "src/verify",
  "src/texts",
  "src/receipt",
  "src/report",
  "scripts/pages",
  "package.json",
  "tsconfig.json",
];

describe("the built pages", () => {
  let files: BuiltFiles;
  let place: string;
  before(async () => {
    place = mkdtempSync(join(tmpdir(), "warifu-pages-"));
    files = await buildPages(ROOT);
  });
  after(() => {
    rmSync(place, { recursive: true });
  });

  const digests = (built: BuiltFiles): [string, string][] =>
    [...built].map(([path, bytes]): [string, string] => [path, digestOf(bytes)]);

  it("are the same bytes from another checkout, at another path", async () => {
    const other = join(place, "another folder", "with ünusual names");
    mkdirSync(other, { recursive: true });
    for (const path of SOURCES) cpSync(join(ROOT, path), join(other, path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
    expect(digests(await buildPages(other))).to.deep.equal(digests(files));
  });

  it("say nothing of the machine that built them", () => {
    for (const [path, bytes] of files) expect(Buffer.from(bytes).includes(ROOT), path).to.equal(false);
  });

  it("name each file of a page by what is in it", () => {
    const assets = [...files].filter(([path]) => path.startsWith("assets/"));
    expect(assets).to.have.length.greaterThan(2);
    for (const [path, bytes] of assets) expect(path).to.include(digestOf(bytes).slice(0, 16));
  });

  it("stay small: a first view is at most 150,000 bytes when compressed", () => {
    for (const [path, bytes] of files) {
      if (!path.endsWith(".html") || path.startsWith("warifu-")) continue;
      const loaded = [
        ...Buffer.from(bytes)
          .toString()
          .matchAll(/(?:src|href)="\/([^"]+)"/g),
      ].map(([, one]) => one!);
      const all = [bytes, ...loaded.map((one) => files.get(one)!)];
      expect(loaded.length, path).to.be.greaterThan(2);
      expect(
        all.reduce((sum, one) => sum + gzipSync(one).length, 0),
        path,
      ).to.be.lessThan(150_000);
    }
  });

  it("have a verifier in one file that stays below 330,000 bytes", () => {
    for (const name of ["warifu-verify.html", "warifu-verify-rpc.html"])
      expect(files.get(name)!.length, name).to.be.within(100_000, 330_000);
  });

  it("have a verifier that allows its own script and style alone, and no network but in the file that may ask nodes", () => {
    const policyIn = (name: string): string[] =>
      /content="(default-src[^"]+)"/.exec(Buffer.from(files.get(name)!).toString())![1]!.split("; ");
    const [closed, open] = [policyIn("warifu-verify.html"), policyIn("warifu-verify-rpc.html")];
    expect(closed).to.include.members(["default-src 'none'", "require-trusted-types-for 'script'", "base-uri 'none'"]);
    expect(closed.filter((one) => /^(script|style)-src 'sha256-[^' ]+'$/.test(one))).to.have.length(2);
    expect(closed.join()).to.not.match(/connect-src|unsafe|https?:/);
    expect(open.filter((one) => !closed.includes(one) && !one.startsWith("script-src"))).to.deep.equal([
      "worker-src 'self' blob:",
      "connect-src https: http://localhost:* http://127.0.0.1:* 'self'",
    ]);
  });

  it("have nothing inline, and no code that is made at run time", () => {
    for (const [path, bytes] of files) {
      const text = Buffer.from(bytes).toString();
      if (path.endsWith(".html") && !path.startsWith("warifu-"))
        expect(text, path).to.not.match(/<style|<script(?![^>]* src=)|\bon\w+=|style=/);
      if (path.endsWith(".js")) expect(text, path).to.not.match(/\bnew Function\b|\beval\(/);
    }
  });

  it("are built from what is named in NOTICE", () => {
    const notice = readFileSync(join(ROOT, "NOTICE"), "utf8");
    for (const name of ["Preact", "fflate", "noble", "qr"]) expect(notice).to.include(name);
  });
});

describe("the language of a page", () => {
  it("is the one that the address asks for, else the first that the browser prefers and that there is, else English", () => {
    expect(languageFor("ja", ["es"])).to.equal("ja");
    expect(languageFor(null, ["fr-CA", "es-MX", "en"])).to.equal("es");
    expect(languageFor("xx", ["JA-jp"])).to.equal("ja");
    expect(languageFor(null, [])).to.equal("en");
  });

  it("has its own forms for numbers", () => {
    const inEnglish = (count: number): string => counterIn("en")(count, { one: "# file", other: "# files" });
    expect([0, 1, 2].map(inEnglish)).to.deep.equal(["0 files", "1 file", "2 files"]);
    const spanish = { one: "# archivo", many: "# de archivos", other: "# archivos" };
    const inSpanish = (count: number): string => counterIn("es")(count, spanish);
    expect([1, 2, 1_000_000].map(inSpanish)).to.deep.equal(["1 archivo", "2 archivos", "1.000.000 de archivos"]);
    expect(counterIn("ja")(12_345, { other: "#件" })).to.equal("12,345件");
  });
});
