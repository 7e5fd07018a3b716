/**
 * The OpenAPI 3.1 document, generated from the schemas that validate (handling/schemas.ts). Tests compare it with the router in
 * both directions and hold every real answer against it.
 */
import { z } from "zod";
import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { recordSchema } from "../write/submitted-record.ts";
import { batchContent, bytes, json, lines, operation, submitted } from "./openapi-answers.ts";
import { EXAMPLES } from "./openapi-examples.ts";
import { problemExamples, problems, REFUSALS } from "./openapi-problems.ts";
import { MISSING_COSIGNATURES } from "./resources/records.ts";
import {
  addendumPath,
  anchorSchema,
  bundleQuery,
  bundleSchema,
  checkpointSchema,
  contractProofSchema,
  healthSchema,
  idPath,
  issuedKeySchema,
  keyIdPath,
  keySchema,
  newKeyBody,
  listedRecordSchema,
  pageOf,
  pageQuery,
  profilesSchema,
  recordsQuery,
  recordViewSchema,
  repairBody,
  repairSchema,
  sourcePath,
  sourceQuery,
  sourceSchema,
  sourcesQuery,
  statusSchema,
  tilePathParameter,
  upSchema,
  verdictSchema,
} from "./handling/schemas.ts";

/** Version of the API; the formats have versions of their own. */
const API_VERSION = "1.0.0";

type Document = ReturnType<typeof createDocument>;

const EXAMPLE_RECORD = {
  key: "env-419/2026-04-11T13:24:19Z",
  type: "sensor-reading",
  source: "santander/env-419",
  claims: { observedAt: "2026-04-11T13:24:19Z", temperature: 16.45, noise: 71.2 },
};
const MISSING = {
  description: "Only where the checkpoint has fewer cosignatures than the service asks for: how many it lacks.",
  schema: { type: "integer" as const, minimum: 1 },
};
const WITH_KEY = { security: [{ apiKey: [] }] };

/** The document, as plain data. */
export function createOpenApiDocument(): Document {
  const document = createDocument({
    openapi: "3.1.1",
    info: {
      title: "Warifu",
      version: API_VERSION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "A tamper-evident ledger for city data. What is submitted here is in a Merkle log with its final index when the " +
        "acknowledgement is sent, and anchored on a blockchain soon after; anybody can check the proof without asking here.",
    },
    servers: [{ url: "/", description: "The service that serves this document." }],
    tags: [
      { name: "records", description: "Submitting, reading and proving records." },
      { name: "log", description: "The log as C2SP tlog-tiles lays it out." },
      { name: "service", description: "How the service stands." },
      { name: "keys", description: "API keys." },
    ],
    paths: { ...recordPaths(), ...anchorPaths(), ...keyPaths(), ...sourcePaths(), ...logPaths(), ...servicePaths() },
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key, `wk_…`." },
      },
    },
  });
  return { ...document, components: { ...document.components, examples: problemExamples(document) } };
}

