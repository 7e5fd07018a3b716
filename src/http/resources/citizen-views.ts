/** What the routes of citizens have in common: what is shown of an account, of consents and of receipts. */
import { z } from "zod";
import type { CitizenReceipt } from "../../citizens/consents.ts";
import { CONSENT_STATES } from "../../core/consent-event.ts";
import { COUNTRY, LANGUAGE_TAG } from "../../core/notice-event.ts";
import { PURPOSE } from "../../core/restriction-event.ts";
import type { StoredCitizen } from "../../store/citizen-store.ts";
import type { RouteParts } from "../handling/route.ts";
import { hash, time } from "../handling/values.ts";
import { enteredSchema, enteredView } from "./privacy-notices.ts";

export function citizenView({ citizenId, pseudonym, ageBand, language }: StoredCitizen) {
  return { id: citizenId, pseudonym, ageBand, language };
}

export const citizenSchema = z
  .strictObject({ id: z.string(), pseudonym: z.string(), ageBand: z.string(), language: z.string() })
  .meta({ id: "Citizen" });

export const purpose = z.string().regex(PURPOSE).meta({ description: "A code of the notice.", example: "publish" });
export const country = z
  .string()
  .regex(COUNTRY)
  .meta({ description: "Country of the recipients, if it is another one: ISO 3166-1." });

/** What somebody consents to, and which notice was read. */
export const consentShape = {
  purpose,
  country: country.optional(),
  noticeVersion: z.int().min(1).meta({ description: "Version of the notice that was shown." }),
  language: z.string().regex(LANGUAGE_TAG).meta({ description: "Language of the notice that was shown." }),
};
export const givenConsent = z.strictObject(consentShape).meta({ id: "GivenConsent" });

type Said = CitizenReceipt["said"];

/** To what somebody consents. */
export function placeOf({ purpose: of, country: where }: Pick<Said, "purpose" | "country">) {
  return { purpose: of, ...(where !== undefined && { country: where }) };
}

/** What was said in a consent: version and language are those of the notice, unless that is damaged. */
export function saidView(said: Said, { ledger }: RouteParts) {
  const { version, language } = ledger.rights.notices.namedAt(said.notice) ?? {};
  return {
    ...placeOf(said),
    state: said.state,
    at: new Date(said.at * 1_000).toISOString(),
    ...(version !== undefined && { noticeVersion: version, language }),
  };
}

export const saidShape = {
  purpose,
  country: country.optional(),
  state: z.enum(CONSENT_STATES),
  at: time,
  noticeVersion: z.int().optional(),
  language: z.string().optional(),
};

export function receiptView({ entry, said, receipt, receiptSha256 }: CitizenReceipt, parts: RouteParts) {
  return { ...enteredView(entry), ...saidView(said, parts), receipt, receiptSha256 };
}

export const receiptBody = z
  .looseObject({ receiptId: z.string() })
  .meta({ description: "In the shape of ISO/IEC TS 27560." });

/** A consent in the log, with its receipt. */
export const receiptSchema = enteredSchema
  .extend({
    ...saidShape,
    receipt: receiptBody,
    receiptSha256: hash.meta({ description: "Of the receipt as canonical JSON; its claim in the event's bundle." }),
  })
  .meta({ id: "CitizenReceipt" });
