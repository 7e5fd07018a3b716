/** /v1/catalogue: what the city offers and exchanges, as DCAT-AP. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { JSON_LD } from "../../exchange/catalogue.ts";
import { EXCHANGE_EXAMPLES } from "../handling/exchange-examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { baseOf } from "./adapters.ts";

const catalogueSchema = z
  .looseObject({
    "@context": z.looseObject({}),
    "@id": z.string(),
    "@type": z.literal("dcat:Catalog"),
    "dcat:dataset": z.array(z.looseObject({ "@id": z.string(), "@type": z.literal("dcat:Dataset") })),
  })
  .meta({ id: "Catalogue" });

function showCatalogue(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const document = await parts.exchange.catalogue.document(baseOf(request, parts));
    response.type(JSON_LD).send(JSON.stringify(document));
  };
}

/** The route. */
export const catalogueRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/catalogue",
    name: "showCatalogue",
    tag: "exchange",
    summary: "The catalogue of data sets, as DCAT-AP in JSON-LD",
    description:
      "What is public of each type of record, de-identified tables that were made, and how many records went to or came " +
      "from which country, on which basis of law. Each data set has a proof: the anchor of the tree that holds it, or the " +
      "bundle of the log's event.",
    answers: {
      "200": {
        description: "A dcat:Catalog.",
        content: { [JSON_LD]: { schema: catalogueSchema, example: EXCHANGE_EXAMPLES.catalogue } },
      },
    },
    refuses: REFUSALS.reading,
    handle: showCatalogue,
  },
];
