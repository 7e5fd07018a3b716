/** GET /v1/city: the city whose citizens use the app, for the app to be made of. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { APP_LANGUAGES } from "../../citizens/city-file.ts";
import type { NoticeBoard } from "../../privacy/notices.ts";
import { mayConsentAlone } from "../../privacy/own-consent.ts";
import { json } from "../handling/answers.ts";
import { CITIZEN_EXAMPLES } from "../handling/citizen-examples.ts";
import { citizensOf } from "../handling/citizen-session.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count } from "../handling/values.ts";
import { purpose } from "./citizen-views.ts";

function showCity(parts: RouteParts): RequestHandler {
  return async (_request, response) => {
    const { city: settings, ownConsent } = citizensOf(parts);
    const { city, names, controller, languages, categories, areas } = settings;
    const ageBands = ownConsent.bands.map((code) => ({ code, ownConsent: mayConsentAlone(ownConsent, code) }));
    const consents = consentsView(parts.ledger.rights.notices, settings.joinConsents);
    const own = { ownConsentFrom: ownConsent.fromAge, ageBands, consents };
    const around = { translations: translationsView(parts, languages), others: await othersView(parts) };
    response.json({ city, names, controller, languages, categories, areas, ...own, ...around });
  };
}

/** From which language into which somebody is offered a translation: what nothing translates is not worth a tap. */
function translationsView({ ledger }: RouteParts, languages: readonly string[]) {
  return APP_LANGUAGES.flatMap((from) => languages.map((to) => ({ from, to }))).filter(
    ({ from, to }) => from !== to && ledger.translations.offers({ from, to }),
  );
}

/** The partner cities, and what readers call them. */
async function othersView({ exchange, ledger }: RouteParts) {
  const { recipients } = ledger.transfers;
  const all = exchange.partners.all.map(async ({ city, recipient, names = sameInAll(recipient) }) => {
    const number = city === undefined ? (await recipients.find(recipient))?.number : undefined;
    return { city: city ?? String(number ?? ""), names };
  });
  return (await Promise.all(all)).filter(({ city }) => city !== "");
}

function sameInAll(name: string) {
  return { en: name, es: name, ja: name };
}

/** What may be consented to, by the notices in force; each language has a notice of its own. */
function consentsView({ inForce }: Pick<NoticeBoard, "inForce">, needed: readonly string[]) {
  const asked = inForce.flatMap(({ notice: { language, version, purposes } }) =>
    purposes.filter(({ needsConsent }) => needsConsent).map(({ code, text }) => ({ code, language, version, text })),
  );
  return [...Map.groupBy(asked, ({ code }) => code)].map(([purpose, said]) => ({
    purpose,
    isNeeded: needed.includes(purpose),
    notices: said.map(({ language, version, text }) => ({ language, version, text })),
  }));
}

const labels = z.strictObject({ en: z.string(), es: z.string(), ja: z.string() });

const citySchema = z
  .strictObject({
    city: z.string().meta({ description: "Short name." }),
    names: labels,
    controller: z.strictObject({ name: z.string(), contact: z.string() }),
    languages: z.array(z.enum(APP_LANGUAGES)),
    categories: z.array(z.strictObject({ code: z.string(), labels })),
    areas: z.array(
      z.strictObject({
        code: z.string(),
        labels,
        box: z.array(z.number()).length(4).meta({ description: "South, west, north, east." }),
      }),
    ),
    ownConsentFrom: count.meta({ description: "From which age people join alone, by the law data." }),
    ageBands: z.array(
      z.strictObject({ code: z.string(), ownConsent: z.boolean().meta({ description: "Whether they join alone." }) }),
    ),
    consents: z.array(
      z.strictObject({
        purpose,
        isNeeded: z.boolean().meta({ description: "Whether nobody joins without it." }),
        notices: z.array(
          z.strictObject({
            language: z.string(),
            version: z.int(),
            text: z.string().meta({ description: "What the notice says of the purpose." }),
          }),
        ),
      }),
    ),
    translations: z
      .array(z.strictObject({ from: z.string(), to: z.string() }))
      .meta({ description: "From which language into which something translates here." }),
    others: z
      .array(z.strictObject({ city: z.string(), names: labels }))
      .meta({ description: "Partner cities, as `origin` of posts and results of themes name them." }),
  })
  .meta({ id: "City" });

/** The routes. */
export const cityRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/city",
    name: "showCity",
    tag: "citizens",
    summary: "Show the city, its languages, categories and areas, and from which age people join",
    ofCity: "all",
    answers: { "200": json("The city.", citySchema, CITIZEN_EXAMPLES.city) },
    handle: showCity,
  },
];
