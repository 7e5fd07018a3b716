/**
 * Notifications of NGSI brokers, NGSIv2 and NGSI-LD: each entity of `data` is a record. What the envelope says, which
 * subscription it was and when it was sent, is carried into each.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { namesBeside, type Content, type DocumentReader, type Part } from "./document.ts";

export const ngsi: DocumentReader = {
  title: "a notification of an NGSI broker",
  listName: "data",
  recognises: ({ members, listName }) => listName === "data" && typeof members["subscriptionId"] === "string",
  read({ members, parts }: Content) {
    const { id, "@context": context, subscriptionId, notifiedAt } = members;
    const envelope: JsonObject = {
      ...(subscriptionId !== undefined && { subscriptionId }),
      ...(id !== undefined && { notificationId: id }),
      ...(notifiedAt !== undefined && { notifiedAt }),
    };
    const left = namesBeside(members, ["id", "type", "@context", "subscriptionId", "notifiedAt"]);
    return {
      records: parts.map((part) => entityRecord(part, envelope, context === undefined ? {} : { "@context": context })),
      notes: left.map((name) => `the notification's "${name}" is not recorded`),
    };
  },
};

function entityRecord(part: Part, envelope: JsonObject, context: JsonObject): JsonObject | WarifuError {
  if (part instanceof WarifuError) return part;
  if (!isJsonObject(part))
    return new WarifuError(
      "RECORD_INVALID",
      "the entity is not an object: notifications of the form `values` have no names",
    );
  if (Object.keys(envelope).some((name) => Object.hasOwn(part, name)))
    return new WarifuError("RECORD_INVALID", "the entity has an attribute that is called as a member of its envelope");
  return { ...context, ...part, ...envelope };
}
