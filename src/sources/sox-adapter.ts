/**
 * Items of SOX, sensors over XMPP PubSub: `<data xmlns="http://jabber.org/protocol/sox"><transducerValue id="temp" …/></data>`
 * in an `<item id="…">` or by itself; some servers hand the data over as escaped text. Each value becomes a record, whose
 * attributes stay text: a time without a zone, say, is not completed.
 */
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, type JsonObject } from "../core/json.ts";
import type { Adapter, Payload, Taken } from "./adapter.ts";
import type { Part } from "./document.ts";
import { elementsIn, textIn, xmlRoot } from "./xml-root.ts";

const SOX = "http://jabber.org/protocol/sox";
type XmlElement = ReturnType<typeof xmlRoot>;

export const soxAdapter: Adapter = {
  mediaTypes: ["application/xml"],
  headers: [],
  read({ bytes, message }: Payload): Taken {
    const root = xmlRoot(fromUtf8(bytes, "the item"));
    const itemId = root.name === "item" ? root.attributes["id"] : undefined;
    const values = elementsIn(dataIn(root)).filter(({ name }) => name === "transducerValue");
    const around = { ...(message && { node: message.topic }), ...(itemId !== undefined && { item: itemId }) };
    const parts = values.map((value) => partOf(value, around));
    return {
      adapter: "sox/1",
      format: "ngsi",
      content: { members: {}, listName: "transducerValue", parts },
      ...(itemId !== undefined && { identityOf: (place: number) => [itemId, place] }),
    };
  },
};

/** @throws RECORD_INVALID */
function dataIn(root: XmlElement): XmlElement {
  if (isData(root)) return root;
  const [child, ...others] = elementsIn(root);
  if (root.name !== "item" || others.length > 0) throw noData();
  if (child && isData(child)) return child;
  const escaped = textIn(child ?? root).trim();
  const inner = escaped.startsWith("<") ? xmlRoot(escaped) : undefined;
  if (inner && isData(inner)) return inner;
  throw noData();
}

/** Escaped data often has lost its namespace. */
function isData({ name, attributes }: XmlElement): boolean {
  return name === "data" && (attributes["xmlns"] ?? SOX) === SOX;
}

function partOf({ attributes }: XmlElement, around: JsonObject): Part {
  const names = Object.keys(attributes);
  if (attributes["id"] === undefined) return invalid("a transducerValue has no id");
  if (names.some((name) => FORBIDDEN_NAMES.has(name) || Object.hasOwn(around, name)))
    return invalid("a transducerValue has an attribute of a name that is not allowed");
  return { ...around, ...attributes };
}

function noData(): WarifuError {
  return invalid("it holds no `data` of SOX");
}

function invalid(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the item is refused: ${reason}`);
}
