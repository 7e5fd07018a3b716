/** /v1/exchange…: partner cities, how it stands with each, and what they send. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { fromUtf8 } from "../../core/bytes.ts";
import { WarifuError } from "../../core/errors.ts";
import {
  ANSWER_STATES,
  answerDocument,
  EXCHANGE_FORMAT,
  MAX_MESSAGE_BYTES,
  MOST_ITEMS,
} from "../../core/exchange-message.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { PARTNER_STATES } from "../../exchange/partner-status.ts";
import { partnerOf, partnerShape, WHEN } from "../../exchange/partners.ts";
import type { Principal } from "../../keys/api-keys.ts";
import { RECEIVED_FROM } from "../../privacy/transfer-gate.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { principalOf } from "../handling/authorisation.ts";
import { EXCHANGE_EXAMPLES } from "../handling/exchange-examples.ts";
import { bodyOf } from "../handling/json-body.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { codes, count, decimal, idPath, parseRequest } from "../handling/values.ts";
import { moderationSchema } from "./post-schemas.ts";
import { ENTERED_EXAMPLE, enteredSchema, enteredView } from "./privacy-notices.ts";

const greetingSchema = z
  .strictObject({
    origin: z.string(),
    formats: z.array(z.string()).meta({ description: "Of messages that are taken." }),
  })
  .meta({ id: "ExchangeGreeting" });

const itemSchema = z.union([
  z.strictObject({
    kind: z.literal("record"),
    label: z.looseObject({}).meta({ description: "As in a file of provisions." }),
    purpose: z.string(),
    bundle: z.string(),
    about: z.strictObject({ log: z.string(), id: z.string() }).optional(),
    pictures: z
      .array(z.strictObject({ bundle: z.string(), opening: z.string(), bytes: z.string() }))
      .optional()
      .meta({
        description: "Copies of its pictures that everybody may see, base64, each with the event that made it.",
      }),
  }),
  z.strictObject({
    kind: z.enum(["translation", "follow-up"]),
    bundle: z.string().meta({ description: "Of the event of the sender's log." }),
    openings: z.array(z.string()),
  }),
]);
const messageSchema = z
  .strictObject({ format: z.literal(EXCHANGE_FORMAT), items: z.array(itemSchema).min(1).max(MOST_ITEMS) })
  .meta({ id: "ExchangeMessage" });
const answerSchema = z
  .strictObject({
    format: z.literal(EXCHANGE_FORMAT),
    items: z.array(
      z.strictObject({
        state: z.enum(ANSWER_STATES),
        event: z.string().optional().meta({ description: "Id of the event of this log that says so." }),
        opening: z.string().optional().meta({ description: "Of the claim by which it names what it answers." }),
        code: z.enum(codes).optional(),
        detail: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "ExchangeAnswer" });

const partnerBody = z
  .strictObject({ ...partnerShape, endpoint: z.string().meta({ description: "Base address of its service." }) })
  .meta({ id: "NewPartner" });
const counts = z.array(z.strictObject({ code: z.string(), message: z.string().optional(), count }));
const partnerSchema = z
  .strictObject({
    number: count.nullable().meta({ description: "In the register of recipients; null if it is not there any more." }),
    recipient: z.string(),
    endpoint: z.string(),
    origin: z.string().meta({ description: "Of its log." }),
    sends: z.boolean(),
    takes: z.boolean(),
    state: z.enum(PARTNER_STATES),
    since: count.meta({ description: "POSIX milliseconds." }),
    reason: z.string(),
    given: count,
    confirmed: count.meta({ description: "Of those given, how many the partner's log proves that it has." }),
    told: count,
    honoured: count.meta({ description: "Of what was told, how much the partner's log proves that it did." }),
    unproved: count.meta({ description: "Answers that wait for the partner's proof." }),
    waiting: count.meta({ description: "What waits for a proof of this log." }),
    taken: count,
    keptBack: counts.meta({ description: "Records that belong to what is shared and do not go, and why." }),
    refused: counts.meta({ description: "What the partner refused, or wants again later." }),
  })
  .meta({ id: "Partner" });
const partnersSchema = z.strictObject({ items: z.array(partnerSchema) }).meta({ id: "Partners" });
const numberPath = z.object({ number: decimal(0, 999_999_999_999_999, "Number in the register of recipients.") });

function greet({ exchange }: RouteParts): RequestHandler {
  return (_request, response) => {
    response.json(exchange.greeting);
  };
}

function takeDelivery(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const source = sourceOfKey(principalOf(response));
    mediaTypeOf(request, ["application/json"]);
    const text = fromUtf8(await collectBody(request, MAX_MESSAGE_BYTES), "body");
    response.json(answerDocument(await parts.exchange.deliver(source, text)));
  };
}

/** @throws FORBIDDEN it is not the key of one partner */
function sourceOfKey({ sources }: Principal): string {
  const [source = "", ...others] = sources ?? [];
  if (others.length > 0 || !source.startsWith(RECEIVED_FROM) || source.endsWith("*"))
    throw new WarifuError(
      "FORBIDDEN",
      `the key of a partner is for its source alone, which begins with ${RECEIVED_FROM}`,
    );
  return source;
}

/** How a partner's record stands here, which its author is told there. */
function showStanding({ exchange }: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const moderation = await exchange.elsewhere.tell(sourceOfKey(principalOf(response)), request.params.id);
    response.json({ ...(moderation && { moderation }) });
  };
}

