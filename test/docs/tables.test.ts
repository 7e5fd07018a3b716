// Tables and lists of the documents that repeat what the code says: they say the same.

import { createHash } from "node:crypto";

import { expect } from "chai";

import { ALARMS } from "../../src/alarms/alarms.ts";
import { assertAllowed, ROLES, type Action } from "../../src/keys/api-keys.ts";
import { MAX_BUNDLE_BYTES } from "../../src/core/bundle.ts";
import { ENTRY_BYTES, ENTRY_KINDS } from "../../src/core/entry.ts";
import { MAX_NOTE_BYTES } from "../../src/core/note.ts";
import { MAX_RECORD_BYTES } from "../../src/core/record.ts";
import { DEFAULT_HTTP_LIMITS } from "../../src/serve/limits.ts";
import { PROBLEM_KINDS } from "../../src/http/handling/problem.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { MAX_PAGE } from "../../src/read/ledger.ts";
import { SCHEMA } from "../../src/store/sqlite/schema.ts";
import { VERIFY_STEPS } from "../../src/verify/verdict.ts";
import { blocksOf, readDocument } from "./support/documents.ts";

/** Rows of the first table behind `start`, cell by cell, without its head. */
function tableAfter(path: string, start: string): string[][] {
  const { text } = readDocument(path);
  const from = text.indexOf(start);
  expect(from, `"${start}" is not in ${path}`).to.be.at.least(0);
  const rows = /(?:^ *\|.*\|\n)+/m.exec(text.slice(from))?.[0].trimEnd().split("\n") ?? [];
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function plain(cell: string | undefined): string {
  return (cell ?? "").replaceAll("`", "");
}

describe("tables of the documents", () => {
  it("list every error code with its status", () => {
    const { text } = readDocument("docs/formats.md");
    const list = text.slice(text.indexOf("<!-- error codes -->")).split("\n\n")[1] ?? "";
    const listed = list.split("\n").flatMap((line) => {
      const [, status, codes = ""] = /^- (\d{3}): (.*)$/.exec(line) ?? [];
      return codes.split(", ").map((code) => [plain(code), Number(status)]);
    });
    const expected = Object.entries(PROBLEM_KINDS).map(([code, { status }]) => [code, status]);
    expect(new Map(listed as [string, number][])).to.deep.equal(new Map(expected as [string, number][]));
  });

  it("have a section for each alarm, which begins with its severity", () => {
    const { text } = readDocument("docs/alarms.md");
    const sections = [...text.matchAll(/^## (\S+)\n\n(Red|Warning)\b/gm)].map(([, code, severity]) => [
      code,
      severity?.toLowerCase(),
    ]);
    expect(sections).to.deep.equal(Object.entries(ALARMS));
  });

  it("name every path of the app that a proxy sends to the service with the lease", () => {
    const [line = ""] = /^- A proxy sends .*$/m.exec(readDocument("docs/postgresql.md").text) ?? [];
    const named = [...line.matchAll(/`(\/[^`]+)`/g)].map(([, path]) => path);
    const ofApp = ROUTES.filter(({ ofCity }) => ofCity !== undefined).map(({ path }) => path);
    expect(ofApp.length).to.be.greaterThan(40);
    for (const path of ofApp)
      expect(
        named.some((one) => path === one || path.startsWith(`${one}/`)),
        path,
      ).to.equal(true);
  });

  it("list every kind of entry with its number", () => {
    const rows = tableAfter("docs/formats.md", "3. The kinds are");
    expect(rows.map(([number, kind]) => [plain(kind), Number(number)])).to.deep.equal(Object.entries(ENTRY_KINDS));
  });

  it("list the verifier's steps in their order", () => {
    const rows = tableAfter("docs/formats.md", "A verifier runs these steps");
    expect(rows.map(([step]) => plain(step))).to.deep.equal(VERIFY_STEPS);
  });

  it("say what each role may do", () => {
    const actions: readonly Action[] = ["submit", "list", "open", "register", "repair", "breach", "inspect", "manage"];
    const expected = ROLES.map((role) => [role, ...actions.map((action) => (isAllowed(role, action) ? "yes" : "no"))]);
    const rows = tableAfter("docs/operations.md", "## API keys and roles");
    expect(rows.map(([role, ...cells]) => [plain(role), ...cells])).to.deep.equal(expected);
  });

  it("give the limits that hold", () => {
    const limits = DEFAULT_HTTP_LIMITS;
    const rows = new Map(tableAfter("docs/operations.md", "## Limits").map(([what, limit]) => [what, limit]));
    const mib = (bytes: number): string => `${bytes / 1_048_576} MiB`;
    const count = (number: number): string => number.toLocaleString("en");
    const expected: Readonly<Record<string, string>> = {
      "one record": `${count(MAX_RECORD_BYTES)} bytes`,
      "one JSON text (a record, an array)": mib(limits.maxJsonBytes),
      "one NDJSON body, decoded": mib(limits.maxBodyBytes),
      "records in one request": count(limits.maxRecordsPerRequest),
      "request target, header section": `${count(limits.maxUrlBytes)} bytes, ${count(limits.maxHeaderBytes)} bytes`,
      "time for the headers": `${limits.headersTimeoutMs / 1_000} s`,
      "slowest body": `${limits.minBodyBytesPerSecond} bytes a second over ${limits.bodyWindowMs / 1_000} s`,
      "bodies that still arrive when the service stops": `${limits.drainMs / 1_000} s`,
      connections: count(limits.maxConnections),
      "items per page": count(MAX_PAGE),
    };
    for (const [what, limit] of Object.entries(expected)) expect(rows.get(what), what).to.equal(limit);
    const { text } = readDocument("docs/formats.md");
    for (const bytes of [MAX_RECORD_BYTES, MAX_BUNDLE_BYTES, MAX_NOTE_BYTES])
      expect(text).to.include(`${count(bytes)} bytes`);
    expect(text).to.include(`An entry has ${ENTRY_BYTES} bytes`);
  });

  it("list the tables of the ledger", () => {
    const tables = [...SCHEMA.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name as string);
    const rows = tableAfter("docs/architecture.md", "## Store and vault");
    expect(rows.flatMap(([names]) => plain(names).split(", ")).sort()).to.deep.equal(tables.sort());
  });

  it("give a log id that belongs to the origin before it", () => {
    const blocks = blocksOf(readDocument("docs/operations.md"));
    const origin = /printf %s "([^"]+)"/.exec(blocks.map(({ content }) => content).join("\n"))?.[1] ?? "";
    const parameters = blocks.find(({ language }) => language === "json")?.content ?? "";
    const { CheckpointAnchorModule } = JSON.parse(parameters) as { CheckpointAnchorModule: { logId: string } };
    expect(CheckpointAnchorModule.logId).to.equal(`0x${createHash("sha256").update(origin).digest("hex")}`);
  });
});

function isAllowed(role: (typeof ROLES)[number], action: Action): boolean {
  try {
    assertAllowed({ role }, action);
    return true;
  } catch {
    return false;
  }
}
