/**
 * JSON and XML that are read whole: a list of items, one item, the list at a pointer, or a document of the field, which was
 * named or is recognised by its content.
 */
import { isUtf8 } from "node:buffer";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import type { Profile } from "../profiles/profile.ts";
import { parseSubmittedJson, type ValueWatch } from "../sources/submitted-values.ts";
import type { Content, Part } from "../sources/document.ts";
import {
  DOCUMENT_FORMATS,
  listNameOf,
  readDocument,
  recognisedDocument,
  REPORT_TYPE,
  titleOf,
  type DocumentFormat,
} from "../sources/documents.ts";
import { notUtf8 } from "../sources/encoding.ts";
import type { Notes } from "../sources/notes.ts";
import { requestsInXml } from "../sources/open311-xml.ts";
import { hasList, listAt, pointersToLists } from "../sources/json-list.ts";

/** Formats that are read whole. */
export type WholeFormat = "json" | "xml" | DocumentFormat;

export interface WholeOptions {
  readonly pointer?: string | undefined;
  readonly isFormatNamed?: boolean | undefined;
  readonly type?: string | undefined;
  readonly profileOf?: ((type: string) => Promise<Profile>) | undefined;
  readonly notes: Notes;
  readonly watch: ValueWatch;
}

/** The content of an input that was read whole. */
export interface Whole {
  readonly values: readonly Part[];
  /** Where arrays of objects are, when the input is one JSON object: one of them may have been meant. */
  readonly arraysAt: readonly string[];
  /** Whether the values are the parts of a document of the field. */
  readonly isDocument?: boolean | undefined;
  /** The type implied by the kind of document, if none was named. */
  readonly type?: string | undefined;
  /** Whether the same bytes give other values when read later. */
  readonly isTimed?: boolean | undefined;
}

// Common names of the member in which a page points to the next one.
const MORE = /^(?:next|nextLink|next_page|nextPageToken|@iot\.nextLink|@odata\.nextLink)$/;

/**
 * The values in the bytes of a whole input.
 * @throws USAGE, ENCODING_INVALID, and what the parsers of core/json.ts throw when the input as a whole is not readable
 */
export async function readWhole(bytes: Buffer, format: WholeFormat, options: WholeOptions): Promise<Whole> {
  const isXml = format === "xml" || (format === "open311" && /^\s*</.test(bytes.toString("latin1", 0, 64)));
  const content = isXml ? xmlContent(bytes) : jsonContent(bytes, format, options);
  const shape = shapeOf(format, content, options);
  if (shape !== undefined) return readShape(shape, content, options);
  if (Object.entries(content.members).some(([name, value]) => MORE.test(name) && value !== null))
    options.notes.add("the list is one page of several and names the next one: fetch and submit the others too");
  return { values: content.parts, arraysAt: content.arraysAt ?? [] };
}

/** The named shape, or else the recognised one; input named as plain JSON has none. */
function shapeOf(format: WholeFormat, content: Content, { isFormatNamed }: WholeOptions): DocumentFormat | undefined {
  if (format === "xml") return "open311";
  const named = DOCUMENT_FORMATS.find((one) => one === format);
  return named ?? (isFormatNamed ? undefined : recognisedDocument(content));
}

async function readShape(shape: DocumentFormat, content: Content, options: WholeOptions): Promise<Whole> {
  const { profileOf, notes } = options;
  const type = options.type ?? (shape === "open311" ? REPORT_TYPE : undefined);
  if (type === undefined)
    throw new WarifuError("USAGE", `it is ${titleOf(shape)}, whose parts are claims: name their type with --type`);
  const profile = await profileOf?.(type);
  if (profile === undefined)
    throw new WarifuError("USAGE", `it is ${titleOf(shape)}, which is read by the profile of its type`);
  const reading = readDocument(shape, content, profile, Math.floor(Date.now() / 1_000));
  notes.add(`it is read as ${titleOf(shape)}`);
  for (const note of reading.notes) notes.add(note);
  keepUnread(content.parts, reading.records, profile, options.watch);
  return { values: reading.records, arraysAt: [], isDocument: true, type, isTimed: reading.isTimed };
}

/**
 * Keeps the text of parts that are refused themselves, to be written down. A part that would be valid as claims is not kept:
 * sent again alone, it would be recorded without what the document says about all its parts.
 */
function keepUnread(parts: readonly Part[], records: readonly Part[], profile: Profile, watch: ValueWatch): void {
  if (parts.length !== records.length) return;
  for (const [at, part] of parts.entries()) {
    const record = records[at];
    if (!(record instanceof WarifuError) || part instanceof WarifuError || isTakenAlone(part, profile)) continue;
    watch.onUnreadable(record, Buffer.from(JSON.stringify(part)));
  }
}

function isTakenAlone(part: JsonValue, profile: Profile): boolean {
  if (!isJsonObject(part)) return false;
  try {
    profile.assertClaims(part);
    return true;
  } catch {
    return false;
  }
}

/** Content and, when it is a single value for which no list was named, where lists are in it. */
type Found = Content & { readonly arraysAt?: readonly string[] };

function xmlContent(bytes: Buffer): Found {
  if (!isUtf8(bytes)) throw notUtf8(bytes, "the XML");
  return { members: {}, listName: undefined, parts: requestsInXml(bytes.toString("utf8")).map(({ value }) => value) };
}

function jsonContent(bytes: Buffer, format: WholeFormat, { pointer, isFormatNamed, watch }: WholeOptions): Found {
  if (!isUtf8(bytes)) throw notUtf8(bytes, "the JSON");
  if (bytes.includes(0))
    throw new WarifuError("ENCODING_INVALID", "the JSON holds a NUL character: it is damaged, or in another encoding");
  const text = bytes.toString("utf8");
  if (pointer !== undefined) return listAt(text, pointer, watch);
  const inner = format === "json" && isFormatNamed ? undefined : listOfDocument(text, format, watch);
  if (inner !== undefined) return inner;
  const { isArray, values } = parseSubmittedJson(bytes, Number.MAX_SAFE_INTEGER, watch);
  if (!isArray) assertOneItem(values);
  return { members: {}, listName: undefined, parts: values, arraysAt: isArray ? [] : pointersToLists(text) };
}

/** @throws USAGE for a value that cannot be a record, such as one written by a program that found nothing */
function assertOneItem([value]: readonly Part[]): void {
  if (value instanceof WarifuError || isJsonObject(value)) return;
  const kind = value === null ? "null" : `a ${typeof value}`;
  throw new WarifuError("USAGE", `nothing was recorded: it is ${kind}, and items are objects`);
}

/** The list within the object that makes up a document of the field. */
function listOfDocument(text: string, format: WholeFormat, watch: ValueWatch): Content | undefined {
  const named = DOCUMENT_FORMATS.find((one) => one === format);
  for (const shape of named ? [named] : DOCUMENT_FORMATS) {
    const listName = listNameOf(shape);
    if (listName === undefined || !hasList(text, listName)) continue;
    let respelled = 0;
    // A list that turns out not to be such a document is read again as something else, and counted there.
    const content = listAt(text, `/${listName}`, { ...watch, onRespelled: () => void respelled++ });
    if (!named && recognisedDocument(content) !== shape) continue;
    for (; respelled > 0; respelled--) watch.onRespelled();
    return content;
  }
  return undefined;
}
