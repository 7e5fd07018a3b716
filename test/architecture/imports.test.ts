// The rules of the house that the folders stand for: who may import whom, and what no source file holds.
// Invariant: the pure core knows nothing of its surroundings, and nothing but the edges knows them all.

import { readFileSync, globSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect } from "chai";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCES = globSync("src/**/*.ts", { cwd: ROOT })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

/** The modules of the stages' surroundings that are interfaces and nothing else. */
const INTERFACES = [
  "src/store/ledger-store.ts",
  "src/store/vault.ts",
  "src/store/witness-store.ts",
  "src/store/anchor-index.ts",
  "src/chain/chain.ts",
  "src/chain/chain-change.ts",
];
/** The running service as its edges see it. */
const SERVICE = ["src/pipeline.ts", "src/ledger.ts", "src/access.ts", "src/alarms.ts"];
/** What starts the service, or reads its data folder. */
const COMPOSITION = [
  "src/config.ts",
  "src/account-keys.ts",
  "src/contract.ts",
  "src/main.ts",
  "src/audit.ts",
  "src/folder-access.ts",
  "src/key-files.ts",
  "src/profile-files.ts",
  "src/random.ts",
];
/** What starts a witness, a program beside the service. */
const WITNESS = ["src/witness-service.ts"];
/** How any server of ours takes a body in and ends an answer. */
const HTTP_HANDLING = [
  "src/http/listen.ts",
  "src/http/rate-limit.ts",
  "src/http/request-body.ts",
  "src/http/response-end.ts",
];
/** What both ends of the wire know. */
const WIRE = ["src/http/client.ts", "src/http/key-view.ts", "src/http/problem.ts", "src/http/submitted-values.ts"];
/** The chain for somebody who only reads it. */
const CHAIN_READERS = ["src/chain/chain-view.ts", "src/chain/agreed-anchors.ts"];
const CONTRACT_TYPES = "types/ethers-contracts/";

/**
 * What each part may import of ours besides its own folder, by the beginning of the path. Files directly in src/ wire
 * the parts and may know them all; the last rules say who may know those files.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/core/": [],
  "src/verify/": ["src/core/"],
  "src/stages/": ["src/core/", "src/verify/", ...INTERFACES],
  "src/store/": ["src/core/"],
  "src/chain/": ["src/core/", CONTRACT_TYPES],
  // Witness and witnessed log share nothing but the protocol: no pipeline, no ledger.
  "src/witness/": ["src/core/", "src/store/witness-store.ts", ...HTTP_HANDLING],
  // Text of the field into values: no service, no network.
  "src/sources/": ["src/core/"],
  "src/http/": [...SERVICE, "src/verify/", "src/core/"],
  "src/web/": [...SERVICE, "src/verify/", "src/core/"],
  // A program of its own: it starts the service, talks to one over HTTP, or audits and verifies with no service at all.
  "src/cli/": [
    ...SERVICE,
    "src/verify/",
    "src/sources/",
    "src/core/",
    ...COMPOSITION,
    ...WITNESS,
    ...WIRE,
    ...CHAIN_READERS,
  ],
};

/** Whose types, and nothing that runs, a part may import beyond that: it implements or presents them. */
const MAY_IMPORT_TYPES: Readonly<Record<string, readonly string[]>> = {
  "src/store/": ["src/verify/audit-findings.ts"],
  "src/chain/": ["src/verify/verdict.ts", "src/verify/audit-log.ts"],
  "src/cli/": [...INTERFACES],
};

