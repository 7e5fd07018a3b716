/**
 * POST /v1/records: one record, an array of records, or NDJSON. Records are taken while the body arrives, a slice at a
 * time, so a batch is neither held as a whole nor waited for.
 *
 * When a body breaks off or runs over a limit after some of its records were taken, their results are answered, and the
 * last result is the error for the first record that was not taken; none behind it was.
 */
import type { Request, RequestHandler, Response } from "express";
import { submitterOf, type Principal } from "../../keys/api-keys.ts";
import { WarifuError } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { Outcome } from "../../write/pipeline.ts";
import { principalOf, rateExceeded, type Guard } from "../handling/authorisation.ts";
import type { HttpLimits } from "../../serve/limits.ts";
import type { Metrics } from "../handling/metrics.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { collectBody, mediaTypeOf, readBody } from "../../serve/request-body.ts";
import { endThoughMoreComes } from "../../serve/response-end.ts";
import { SubmissionAnswer } from "./submission-answer.ts";
import { parseSubmittedJson, readLines } from "../../sources/submitted-values.ts";

/** Media type of newline-delimited JSON. */
export const NDJSON = "application/x-ndjson";
const LINE_TYPES = [NDJSON, "application/jsonl"];
const ACCEPTED_TYPES = ["application/json", ...LINE_TYPES];

/** What the handler works with. */
export interface SubmitParts extends Guard {
  readonly ledger: Ledger;
  readonly limits: HttpLimits;
  readonly metrics: Metrics;
}

/** Handles submissions. */
export function submitRecords(parts: SubmitParts): RequestHandler {
  return async (request, response) => {
    const type = mediaTypeOf(request, ACCEPTED_TYPES);
    if (LINE_TYPES.includes(type)) await submitLines(parts, request, response);
    else await submitJson(parts, request, response);
  };
}

async function submitLines(parts: SubmitParts, request: Request, response: Response) {
  const { limits, metrics } = parts;
  const principal = principalOf(response);
  const answer = new SubmissionAnswer("\n");
  try {
    const body = readBody(request, limits.maxBodyBytes);
    for await (const values of readLines(body, limits.maxRecordsPerRequest))
      answer.add(await submitAs(principal, values, parts, request));
  } catch (error) {
    if (!(error instanceof WarifuError) || !answer.hasTaken) throw error;
    answer.add([{ ok: false, error }]);
  }
  metrics.countRecords(answer.counts);
  assertTaken(answer);
  send(request, response.status(answer.status).type(NDJSON), [...answer.parts, Buffer.from("\n")]);
}

async function submitJson(parts: SubmitParts, request: Request, response: Response) {
  const { limits, metrics } = parts;
  const bytes = await collectBody(request, limits.maxJsonBytes);
  const { isArray, values } = parseSubmittedJson(bytes, limits.maxRecordsPerRequest);
  const answer = new SubmissionAnswer(",");
  const outcomes = await submitAs(principalOf(response), values, parts, request);
  answer.add(outcomes);
  metrics.countRecords(answer.counts);
  const [only] = outcomes;
  if (!isArray && only?.ok === false) throw only.error;
  assertTaken(answer);
  const body = isArray ? [Buffer.from("["), ...answer.parts, Buffer.from("]")] : answer.parts;
  send(request, response.status(answer.status).type("application/json"), body);
}

/** Submits as many as the key's rate allows; the others are refused. What a key was refused is told of. */
async function submitAs(
  principal: Principal,
  values: readonly (JsonValue | WarifuError)[],
  { ledger, access, security }: SubmitParts,
  request: Request,
): Promise<Outcome[]> {
  const allowed = access.take(principal, values.length);
  const taken = allowed === values.length ? values : values.slice(0, allowed);
  const outcomes = await ledger.submit(taken, submitterOf(principal));
  const fields = { keyId: principal.keyId, route: routeOf(request) };
  const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
  const forbidden = refusals.filter(({ code }) => code === "FORBIDDEN").length;
  const foreign = refusals.filter(({ details }) => details["foreign"] === true).length;
  if (forbidden > 0) security.note("forbidden", { ...fields, count: forbidden });
  if (foreign > 0) security.note("foreign-repetition", { ...fields, count: foreign });
  const rest = values.slice(allowed).map((): Outcome => ({ ok: false, error: rateExceeded() }));
  return rest.length === 0 ? outcomes : [...outcomes, ...rest];
}

/** @throws REQUEST_INVALID nothing was sent; BUSY, STOPPED, RATE_LIMITED when nothing was taken and all can be sent again */
function assertTaken(answer: SubmissionAnswer): void {
  if (answer.isEmpty) throw new WarifuError("REQUEST_INVALID", "there is no record in the body");
  if (answer.unavailable) throw answer.unavailable;
}

function send(request: Request, response: Response, parts: readonly Buffer[]): void {
  response.setHeader(
    "content-length",
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  endThoughMoreComes(request, response, parts);
}
