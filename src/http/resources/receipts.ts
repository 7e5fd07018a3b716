/** GET /receipts/{id}.pdf: the receipt for a record, as a file to keep and to pass on. */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { receiptOf } from "../../receipt/receipt.ts";
import { verifierAddress } from "../../receipt/verifier-address.ts";
import { LANGUAGES, type Language } from "../../texts/languages.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { idPath, parseRequest } from "../handling/values.ts";
import { baseOf } from "./adapters.ts";

function serveReceiptPdf(parts: RouteParts): RequestHandler<{ id: string }> {
  const { ledger, receipts, now } = parts;
  return async (request, response) => {
    const { lang } = parseRequest(receiptQuery, request.query);
    const language = lang ?? preferredLanguage(request);
    const life = await ledger.lineages.of(request.params.id);
    const receipt = receiptOf(life, await ledger.status(), Math.floor(now() / 1_000));
    const address = verifierAddress(baseOf(request, parts), receipt);
    const bytes = await receipts.pdf(receipt, { language, address });
    response.set({ "cache-control": "no-store", "content-language": language }).vary("accept-language");
    response.set("content-disposition", `inline; filename="receipt-${receipt.id}.pdf"`);
    response.type("application/pdf").send(Buffer.from(bytes));
  };
}

function preferredLanguage(request: Pick<Request, "acceptsLanguages">): Language {
  return LANGUAGES.find((one) => one === request.acceptsLanguages([...LANGUAGES])) ?? "en";
}

const receiptQuery = z.strictObject({
  lang: z.enum(LANGUAGES).optional().meta({ description: "Else the language that Accept-Language likes best." }),
});

/** The route. */
export const receiptRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/receipts/{id}.pdf",
    name: "getReceiptPdf",
    tag: "records",
    summary: "The receipt for a record as a file",
    description:
      "What `/receipts/{id}` shows, as tagged PDF (PDF/UA). Asked for again within a minute, it may be the same file.",
    params: idPath,
    query: receiptQuery,
    answers: {
      "200": {
        description: "The file.",
        content: { "application/pdf": { schema: { type: "string", format: "binary" } } },
      },
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "BUSY"],
    handle: serveReceiptPdf,
  },
];
