// The commands of the documents do what the documents say. A block whose fence reads `sh test` is run as it stands, in the
// order of the page, in one shell's folder; `exit=1` names the exit code of its last command, `needs=python` a program without
// which it is left out. The text block behind it
// is what is written: each of its lines occurs, in this order, where `…` stands for anything.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { blocksOf, readDocument, ROOT, type Block, type Document } from "./support/documents.ts";
import { hasOpenssl, pythonWith } from "../support/programs.ts";
import { startDocumentedService, type RunningService } from "./support/running-service.ts";
import { snippetForCheckout, typeErrors } from "./support/snippets.ts";

const README = readDocument("README.md");
const OPERATIONS = readDocument("docs/operations.md");
const KEYS = readDocument("docs/keys.md");
const DESK = readDocument("docs/desk.md");
const SOURCES = readDocument("docs/sources.md");
const MODERATION = readDocument("docs/moderation.md");
const DISCLOSURE = readDocument("docs/privacy/disclosure.md");
const TRANSFER = readDocument("docs/privacy/transfer.md");
const DEIDENTIFICATION = readDocument("docs/privacy/de-identification.md");
const ERASURE = readDocument("docs/privacy/erasure.md");
const RIGHTS = readDocument("docs/privacy/rights.md");
const BREACHES = readDocument("docs/privacy/breaches.md");
const PROGRAMS: Readonly<Record<string, () => boolean>> = {
  openssl: hasOpenssl,
  python: () => pythonWith("cryptography") !== undefined,
};
for (const program of Object.keys(PROGRAMS).filter((name) => !isHere(name)))
  process.stdout.write(`left out: commands of the documents that need ${program}, which is not here\n`);
