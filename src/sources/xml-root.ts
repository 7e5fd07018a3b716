/**
 * XML that strangers send, as elements. The parser knows no document types and no entities but those of XML itself, and
 * what it finds wrong is told without the text around the place.
 */
import { parseXml, XmlCdata, XmlElement, XmlText } from "@rgrove/parse-xml";
import { WarifuError } from "../core/errors.ts";

/** The root element. @throws RECORD_INVALID it is malformed, or has a document type */
export function xmlRoot(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(text))
    throw new WarifuError("RECORD_INVALID", "the XML has a document type, which is not read");
  try {
    const { root } = parseXml(text);
    if (root) return root;
  } catch (cause) {
    const { line, column } = Object(cause) as { readonly line?: number; readonly column?: number };
    const place = `line ${line ?? "?"}, character ${column ?? "?"}`;
    throw new WarifuError("RECORD_INVALID", `the XML is malformed at ${place}`, { cause });
  }
  throw new WarifuError("RECORD_INVALID", "the XML has no element");
}

/** The elements in an element. */
export function elementsIn(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => child instanceof XmlElement);
}

/** The text in an element itself. */
export function textIn(element: XmlElement): string {
  const parts = element.children.filter((child) => child instanceof XmlText || child instanceof XmlCdata);
  return parts.map(({ text }) => text).join("");
}
