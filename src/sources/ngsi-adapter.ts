/**
 * Notifications as NGSI brokers send them to a subscriber: NGSIv2 (normalized, keyValues) and NGSI-LD (normalized, concise,
 * simplified; entities or a GeoJSON FeatureCollection). An @context, in the payload or in the header Link, is kept as text.
 */
import { createHash } from "node:crypto";
import { fromUtf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { assertFewParts, MAX_PAYLOAD_PARTS, type Adapter, type Payload, type Taken } from "./adapter.ts";
import type { Content, Part } from "./document.ts";
import { hasList, listAt } from "./json-list.ts";
import { ngsi } from "./ngsi.ts";

const TENANT = ["fiware-service", "fiware-servicepath"];
const FORM = "ngsiv2-attrsformat";
/** Forms of NGSIv2 that do not say which entity a value is of, or are whatever the subscriber asked for. */
const REFUSED_FORMS: Readonly<Record<string, string>> = {
  values: "notifications of the form `values` name no entities and no attributes",
  custom: "custom notifications have no form that is known here",
};

export const ngsiAdapter: Adapter = {
  mediaTypes: ["application/json", "application/ld+json", "application/geo+json"],
  headers: [...TENANT, FORM, "link", "ngsild-tenant", "ngsild-attribute-format"],
  read(payload: Payload): Taken {
    const form = (payload.headers[FORM] ?? "").toLowerCase();
    const refusal = Object.hasOwn(REFUSED_FORMS, form) ? REFUSED_FORMS[form] : undefined;
    if (refusal !== undefined)
      throw new WarifuError("RECORD_INVALID", `${refusal}: subscribe with attrsFormat normalized or keyValues`);
    const content = contentOf(fromUtf8(payload.bytes, "the notification"));
    if (!ngsi.recognises(content))
      throw new WarifuError(
        "RECORD_INVALID",
        "it is no notification of an NGSI broker: those have a `subscriptionId` and a list `data` of entities",
      );
    const isLd = content.members["type"] === "Notification";
    const identityOf = isLd ? identityInLd(content, payload) : identityInV2(payload);
    return { adapter: isLd ? "ngsi-ld/1" : "ngsi-v2/1", format: "ngsi", content, identityOf };
  },
};

/** The entities, each read by itself, so that one that is wrong does not keep the others back. */
function contentOf(text: string): Content {
  if (hasList(text, "data")) return listAt(text, "/data", undefined, MAX_PAYLOAD_PARTS);
  const value = parseJson(text, "the notification");
  const { data, ...members } = isJsonObject(value) ? value : {};
  if (!isJsonObject(data) || !Array.isArray(data["features"])) return { members: {}, listName: undefined, parts: [] };
  assertFewParts(data["features"].length);
  const shared = data["@context"] === undefined ? {} : { "@context": data["@context"] };
  return {
    members: { ...shared, ...(members as JsonObject) },
    listName: "data",
    parts: data["features"].map(entityOfFeature),
  };
}

/** A feature holds the attributes of its entity as properties. */
function entityOfFeature(feature: JsonValue): Part {
  if (!isJsonObject(feature) || !isJsonObject(feature["properties"]))
    return new WarifuError("RECORD_INVALID", "the feature has no properties");
  const { type: _feature, properties, ...rest } = feature;
  const twice = Object.keys(rest).some((name) => Object.hasOwn(properties as JsonObject, name));
  if (twice) return new WarifuError("RECORD_INVALID", "the feature has a property that is called as a member of it");
  return { ...rest, ...(properties as JsonObject) };
}

/** A broker gives each notification an id. An entity may stand in it more than once. */
function identityInLd({ members, parts }: Content, payload: Payload): (place: number) => JsonValue {
  const { id: notification } = members;
  if (typeof notification !== "string") return identityInV2(payload);
  const seen = new Map<string, number>();
  const names = parts.map((part) => {
    const { id = null, type = null } = !(part instanceof WarifuError) && isJsonObject(part) ? part : {};
    const name = JSON.stringify([id, type]);
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return [notification, id, type, nth] as JsonValue;
  });
  return (place) => names[place] as JsonValue;
}

/** NGSIv2 gives them none: the same bytes from the same tenant are the same notification. */
function identityInV2({ bytes, headers }: Payload): (place: number) => JsonValue {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return (place) => [...TENANT.map((name) => headers[name] ?? null), digest, place];
}

/**
 * The same as a broker sends it over MQTT: what HTTP says in headers is in the member `metadata`, and the notification in
 * `body` (NGSI-LD, 7.2). A payload without these is the notification itself.
 */
export const ngsiMessageAdapter: Adapter = {
  ...ngsiAdapter,
  read(payload: Payload): Taken {
    const value = parseJson(fromUtf8(payload.bytes, "the notification"), "the notification");
    if (!isJsonObject(value) || !isJsonObject(value["metadata"]) || !isJsonObject(value["body"]))
      return ngsiAdapter.read(payload);
    const told = Object.entries(value["metadata"]).map(([name, text]) => [name.toLowerCase(), text] as const);
    const known = told.filter(
      (one): one is readonly [string, string] => ngsiAdapter.headers.includes(one[0]) && typeof one[1] === "string",
    );
    const bytes = Buffer.from(JSON.stringify(value["body"]));
    return ngsiAdapter.read({ ...payload, bytes, headers: { ...payload.headers, ...Object.fromEntries(known) } });
  },
};
