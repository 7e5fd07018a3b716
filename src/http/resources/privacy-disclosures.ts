/**
 * /v1/privacy/disclosures: an officer grants somebody claims that records conceal, sees what is granted, and withdraws it.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { DISCLOSURE_PURPOSES } from "../../core/disclosure-event.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { hasSource } from "../../keys/api-keys.ts";
import { GRANT_STATES, MOST_RECORDS } from "../../privacy/disclosure.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, decimal, pageOf, pageQuery, parseRequest, recordId } from "../handling/values.ts";
import { languageQuery, readersLanguage } from "./privacy-notices.ts";

const purpose = z.enum(DISCLOSURE_PURPOSES).meta({ description: "What everybody may see of the purpose." });
const claimNames = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(64)
  .meta({
    description:
      "Names of concealed claims. `pictures` gives what is said of the pictures, whose copies are published if their profile " +
      "says so; `originals` their bytes as well; `received` also the bytes that the record was made of.",
  });

const DAY_MS = 86_400_000;
const END = { error: "is a time such as 2026-12-22T08:00:00Z, or a day such as 2026-12-22" };

function endOfDay(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString();
}

/** Body of a grant. */
const newDisclosureBody = z
  .strictObject({
    records: z.array(recordId).min(1).max(MOST_RECORDS),
    claims: claimNames,
    recipient: z.string().min(1).max(200).meta({ description: "To whom. Is in the vault and in no log." }),
    purpose,
    purposeText: z.string().min(1).max(1_000).meta({ description: "What for, in words. Is in the vault too." }),
    until: z
      .union([z.iso.datetime(END), z.iso.date(END).transform(endOfDay)], END)
      .transform((text) => Math.floor(Date.parse(text) / 1_000))
      .meta({
        description: "When it ends, rounded up to a full hour; of a day alone, when that is over (UTC).",
        example: "2026-12-22T08:00:00Z",
      }),
  })
  .meta({ id: "NewDisclosure" });

const grantedSchema = z
  .strictObject({
    disclosure: count.meta({ description: "Its number." }),
    token: z.string().meta({ description: "For the recipient. It is shown only here." }),
    until: count.meta({ description: "POSIX seconds." }),
  })
  .meta({ id: "Disclosure" });

/** Labels of claims. */
export const labels = z.record(z.string(), z.string()).meta({
  description: "What each claim is called, in the language of `lang`, else in the one that Accept-Language likes best.",
});

const grantSchema = z
  .strictObject({
    number: count,
    disclosure: count.meta({
      description: "Number of the first grant that was made with it, which is the disclosure's.",
    }),
    record: recordId,
    leafIndex: count,
    source: z.string(),
    claims: z.array(z.string()),
    labels,
    recipient: z.string(),
    purpose,
    purposeText: z.string(),
    grantedAt: count,
    until: count,
    state: z.enum(GRANT_STATES),
    accesses: count.meta({ description: "How often something was handed out by it; within a minute, that is once." }),
  })
  .meta({ id: "Grant" });

/** The number in a path. */
export const disclosurePath = z.object({
  number: decimal(0, 999_999_999_999_999, "Number of the disclosure."),
});

/** Grants claims of records to somebody. */
function grantDisclosure(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const officer = principalOf(response);
    mediaTypeOf(request, ["application/json"]);
    const body = parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body");
    const { records, ...wanted } = parseRequest(newDisclosureBody, body);
    const assertFor = (source: string): void => assertForSource(officer, source, request, parts);
    const by = officer.keyId;
    const granted = await parts.ledger.disclosures.grant([...new Set(records)], { ...wanted, by }, assertFor);
    const { disclosure } = granted;
    parts.security.note("disclosure-granted", { keyId: by, route: routeOf(request), subject: String(disclosure) });
    response.status(201).json(granted);
  };
}

const grantsQuery = pageQuery.extend(languageQuery.shape);

function listGrants({ ledger }: RouteParts): RequestHandler {
  return async (request, response) => {
    const { cursor = 0, limit, lang } = parseRequest(grantsQuery, request.query);
    const language = readersLanguage(lang, request, ledger.disclosures.languages);
    const { items, next } = await ledger.disclosures.list(cursor, limit, language);
    const officer = principalOf(response);
    response.vary("accept-language").json({
      items: items.filter(({ source }) => hasSource(officer, source)),
      nextCursor: next === undefined ? null : String(next),
    });
  };
}

function withdrawDisclosure(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { number } = parseRequest(disclosurePath, request.params);
    mediaTypeOf(request, ["application/json"]);
    parseRequest(nothing, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    const officer = principalOf(response);
    const assertFor = (source: string): void => assertForSource(officer, source, request, parts);
    const withdrawn = await parts.ledger.disclosures.withdraw(number, officer.keyId, assertFor);
    const subject = String(number);
    parts.security.note("disclosure-withdrawn", { keyId: officer.keyId, route: routeOf(request), subject });
    response.json({ disclosure: number, withdrawn });
  };
}

const nothing = z.strictObject({}).meta({ id: "NoWords" });

const PATH = "/v1/privacy/disclosures";

/** The routes. */
export const disclosureRoutes: readonly Route[] = [
  {
    method: "post",
    path: PATH,
    name: "grantDisclosure",
    tag: "privacy",
    summary: "Grant somebody claims that records conceal",
    description:
      "Role officer. An event of the log for each record, which says neither to whom nor which claims. The answer is the " +
      "only place where the recipient's token ever appears.",
    may: "open",
    body: {
      required: true,
      content: { "application/json": { schema: newDisclosureBody, example: EXAMPLES.disclosure } },
    },
    answers: {
      "201": json("It is in the log.", grantedSchema, {
        disclosure: 0,
        token: "wd_0_N7Zk0O2s0n0mB3vS0c7m4ZsmF1QzqFzq0eQm9b0oYhU",
        until: EXAMPLES.disclosed.until,
      }),
    },
    refuses: [
      ...REFUSALS.body,
      ...REFUSALS.json,
      ...REFUSALS.reading,
      ...REFUSALS.writing,
      ...(["ENCODING_INVALID", "NOT_FOUND"] as const),
    ],
    handle: grantDisclosure,
  },
  {
    method: "get",
    path: PATH,
    name: "listGrants",
    tag: "privacy",
    summary: "List what was granted, one item a record",
    description: "Role officer; grants of records of the key's sources. A page may be short.",
    may: "open",
    query: grantsQuery,
    answers: {
      "200": json("A page.", pageOf(grantSchema, "GrantPage"), { items: [EXAMPLES.grant], nextCursor: null }),
    },
    refuses: REFUSALS.reading,
    handle: listGrants,
  },
  {
    method: "post",
    path: `${PATH}/{number}/withdraw`,
    name: "withdrawDisclosure",
    tag: "privacy",
    summary: "Withdraw a disclosure",
    description: "Role officer. Its token is refused from then on. Withdrawing it again changes nothing.",
    may: "open",
    params: disclosurePath,
    body: { required: true, content: { "application/json": { schema: nothing, example: {} } } },
    answers: {
      "200": json(
        "It is in the log.",
        z
          .strictObject({ disclosure: count, withdrawn: count.meta({ description: "How many grants this ended." }) })
          .meta({ id: "Withdrawal" }),
        { disclosure: 0, withdrawn: 1 },
      ),
    },
    refuses: [...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing, "NOT_FOUND"],
    handle: withdrawDisclosure,
  },
];
