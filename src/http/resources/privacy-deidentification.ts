/** POST /v1/privacy/deidentifications: an officer makes a de-identified table. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { DAY } from "../../core/deidentification-event.ts";
import { DEIDENTIFIED_FORMAT } from "../../core/deidentified-table.ts";
import { parseJsonBytes } from "../../core/json.ts";
import { MAX_RECORD_BYTES } from "../../core/record.ts";
import { DEFAULT_K, LEAST_K, LEAST_L, MOST_K, MOST_L, MOST_ROWS } from "../../privacy/deidentification.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { json } from "../handling/answers.ts";
import { assertForSource, principalOf } from "../handling/authorisation.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { TABLE_EXAMPLE } from "../handling/transfer-examples.ts";
import { count, parseRequest } from "../handling/values.ts";

const day = z.string().regex(DAY).meta({ example: "2026-11-01" });
const k = z.int().min(LEAST_K).max(MOST_K);
const l = z.int().min(LEAST_L).max(MOST_L);

const tableBody = z
  .strictObject({
    type: z.string().min(1).max(64).meta({ description: "Type of record." }),
    from: day.meta({ description: "First day on which records came in, in UTC." }),
    to: day.meta({ description: "Last one." }),
    k: k.optional().meta({ description: `People in each cell, at least; ${DEFAULT_K} without.` }),
    l: l.optional().meta({
      description: `Values of each concealed claim, at least, wherever public values are the same; ${LEAST_L} without.`,
    }),
    claims: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(16)
      .optional()
      .meta({ description: "Some of the claims that the profile lets leave; all of them without." }),
  })
  .meta({ id: "NewDeidentifiedTable" });

/** The table. */
const deidentifiedSchema = z
  .strictObject({
    format: z.literal(DEIDENTIFIED_FORMAT),
    log: z.string(),
    profile: z.string(),
    from: day,
    to: day,
    k,
    l,
    steps: z.record(z.string(), z.strictObject({ step: z.string(), width: z.number().optional() })),
    dropped: z.array(z.string()).meta({ description: "Claims of the profile that are not in it." }),
    cells: z.array(z.strictObject({ values: z.record(z.string(), z.string().nullable()), rows: count })),
    rows: count.meta({ description: "Records in all cells." }),
    leftOut: count.meta({ description: "At most how many records were left out: a multiple of k." }),
  })
  .meta({ id: "DeidentifiedTable" });

function makeTable(parts: RouteParts): RequestHandler {
  return async (request, response) => {
    const officer = principalOf(response);
    mediaTypeOf(request, ["application/json"]);
    const said = parseRequest(tableBody, parseJsonBytes(await collectBody(request, MAX_RECORD_BYTES), "body"));
    // It is about the records of all sources.
    assertForSource(officer, "*", request, parts);
    const { keyId } = officer;
    parts.openingsLimit.assertAllows(keyId);
    const bytes = await parts.ledger.deidentifying.make({ ...said, by: keyId });
    parts.security.note("openings-given", { keyId, route: routeOf(request), count: 1 });
    response.status(201).type("application/json").send(Buffer.from(bytes));
  };
}

/** The routes. */
export const deidentificationRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/privacy/deidentifications",
    name: "makeDeidentifiedTable",
    tag: "privacy",
    summary: "Make a de-identified table",
    description:
      "Role officer, with a key for all sources. How many records of a type came in on some days, by the claims that the " +
      "profile lets leave (`deidentify`), made coarser by its steps, without cells of few people. There is one table of a " +
      `type and day: another one of the same days is refused, since the two could be subtracted. ${MOST_ROWS} records at ` +
      "most. An event of the log says that it was made. It counts as one opening.",
    may: "open",
    body: {
      required: true,
      content: {
        "application/json": {
          schema: tableBody,
          example: { type: "citizen-report", from: "2026-11-01", to: "2026-11-30", claims: ["category", "reportedAt"] },
        },
      },
    },
    answers: { "201": json("The table.", deidentifiedSchema, TABLE_EXAMPLE) },
    refuses: [
      ...[...REFUSALS.body, ...REFUSALS.json, ...REFUSALS.reading, ...REFUSALS.writing],
      ...(["PROFILE_UNKNOWN", "TRANSFER_REFUSED", "RATE_LIMITED"] as const),
    ],
    handle: makeTable,
  },
];
