// The project's documents as the tests read them: their text, their fenced blocks, what they link to.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the checkout. */
export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** One document. */
export type Document = { readonly path: string; readonly text: string };

/** A fenced block. */
export type Block = {
  /** First word behind the fence. */
  readonly language: string;
  /** The words behind it. */
  readonly flags: readonly string[];
  /** Name in the comment `<!-- example: name -->` before it. */
  readonly example: string | undefined;
  /** Without the last line feed. */
  readonly content: string;
  /** For messages: file and line. */
  readonly where: string;
};

const FENCED = /^( *)```([^\n`]*)\n([\s\S]*?)^ *```$/gm;
const EXAMPLE_BEFORE = /<!-- example: ([^>]+) -->\s*$/;

/** All documents, by path within the checkout. */
export function documents(): readonly Document[] {
  return globSync(["*.md", "docs/**/*.md"], { cwd: ROOT }).sort().map(readDocument);
}

/** The document at a path within the checkout. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

/** The fenced blocks of a document, in order. */
export function blocksOf({ path, text }: Document): readonly Block[] {
  return [...text.matchAll(FENCED)].map((match) => {
    const [, indent = "", info = "", content = ""] = match;
    const before = text.slice(0, match.index);
    const [language = "", ...flags] = info.trim().split(/\s+/);
    return {
      language,
      flags,
      example: EXAMPLE_BEFORE.exec(before)?.[1],
      content: content.replaceAll(new RegExp(`^${indent}`, "gm"), "").replace(/\n$/, ""),
      where: `${path}:${before.split("\n").length}`,
    };
  });
}

/** The text without fenced blocks. */
export function proseOf({ text }: Document): string {
  return text.replaceAll(FENCED, "");
}
