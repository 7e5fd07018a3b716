/**
 * POST /v1/records: one record, an array of records, NDJSON, or a form (submit-pictures.ts). Records are submitted a slice
 * at a time while the body arrives, so a batch is neither held in memory as a whole nor waited for.
 *
 * When a body breaks off or exceeds a limit after some of its records were taken, the answer has their results, and the last
 * result is the error for the first record that was not taken; none after it was.
 */
import type { Request, RequestHandler, Response } from "express";
import { submitterOf, type Principal } from "../../keys/api-keys.ts";
import { WarifuError } from "../../core/errors.ts";
import type { Submitter } from "../../core/submitter.ts";
import { RECEIVED_FROM } from "../../privacy/transfer-gate.ts";
import type { Ledger } from "../../read/ledger.ts";
import type { Outcome } from "../../write/outcome.ts";
import type { KeysOf, Submitted } from "../../write/signed-submission.ts";
import { principalOf, rateExceeded, type Guard } from "../handling/authorisation.ts";
import {
  claimedSignature,
  isSigned,
  verifiedRecord,
  type ClaimedSignature,
  type SignedContent,
  type SigningRules,
} from "../handling/request-signature.ts";
import type { HttpLimits } from "../../serve/limits.ts";
import type { Metrics } from "../handling/metrics.ts";
import { atExpenseOf, type KeyShare } from "../handling/key-share.ts";
import type { SpentKeys } from "../handling/spent-keys.ts";
import { routeOf } from "../handling/problem-answers.ts";
import { budgetOfBatch, collectBody, mediaTypeOf, readBody } from "../../serve/request-body.ts";
import { Turns } from "../../serve/turns.ts";
import { endEarly } from "../../serve/response-end.ts";
import { MULTIPART } from "../../serve/multipart.ts";
import { FORM_CONTENT, submitPictured } from "./submit-pictures.ts";
import { SubmissionAnswer } from "./submission-answer.ts";
import { parseLinesInTurns, parseSubmittedJsonInTurns, readLines } from "../../sources/submitted-values.ts";
import { z } from "zod";
import { hash, count, note, recordId, problemSchema, EXAMPLE_NOTE } from "../handling/values.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS, exampleProblem } from "../handling/problems.ts";
import { JSON_TYPE } from "../handling/answers.ts";
import type { Route } from "../handling/route.ts";
import { recordSchema, signedRecordSchema } from "../../write/submitted-record.ts";

/** Media type of newline-delimited JSON. */
const NDJSON = "application/x-ndjson";
const LINE_TYPES = [NDJSON, "application/jsonl"];
const ACCEPTED_TYPES = ["application/json", ...LINE_TYPES, MULTIPART];

/** Batches of this many bytes are read on other threads; smaller ones are read sooner here. */
const LARGE_BYTES = 32_768;

/** Results that become one text. */
const WRITTEN_AT_ONCE = 256;

/** What the handler works with. */
export interface SubmitParts extends Guard, SigningRules {
  readonly ledger: Ledger;
  readonly limits: HttpLimits;
  readonly metrics: Metrics;
  readonly spentKeys: Pick<SpentKeys, "note">;
}

/** A request with records, and at whose expense it is. */
interface Sending {
  readonly share: KeyShare;
  readonly request: Request;
  readonly response: Response;
}

/** Handles submissions. */
function submitRecords(parts: SubmitParts): RequestHandler {
  return async (request, response) => {
    const type = mediaTypeOf(request, ACCEPTED_TYPES);
    await atExpenseOf(principalOf(response), parts, request, async (share) => {
      const sending: Sending = { share, request, response };
      if (type === MULTIPART)
        await submitPictured(request, parts, (value) =>
          submitAndAnswer({ isArray: false, values: [value] }, parts, sending),
        );
      else if (isSigned(request)) await submitSigned(parts, sending, type);
      else if (LINE_TYPES.includes(type)) await submitLines(parts, sending);
      else await submitJson(parts, sending);
    });
  };
}

async function submitLines(parts: SubmitParts, { share, request, response }: Sending) {
  const { limits, metrics } = parts;
  const answer = new SubmissionAnswer("\n");
  try {
    const body = readBody(request, limits.maxBodyBytes);
    const read = isLarge(request) ? (lines: Buffer) => parts.ledger.readLines(lines) : parseLinesInTurns;
    for await (const values of readLines(body, limits.maxRecordsPerRequest, read, budgetOfBatch(request)))
      answer.add(await submitAs(share, values, parts, request));
  } catch (error) {
    if (!(error instanceof WarifuError) || !answer.hasTaken) throw error;
    answer.add([{ ok: false, error }]);
  }
  metrics.countRecords(answer.counts);
  assertTaken(answer);
  send(request, response.status(answer.status).type(NDJSON), [...answer.parts, Buffer.from("\n")]);
}

