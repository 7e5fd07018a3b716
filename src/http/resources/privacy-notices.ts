/**
 * /v1/privacy/law and /v1/privacy/notices: by which law the service acts, and what people are told; open to all, and put in
 * force by officers.
 */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { toHex } from "../../core/bytes.ts";
import { parseJsonBytes, type JsonObject } from "../../core/json.ts";
import { LANGUAGE_TAG } from "../../core/notice-event.ts";
import { formatRecordId } from "../../core/record-id.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import type { AppendedEntry } from "../../write/append.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, parseRequest, recordId } from "../handling/values.ts";

/** An event that entered. */
export const enteredSchema = z.strictObject({ id: recordId, leafIndex: count, leafHash: hash }).meta({ id: "Entered" });

/** Where an event entered, for the answer. */
export function enteredView({ id, leafIndex, leafHash }: AppendedEntry): z.output<typeof enteredSchema> {
  return { id: formatRecordId(id), leafIndex, leafHash: toHex(leafHash) };
}

export const ENTERED_EXAMPLE = {
  id: EXAMPLES.acknowledgement.id,
  leafIndex: EXAMPLES.acknowledgement.leafIndex,
  leafHash: EXAMPLES.acknowledgement.leafHash,
};

const language = z.string().regex(LANGUAGE_TAG).meta({ description: "Such as `es` or `ja`.", example: "es" });
const notice = z
  .custom<JsonObject>((value) => typeof value === "object" && value !== null, "must be a notice")
  .meta({ override: { type: "object", additionalProperties: true }, description: "See docs/formats.md, section 8." });
const shownSchema = z
  .strictObject({
    leafIndex: count.meta({ description: "Where the notice is in the log; consents name it." }),
    since: count.meta({ description: "In force since, POSIX seconds." }),
    languages: z.array(z.string()).meta({ description: "All languages that there is a notice in." }),
    notice,
  })
  .meta({ id: "ShownNotice" });
const lawSchema = z
  .looseObject({ jurisdiction: z.string(), law: z.string(), lawVersion: z.string() })
  .meta({ id: "Law" });

const NOTICE_EXAMPLE = {
  authority: "Agencia Española de Protección de Datos, www.aepd.es",
  collection: "from the person, with the app or the web",
  controller: {
    address: "Plaza Mayor 1, 39001 Santander",
    contact: "dpo@santander.example",
    name: "City of Santander",
  },
  data: ["mail address", "place", "photographs", "text"],
  language: "en",
  processing: "Santander, Spain",
  purposes: [{ basis: "gdpr-6-1-e", code: "street-repair", needsConsent: false, text: "Repair what is reported" }],
  recipients: [{ country: "ES", name: "Maintenance firms" }],
  retention: "three years",
  rights: ["access", "rectification", "erasure"],
  storage: ["Santander, Spain"],
  text: "We use what you report to repair the street.",
  version: 1,
  withdrawal: "at the same office, at any time",
};

function showLaw({ ledger }: RouteParts): RequestHandler {
  return (_request, response) => void response.json(ledger.rights.law);
}

function showNotice({ ledger }: RouteParts): RequestHandler {
  return (request, response) => {
    const { lang } = parseRequest(languageQuery, request.query);
    const { notices, law } = ledger.rights;
    const languages = notices.inForce.map((one) => one.notice.language);
    const wanted = lang ?? (negotiated(request, languages) || law.language);
    const { leafIndex, at, notice } = notices.of(wanted);
    response.set("content-language", notice.language).vary("accept-language");
    response.json({ leafIndex, since: at, languages, notice });
  };
}

/** The language that its reader likes best; the first that there is if none of them. */
function negotiated(request: Request, languages: readonly string[]): string | undefined {
  const accepted = languages.length === 0 ? false : request.acceptsLanguages([...languages]);
  return accepted === false ? languages[0] : accepted;
}

function addNotice({ ledger, security }: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const value = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const entered = enteredView(await ledger.rights.notices.add(value));
    const { keyId } = principalOf(response);
    security.note("privacy-changed", { keyId, route: routeOf(request), leafIndex: entered.leafIndex });
    response.status(201).json(entered);
  };
}

/** Query that names a language. */
export const languageQuery = z.strictObject({ lang: language.optional() });

/** The language that `lang` names, else the one that its reader likes best. */
export function readersLanguage(lang: string | undefined, request: Request, languages: readonly string[]): string {
  return lang ?? negotiated(request, languages) ?? "en";
}

/** The routes. */
export const noticeRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/privacy/law",
    name: "showLaw",
    tag: "privacy",
    summary: "Show the law by which the service acts",
    description:
      "Provisions, deadlines and what people are told, as in the file of the jurisdiction. `verified` says whether somebody " +
      "has held a provision against its source.",
    answers: {
      "200": json("The law data.", lawSchema, { jurisdiction: "eu", law: "GDPR", lawVersion: "2018-05-25" }),
    },
    handle: showLaw,
  },
  {
    method: "get",
    path: "/v1/privacy/notices",
    name: "showNotice",
    tag: "privacy",
    summary: "Show what people are told of the use of their data",
    description: "In the language of `lang`, else in the one that Accept-Language likes best.",
    query: languageQuery,
    answers: {
      "200": json("The notice in force.", shownSchema, {
        leafIndex: 3,
        since: 1_795_334_400,
        languages: ["en"],
        notice: NOTICE_EXAMPLE,
      }),
    },
    refuses: ["NOT_FOUND"],
    handle: showNotice,
  },
  {
    method: "post",
    path: "/v1/privacy/notices",
    name: "addNotice",
    tag: "privacy",
    summary: "Put a notice in force",
    description:
      "Role officer. Replaces the notice of its language, with a higher version. It is public for ever: name offices, not people.",
    may: "open",
    body: { required: true, content: { "application/json": { schema: notice, example: NOTICE_EXAMPLE } } },
    answers: { "201": json("It is in the log, and in force.", enteredSchema, ENTERED_EXAMPLE) },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.writing],
    handle: addNotice,
  },
];
