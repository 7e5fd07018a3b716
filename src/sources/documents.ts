/**
 * The documents of the field, recognised by what they hold or named by whoever sends them, as claims that the profile of
 * their type takes.
 */
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Profile } from "../profiles/profile.ts";
import type { Content, DocumentReader, Reading } from "./document.ts";
import { flatClaims, isNested } from "./flat-claims.ts";
import { geoJson } from "./geojson.ts";
import { ngsi } from "./ngsi.ts";
import { citizenReportOf, open311 } from "./open311.ts";
import { senml } from "./senml.ts";
import { sensorThings } from "./sensorthings.ts";

/** Shapes of documents. */
export const DOCUMENT_FORMATS = ["geojson", "senml", "sensorthings", "ngsi", "open311"] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

const READERS: Readonly<Record<DocumentFormat, DocumentReader>> = {
  geojson: geoJson,
  senml,
  sensorthings: sensorThings,
  ngsi,
  open311,
};

/** The type that service requests are of unless somebody names another. */
export const REPORT_TYPE = "citizen-report";

/** The shape that a content shows, or `undefined`. */
export function recognisedDocument(content: Content): DocumentFormat | undefined {
  return DOCUMENT_FORMATS.find((format) => READERS[format].recognises(content));
}

/** What a shape is called. */
export function titleOf(format: DocumentFormat): string {
  return READERS[format].title;
}

/** Where the list of a shape is: the name of a member, or `undefined` for the whole document. */
export function listNameOf(format: DocumentFormat): string | undefined {
  return READERS[format].listName;
}

/**
 * The records of a document.
 * @param profile of the type that the records shall have
 * @param now POSIX seconds
 * @throws RECORD_INVALID when the document must not be read; USAGE when the profile would publish what is about people
 */
export function readDocument(format: DocumentFormat, content: Content, profile: Profile, now: number): Reading {
  if (format === "open311" && !profile.document.concernsPeople)
    throw new WarifuError(
      "USAGE",
      `service requests are about people, and ${profile.document.type} conceals nothing of them: --type ${REPORT_TYPE}`,
    );
  const reading = READERS[format].read(content, now);
  const isReport = format === "open311" && profile.document.type === REPORT_TYPE;
  const toClaims = (record: JsonObject): JsonObject =>
    isReport ? citizenReportOf(record, profile.document) : fitted(record, profile);
  return { ...reading, records: reading.records.map((record) => guarded(record, toClaims)) };
}

/** As it is where the profile takes nested values; else each under its path. */
function fitted(record: JsonObject, profile: Profile): JsonObject {
  if (!isNested(record)) return record;
  try {
    profile.assertClaims(record);
    return record;
  } catch (error) {
    if (!(error instanceof WarifuError)) throw error;
    return flatClaims(record);
  }
}

function guarded(
  record: JsonObject | WarifuError,
  toClaims: (record: JsonObject) => JsonObject,
): JsonObject | WarifuError {
  if (record instanceof WarifuError) return record;
  try {
    return toClaims(record);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}