/** Names a value for the blocks behind it. */
const NAMED = /^([A-Z]+)=\$\(/gm;
/** Where a block leaves what it named: a reader has one shell for all of them, and each has one of its own here. */
const KEPT = ".kept";

/** The block, with what was named before it. Nothing is computed twice: the documents name a lot. */
function withNames({ content }: Block): string {
  const names = [...content.matchAll(NAMED)].map(([, name]) => name).join(" ");
  const keep = names === "" ? "" : `trap 'declare -p ${names} >>${KEPT} 2>/dev/null || true' EXIT\n`;
  return `[ ! -e ${KEPT} ] || . ./${KEPT}\n${keep}${content}`;
}

const WITH_KEY = `process.env["WARIFU_API_KEY"] = (await import("./data/api-keys.json", { with: { type: "json" } })).default.submitter;\n`;

/** The blocks to run, each with the text block that follows at once. */
function runnable(
  blocks: readonly Block[],
): readonly { readonly block: Block; readonly expected: string | undefined }[] {
  return blocks.flatMap((block, at) => {
    if (block.language !== "sh" || !block.flags.includes("test") || !isHere(valueOf(block, "needs"))) return [];
    const next = blocks[at + 1];
    return [{ block, expected: next?.language === "text" ? next.content : undefined }];
  });
}

/** What a flag such as `exit=1` says. */
function valueOf({ flags }: Block, name: string): string | undefined {
  return flags.find((flag) => flag.startsWith(`${name}=`))?.slice(name.length + 1);
}

function exitCodeOf(block: Block): number {
  return Number(valueOf(block, "exit") ?? 0);
}

function isHere(program: string | undefined): boolean {
  return program === undefined || PROGRAMS[program]?.() === true;
}

/** Fails with the first expected line that does not occur behind those before it. */
function expectLines(output: string, expected: string): void {
  const lines = output.split("\n");
  let at = 0;
  for (const line of expected.split("\n")) {
    if (line.trim() === "…" || line === "") continue;
    const escaped = line.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${escaped.join(".*")}$`);
    const found = lines.findIndex((candidate, index) => index >= at && pattern.test(candidate));
    expect(found, `"${line}" does not occur in:\n${output}`).to.be.at.least(0);
    at = found + 1;
  }
}

describe("the commands of the documents", () => {
  let service: RunningService;

  before(async () => {
    service = await startDocumentedService();
    await service.says(/^check it yourself:$/m);
  });

  after(async () => {
    const { exitCode } = await service.stop();
    expect(exitCode, "the exit code after Ctrl-C").to.equal(0);
  });

  it("start the service as README.md shows", () => {
    const shown = /<!-- output: start -->\n\n```text\n([\s\S]*?)```/.exec(README.text)?.[1] ?? "";
    expect(shown).to.not.equal("");
    expectLines(service.output(), shown);
  });

  const documents = [
    README,
    OPERATIONS,
    KEYS,
    DESK,
    SOURCES,
    MODERATION,
    DISCLOSURE,
    TRANSFER,
    DEIDENTIFICATION,
    ERASURE,
    RIGHTS,
    BREACHES,
  ];
  for (const document of documents)
    for (const { block, expected } of runnable(blocksOf(document)))
      it(`${document.path}: ${block.content.split("\n").findLast((line) => line !== "END")}`, async () => {
        const { exitCode, output } = await service.run(withNames(block));
        expect(exitCode, `${block.where}\n${output}`).to.equal(exitCodeOf(block));
        if (expected !== undefined) expectLines(output, expected);
      });

  it("leave the data folder with the files that docs/operations.md lists", () => {
    const text = OPERATIONS.text.slice(
      OPERATIONS.text.indexOf("## The data folder"),
      OPERATIONS.text.indexOf("## Keys"),
    );
    const listed = [...text.matchAll(/^\| `([\w.-]+)`/gm)].map(([, name]) => name as string);
    const found = readdirSync(service.dataDir).filter((name) => !/-(?:wal|shm|journal)$|\.new$/.test(name));
    expect(found.sort()).to.deep.equal(listed.sort());
  });

  it("measure what docs/operations.md lists", async () => {
    // Some of it, such as money, is for auditors alone.
    const { auditor } = JSON.parse(readFileSync(join(service.dataDir, "api-keys.json"), "utf8")) as { auditor: string };
    const headers = { authorization: `Bearer ${auditor}` };
    const text = await (await fetch(`${service.url}/metrics`, { headers })).text();
    const measured = [...text.matchAll(/^# TYPE (warifu_\w+) (\w+)$/gm)].map(([, name, kind]) => `${name} ${kind}`);
    const listed = [...OPERATIONS.text.matchAll(/^\| `(warifu_\w+)` +\| (\w+)/gm)].map(
      ([, name, kind]) => `${name} ${kind}`,
    );
    expect(measured.sort()).to.deep.equal(listed.sort());
  });

  const snippetsOf = (document: Document): string[] =>
    blocksOf(document)
      .filter(({ language }) => language === "ts")
      .map(({ content }) => snippetForCheckout(content));

  it("are joined by TypeScript whose types fit, in README.md and docs/sources.md", () => {
    const texts = [...snippetsOf(README), ...snippetsOf(SOURCES)];
    expect(texts).to.have.lengthOf(4);
    expect(typeErrors(texts)).to.deep.equal([]);
  });

  it("use the library as README.md shows", async () => {
    const [verifying = "", auditing = "", submitting = ""] = snippetsOf(README);
    await service.run('cp "$WARIFU_DATA_DIR/policy.json" policy.json');
    const verified = await service.runSnippet("verify.mts", verifying);
    expect(verified.output).to.match(/^holds \{[^]*category: 'pothole'/);
    const audited = await service.runSnippet("audit.mts", auditing.replace("http://127.0.0.1:8080", service.url));
    expect(audited.output).to.equal("holds []\n");
    const submitted = await service.runSnippet("submit.mts", `${WITH_KEY}${submitting}`);
    expect(submitted.output).to.match(/^\d+\n$/);
  });

  it("sign a request as docs/sources.md shows", async () => {
    const [text = ""] = snippetsOf(SOURCES);
    await service.run(
      "npx warifu source keygen sensor.jwk; npx warifu source add santander/env-13 --signing-key sensor.jwk.pub",
    );
    const { output } = await service.runSnippet("sign.mts", `${WITH_KEY}${text}`);
    expect(output).to.equal("201\n");
  });

  it("find the command through npx in a checkout", () => {
    const { stdout, status } = spawnSync("npx", ["warifu", "--version"], { cwd: ROOT, encoding: "utf8" });
    const { version } = JSON.parse(readDocument(join("package.json")).text) as { version: string };
    expect([status, stdout.trim()]).to.deep.equal([0, version]);
  });
});