/** A body that is compressed, or does not say how long it is, may be large. */
function isLarge({ headers }: Request): boolean {
  const { "content-length": length, "content-encoding": encoding } = headers;
  return length === undefined || encoding !== undefined || Number(length) >= LARGE_BYTES;
}

async function submitJson(parts: SubmitParts, sending: Sending) {
  const { limits } = parts;
  const bytes = await collectBody(sending.request, limits.maxJsonBytes);
  const { isArray, values } = await parseSubmittedJsonInTurns(bytes, limits.maxRecordsPerRequest);
  await submitAndAnswer({ isArray, values }, parts, sending);
}

/** A request signed by its source: its one record is submitted along with what was signed. */
async function submitSigned(parts: SubmitParts, sending: Sending, type: string) {
  const { limits, ledger } = parts;
  const { request, response } = sending;
  if (LINE_TYPES.includes(type)) throw batchUnderSignature();
  const claimed = claimedSignature(request, parts);
  const bytes = await collectBody(request, limits.maxJsonBytes);
  const { isArray, values } = await parseSubmittedJsonInTurns(bytes, limits.maxRecordsPerRequest);
  if (isArray) throw batchUnderSignature();
  const [value = null] = values;
  const opened =
    value instanceof WarifuError ? value : await openedOrRefused(claimed, { bytes, value }, keysFor(response, ledger));
  await submitAndAnswer({ isArray, values: [opened] }, parts, sending);
}