function recordPaths(): ZodOpenApiPathsObject {
  return {
    "/v1/records": {
      post: {
        ...operation("submitRecords", "records", "Submit one record, an array, or NDJSON"),
        ...WITH_KEY,
        description:
          "Role submitter or admin. One record is answered by its acknowledgement or a problem. An array or NDJSON is " +
          "answered by one result for each record, in order and in the same form: each fares for itself. If a batch " +
          "breaks off after some of its records were taken, the last result is the error for the first that was not, " +
          "and none behind it was. A record with a `key` or a `seq` can be sent again without harm.",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: z.union([recordSchema, z.array(recordSchema)]),
              examples: { one: { value: EXAMPLE_RECORD }, several: { value: [EXAMPLE_RECORD] } },
            },
            "application/x-ndjson": { schema: lines("One record a line.", EXAMPLE_RECORD) },
            "application/jsonl": { schema: lines("One record a line.", EXAMPLE_RECORD) },
          },
        },
        responses: {
          "200": submitted("All repeat earlier records; their first acknowledgements."),
          "201": submitted("All are acknowledged, at least one as new."),
          "207": {
            description: "At least one record of a batch was refused: see each result.",
            content: batchContent(),
          },
          ...problems(
            ...REFUSALS.rate,
            ...REFUSALS.key,
            ...REFUSALS.body,
            ...REFUSALS.json,
            ...REFUSALS.record,
            ...REFUSALS.writing,
            "IDEMPOTENCY_CONFLICT",
            "SEQUENCE_CONFLICT",
          ),
        },
      },
      get: {
        ...operation("listRecords", "records", "List records by leaf index"),
        ...WITH_KEY,
        description:
          "Role auditor, officer or admin. A record that is damaged in the store has an `error` in the place of its content.",
        requestParams: { query: recordsQuery },
        responses: {
          "200": json("A page.", pageOf(listedRecordSchema, "RecordPage"), EXAMPLES.recordPage),
          ...problems(...REFUSALS.rate, ...REFUSALS.key, ...REFUSALS.reading),
        },
      },
    },
    "/v1/records/{id}": {
      get: {
        ...operation("showRecord", "records", "Show a record, without what it conceals"),
        requestParams: { path: idPath },
        responses: {
          "200": json("The record.", recordViewSchema, EXAMPLES.record),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND"),
        },
      },
    },
    "/v1/records/{id}/bundle": {
      get: {
        ...operation("showBundle", "records", "Get the proof bundle of a record"),
        security: [{}, { apiKey: [] }],
        description:
          "Open to all; with `openings=true` for role officer only. While no final anchor covers the record: 409 with " +
          "code NOT_ANCHORED_YET, and Retry-After.",
        requestParams: { path: idPath, query: bundleQuery },
        responses: {
          "200": {
            ...json("The bundle.", bundleSchema, EXAMPLES.bundle),
            headers: { [MISSING_COSIGNATURES]: MISSING },
          },
          ...problems(
            ...REFUSALS.rate,
            ...REFUSALS.key,
            ...REFUSALS.reading,
            "ENCODING_INVALID",
            "NOT_FOUND",
            "NOT_ANCHORED_YET",
          ),
        },
      },
    },
    "/v1/records/{id}/contract-proof": {
      get: {
        ...operation("showContractProof", "records", "Get the proof of a record for other contracts"),
        description:
          "Against the present head of the anchor contract, for its function `verifyInclusion`. It holds until the next " +
          "anchor; ask again right before the transaction is sent.",
        requestParams: { path: idPath },
        responses: {
          "200": json("The proof.", contractProofSchema, EXAMPLES.contractProof),
          ...problems(
            ...REFUSALS.rate,
            ...REFUSALS.reading,
            ...REFUSALS.chain,
            "ENCODING_INVALID",
            "NOT_FOUND",
            "NOT_ANCHORED_YET",
          ),
        },
      },
    },
  };
}

function anchorPaths(): ZodOpenApiPathsObject {
  return {
    "/v1/checkpoints": {
      get: {
        ...operation("listCheckpoints", "records", "List published checkpoints, newest first"),
        requestParams: { query: pageQuery },
        responses: {
          "200": json("A page.", pageOf(checkpointSchema, "CheckpointPage"), EXAMPLES.checkpointPage),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading),
        },
      },
    },
    "/v1/anchors": {
      get: {
        ...operation("listAnchors", "records", "List anchors, newest first"),
        requestParams: { query: pageQuery },
        responses: {
          "200": json("A page.", pageOf(anchorSchema, "AnchorPage"), EXAMPLES.anchorPage),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading),
        },
      },
    },
    "/v1/verify": {
      post: {
        ...operation("verifyBundle", "records", "Verify a bundle under this service's policy"),
        description:
          "A convenience. Who checks the operator uses a verifier of their own (`warifu verify`, or the library " +
          "`warifu/verify`) under a policy that they hold themselves.",
        requestBody: {
          required: true,
          content: { "application/json": { schema: bundleSchema, example: EXAMPLES.bundle } },
        },
        responses: {
          "200": json("The verdict; a refuted bundle is one too.", verdictSchema, EXAMPLES.verdict),
          ...problems(...REFUSALS.rate, ...REFUSALS.body, "STOPPED"),
        },
      },
    },
  };
}

