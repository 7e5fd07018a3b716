/** GET /v1/privacy/processing: the register of processing, as the operator keeps it in a folder. */
import type { RequestHandler } from "express";
import { z } from "zod";
import { json } from "../handling/answers.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";

const lines = z.array(z.string());

const activitySchema = z
  .strictObject({
    id: z.string(),
    controller: z.string().meta({ description: "Who answers for it, and how to reach them." }),
    name: z.string(),
    purposes: lines,
    legalBases: lines.meta({ description: "Ids of provisions." }),
    people: lines.meta({ description: "Kinds of people whom the data are about." }),
    data: z.array(z.strictObject({ type: z.string(), retentionDays: z.int().nullable() })).meta({
      description: "Types of records and how long each is kept, as their profiles say; `null` without limit.",
    }),
    recipients: lines,
    countries: lines.meta({ description: "ISO 3166-1, two letters." }),
    measures: lines,
  })
  .meta({ id: "ProcessingActivity" });

const registerSchema = z
  .strictObject({
    items: z
      .array(activitySchema)
      .nullable()
      .meta({ description: "`null` where the operator has not said where the register is." }),
  })
  .meta({ id: "ProcessingRegister" });

const EXAMPLE = {
  id: "citizen-reports",
  controller: "City of Example, example@city.example",
  name: "Reports of citizens about something in the city",
  purposes: ["dispatch of repairs"],
  legalBases: ["gdpr-6-1-e"],
  people: ["citizens who report"],
  data: [{ type: "citizen-report", retentionDays: 1_825 }],
  recipients: ["departments of the city that repair"],
  countries: ["ES"],
  measures: ["claims about people are concealed and kept encrypted"],
};

function showProcessing({ processing }: RouteParts): RequestHandler {
  return (_request, response) => void response.json({ items: processing ?? null });
}

/** The route. */
export const processingRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/privacy/processing",
    name: "showProcessing",
    tag: "privacy",
    summary: "Show the register of processing",
    description: "Role officer or auditor. What the controller does with data about people, read at the start.",
    may: "list",
    answers: { "200": json("The register.", registerSchema, { items: [EXAMPLE] }) },
    refuses: REFUSALS.reading,
    handle: showProcessing,
  },
];
