/**
 * Service requests of Open311 GeoReport v2, in JSON or XML, as citizen reports. Only what kind of service it is becomes
 * public, as the category. Everything else stays concealed: what has no claim of its own is kept among the `details`.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import type { DocumentReader, Part } from "./document.ts";
import { cellReader } from "./typed-cells.ts";

/** The claim that each member of a request becomes. */
const CLAIMS: Readonly<Record<string, string>> = {
  service_request_id: "requestId",
  status: "status",
  description: "text",
  requested_datetime: "reportedAt",
  updated_datetime: "updatedAt",
  address: "address",
  lat: "latitude",
  long: "longitude",
  email: "reporterEmail",
  phone: "reporterPhone",
  account_id: "reporterId",
};
const NAMES = ["first_name", "last_name"];
const SHOWS_A_REQUEST = [
  "service_code",
  "service_name",
  "requested_datetime",
  "status",
  "lat",
  "description",
  "address",
];
const LONGEST_CATEGORY = 64;

export const open311: DocumentReader = {
  title: "a list of Open311 service requests",
  listName: undefined,
  recognises: ({ parts }) => parts.some(isRequest) || (parts.length > 0 && parts.every(isError)),
  read({ parts }) {
    if (parts.length > 0 && parts.every(isError))
      throw new WarifuError("RECORD_INVALID", "it is an error answer of an Open311 server, and holds no requests");
    return {
      notes: [],
      records: parts.map((part) => {
        if (part instanceof WarifuError || isJsonObject(part)) return part;
        return new WarifuError("RECORD_INVALID", "the service request is not an object");
      }),
    };
  },
};

function isRequest(part: Part): boolean {
  return (
    isJson(part) &&
    Object.hasOwn(part, "service_request_id") &&
    SHOWS_A_REQUEST.some((name) => Object.hasOwn(part, name))
  );
}

function isError(part: Part): boolean {
  return (
    isJson(part) &&
    Object.keys(part).sort().join() === "code,description" &&
    /^[45][0-9]{2}$/.test(String(part["code"]))
  );
}

function isJson(part: Part): part is JsonObject {
  return !(part instanceof WarifuError) && isJsonObject(part);
}

/**
 * A service request as the claims of a citizen report.
 * @throws RECORD_INVALID naming the member that no claim can hold
 */
export function citizenReportOf(request: JsonObject, profile: ProfileDocument): JsonObject {
  const claims: JsonObject = { category: categoryOf(request) };
  const details: JsonObject = {};
  for (const [name, value] of Object.entries(request)) {
    if (value === null || value === "" || NAMES.includes(name)) continue;
    const claim = Object.hasOwn(CLAIMS, name) ? CLAIMS[name] : undefined;
    if (claim === undefined) details[name] = typeof value === "object" ? JSON.stringify(value) : value;
    else claims[claim] = claimValue(value, claim, name, profile);
  }
  const reporterName = NAMES.map((name) => request[name]).filter((part) => typeof part === "string" && part !== "");
  if (reporterName.length > 0) claims["reporterName"] = reporterName.join(" ");
  if (Object.keys(details).length > 0) claims["details"] = details;
  return claims;
}

/** Servers differ in whether numbers are text and identifiers numbers; the profile says what they are here. */
function claimValue(value: JsonValue, claim: string, name: string, profile: ProfileDocument): JsonValue {
  if (typeof value === "number" && (claim === "latitude" || claim === "longitude")) return value;
  const meaning = cellReader(profile, claim)(typeof value === "string" ? value : JSON.stringify(value));
  if ("value" in meaning) return meaning.value;
  const reason = "wrong" in meaning ? meaning.wrong : "it is empty";
  throw new WarifuError("RECORD_INVALID", `${name} of the service request: ${reason}`);
}

/** The service's name in the letters that a category has, else its code. */
function categoryOf({ service_name: name, service_code: code }: JsonObject): string {
  const byName = slug(name);
  if (/^[a-z]/.test(byName)) return byName;
  const byCode = slug(code);
  return byCode === "" ? "unspecified" : slug(`service-${byCode}`);
}

function slug(value: JsonValue | undefined): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const plain = String(value).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // A name in other letters would lose what tells it from its neighbours.
  if (/[^\p{ASCII}]/u.test(plain.replace(/[^\p{L}\p{N}]/gu, ""))) return "";
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_CATEGORY)
    .replace(/^-+|-+$/g, "");
}
