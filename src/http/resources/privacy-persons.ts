/**
 * POST /v1/privacy/persons: an officer finds all records of a person by values that identify them. The values come in the
 * body, since addresses of requests end up in logs.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { isJsonObject, parseJsonBytes, type JsonValue } from "../../core/json.ts";
import type { PersonValue } from "../../core/person-value.ts";
import { WarifuError } from "../../core/errors.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { hasSource } from "../../keys/api-keys.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, pageQuery, parseRequest, recordId } from "../handling/values.ts";

const MAX_VALUES = 16;

/** A page of the records of a person. */
function findPerson({ ledger, security, openingsLimit }: RouteParts): RequestHandler {
  return async (request, response) => {
    const principal = principalOf(response);
    const { keyId } = principal;
    mediaTypeOf(request, ["application/json"]);
    const { cursor: from = 0, limit } = parseRequest(pageQuery, request.query);
    const values = valuesIn(parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    // Somebody who may ask freely could try one address after another.
    openingsLimit.assertAllows(keyId);
    const maySee = (source: string): boolean => hasSource(principal, source);
    const { subjects, items, next } = await ledger.persons.find({ values, from, limit, maySee });
    security.note("person-sought", { keyId, route: routeOf(request) });
    response.json({ subjects, items, nextCursor: next === undefined ? null : String(next) });
  };
}

/** @throws REQUEST_INVALID, which says nothing of what was sent */
function valuesIn(body: JsonValue): PersonValue[] {
  const members = isJsonObject(body) ? Object.entries(body) : [];
  const values = members.flatMap(([claim, value]) => (typeof value === "string" ? [{ claim, value }] : []));
  if (values.length === 0 || values.length !== members.length || values.length > MAX_VALUES)
    throw new WarifuError(
      "REQUEST_INVALID",
      `the request is not valid: the body is an object of 1 to ${MAX_VALUES} claims, each with its value as text`,
    );
  return values;
}

/** Body of a search. */
const valuesBody = z
  .record(z.string(), z.string())
  .meta({ id: "PersonValues", description: "Claims that a profile names under `person`, with their values." });

const subject = z.string().meta({
  pattern: "^sub_[A-Za-z0-9_-]{22}$",
  description: "Pseudonym of a person, which the vault alone resolves.",
  example: EXAMPLES.subject,
});

/** The records of a person. */
const personPageSchema = z
  .strictObject({
    subjects: z.array(subject),
    items: z.array(
      z
        .strictObject({ id: recordId, leafIndex: count, source: z.string(), subjects: z.array(subject) })
        .meta({ id: "PersonRecord" }),
    ),
    nextCursor: z.string().nullable().meta({ description: "Cursor of the next page; null on the last one." }),
  })
  .meta({ id: "PersonPage" });

/** The routes. */
export const personRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/persons",
    name: "findPerson",
    tag: "privacy",
    summary: "Find all records of a person",
    description:
      "Role officer. By values that identify the person, in any spelling; of the sources of the key. A record that states " +
      "values of several people belongs to each of them. Counts as an opening for the key's limit.",
    may: "open",
    query: pageQuery,
    body: {
      required: true,
      content: { "application/json": { schema: valuesBody, example: { reporterEmail: "jane@example.org" } } },
    },
    answers: { "200": json("A page; an empty one when nobody is found.", personPageSchema, EXAMPLES.personPage) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading],
    handle: findPerson,
  },
];
