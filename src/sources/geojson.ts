/**
 * GeoJSON (RFC 7946) feature collections. What the collection says of all its features, such as the old member `crs`
 * without which coordinates mean something else, is carried into each.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { namesBeside, type DocumentReader } from "./document.ts";

const STRUCTURE = ["type", "features", "bbox"];
// What servers say of a page of an answer, which is no part of what they were asked for.
const PAGING = ["numberMatched", "numberReturned", "totalFeatures", "links", "exceededTransferLimit", "next"];

export const geoJson: DocumentReader = {
  title: "a GeoJSON feature collection",
  listName: "features",
  recognises: ({ members, listName }) => listName === "features" && members["type"] === "FeatureCollection",
  read({ members, parts }) {
    const beside = namesBeside(members, [...STRUCTURE, ...PAGING]);
    const shared = beside.filter((name) => name === "crs" || !isJsonObject(members[name]));
    const left = beside.filter((name) => !shared.includes(name));
    const context = Object.fromEntries(shared.map((name) => [name, members[name]])) as JsonObject;
    const notes = left.map((name) => `the collection's "${name}" is not recorded`);
    if (hasMore(members)) notes.push("the collection is one page of several: fetch and submit the others too");
    if (context["crs"] !== undefined) notes.push("the collection's crs is recorded with each feature");
    return {
      notes,
      records: parts.map((part) => {
        if (part instanceof WarifuError) return part;
        if (isJsonObject(part)) return { ...context, ...part };
        return new WarifuError("RECORD_INVALID", "the feature is not an object");
      }),
    };
  },
};

function hasMore({ numberMatched, numberReturned, exceededTransferLimit, links, next }: JsonObject): boolean {
  const isNext = Array.isArray(links) && links.some((link) => isJsonObject(link) && link["rel"] === "next");
  const isPart =
    typeof numberMatched === "number" && typeof numberReturned === "number" && numberMatched > numberReturned;
  return isNext || isPart || exceededTransferLimit === true || typeof next === "string";
}
