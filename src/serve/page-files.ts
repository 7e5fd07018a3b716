/**
 * The pages as they were built: a folder of files, read into memory once. What a page may load is in its
 * Content-Security-Policy; a file that is complete in itself contains its own policy, which is also sent as a header.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file of a page. */
export interface PageFile {
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly type: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** What the file itself says of what it may load, if it does. */
  readonly policy: string | undefined;
  /** The same bytes, compressed; made when first asked for. */
  compressed(): Promise<Uint8Array>;
}

/** Files by their path below the folder, with slashes. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".sha256": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

const OWN_POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/;

/** The files in the folder, of the kinds that pages consist of; none where there is no such folder. */
export function readPageFiles(folder: string): PageFiles {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.flatMap(({ parentPath, name }): [string, PageFile][] => {
    const type = TYPES[extname(name)];
    const path = join(parentPath, name);
    return type === undefined
      ? []
      : [[relative(folder, path).split(sep).join("/"), pageFile(readFileSync(path), type)]];
  });
  return new Map(files);
}

/** The verifier's files among them, with what they must hash to. */
export function verifierFilesIn(files: PageFiles): { readonly name: string; readonly sha256: string }[] {
  const found = [...files].filter(([path]) => /^warifu-verify[^/]*\.html$/.test(path));
  return found.map(([name, { sha256 }]) => ({ name, sha256 })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const compress = promisify(gzip);

function pageFile(bytes: Uint8Array, type: string): PageFile {
  let compressed: Promise<Uint8Array> | undefined;
  return {
    bytes,
    type,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    policy: type.startsWith("text/html") ? OWN_POLICY.exec(Buffer.from(bytes).toString("utf8"))?.[1] : undefined,
    compressed: () => (compressed ??= compress(bytes, { level: 9 })),
  };
}
