/**
 * Answers of an Open311 GeoReport v2 endpoint, taken apart into their service requests. Each is read by itself and kept by
 * itself, as the bytes that it has in the answer.
 */
import { isUtf8 } from "node:buffer";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes, type JsonValue } from "../core/json.ts";
import type { Adapter } from "./adapter.ts";
import { recognisedEncoding } from "./encoding.ts";
import { requestInXml, requestsInXml } from "./open311-xml.ts";
import { textsOfItems } from "./submitted-values.ts";

/** Name and version of the adapter. */
export const GEOREPORT_READER = "georeport-reader/1";

/** Formats of answers. */
export const ANSWER_FORMATS = ["xml", "json"] as const;
export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

/** The most requests that one answer may hold. */
export const MOST_IN_ANSWER = 10_000;

/** The most tags of XML that one answer may hold: while it is parsed, nobody else is served. A request has about forty. */
export const MOST_TAGS = 131_072;

/**
 * The bytes of each service request in an answer.
 * @throws ENCODING_INVALID another encoding than UTF-8; USAGE, JSON_INVALID, JSON_TOO_DEEP no list of requests; TOO_LARGE
 */
export function requestsInAnswer(bytes: Buffer, format: AnswerFormat): Buffer[] {
  if (format === "json") return textsOfItems(bytes, MOST_IN_ANSWER);
  const text = utf8Text(bytes);
  if (bytes.filter((byte) => byte === LESS_THAN).length > MOST_TAGS)
    throw new WarifuError("TOO_LARGE", `an answer may hold ${MOST_TAGS} tags of XML`);
  const requests = requestsInXml(text);
  if (requests.length > MOST_IN_ANSWER)
    throw new WarifuError("TOO_LARGE", `an answer may hold ${MOST_IN_ANSWER} service requests`);
  return requests.map(({ text }) => Buffer.from(text));
}

const LESS_THAN = 0x3c;

/** Reads one request. */
export function requestAdapter(format: AnswerFormat): Adapter {
  return {
    mediaTypes: [],
    headers: [],
    read({ bytes }) {
      const request = format === "json" ? parseJsonBytes(bytes, "the service request") : requestInXml(utf8Text(bytes));
      if (!isJsonObject(request) || !hasId(request["service_request_id"]))
        throw new WarifuError("RECORD_INVALID", "the service request has no service_request_id");
      const content = { members: {}, listName: undefined, parts: [request] };
      return {
        adapter: GEOREPORT_READER,
        format: "open311",
        content,
      };
    },
  };
}

function hasId(id: JsonValue | undefined): boolean {
  return typeof id === "number" || (typeof id === "string" && id !== "");
}

/** The text without a byte order mark. @throws ENCODING_INVALID */
function utf8Text(bytes: Uint8Array): string {
  const { label = "utf-8" } = recognisedEncoding(bytes.subarray(0, 1_024)) ?? {};
  if (label !== "utf-8" || !isUtf8(bytes))
    throw new WarifuError("ENCODING_INVALID", "the XML is in another encoding than UTF-8");
  return new TextDecoder().decode(bytes);
}
