/**
 * /v1/citizens/me…: what somebody says of themselves, what they consent to, and leaving. Citizens can reach only their
 * own account here: it comes from the session, and no path names one.
 */
import type { RequestHandler } from "express";
import { z } from "zod";
import { assertIsNobodyOfficial, language, pseudonym } from "../../citizens/own-words.ts";
import type { Removal } from "../../citizens/removal.ts";
import { WarifuError } from "../../core/errors.ts";
import { noReceipt } from "../../privacy/consent.ts";
import { assertConsentsAlone } from "../../privacy/own-consent.ts";
import { copyText } from "../../privacy/personal-copy.ts";
import type { StoredCitizen } from "../../store/citizen-store.ts";
import { bodyOf } from "../handling/json-body.ts";
import { json } from "../handling/answers.ts";
import { CITIZEN_EXAMPLES } from "../handling/citizen-examples.ts";
import { assertFromApp, assertProven, citizenIn, citizensOf } from "../handling/citizen-session.ts";
import { clearCookie } from "../handling/page-cookies.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, idPath, recordId, time } from "../handling/values.ts";
import {
  citizenSchema,
  citizenView,
  consentShape,
  country,
  placeOf,
  purpose,
  receiptBody,
  receiptSchema,
  receiptView,
  saidShape,
  saidView,
} from "./citizen-views.ts";
import { sendPieces } from "./privacy-requests.ts";

function showMe(parts: RouteParts): RequestHandler {
  return (_request, response) => {
    response.json(meView(accountIn(citizenIn(response).citizenId, parts), parts));
  };
}

function changeMe(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { accounts, ownConsent, city } = citizensOf(parts);
    const { pseudonym: name, ageBand, language: spoken } = await bodyOf(changeBody, request);
    if (name !== undefined) assertIsNobodyOfficial(name, city);
    if (ageBand !== undefined) assertConsentsAlone(ownConsent, ageBand);
    const changed = await accounts.change(citizenIn(response).citizenId, {
      ...(name !== undefined && { pseudonym: name }),
      ...(ageBand !== undefined && { ageBand }),
      ...(spoken !== undefined && { language: spoken }),
    });
    response.json(meView(changed, parts));
  };
}

function renewCode(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    assertProven(request, response, citizensOf(parts));
    const { recoveryCode } = await citizensOf(parts).accounts.renewCode(citizenIn(response).citizenId);
    response.status(201).json({ recoveryCode });
  };
}

function leave(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const citizens = citizensOf(parts);
    const origin = assertFromApp(request, citizens);
    assertProven(request, response, citizens);
    const { citizenId } = citizenIn(response);
    const removal = await citizens.remove(accountIn(citizenId, parts));
    parts.security.note("citizen-left");
    parts.security.note("records-erased", { count: removal.erased.length });
    clearCookie(response, "citizen", origin);
    response.json(await removalView(citizenId, removal, parts));
  };
}

function listOwnConsents(parts: RouteParts): RequestHandler {
  return async (_request, response) => {
    response.json(await consentsView(accountIn(citizenIn(response).citizenId, parts), parts));
  };
}

function sayConsent(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { consents, accounts, pace } = citizensOf(parts);
    const said = await bodyOf(saidBody, request);
    pace.consents.assertAllows(citizenIn(response).citizenId);
    const citizen = accountIn(citizenIn(response).citizenId, parts);
    const receipt = await accounts.acting(citizen.citizenId, () =>
      said.state === "given" ? consents.give(citizen, said) : consents.withdraw(citizen, said.purpose, said.country),
    );
    response.status(201).json(receiptView(receipt, parts));
  };
}

function showOwnReceipt(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { pace, consents } = citizensOf(parts);
    const citizen = accountIn(citizenIn(response).citizenId, parts);
    pace.receipts.assertAllows(citizen.citizenId);
    const { leafIndex } = await parts.ledger.records.placeOf(request.params.id, noReceipt);
    const bytes = await consents.receipt(citizen, leafIndex);
    response.type("application/json").set("content-disposition", 'attachment; filename="receipt.json"');
    response.end(bytes);
  };
}

function exportMe(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const { citizenId } = citizenIn(response);
    const { copy, handedOut } = await citizensOf(parts).export(accountIn(citizenId, parts));
    if (copy.hasOpened) parts.security.note("openings-given", { route: routeOf(request) });
    response.set("content-disposition", 'attachment; filename="copy.json"');
    if (await sendPieces(copyText(copy), response.type("application/json"))) await handedOut();
  };
}

/** The account of a session. @throws UNAUTHENTICATED it was removed meanwhile */
export function accountIn(citizenId: string, parts: RouteParts): StoredCitizen {
  const citizen = citizensOf(parts).accounts.valid(citizenId);
  if (citizen) return citizen;
  throw new WarifuError("UNAUTHENTICATED", "nobody is signed in here: this is for citizens, in the app");
}

function meView(citizen: StoredCitizen, parts: RouteParts) {
  const passkeys = citizensOf(parts).accounts.passkeysOf(citizen.citizenId).length;
  return { ...citizenView(citizen), since: new Date(citizen.createdAt).toISOString(), passkeys };
}

async function consentsView(citizen: StoredCitizen, parts: RouteParts) {
  const { consents } = citizensOf(parts);
  const [all, standing] = [await consents.of(citizen), await consents.standing(citizen)];
  return {
    standing: standing.map(placeOf),
    consents: await Promise.all(
      all.map(async (said) => ({
        id: await parts.ledger.records.idAt(said.leafIndex),
        leafIndex: said.leafIndex,
        ...saidView(said, parts),
      })),
    ),
  };
}

