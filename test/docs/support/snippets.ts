// TypeScript of the documents, which imports the package by its name: run and type-checked against this checkout's
// sources, through the package's own table of exports.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import ts from "typescript";

import { ROOT } from "./documents.ts";

/** Source file behind an export of the package, such as `./verify`. */
function sourceOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, { default: string }>;
  };
  const built = manifest.exports[name]?.default;
  if (built === undefined) throw new Error(`the package exports no ${name}`);
  return join(ROOT, built.replace("./dist/", "").replace(/\.js$/, ".ts"));
}

/** The text with the package's exports replaced by their sources. */
export function snippetForCheckout(text: string): string {
  return text.replaceAll(/from "warifu\/(\w+)"/g, (_all, name: string) => {
    return `from "${pathToFileURL(sourceOf(`./${name}`)).href}"`;
  });
}

/** What TypeScript has against the texts under this checkout's settings. */
export function typeErrors(texts: readonly string[]): readonly string[] {
  const parent = join(ROOT, "cache");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "snippets-"));
  try {
    const files = texts.map((text, at) => {
      const path = join(folder, `snippet-${at}.mts`);
      // TypeScript resolves paths, not URLs.
      writeFileSync(path, text.replaceAll(/"file:\/\/([^"]+)"/g, '"$1"'));
      return path;
    });
    const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const program = ts.createProgram(files, { ...options, rewriteRelativeImportExtensions: false });
    const own = files.flatMap((path) => ts.getPreEmitDiagnostics(program, program.getSourceFile(path)));
    return own.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