/** A refusal takes the place of the record, so that it is counted like any other. */
async function openedOrRefused(claimed: ClaimedSignature, content: SignedContent, keysOf: KeysOf): Promise<Submitted> {
  try {
    return await verifiedRecord(claimed, content, keysOf);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

/** Looks for keys only where the sender may send. */
function keysFor(response: Response, ledger: Ledger): KeysOf {
  const { assertMaySend } = senderOf(principalOf(response));
  return (record) => {
    assertMaySend(record);
    return ledger.keysOf(record.source);
  };
}

function batchUnderSignature(): WarifuError {
  return new WarifuError("REQUEST_INVALID", "a signed request holds one record: sign each record of a batch as a JWS");
}

async function submitAndAnswer(
  { isArray, values }: { readonly isArray: boolean; readonly values: readonly Submitted[] },
  parts: SubmitParts,
  { share, request, response }: Sending,
) {
  const outcomes = await submitAs(share, values, parts, request);
  const [only] = outcomes;
  if (!isArray && only) return answerOne(only, parts, request, response);
  const answer = new SubmissionAnswer(",");
  await addInTurns(answer, outcomes);
  parts.metrics.countRecords(answer.counts);
  assertTaken(answer);
  const body = [Buffer.from("["), ...answer.parts, Buffer.from("]")];
  response.status(answer.status).setHeader("Content-Type", JSON_TYPE);
  send(request, response, body);
}

function answerOne(outcome: Outcome, { metrics, spentKeys }: SubmitParts, request: Request, response: Response): void {
  const answer = new SubmissionAnswer(",");
  const text = answer.textOf(outcome);
  metrics.countRecords(answer.counts);
  if (!outcome.ok) {
    if (outcome.error.code === "RATE_LIMITED") spentKeys.note(principalOf(response), outcome.error);
    throw outcome.error;
  }
  response.status(answer.status).setHeader("Content-Type", JSON_TYPE).setHeader("content-length", text.length);
  endEarly(request, response, text);
}

/** An array that is refused item by item has twenty thousand errors to write. */
async function addInTurns(answer: SubmissionAnswer, outcomes: readonly Outcome[]): Promise<void> {
  const turns = new Turns();
  for (let at = 0; at < outcomes.length; at += WRITTEN_AT_ONCE) {
    if (turns.isOver) await turns.end();
    answer.add(outcomes.slice(at, at + WRITTEN_AT_ONCE));
  }
}

/** Submits as many as the key's rate allows; the others are refused. Refusals of a key are reported to the security log. */
export async function submitAs(
  share: KeyShare,
  values: readonly Submitted[],
  { ledger, security }: SubmitParts,
  request: Request,
): Promise<Outcome[]> {
  const { principal } = share;
  const allowed = share.take(values.length);
  const taken = allowed === values.length ? values : values.slice(0, allowed);
  const outcomes = await ledger.submit(taken, senderOf(principal)).catch((error: unknown) => {
    // All of them are to be sent again: a key must not lose its minute because others fill the queue.
    share.giveBack(allowed);
    throw error;
  });
  const fields = { keyId: principal.keyId, route: routeOf(request) };
  const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
  const forbidden = refusals.filter(({ code }) => code === "FORBIDDEN").length;
  const foreign = outcomes.filter((outcome) => !outcome.ok && outcome.isForeign).length;
  if (forbidden > 0) security.note("forbidden", { ...fields, count: forbidden });
  if (foreign > 0) security.note("foreign-repetition", { ...fields, count: foreign });
  const rest = values.slice(allowed).map((): Outcome => ({ ok: false, error: rateExceeded() }));
  return rest.length === 0 ? outcomes : [...outcomes, ...rest];
}

/** The holder of a key. What another city has comes with its proof, so nobody just says it: not that city's own key either. */
function senderOf(principal: Principal): Submitter {
  const { sender, assertMaySend } = submitterOf(principal);
  return {
    sender,
    assertMaySend(record) {
      assertMaySend(record);
      if (record.source.startsWith(RECEIVED_FROM))
        throw new WarifuError(
          "FORBIDDEN",
          `what comes from another city (${RECEIVED_FROM}…) comes with its proof alone`,
        );
    },
  };
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
  endEarly(request, response, parts);
}

/** What a submitter gets for a record. */
export const acknowledgementSchema = z
  .strictObject({ id: recordId, leafIndex: count, leafHash: hash, checkpoint: note })
  .meta({
    id: "Acknowledgement",
    description: "The record is durable, has its final place, and is under this checkpoint.",
    example: {
      id: "01a20244-e975-7658-8309-94100ee9b9e5",
      leafIndex: 3,
      leafHash: "0658430994100ee9b9e5b13d5be0869c204e435cf6d919f78c75ae5a95c50916",
      checkpoint: EXAMPLE_NOTE,
    },
  });

/** One result of a batch. */
const resultSchema = z
  .union([acknowledgementSchema, z.strictObject({ error: problemSchema })])
  .meta({ id: "Result", description: "The result for one record of a batch." });

/** The answer to a submission of which every record was accepted. */
export function submitted(description: string) {
  const { "application/json": array, ...rest } = batchContent();
  const examples = { one: { value: EXAMPLES.acknowledgement }, several: { value: [EXAMPLES.acknowledgement] } };
  const schema = z.union([acknowledgementSchema, array.schema]);
  return { description, content: { "application/json": { schema, examples }, ...rest } };
}

/** The results of a batch, in the same form as the batch. */
export function batchContent() {
  const example = [EXAMPLES.acknowledgement, { error: exampleProblem("CLAIMS_INVALID") }];
  const text = example.map((result) => `${JSON.stringify(result)}\n`).join("");
  return {
    "application/json": { schema: z.array(resultSchema), example },
    [NDJSON]: { schema: { type: "string" as const, description: "One Result a line." }, example: text },
  };
}

const LINES = {
  schema: {
    type: "string" as const,
    description: "One record a line.",
    examples: [`${JSON.stringify(EXAMPLES.submission)}\n`],
  },
};

/** The routes. */
export const submissionRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/records",
    name: "submitRecords",
    tag: "records",
    summary: "Submit one record, an array, NDJSON, or a record with its pictures",
    description:
      "Role submitter or admin. One record is answered by its acknowledgement or a problem. An array or NDJSON is " +
      "answered by one result for each record, in order and in the same form, independently of the others. If a batch " +
      "breaks off after some of its records were taken, the last result is the error for the first that was not, " +
      "and none after it was. A record with a `key` or a `seq` can be sent again without harm. A request with one " +
      "record may be signed by the record's source (RFC 9421, with Content-Digest). A form has one record and its pictures, " +
      "each of which is recognised by its content, whatever it is called.",
    may: "submit",
    isDirect: true,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.union([recordSchema, signedRecordSchema, z.array(z.union([recordSchema, signedRecordSchema]))]),
          examples: { one: { value: EXAMPLES.submission }, several: { value: [EXAMPLES.submission] } },
        },
        [NDJSON]: LINES,
        "application/jsonl": LINES,
        ...FORM_CONTENT,
      },
    },
    answers: {
      "200": submitted("All repeat earlier records; their first acknowledgements."),
      "201": submitted("All are acknowledged, at least one as new."),
      "207": { description: "At least one record of a batch was refused: see each result.", content: batchContent() },
    },
    refuses: [
      ...REFUSALS.body,
      ...REFUSALS.json,
      ...REFUSALS.pictures,
      ...REFUSALS.record,
      ...REFUSALS.writing,
      ...REFUSALS.admission,
    ],
    handle: submitRecords,
  },
];
