/** /v1/privacy/recipients…: the register of other controllers that an officer keeps, and what each may be given on. */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { parseJsonBytes } from "../../core/json.ts";
import { COUNTRY_CODE, JURISDICTION } from "../../core/provision-event.ts";
import { DATE, LINE, LOG_KEY, PAPER_KINDS, RECIPIENT_KINDS } from "../../core/recipient.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { LANGUAGES, type Language } from "../../privacy/law.ts";
import type { NumberedRecipient } from "../../privacy/recipients.ts";
import type { OpenWay } from "../../privacy/transfer-gate.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { TRANSFER_EXAMPLES } from "../handling/transfer-examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, decimal, legalBasis, parseRequest } from "../handling/values.ts";
import { languageQuery, readersLanguage } from "./privacy-notices.ts";

const paper = z.strictObject({
  basis: legalBasis.meta({ description: "Id of a basis of transfers." }),
  kind: z.enum(PAPER_KINDS),
  reference: z.string().regex(LINE).meta({ description: "Where it is filed." }),
  until: z.string().regex(DATE).exactOptional().meta({ description: "Last day that it counts." }),
});

const recipientShape = {
  name: z.string().regex(LINE),
  country: z.string().regex(COUNTRY_CODE).meta({ description: "ISO 3166-1, two letters." }),
  kind: z.enum(RECIPIENT_KINDS),
  jurisdiction: z.string().regex(JURISDICTION).meta({
    description: "Whose law it is under, as the law data has it; of a country that it has not, the code, such as `br`.",
  }),
  log: z.string().regex(LOG_KEY).exactOptional().meta({ description: "Verifier key of its log, if it runs one." }),
};

const recipientBody = z
  .strictObject({ ...recipientShape, papers: z.array(paper).max(64).default([]) })
  .meta({ id: "NewRecipient" });

/** A recipient of the register. */
const recipientSchema = z
  .strictObject({
    number: count,
    ...recipientShape,
    papers: z.array(paper),
    ways: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z
            .string()
            .meta({ description: "In the language of `lang`, else in the one that Accept-Language likes best." }),
          limit: z.string().optional().meta({ description: "What it does not cover, and a program cannot tell." }),
          source: z.string(),
          verified: z.boolean().meta({ description: "Whether somebody has held it against its source." }),
          lacks: z
            .array(z.string())
            .meta({ description: "Empty if it holds. Consent always lacks: it is of a record." }),
        }),
      )
      .meta({ description: "The bases that are for such recipients, for records that began here." }),
  })
  .meta({ id: "Recipient" });

const recipientsSchema = z.strictObject({ items: z.array(recipientSchema) }).meta({ id: "Recipients" });
const numberPath = z.object({ number: decimal(0, 999_999_999_999_999, "Number of the recipient.") });

function keepRecipient(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(recipientBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const { keyId } = principalOf(response);
    const { transfers } = parts.ledger;
    const number = await transfers.recipients.keep(said, keyId);
    parts.security.note("privacy-changed", { keyId, route: routeOf(request) });
    const view = await viewOf({ number, ...said }, languageOf(request), parts);
    response.status(201).vary("accept-language").json(view);
  };
}

function listRecipients(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const language = languageOf(request);
    const recipients = await parts.ledger.transfers.recipients.list();
    const items = await Promise.all(recipients.map((one) => viewOf(one, language, parts)));
    response.vary("accept-language").json({ items });
  };
}

function removeRecipient(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { number } = parseRequest(numberPath, request.params);
    const { keyId } = principalOf(response);
    await parts.ledger.transfers.recipients.remove(number, keyId);
    parts.security.note("privacy-changed", { keyId, route: routeOf(request) });
    response.status(204).end();
  };
}

/** Of those that titles are in; English for any other. */
function languageOf(request: Request): Language {
  const { lang } = parseRequest(languageQuery, request.query);
  const wanted = readersLanguage(lang, request, LANGUAGES);
  return LANGUAGES.find((one) => one === wanted) ?? "en";
}

async function viewOf(recipient: NumberedRecipient, language: Language, { ledger }: RouteParts): Promise<object> {
  const ways = await ledger.transfers.waysTo(recipient);
  return { ...recipient, ways: ways.map((way) => wayView(way, language)) };
}

function wayView({ basis, lacks }: OpenWay, language: Language): object {
  const { id, title, limit, source, verified } = basis;
  return { id, title: title[language], ...(limit && { limit: limit[language] }), source, verified, lacks };
}

const PATH = "/v1/privacy/recipients";
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing] as const;

/** The routes. */
export const recipientRoutes: readonly Route[] = [
  {
    method: "post",
    path: PATH,
    name: "keepRecipient",
    tag: "privacy",
    summary: "Keep another controller in the register of recipients",
    description:
      "Role officer. What is known of one of that name is replaced. The log says that there is one, and not who.",
    may: "open",
    query: languageQuery,
    body: {
      required: true,
      content: { "application/json": { schema: recipientBody, example: TRANSFER_EXAMPLES.newRecipient } },
    },
    answers: { "201": json("It is in the register.", recipientSchema, TRANSFER_EXAMPLES.recipient) },
    refuses: WRITES,
    handle: keepRecipient,
  },
  {
    method: "get",
    path: PATH,
    name: "listRecipients",
    tag: "privacy",
    summary: "List the register of recipients, and what each may be given records on",
    description: "Role officer.",
    may: "open",
    query: languageQuery,
    answers: { "200": json("All of them.", recipientsSchema, { items: [TRANSFER_EXAMPLES.recipient] }) },
    refuses: REFUSALS.reading,
    handle: listRecipients,
  },
  {
    method: "delete",
    path: `${PATH}/{number}`,
    name: "removeRecipient",
    tag: "privacy",
    summary: "Take a recipient out of the register",
    description: "Role officer. Nothing more goes to it. What the log says of it stays.",
    may: "open",
    params: numberPath,
    answers: { "204": { description: "It is not in the register any longer." } },
    refuses: [...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"],
    handle: removeRecipient,
  },
];