function keyPaths(): ZodOpenApiPathsObject {
  const items = z.strictObject({ items: z.array(keySchema) }).meta({ id: "KeyList" });
  return {
    "/v1/keys": {
      get: {
        ...operation("listKeys", "keys", "List API keys, without their secrets"),
        ...WITH_KEY,
        description: "Role admin.",
        responses: {
          "200": json("All keys ever issued.", items, EXAMPLES.keyList),
          ...problems(...REFUSALS.rate, ...REFUSALS.key),
        },
      },
      post: {
        ...operation("issueKey", "keys", "Issue an API key"),
        ...WITH_KEY,
        description: "Role admin. The answer is the only place where the key ever stands.",
        requestBody: {
          required: true,
          content: { "application/json": { schema: newKeyBody, example: EXAMPLES.newKey } },
        },
        responses: {
          "201": json("The key.", issuedKeySchema, EXAMPLES.issuedKey),
          ...problems(
            ...REFUSALS.rate,
            ...REFUSALS.key,
            ...REFUSALS.body,
            ...REFUSALS.json,
            "NOT_FOUND",
            "STORE_CORRUPT",
            "STORE_FAILED",
          ),
        },
      },
    },
    "/v1/keys/{keyId}": {
      delete: {
        ...operation("revokeKey", "keys", "Revoke an API key"),
        ...WITH_KEY,
        description: "Role admin. The last valid key of an administrator is not revoked: 409 with code LAST_ADMIN.",
        requestParams: { path: keyIdPath },
        responses: {
          "204": { description: "It is refused from now on." },
          ...problems(...REFUSALS.rate, ...REFUSALS.key, "NOT_FOUND", "LAST_ADMIN", "STORE_CORRUPT", "STORE_FAILED"),
        },
      },
    },
  };
}

function sourcePaths(): ZodOpenApiPathsObject {
  return {
    "/v1/sources": {
      get: {
        ...operation("listSources", "records", "List sources, and which of their numbers are missing"),
        ...WITH_KEY,
        description:
          "Role auditor, officer or admin. In the order in which they first sent; of the sources of the key.",
        requestParams: { query: sourcesQuery },
        responses: {
          "200": json("A page.", pageOf(sourceSchema, "SourcePage"), EXAMPLES.sourcePage),
          ...problems(...REFUSALS.rate, ...REFUSALS.key, ...REFUSALS.reading),
        },
      },
    },
    "/v1/sources/{name}": {
      get: {
        ...operation("showSource", "records", "Show which numbers of a source are missing"),
        ...WITH_KEY,
        description: "Role auditor, officer or admin. A slash in the name is written as %2F.",
        requestParams: { path: sourcePath, query: sourceQuery },
        responses: {
          "200": json("The source.", sourceSchema, EXAMPLES.source),
          ...problems(...REFUSALS.rate, ...REFUSALS.key, ...REFUSALS.reading, "NOT_FOUND"),
        },
      },
    },
    "/v1/sources/{name}/repair": {
      post: {
        ...operation("repairSource", "records", "Set the numbers of a source right after a mistake"),
        ...WITH_KEY,
        description:
          "Role officer. An event of the log says that numbering goes on from that number; what was numbered stays. A " +
          "slash in the name is written as %2F.",
        requestParams: { path: sourcePath },
        requestBody: {
          required: true,
          content: { "application/json": { schema: repairBody, example: { from: 1_000 } } },
        },
        responses: {
          "201": json("It is in the log.", repairSchema, EXAMPLES.repair),
          ...problems(
            ...REFUSALS.rate,
            ...REFUSALS.key,
            ...REFUSALS.body,
            ...REFUSALS.json,
            ...REFUSALS.writing,
            "NOT_FOUND",
            "SEQUENCE_CONFLICT",
          ),
        },
      },
    },
  };
}

