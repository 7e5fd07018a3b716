// Looks for texts that must not be anywhere, in any of the usual forms, in all files below a folder.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

/** Where a text was found: file, form, and the text. */
export type Sighting = string;

/** Every sighting of the canaries in the files of folders, and in texts that are named like files. */
export function canariesIn(
  canaries: readonly string[],
  { folders = [], texts = {} }: { readonly folders?: readonly string[]; readonly texts?: Record<string, string> },
): Sighting[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .map((path) => [path, readFileSync(path)] as const),
  );
  const all = [...files, ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const)];
  return all.flatMap(([name, bytes]) => {
    const inflated = inflatedOf(bytes);
    return canaries.flatMap((canary) => [
      ...formsOf(canary)
        .filter(([, form]) => bytes.includes(form))
        .map(([form]) => `${name}: "${canary}" ${form}`),
      ...(inflated.includes(canary) ? [`${name}: "${canary}" inflated`] : []),
    ]);
  });
}

/** The forms in which a text could lie in a file: base64 at each of its three offsets. */
export function formsOf(text: string): [form: string, bytes: Buffer][] {
  const raw = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset): [string, Buffer] => {
    const encoded = Buffer.concat([Buffer.alloc(offset), raw]).toString("base64");
    // Only the groups of four that hold nothing but the text.
    const own = encoded.slice(offset === 0 ? 0 : 4, Math.floor((offset + raw.length) / 3) * 4);
    return [`base64 at offset ${offset}`, Buffer.from(own)];
  });
  return [
    ["raw", raw],
    ["hex", Buffer.from(raw.toString("hex"))],
    ["HEX", Buffer.from(raw.toString("hex").toUpperCase())],
    ["base64url", Buffer.from(raw.toString("base64url").slice(0, -2))],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["lower case", Buffer.from(text.toLowerCase())],
    ["percent-encoded", Buffer.from(encodeURIComponent(text))],
    ...base64,
  ];
}

/** What inflates out of any place that could be the start of a zlib stream. */
function inflatedOf(bytes: Buffer): Buffer {
  const texts: Buffer[] = [];
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1)) {
    if (((bytes[at]! << 8) | (bytes[at + 1] ?? 0)) % 31 !== 0) continue;
    try {
      texts.push(inflateSync(bytes.subarray(at, at + 4_096), { finishFlush: 2, maxOutputLength: 65_536 }));
    } catch {
      // Not a stream after all.
    }
  }
  return Buffer.concat(texts);
}
