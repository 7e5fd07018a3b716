/** /v1/records/{id}/translations: what a record says, in another language, labelled as what it is. */
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { TOOL_NAME, TOOL_VERSION } from "../../core/derivation-event.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { LANGUAGE_CODE, TRANSLATED, TRANSLATORS } from "../../core/translation-event.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import type { Principal } from "../../keys/api-keys.ts";
import type { TranslationView } from "../../read/translations.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import {
  assertForSource,
  authorise,
  isAuthorised,
  isForSource,
  officer,
  principalOf,
} from "../handling/authorisation.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { count, hash, idPath, parseRequest, recordId } from "../handling/values.ts";

const language = z
  .string()
  .regex(LANGUAGE_CODE, "is a language such as es: two or three letters")
  .meta({ description: "First part of a language tag, such as `es`, `ja` or `en`.", example: "ja" });
const MOST_TEXT = 20_000;
const texts = z.record(z.string().min(1).max(64), z.string().min(1).max(MOST_TEXT));

/** What is said of a translation to readers, so that nobody takes it for the original. */
const LABELS = {
  machine: { en: "Machine translation", es: "Traducción automática", ja: "機械翻訳" },
  person: { en: "Translated by a person", es: "Traducido por una persona", ja: "人による翻訳" },
} as const;

const translationSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    at: count.meta({ description: "POSIX seconds." }),
    by: z.enum(TRANSLATORS),
    label: z
      .strictObject({ en: z.string(), es: z.string(), ja: z.string() })
      .meta({ description: "To be shown beside it, with the way to the original." }),
    of: z.enum(TRANSLATED).meta({ description: "Whether its originals are public claims or concealed ones." }),
    from: language,
    to: language,
    tool: z.string().regex(TOOL_NAME).optional(),
    version: z.string().regex(TOOL_VERSION).optional(),
    models: z.array(hash).optional().meta({ description: "SHA-256 of each model that it took." }),
    texts: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: "By the name of the claim; absent where the originals are not shown, or it was replaced." }),
    originals: z.record(z.string(), z.string()).optional(),
    opening: z.string().optional().meta({ description: "RFC 9901 disclosure of `out` in the event's body." }),
  })
  .meta({ id: "Translation" });
const translationsSchema = z.strictObject({ items: z.array(translationSchema) }).meta({ id: "Translations" });

const requestBody = z.strictObject({ to: language, texts: texts.exactOptional() }).meta({ id: "TranslationRequest" });
const listQuery = z.strictObject({
  to: language.optional().meta({
    description: "Into which language; with the key of an officer, the texts of concealed claims are opened too.",
  }),
});

function labelled(view: TranslationView) {
  return { ...view, label: LABELS[view.by] };
}

/** Texts of concealed claims only for an officer of the record's source who asks for a language. */
function listTranslations(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { to } = parseRequest(listQuery, request.query);
    const { translations, records } = parts.ledger;
    const opener = to === undefined ? undefined : await openerFor(id, request, parts);
    const opened = to === undefined || !opener ? undefined : { to, asker: officer(opener) };
    const items = (await translations.list(id, opened)).filter((one) => to === undefined || one.to === to);
    if (opener && items.some(({ of, texts: shown }) => of === "concealed" && shown))
      noteOpening(opener.keyId, (await records.placeOf(id)).leafIndex, request, parts);
    response.json({ items: items.map(labelled) });
  };
}

async function openerFor(id: string, request: Request, parts: RouteParts): Promise<Principal | undefined> {
  if (!isAuthorised(request, parts, "open")) return undefined;
  const { source } = await parts.ledger.records.placeOf(id);
  const principal = authorise(request, parts, "open");
  if (!isForSource(principal, source, request, parts)) return undefined;
  parts.openingsLimit.assertAllows(principal.keyId);
  return principal;
}

function translate(parts: RouteParts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { id } = request.params;
    const { source, leafIndex } = await parts.ledger.records.placeOf(id);
    const principal = principalOf(response);
    assertForSource(principal, source, request, parts);
    mediaTypeOf(request, ["application/json"]);
    const body = parseRequest(requestBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    parts.openingsLimit.assertAllows(principal.keyId);
    const items = await parts.ledger.translations.translate(id, { ...body, by: principal.keyId });
    noteOpening(principal.keyId, leafIndex, request, parts);
    response.status(201).json({ items: items.map(labelled) });
  };
}

const TRANSLATION = {
  ...{ id: EXAMPLES.acknowledgement.id, leafIndex: 7, at: 1_795_334_402, by: "machine", label: LABELS.machine },
  ...{ of: "concealed", from: "es", to: "en", tool: "apertium", version: "3.8.3" },
  ...{ texts: { text: "There is a pothole." }, originals: { text: "Hay un bache." }, opening: "WyJ…" },
};
const READS = [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"] as const;

/** The routes. */
export const translationRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records/{id}/translations",
    name: "listTranslations",
    tag: "records",
    summary: "List the translations of a record's texts",
    description:
      "Texts of public claims are shown to everybody. With a key of role officer and a language, also those of concealed " +
      "claims; that counts as an opening. Each comes with its original.",
    takesKey: true,
    params: idPath,
    query: listQuery,
    answers: {
      "200": json("All translations, in the order of the log.", translationsSchema, { items: [TRANSLATION] }),
    },
    refuses: [...READS, "RATE_LIMITED"],
    handle: listTranslations,
  },
  {
    method: "post",
    path: "/v1/records/{id}/translations",
    name: "translateRecord",
    tag: "records",
    summary: "Translate a record's texts, or correct a translation",
    description:
      "Role officer; counts as an opening. Without `texts`, a program translates what there is no translation of yet. With " +
      "`texts`, by the names of their claims, these are shown instead, as a person's.",
    may: "open",
    params: idPath,
    body: {
      required: true,
      content: { "application/json": { schema: requestBody, example: { to: "en" } } },
    },
    answers: { "201": json("What is shown now.", translationsSchema, { items: [TRANSLATION] }) },
    refuses: [
      ...READS,
      ...REFUSALS.body,
      ...REFUSALS.json,
      ...REFUSALS.writing,
      ...(["NOT_TRANSLATED", "TRANSFER_REFUSED", "RATE_LIMITED"] as const),
    ],
    handle: translate,
  },
];
