/**
 * The file of `submit --refused`: the refused items unchanged, in the format of the input, to be corrected and submitted
 * again. They may be about people, so nobody else may read the file.
 */
import { WarifuError } from "../core/errors.ts";
import type { Originals } from "../sources/originals.ts";
import type { Item, ReadFormat } from "./items.ts";
import { isSameFile, openLineFile } from "./named-files.ts";

/** The format of the file. */
export type RefusedFormat = "csv" | "ndjson" | "json";

export interface RefusedFileOptions {
  /** The paths of the input and of the acknowledgements. */
  readonly input: string;
  readonly acks: string | undefined;
  readonly format: RefusedFormat;
  /** Whether the items are the parts of a document of the field. */
  readonly isDocument: boolean;
  readonly originals: Originals;
}

/** Collects refused items. */
export interface RefusedFile {
  readonly path: string;
  /** Options that make it read the way it was written. */
  readonly reading: readonly string[];
  /** How many are in it. */
  readonly written: number;
  /** How many of these are written as in the document they come from, not as claims. */
  readonly unread: number;
  add(item: Item): void;
  close(): void;
}

/** Documents of the field become a list of claims, since that is what their parts were read as. */
export function refusedFormat(format: ReadFormat): RefusedFormat {
  return format === "csv" || format === "ndjson" ? format : "json";
}

/**
 * Opens it; any earlier content is lost.
 * @throws USAGE when it is the input itself, or cannot be written
 */
export function openRefusedFile(path: string, options: RefusedFileOptions): RefusedFile {
  const { input, acks, format, isDocument, originals } = options;
  if (isSameFile(path, input))
    throw new WarifuError("USAGE", "--refused names the input itself, which would be lost: name another file");
  if (acks !== undefined && isSameFile(path, acks))
    throw new WarifuError("USAGE", "--refused and --acks name the same file: give each one of its own");
  const file = openLineFile(path, "list of refused items", { mode: 0o600 });
  let written = 0;
  let unread = 0;
  const add = (item: Item): void => {
    const text = textOf(item, originals, format);
    if (text === undefined) return;
    const { header = "" } = originals.table ?? {};
    if (written === 0 && format !== "ndjson") file.add(format === "csv" ? header : "[");
    file.add(format === "json" && written > 0 ? `,${text}` : text);
    written++;
    if (isDocument && item instanceof WarifuError) unread++;
  };
  const close = (): void => {
    if (format === "json" && written > 0) file.add("]");
    file.close();
  };
  return {
    path,
    get reading() {
      const { delimiter = "," } = originals.table ?? {};
      return ["--format", format, ...(format === "csv" ? ["--delimiter", delimiter === "\t" ? "tab" : delimiter] : [])];
    },
    get written() {
      return written;
    },
    get unread() {
      return unread;
    },
    add,
    close,
  };
}

/** `undefined` for an item of which only the error is left. */
function textOf(item: Item, originals: Originals, format: RefusedFormat): string | undefined {
  const text = typeof item === "object" && item !== null ? originals.textOf(item) : undefined;
  if (text !== undefined || item instanceof WarifuError) return text;
  return format === "csv" ? undefined : JSON.stringify(item);
}
