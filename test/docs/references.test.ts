// What the documents point at is there: links and their headings, files, settings, error codes, scripts, verbs.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect } from "chai";

import { parseConfig } from "../../src/config.ts";
import { PROBLEM_KINDS } from "../../src/http/handling/problem.ts";
import { blocksOf, documents, proseOf, readDocument, ROOT, type Document } from "./support/documents.ts";

const ALL = documents();
/** Words in capitals that are no codes of errors: roles of the contract, variables of others. */
const OTHER_CAPITALS: ReadonlySet<string> = new Set([
  "ANCHOR_ROLE",
  "CLOSE_ROLE",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "LANG",
  "LC_ALL",
  "LC_MESSAGES",
  "MUST",
  "NODE_USE_ENV_PROXY",
  "NO_PROXY",
  "SHOULD",
  "TEST_POSTGRES",
  "TEST_PYTHON",
  "NOTICE",
  "LICENSE",
  "YYYYMMDD",
]);
/** Folders whose files the prose names in backticks. */
const NAMED_PATH = /^(?:src|test|docs|contracts|ignition|profiles|examples|scripts|snapshots|bin|\.ci)\/[\w./-]*$/;

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Targets of links and images in the prose. */
function linksOf(document: Document): string[] {
  return [...proseOf(document).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target as string);
}

/** Contents of code spans in the prose. */
function spansOf(document: Document): string[] {
  return [...proseOf(document).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string);
}

/** Ids of headings, as GitHub makes them. */
function headingIds({ text }: Document): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

function settingsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\bWARIFU_[A-Z_]+\b/g)].map(([name]) => name))].sort();
}

describe("what the documents point at", () => {
  for (const document of ALL)
    describe(document.path, () => {
      it("links to files and headings that are there", () => {
        for (const link of linksOf(document).filter((target) => !/^https?:/.test(target))) {
          const [file = "", heading] = link.split("#");
          const target = file === "" ? document.path : normalize(join(dirname(document.path), file));
          expect(existsSync(join(ROOT, target)), `${link} is not there`).to.equal(true);
          if (heading !== undefined) expect(headingIds(readDocument(target)), link).to.include(heading);
        }
      });

      it("names files and folders that are there", () => {
        const paths = spansOf(document).filter((span) => NAMED_PATH.test(span));
        for (const path of paths) expect(existsSync(join(ROOT, path)), `${path} is not there`).to.equal(true);
      });

      it("names error codes that there are", () => {
        const codes = spansOf(document).filter(
          (span) => /^[A-Z][A-Z_]{3,}$/.test(span) && !/^(WARIFU|CITY)_/.test(span),
        );
        for (const code of codes.filter((name) => !OTHER_CAPITALS.has(name)))
          expect(Object.hasOwn(PROBLEM_KINDS, code), `${code} is no code`).to.equal(true);
      });

      it("names scripts of package.json and verbs of the command that there are", () => {
        const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
        const commands = [...spansOf(document), ...blocksOf(document).flatMap(({ content }) => content.split("\n"))];
        for (const command of commands) {
          // Of npm's own commands, one is shown.
          const script = /^npm (?!ci )(?:run )?(\S+)/.exec(command)?.[1];
          if (script !== undefined) expect(Object.keys(scripts), command).to.include(script);
          const verb = /^(?:[A-Z_]+=\S+ )*(?:npx )?warifu ([a-z][a-z-]*)/.exec(command)?.[1];
          if (verb !== undefined) expect(existsSync(join(ROOT, `src/cli/${verb}.ts`)), command).to.equal(true);
        }
      });

      it("has JSON that can be read", () => {
        for (const { content, where } of blocksOf(document).filter(({ language }) => language === "json"))
          expect(() => JSON.parse(content) as unknown, where).not.to.throw();
      });
    });

  it("are settings that there are, and .env.example names them all", () => {
    const documented = settingsIn(read(".env.example"));
    const named = [...new Set(ALL.flatMap(({ text }) => settingsIn(text)))];
    for (const name of named) expect(documented, `${name} is not in .env.example`).to.include(name);
    const known = settingsIn(read("src/settings.ts"));
    expect(documented.filter((name) => !known.includes(name))).to.deep.equal([]);
    expect(known.filter((name) => !documented.includes(name))).to.deep.equal([]);
  });

  it("has an example of the environment that can be used as it is", () => {
    const lines = read(".env.example")
      .split("\n")
      .map((line) => line.replace(/^# ?(?=WARIFU_)/, ""))
      .filter((line) => /^WARIFU_[A-Z_]+=/.test(line));
    const environment = Object.fromEntries(lines.map((line) => line.split(/=(.*)/).slice(0, 2)));
    expect(() => parseConfig(environment as NodeJS.ProcessEnv)).not.to.throw();
  });

  it("are the stages, each in its file, in the order of their way", () => {
    const rows = [...readDocument("README.md").text.matchAll(/^\| (\w+) +\| \[([\w-]+\.ts)\]\((src\/[\w/-]+\.ts)\)/gm)];
    expect(rows.map(([, stage]) => stage)).to.deep.equal([
      "ingest",
      "conceal",
      "admit",
      "append",
      "publish",
      "anchor",
      "confirm",
      "prove",
      "audit",
    ]);
    for (const [, , label, path] of rows) expect(path?.split("/").at(-1)).to.equal(label);
  });
});