type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Every import and re-export with a relative target: static, of types, and dynamic. */
function relativeImports(path: string): Import[] {
  const statements = code(path).matchAll(
    /\b(import|export)\b(\s+type\b)?(?:[^;"'`()]*?\bfrom\s*|\s*\(?\s*)["'](\.{1,2}\/[^"']+)["']/g,
  );
  return [...statements].map(([, , type, target]) => ({
    from: path,
    to: normalize(join(dirname(path), target as string)).replaceAll("\\", "/"),
    isType: type !== undefined,
  }));
}

/** The text without comments and template texts, in which any word may stand. */
function code(path: string): string {
  return textOf(path).replaceAll(/\/\*[^]*?\*\/|(?<=^|[\s;{}(),])\/\/.*$|`[^`\n]*`/gm, "");
}

const IMPORTS = SOURCES.flatMap(relativeImports);
const describeImport = ({ from, to }: Import): string => `${from} imports ${to}`;

describe("architecture", () => {
  it("the sources are there to be looked at", () => {
    expect(SOURCES).to.include.members(["src/core/merkle.ts", "src/verify/verify-bundle.ts", ...INTERFACES]);
    expect(IMPORTS.map(describeImport)).to.include("src/verify/verify-bundle.ts imports src/core/merkle.ts");
    const lines = SOURCES.flatMap((path) => [...textOf(path).matchAll(/\bfrom "\.{1,2}\//g)]);
    expect(IMPORTS.length).to.be.at.least(lines.length);
  });

  for (const [part, allowed] of Object.entries(MAY_IMPORT))
    it(`${part} imports ${allowed.length === 0 ? "nothing of ours" : "only what it may"}`, () => {
      const types = MAY_IMPORT_TYPES[part] ?? [];
      const isAllowed = ({ to, isType }: Import): boolean =>
        [part, ...allowed, ...(isType ? types : [])].some((prefix) => to.startsWith(prefix));
      const wrong = IMPORTS.filter((one) => one.from.startsWith(part) && !isAllowed(one));
      expect(wrong.map(describeImport)).to.deep.equal([]);
    });

  it("interfaces of the stages' surroundings hold no code", () => {
    for (const path of INTERFACES) {
      const exports = [...textOf(path).matchAll(/^export (\w+)/gm)].map(([, word]) => word);
      expect(exports, path).to.have.length.greaterThan(0);
      expect(
        exports.filter((word) => word !== "interface" && word !== "type"),
        path,
      ).to.deep.equal([]);
    }
  });

  it("the core and the verifier use nothing that a browser lacks", () => {
    const pure = SOURCES.filter((path) => path.startsWith("src/core/") || path.startsWith("src/verify/"));
    const loaded = pure.flatMap((path) =>
      [...textOf(path).matchAll(/^import (?!type\b)[^;]*? from ["']((?:node:)[^"']+)["']/gm)].map(
        ([, name]) => `${path}: ${name}`,
      ),
    );
    expect(loaded).to.deep.equal([]);
  });

  it("every module of the core and the verifier loads by itself", async () => {
    for (const path of SOURCES.filter((one) => one.startsWith("src/core/") || one.startsWith("src/verify/")))
      expect(await import(join(ROOT, path)), path).to.be.a("module");
  });

  it("only the chain folder knows the contracts' generated types", () => {
    const wrong = IMPORTS.filter(({ from, to }) => to.includes("ethers-contracts") && !from.startsWith("src/chain/"));
    expect(wrong.map(describeImport)).to.deep.equal([]);
  });

  it("nobody imports the composition root but the programs that it serves", () => {
    const wrong = IMPORTS.filter(({ from, to }) => to === "src/main.ts" && !from.startsWith("src/cli/"));
    expect(wrong.map(describeImport)).to.deep.equal([]);
  });

  it("relative imports name the file, with its ending", () => {
    expect(IMPORTS.filter(({ to }) => !/\.(ts|json)$/.test(to)).map(describeImport)).to.deep.equal([]);
  });

  it("no file is a barrel, and no folder a drawer", () => {
    expect(SOURCES.filter((path) => /(^|\/)index\.ts$/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => /\/(utils?|helpers?|common|misc|lib)(\/|\.ts$)/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => /^export (\*|\{[^}]*\}) from/m.test(textOf(path)))).to.deep.equal([]);
  });

  const FORBIDDEN: [string, RegExp][] = [
    ["an error of another class than WarifuError", /\bnew (?:Type|Range)?Error\(/],
    ["any", /(?::|\bas|<)\s*any\b(?!\w)/],
  ];
  for (const [what, pattern] of FORBIDDEN)
    it(`no source holds ${what}`, () => {
      const found = SOURCES.filter((path) => pattern.test(code(path)));
      expect(found).to.deep.equal([]);
    });

  const UNWRITTEN: [string, RegExp][] = [
    ["a check of types switched off", /@ts-(?:ignore|expect-error|nocheck)/],
    ["a branch hidden from the coverage", /(?:c8|v8|istanbul) ignore/],
    ["work left for later", /\b(?:TODO|FIXME|XXX)\b/],
  ];
  for (const [what, pattern] of UNWRITTEN)
    it(`no comment of a source announces ${what}`, () => {
      expect(SOURCES.filter((path) => pattern.test(textOf(path)))).to.deep.equal([]);
    });

  it("file names are in kebab case, and each file opens with what it is", () => {
    expect(SOURCES.filter((path) => !/\/[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(path))).to.deep.equal([]);
    expect(SOURCES.filter((path) => !/^(?:#!.*\n)?(?:\/\*\*|\/\/)/.test(textOf(path)))).to.deep.equal([]);
  });
});