function takeAppeal(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const principal = principalOf(response);
    const source = sourceOfKey(principal);
    const { text } = await bodyOf(appealBody, request as never);
    const appeal = await parts.exchange.elsewhere.take(source, request.params.id, text);
    const { leafIndex } = appeal;
    parts.security.note("moderated", { keyId: principal.keyId, route: routeOf(request as never), leafIndex });
    response.status(201).json(enteredView(appeal));
  };
}

function keepPartner(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const bytes = await collectBody(request, MAX_RECORD_BYTES);
    const said = parseRequest(z.strictObject(partnerShape), parseJsonBytes(bytes, "body"));
    const { keyId } = principalOf(response);
    const status = await parts.exchange.keepPartner(partnerOf(said));
    parts.security.note("privacy-changed", { keyId, route: routeOf(request) });
    response.status(201).json(status);
  };
}

function listPartners({ exchange }: RouteParts): RequestHandler {
  return async (_request, response) => {
    response.json({ items: await exchange.status() });
  };
}

function removePartner(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { number } = parseRequest(numberPath, request.params);
    const { keyId } = principalOf(response);
    await parts.exchange.removePartner(number);
    parts.security.note("privacy-changed", { keyId, route: routeOf(request) });
    response.status(204).end();
  };
}

const PATH = "/v1/exchange/partners";
const RECORD_PATH = "/v1/exchange/records/{id}";
const appealBody = z.strictObject({ text: z.string().min(1).max(2_000) }).meta({ id: "PassedAppeal" });
const standingSchema = z
  .strictObject({ moderation: moderationSchema.optional() })
  .meta({ id: "RecordStanding", description: "Empty where nothing was decided about it." });
const WRITES = [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing] as const;

/** The routes. */
export const exchangeRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/exchange",
    name: "greetPartner",
    tag: "exchange",
    summary: "Which log this is, and which messages of other cities it takes",
    answers: { "200": json("For partners.", greetingSchema, EXCHANGE_EXAMPLES.greeting) },
    handle: greet,
  },
  {
    method: "post",
    path: "/v1/exchange/deliveries",
    name: "takeDelivery",
    tag: "exchange",
    summary: "Take what a partner city sends",
    description:
      "The key is a submitter's, for the partner's source alone, such as `received/fujisawa`. Each item is verified against " +
      "the partner's log and contract before anything of it is kept. The answer names for each the event of this log that " +
      "says what became of it. May be repeated, in any order.",
    may: "submit",
    body: {
      required: true,
      content: { "application/json": { schema: messageSchema, example: EXCHANGE_EXAMPLES.message } },
    },
    answers: { "200": json("An answer for each item.", answerSchema, EXCHANGE_EXAMPLES.answer) },
    refuses: [...WRITES, "NOT_FOUND", "FORBIDDEN", "BUNDLE_INVALID", "ORIGIN_MISMATCH"],
    handle: takeDelivery,
  },
  {
    method: "get",
    path: `${RECORD_PATH}/moderation`,
    name: "showStanding",
    tag: "exchange",
    summary: "Show how a partner's record stands here, for its author",
    description:
      "The key is that of a partner, as for deliveries, and the id that of the record in the partner's log. With the statement " +
      "of reasons of what was decided here, which its author is told there.",
    may: "submit",
    params: idPath,
    answers: { "200": json("How it stands.", standingSchema, EXCHANGE_EXAMPLES.standing) },
    refuses: [...REFUSALS.reading, "NOT_FOUND", "FORBIDDEN"],
    handle: showStanding,
  },
  {
    method: "post",
    path: `${RECORD_PATH}/appeals`,
    name: "takeAppeal",
    tag: "exchange",
    summary: "Take an appeal of the author of a partner's record",
    description: "As for `/v1/posts/{id}/appeal`: once to each decision, about which somebody else decides.",
    may: "submit",
    params: idPath,
    body: {
      required: true,
      content: { "application/json": { schema: appealBody, example: { text: "It is a statue." } } },
    },
    answers: { "201": json("It is in the log.", enteredSchema, ENTERED_EXAMPLE) },
    refuses: [...WRITES, "NOT_FOUND", "FORBIDDEN"],
    handle: takeAppeal,
  },
  {
    method: "post",
    path: PATH,
    name: "keepPartner",
    tag: "exchange",
    summary: "Keep a city to exchange records with",
    description:
      "Role officer. The partner is a recipient of the register; what is said of one that is kept already is replaced. " +
      `\`shares\` says which records go: of which type, with which concealed claims, and when (${WHEN.join(", ")}).`,
    may: "open",
    body: {
      required: true,
      content: { "application/json": { schema: partnerBody, example: EXCHANGE_EXAMPLES.newPartner } },
    },
    answers: { "201": json("It is kept.", partnerSchema, EXCHANGE_EXAMPLES.partner) },
    refuses: [...WRITES, "NOT_FOUND", "POLICY_INVALID", "ORIGIN_MISMATCH"],
    handle: keepPartner,
  },
  {
    method: "get",
    path: PATH,
    name: "listPartners",
    tag: "exchange",
    summary: "List the partner cities, and how the exchange with each stands",
    description: "Role officer.",
    may: "open",
    answers: { "200": json("All of them.", partnersSchema, { items: [EXCHANGE_EXAMPLES.partner] }) },
    refuses: REFUSALS.reading,
    handle: listPartners,
  },
  {
    method: "delete",
    path: `${PATH}/{number}`,
    name: "removePartner",
    tag: "exchange",
    summary: "Exchange nothing more with a city",
    description: "Role officer. What was exchanged stays, and nobody is told any more what becomes of it.",
    may: "open",
    params: numberPath,
    answers: { "204": { description: "It is no partner any longer." } },
    refuses: [...REFUSALS.reading, "NOT_FOUND"],
    handle: removePartner,
  },
];
