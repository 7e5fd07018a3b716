/**
 * A service request as clients of Open311 GeoReport v2 post it, as the claims of a citizen report. Only the category of its
 * service is public; who reports, where exactly and in which words is concealed, and so is what has no claim of its own.
 * Nothing is fetched that it names.
 */
import { WarifuError } from "../core/errors.ts";
import { FORBIDDEN_NAMES, type JsonObject } from "../core/json.ts";
import type { ProfileDocument } from "../profiles/profile.ts";
import { citizenReportOf } from "./open311.ts";
import type { Open311Attribute, Open311Service } from "./open311-services.ts";

/** Name and version of the adapter. */
export const GEOREPORT = "georeport/1";
/** Name of the field with the API key. It is never kept. */
export const API_KEY_FIELD = "api_key";

/** What belongs to the request and not to the report. */
const ENVELOPE = new Set([API_KEY_FIELD, "jurisdiction_id", "service_code"]);
const MAX_DESCRIPTION = 4_000;
const MAX_MEDIA_URL = 2_000;
const ATTRIBUTE = /^attribute\[([A-Za-z0-9_-]{1,53})\](?:\[\])?$/;
const DEGREES = /^[+-]?[0-9]{1,3}(?:\.[0-9]{1,32})?$/;

type Field = readonly [name: string, value: string];

/** The fields of a request by their names. An attribute may have several values; an empty value is none. */
export class RequestFields {
  readonly #values = new Map<string, string[]>();

  /** @throws RECORD_INVALID a field is there twice, or of a name that nothing may have */
  constructor(fields: readonly Field[]) {
    for (const [sent, value] of fields) {
      const [, attribute] = ATTRIBUTE.exec(sent) ?? [];
      const name = attribute === undefined ? (sent === "address_string" ? "address" : sent) : `attribute[${attribute}]`;
      if (name === "" || FORBIDDEN_NAMES.has(name)) throw invalid("it has a field of a name that is not allowed");
      if (value === "") continue;
      const known = this.#values.get(name);
      if (known && attribute === undefined) throw invalid("it has a field twice that is there once");
      if (known) known.push(value);
      else this.#values.set(name, [value]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  /** The values of an attribute of a service. */
  attribute(code: string): readonly string[] {
    return this.#values.get(`attribute[${code}]`) ?? [];
  }

  /** What there is besides the envelope. */
  *[Symbol.iterator](): Generator<readonly [name: string, values: readonly string[]]> {
    for (const [name, values] of this.#values) if (!ENVELOPE.has(name)) yield [name, values];
  }
}

/**
 * The claims of a request for a service.
 * @throws RECORD_INVALID naming the field that is missing or wrong
 */
export function reportOf(fields: RequestFields, service: Open311Service, profile: ProfileDocument): JsonObject {
  if (!profile.concernsPeople)
    throw new WarifuError("CONFIG_INVALID", `the profile ${profile.type} does not say that it concerns people`);
  assertPlace(fields);
  if ([...(fields.get("description") ?? "")].length > MAX_DESCRIPTION)
    throw invalid(`description may have ${MAX_DESCRIPTION} characters`);
  assertMediaUrl(fields.get("media_url"));
  for (const attribute of service.attributes) assertAttribute(attribute, fields.attribute(attribute.code));
  const request: JsonObject = {};
  for (const [name, values] of fields) {
    const [value = ""] = values;
    if (name === "lat" || name === "long") request[name] = degrees(name, value);
    else request[name] = values.length > 1 ? [...values] : value;
  }
  return { ...citizenReportOf(request, profile), category: service.category };
}

function assertPlace(fields: RequestFields): void {
  const [lat, long] = [fields.get("lat"), fields.get("long")];
  if ((lat === undefined) !== (long === undefined)) throw invalid("lat and long go together");
  const hasAddress = fields.get("address") !== undefined || fields.get("address_id") !== undefined;
  if (lat === undefined && !hasAddress)
    throw invalid("it has no place: send lat and long, address_string or address_id");
}

/** As a number: phones send more digits than it has. What they sent is kept with the record. */
function degrees(name: string, value: string): number {
  if (DEGREES.test(value.trim())) return Number(value);
  throw invalid(`${name} must be decimal degrees (WGS 84), such as 59.91`);
}

function assertMediaUrl(value: string | undefined): void {
  if (value === undefined) return;
  const isWeb = /^https?:$/.test(URL.parse(value)?.protocol ?? "");
  if (!isWeb || value.length > MAX_MEDIA_URL)
    throw invalid(`media_url must be an http or https address of at most ${MAX_MEDIA_URL} characters`);
}

function assertAttribute({ code, datatype, required, values = [] }: Open311Attribute, sent: readonly string[]): void {
  if (required && sent.length === 0) throw invalid(`attribute[${code}] is required`);
  if (sent.length > 1 && datatype !== "multivaluelist") throw invalid(`attribute[${code}] has one value`);
  if (values.length > 0 && sent.some((one) => !values.some(({ key }) => key === one)))
    throw invalid(`attribute[${code}] must be a key of the list in the service's definition`);
  if (datatype === "number" && sent.some((one) => one.trim() === "" || !Number.isFinite(Number(one))))
    throw invalid(`attribute[${code}] must be a number`);
}

function invalid(reason: string): WarifuError {
  return new WarifuError("RECORD_INVALID", `the service request is refused: ${reason}`);
}
