// Callers decide on codes and typed values: the details of an error are for people and for programs outside.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");

/** The files that read details all the same, and why. */
const READERS: Readonly<Record<string, string>> = {
  "src/audit/stored-log.ts": "names the leaf in front of the message, and passes the rest on",
  "src/chain/nodes/unanimous-anchors.ts": "names the node in front of the message, and passes the rest on",
  "src/cli/input.ts": "names the file in front of the message, and passes the rest on",
  "src/cli/verb.ts": "shows errors as JSON",
  "src/http/resources/adapters.ts": "tells of the first of several refusals, and passes the rest on",
  "src/sources/adapter.ts": "names the place in front of the message, and passes the rest on",
  "src/sources/csv.ts": "raises the error of a row to one of the file, and passes the rest on",
  "src/store/sqlite/commit-thread.ts": "makes the same error again of what another thread sent",
  "src/store/sqlite/commit-worker.ts": "sends an error to another thread",
  "src/verify/audit-findings.ts": "puts the values of an error into its fact",
  "src/verify/error-fact.ts": "puts the values of an error into its fact",
  "src/write/concealed-lines.ts": "sends an error from another thread, and makes the same one again of it",
};

/** Whether a file takes `details` out of anything but `this`, by its name or by taking an object apart. */
function readsDetails(path: string): boolean {
  const text = readFileSync(join(ROOT, path), "utf8");
  // To take all files apart takes seconds, and few have the word.
  if (!text.includes("details")) return false;
  const visit = (node: ts.Node): boolean =>
    (ts.isPropertyAccessExpression(node) &&
      node.name.text === "details" &&
      node.expression.kind !== ts.SyntaxKind.ThisKeyword) ||
    (ts.isObjectBindingPattern(node) && node.elements.some(takesDetails)) ||
    (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
}

function takesDetails({ dotDotDotToken, propertyName, name }: ts.BindingElement): boolean {
  return !dotDotDotToken && (propertyName ?? name).getText() === "details";
}

describe("decisions", () => {
  it("are made on codes, never on the details of an error", () => {
    const found = globSync("src/**/*.ts", { cwd: ROOT })
      .map((path) => path.replaceAll("\\", "/"))
      // An option of the same name is not an error's.
      .filter((path) => path !== "src/core/errors.ts" && readsDetails(path));
    expect(found.sort()).to.deep.equal(Object.keys(READERS).sort());
  });
});
