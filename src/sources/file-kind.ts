/**
 * What a file is that holds no records as text, told from its first bytes: so that a refusal can name it and say what to
 * do with it.
 */

type Signature = readonly [kind: string, remedy: string, start: string | readonly number[], at?: number];

const UNPACK = "unpack it first";
const GZIP = [0x1f, 0x8b, 0x08];
const SIGNATURES: readonly Signature[] = [
  ["a PDF", "export the table behind it as CSV", "%PDF-"],
  ["a JPEG picture", "it holds no records", [0xff, 0xd8, 0xff]],
  ["a PNG picture", "it holds no records", [0x89, 0x50, 0x4e, 0x47]],
  ["a GIF picture", "it holds no records", "GIF8"],
  ["an old Excel or Office file", "save it as CSV UTF-8", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  // One within another: the outer one is unpacked unasked.
  ["a gzip file within a gzip file", UNPACK, GZIP],
  ["a bzip2 file", UNPACK, "BZh"],
  ["an xz file", UNPACK, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["a zstd file", UNPACK, [0x28, 0xb5, 0x2f, 0xfd]],
  ["a 7-Zip archive", UNPACK, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ["a RAR archive", UNPACK, "Rar!\x1a\x07"],
  ["a tar archive", UNPACK, "ustar", 257],
  ["an SQLite database", "export its table as CSV", "SQLite format 3\0"],
  ["a Parquet file", "export it as NDJSON or CSV", "PAR1"],
  ["an Avro file", "export it as NDJSON", "Obj\x01"],
  ["a shapefile", "export it as GeoJSON", [0, 0, 0x27, 0x0a]],
];
const ZIP = "PK\x03\x04";

/** Whether the bytes begin a gzip file. */
export function isGzip(head: Uint8Array): boolean {
  return stands(head, GZIP, 0);
}

/** "a PDF", or `undefined` for what may be text. */
export function foreignName(head: Uint8Array): string | undefined {
  return isGzip(head) ? "a gzip file" : foreignKind(head)?.split(/[:,]/, 1)[0];
}

/** "a PDF: export …", or `undefined` for what may be text. */
export function foreignKind(head: Uint8Array): string | undefined {
  if (stands(head, ZIP, 0)) return zipKind(Buffer.from(head).toString("latin1"));
  const found = SIGNATURES.find(([, , start, at = 0]) => stands(head, start, at));
  if (found) return `${found[0]}: ${found[1]}`;
  const text = Buffer.from(head.subarray(0, 1_024)).toString("latin1");
  return isHtml(text) ? "an HTML page, such as a login or an error: look at it in a browser" : undefined;
}

/** A comment ends at its first `-->`: with more than one possible end each, thirty of them would take minutes. */
function isHtml(text: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(text);
}

function zipKind(text: string): string {
  if (text.includes("xl/")) return "an Excel workbook (.xlsx): save it as CSV UTF-8";
  if (text.includes("word/")) return "a Word document (.docx): export its table as CSV";
  if (text.includes("opendocument.spreadsheet")) return "an OpenDocument spreadsheet (.ods): save it as CSV UTF-8";
  return /\[Content_Types\]/.test(text)
    ? "an Office document, perhaps a workbook (.xlsx): save it as CSV UTF-8"
    : `a ZIP archive: ${UNPACK}`;
}

function stands(bytes: Uint8Array, start: string | readonly number[], at: number): boolean {
  const wanted = typeof start === "string" ? Buffer.from(start, "latin1") : start;
  return wanted.every((byte, offset) => bytes[at + offset] === byte);
}