async function removalView(citizen: string, { erased, withdrawn, isGone }: Removal, parts: RouteParts) {
  const { records } = parts.ledger;
  return {
    format: "warifu:account-removal:1",
    citizen,
    removedAt: new Date(parts.now()).toISOString(),
    erased: await Promise.all(
      erased.map(async ({ record, event }) => ({
        record: await records.idAt(record),
        event: await records.idAt(event),
      })),
    ),
    withdrawn: withdrawn.map((one) => receiptView(one, parts)),
    gone: isGone,
  };
}

const changeBody = z
  .strictObject({
    pseudonym: pseudonym.optional(),
    ageBand: z.string().max(8).optional(),
    language: language.optional(),
  })
  .meta({ id: "ChangeCitizen" });

const meSchema = citizenSchema
  .extend({ since: time.meta({ description: "When it was made." }), passkeys: count })
  .meta({ id: "OwnAccount" });

const saidBody = z
  .discriminatedUnion("state", [
    z.strictObject({ state: z.literal("given"), ...consentShape }),
    z.strictObject({ state: z.literal("withdrawn"), purpose, country: country.optional() }),
  ])
  .meta({ id: "OwnConsent" });

const consentsSchema = z
  .strictObject({
    standing: z.array(z.strictObject({ purpose, country: country.optional() })),
    consents: z.array(z.strictObject({ id: recordId, leafIndex: count, ...saidShape })),
  })
  .meta({ id: "OwnConsents" });

const removalSchema = z
  .strictObject({
    format: z.literal("warifu:account-removal:1"),
    citizen: z.string(),
    removedAt: time,
    erased: z.array(
      z.strictObject({ record: recordId, event: recordId.meta({ description: "The event that says so." }) }),
    ),
    withdrawn: z.array(receiptSchema),
    gone: z.boolean().meta({ description: "Whether no file holds any of it; otherwise the service goes on trying." }),
  })
  .meta({ id: "AccountRemoval" });

const copySchema = z
  .looseObject({ format: z.literal("warifu:personal-copy:1"), made: z.string(), records: z.array(z.looseObject({})) })
  .meta({ id: "OwnCopy" });

const shared = { tag: "citizens", ofCity: "citizens" } as const;
const BODY = [...REFUSALS.body, ...REFUSALS.json] as const;
const STORE = ["STORE_CORRUPT", "STORE_FAILED"] as const;

/** The routes. */
export const citizenRoutes: readonly Route[] = [
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me", name: "showOwnAccount", summary: "Show one's own account" },
    answers: { "200": json("The account.", meSchema, CITIZEN_EXAMPLES.me) },
    handle: showMe,
  },
  {
    ...{ ...shared, method: "patch", path: "/v1/citizens/me", name: "changeOwnAccount" },
    summary: "Change pseudonym, age band or language",
    body: { required: true, content: { "application/json": { schema: changeBody, example: CITIZEN_EXAMPLES.change } } },
    answers: { "200": json("The account.", meSchema, CITIZEN_EXAMPLES.me) },
    refuses: [...BODY, ...STORE, "FORBIDDEN"],
    handle: changeMe,
  },
  {
    ...{ ...shared, method: "delete", path: "/v1/citizens/me", name: "leave", summary: "Leave" },
    description:
      "Takes a proof. Erases all that the account sent, withdraws its consents, and removes it. The answer names the events of the log that " +
      "say so; nothing in the log says whose records they were.",
    answers: { "200": json("What was done, to be kept.", removalSchema, CITIZEN_EXAMPLES.removal) },
    refuses: [...REFUSALS.reading, ...REFUSALS.writing, "FORBIDDEN"],
    handle: leave,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/export", name: "exportOwnData" },
    summary: "Get a copy of all that one sent, to take along",
    description: "The log has it as a request for one's data that was answered at once, and says not whose.",
    answers: { "200": json("The copy, with pictures.", copySchema, CITIZEN_EXAMPLES.copy) },
    refuses: [...REFUSALS.reading, ...REFUSALS.writing],
    handle: exportMe,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/recovery-code", name: "renewRecoveryCode" },
    summary: "Get another recovery code in the place of the former one",
    description: "Takes a proof.",
    answers: {
      "201": json("The code, this once.", z.strictObject({ recoveryCode: z.string() }), CITIZEN_EXAMPLES.newCode),
    },
    refuses: [...STORE, "FORBIDDEN"],
    handle: renewCode,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/consents", name: "listOwnConsents" },
    summary: "List what one gave and withdrew, and what stands",
    answers: { "200": json("In the order of the log.", consentsSchema, CITIZEN_EXAMPLES.consents) },
    refuses: REFUSALS.reading,
    handle: listOwnConsents,
  },
  {
    ...{ ...shared, method: "post", path: "/v1/citizens/me/consents", name: "sayConsent" },
    summary: "Give or withdraw consent to a purpose",
    description: "Withdrawn as easily as given, at once. Either way it is an event of the log, with a receipt.",
    body: { required: true, content: { "application/json": { schema: saidBody, example: CITIZEN_EXAMPLES.said } } },
    answers: { "201": json("It is in the log, with its receipt.", receiptSchema, CITIZEN_EXAMPLES.given) },
    refuses: [...BODY, ...REFUSALS.reading, ...REFUSALS.writing],
    handle: sayConsent,
  },
  {
    ...{ ...shared, method: "get", path: "/v1/citizens/me/consents/{id}/receipt", name: "showOwnReceipt" },
    summary: "Get the receipt of one's own consent again",
    description: "As canonical JSON: its hash is that of the claim `receipt` in the event's bundle.",
    params: idPath,
    answers: { "200": json("The receipt.", receiptBody, CITIZEN_EXAMPLES.receipt) },
    refuses: [...REFUSALS.reading, "STOPPED", "ENCODING_INVALID", "NOT_FOUND"],
    handle: showOwnReceipt,
  },
];