function logPaths(): ZodOpenApiPathsObject {
  return {
    "/log/checkpoint": {
      get: {
        ...operation("getCheckpoint", "log", "The newest checkpoint"),
        responses: {
          "200": {
            description: "A signed note (C2SP tlog-checkpoint).",
            content: { "text/plain; charset=utf-8": { schema: { type: "string" } } },
          },
          ...problems(...REFUSALS.rate, ...REFUSALS.reading, "NOT_FOUND"),
        },
      },
    },
    "/log/tile/{tile}": {
      get: {
        ...operation("getTile", "log", "A tile, a partial tile, or an entry bundle"),
        description: "`tile` holds slashes: it is the rest of the path. They may be written as %2F.",
        requestParams: { path: tilePathParameter },
        responses: {
          "200": bytes("Hashes of 32 bytes, or entries behind their lengths."),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading, "NOT_FOUND", "TILE_INVALID"),
        },
      },
    },
    "/log/addenda/{s0}/{s1}/{digest}": {
      get: {
        ...operation("getAddendum", "log", "The body with a digest"),
        description: "C2SP tlog-addenda. 404 once the body is erased.",
        requestParams: { path: addendumPath },
        responses: {
          "200": bytes("The body."),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading, "NOT_FOUND", "ENCODING_INVALID"),
        },
      },
    },
    "/log/addenda.v1": {
      get: {
        ...operation("getAddendaMarker", "log", "Marker: every entry ends with the suffix of tlog-addenda"),
        responses: { "200": bytes("Empty."), ...problems(...REFUSALS.rate) },
      },
    },
  };
}

function servicePaths(): ZodOpenApiPathsObject {
  return {
    "/v1/status": {
      get: {
        ...operation("showStatus", "service", "Log, chain, sizes, health"),
        responses: {
          "200": json("The status.", statusSchema, EXAMPLES.status),
          ...problems(...REFUSALS.rate, ...REFUSALS.reading),
        },
      },
    },
    "/v1/profiles": {
      get: {
        ...operation(
          "listProfiles",
          "service",
          "The profiles in force: what a type of record may hold, and what is public",
        ),
        responses: { "200": json("All of them.", profilesSchema, EXAMPLES.profiles), ...problems(...REFUSALS.rate) },
      },
    },
    "/livez": {
      get: {
        ...operation("showLiveness", "service", "Whether the process answers"),
        description: "For a supervisor that ends what does not: it says nothing of chain, disk or anchors.",
        responses: { "200": json("It does.", upSchema, EXAMPLES.up), ...problems() },
      },
    },
    "/readyz": {
      get: {
        ...operation("showReadiness", "service", "Whether records are taken"),
        description: "Anchors that are late and a chain that is silent do not change it; see `/healthz` for these.",
        responses: { "200": json("They are.", upSchema, EXAMPLES.up), ...problems(...REFUSALS.writing) },
      },
    },
    "/healthz": {
      get: {
        ...operation("showHealth", "service", "Whether the service does what it promises"),
        responses: {
          "200": json("It does.", healthSchema, EXAMPLES.health),
          "503": json("It does not; why.", healthSchema, EXAMPLES.unhealthy),
          ...problems(...REFUSALS.rate),
        },
      },
    },
    "/metrics": {
      get: {
        ...operation("showMetrics", "service", "Metrics for Prometheus"),
        responses: {
          "200": {
            description: "Prometheus text format 0.0.4.",
            content: { "text/plain; version=0.0.4; charset=utf-8": { schema: { type: "string" } } },
          },
          ...problems(...REFUSALS.rate, ...REFUSALS.reading),
        },
      },
    },
    "/openapi.json": {
      get: {
        ...operation("showOpenApi", "service", "This document"),
        responses: {
          "200": json("OpenAPI 3.1.", z.looseObject({ openapi: z.string() }), EXAMPLES.openApi),
          ...problems(...REFUSALS.rate),
        },
      },
    },
  };
}
