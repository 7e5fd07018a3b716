/**
 * Open311 in XML as the values that its JSON would hold. The parser knows no document types and no entities but those of
 * XML itself.
 */
import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, MAX_JSON_DEPTH, type JsonObject, type JsonValue } from "../core/json.ts";

/** FixMyStreet calls it `requests`. */
const LISTS = ["service_requests", "requests"];
const ITEM = "request";

/** A service request, and the text that it is in XML. */
export interface RequestInXml {
  /** Or what is wrong with it. */
  readonly value: JsonValue | WarifuError;
  readonly text: string;
}

/**
 * The service requests in an XML text; every value is text, an empty one `null`.
 * @throws USAGE when it is no XML, or another kind of it
 */
export function requestsInXml(text: string): RequestInXml[] {
  const root = rootOf(text);
  if (root?.name === "errors")
    throw new WarifuError("USAGE", "the XML is an error answer of an Open311 server, and holds no requests");
  if (root === null || !LISTS.includes(root.name))
    throw new WarifuError("USAGE", `the XML is of a kind that is not read here: Open311's ${LISTS[0]} is`);
  return elementsOf(root).map((element) => {
    if (element.name === ITEM) return { value: valueOrError(element), text: text.slice(element.start, element.end) };
    throw new WarifuError("USAGE", `the XML has something else than a ${ITEM} among its ${root.name}`);
  });
}

/**
 * The service request that an XML text is.
 * @throws USAGE when it is none; RECORD_INVALID, JSON_TOO_DEEP
 */
export function requestInXml(text: string): JsonValue {
  const root = rootOf(text);
  if (root?.name === ITEM) return valueOf(root, 1);
  throw new WarifuError("USAGE", `the XML is no ${ITEM}`);
}

function rootOf(text: string): XmlElement | null {
  if (/<!DOCTYPE/i.test(text)) throw new WarifuError("USAGE", "the XML has a document type, which is not read here");
  try {
    return parseXml(text, { includeOffsets: true }).root;
  } catch (cause) {
    // The parser's own message shows the text around the place.
    if (cause instanceof XmlError)
      throw new WarifuError("USAGE", `the XML is malformed at line ${cause.line}, character ${cause.column}`, {
        cause,
      });
    // The parser descends into elements until the stack has no more room.
    if (cause instanceof RangeError) throw tooDeep(cause);
    throw cause;
  }
}

function tooDeep(cause?: unknown): WarifuError {
  return new WarifuError("JSON_TOO_DEEP", `the XML nests deeper than ${MAX_JSON_DEPTH}`, { cause });
}

function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => child instanceof XmlElement);
}

/** One request that is wrong must not keep the others back. */
function valueOrError(element: XmlElement): JsonValue | WarifuError {
  try {
    return valueOf(element, 1);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function valueOf(element: XmlElement, depth: number): JsonValue {
  if (depth > MAX_JSON_DEPTH) throw tooDeep();
  const children = elementsOf(element);
  if (children.length === 0) {
    const parts = element.children.filter((child) => child instanceof XmlText || child instanceof XmlCdata);
    const text = parts
      .map((part) => part.text)
      .join("")
      .trim();
    return text === "" ? null : text;
  }
  const object: JsonObject = {};
  for (const child of children) {
    if (FORBIDDEN_NAMES.has(child.name))
      throw new WarifuError("RECORD_INVALID", "the XML has an element of a name that is not allowed");
    const value = valueOf(child, depth + 1);
    const known = Object.hasOwn(object, child.name) ? object[child.name] : undefined;
    if (known === undefined) object[child.name] = value;
    else if (depth > 1 && Array.isArray(known)) known.push(value);
    else if (depth > 1) object[child.name] = [known, value];
    else throw new WarifuError("RECORD_INVALID", "the XML has an element twice where there is room for one");
  }
  return object;
}
