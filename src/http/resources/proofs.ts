/**
 * GET /v1/records/{id}/…: the proof bundle of a record, and its proof for the contract. What a record conceals is shown only
 * in the openings of a bundle, and only to an officer.
 */
import type { RequestHandler } from "express";
import type { Ledger } from "../../read/ledger.ts";
import { assertForSource, assertWithinRate, authorise, officer } from "../handling/authorisation.ts";
import { noteOpening } from "../handling/openings-limit.ts";
import { z } from "zod";
import { chainHash, chainBytes, address, count, decimal, idPath, parseRequest } from "../handling/values.ts";
import { json, sendJsonOctets } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";

/** Header of a bundle whose checkpoint has fewer cosignatures than the service asks for: the number missing. */
export const MISSING_COSIGNATURES = "Warifu-Missing-Cosignatures";

/** The proof bundle of a record; while no final anchor covers it, a 409 that says when to try again. */
function showBundle(parts: RouteParts): RequestHandler<{ id: string }> {
  const { ledger, openingsLimit } = parts;
  return async (request, response) => {
    const { openings, size } = parseRequest(bundleQuery, request.query);
    // Before the record is looked up: a refusal must not reveal whether there is one.
    const opener = openings === "true" ? authorise(request, parts, "open") : undefined;
    if (opener) {
      assertWithinRate(parts, opener);
      openingsLimit.assertAllows(opener.keyId);
    }
    const place = opener && (await ledger.records.placeOf(request.params.id));
    if (place) assertForSource(opener, place.source, request, parts);
    const { octets, missingCosignatures, hasOpenings } = await ledger.proofs.bundle(request.params.id, {
      openTo: opener && officer(opener),
      size,
    });
    if (missingCosignatures > 0) response.set(MISSING_COSIGNATURES, String(missingCosignatures));
    if (place && hasOpenings) noteOpening(opener.keyId, place.leafIndex, request, parts);
    sendJsonOctets(request, response, octets);
  };
}

/** The proof of a record for the contract's own `verifyInclusion`. */
function showContractProof(ledger: Ledger): RequestHandler<{ id: string }> {
  return async (request, response) => {
    response.json(await ledger.proofs.forContract(request.params.id));
  };
}

/** Query of a bundle. */
export const bundleQuery = z.strictObject({
  openings: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "`true`: with the openings of concealed claims; needs the key of an officer." }),
  size: decimal(
    1,
    Number.MAX_SAFE_INTEGER,
    "Against the final anchor of exactly this tree size, one of those that `GET /v1/anchors` lists. Without it: the " +
      "smallest above the record that has the cosignatures asked for.",
  ).optional(),
});

/** A record's proof for the contract. */
export const contractProofSchema = z
  .strictObject({
    chainId: z.int(),
    contract: z.string(),
    treeSize: z.int().meta({ description: "Size of the contract's present head, which the proof leads to." }),
    rootHash: chainHash.meta({ description: "Root hash of that head." }),
    entry: z
      .string()
      .regex(/^0x[0-9a-f]{158}$/)
      .meta({ description: "The log's entry, 79 bytes." }),
    leafHash: chainHash.meta({ description: "SHA-256(0x00 ‖ entry)." }),
    leafIndex: z.int(),
    inclusionProof: z.array(chainHash).max(63),
  })
  .meta({
    id: "ContractProof",
    description: "Arguments for `verifyInclusion(leafHash, leafIndex, inclusionProof)` of the contract.",
  });

/** A proof bundle, in the form defined by `warifu-bundle/1`. */
export const bundleSchema = z
  .strictObject({
    format: z.literal("warifu-bundle/1"),
    source: z.string(),
    body: z.string().nullable().meta({ description: "Canonical JSON; null when it was erased." }),
    entry: z.base64(),
    proof: z.string().meta({ description: "C2SP tlog-proof against an anchored checkpoint." }),
    chain: z.strictObject({
      chainId: count,
      contract: address,
      block: z.strictObject({ hash: chainHash, header: chainBytes }),
      transaction: z.strictObject({ hash: chainHash, index: count, raw: chainBytes }),
      receipt: z.strictObject({ raw: chainBytes, proof: z.array(chainBytes) }),
    }),
    beacon: z
      .strictObject({
        entry: z.base64(),
        body: z.string(),
        proof: z.string().meta({ description: "C2SP tlog-proof against the same checkpoint." }),
      })
      .nullable()
      .optional()
      .meta({ description: "A block that the record is newer than; null or absent: the log names none below it." }),
    openings: z.array(z.string()).meta({ description: "RFC 9901 disclosures." }),
    timestamps: z
      .array(z.union([z.strictObject({ tokens: z.array(z.base64()) }), z.strictObject({ opentimestamps: z.base64() })]))
      .optional()
      .meta({
        description:
          "Of the checkpoint, RFC 3161 tokens with their renewals or a proof of OpenTimestamps; absent where there are none.",
      }),
  })
  .meta({ id: "Bundle", description: "Everything that shows where one record stands. Keep the file as it is." });

const MISSING = {
  description: "Only where the checkpoint has fewer cosignatures than the service asks for: how many it lacks.",
  schema: { type: "integer" as const, minimum: 1 },
};

/** The routes. */
export const proofRoutes: readonly Route[] = [
  {
    method: "get",
    path: "/v1/records/{id}/bundle",
    name: "showBundle",
    tag: "records",
    summary: "Get the proof bundle of a record",
    description:
      "Open to all; with `openings=true` for role officer only. While no final anchor covers the record: 409 with " +
      "code NOT_ANCHORED_YET, and Retry-After.",
    takesKey: true,
    isDirect: true,
    params: idPath,
    query: bundleQuery,
    answers: {
      "200": { ...json("The bundle.", bundleSchema, EXAMPLES.bundle), headers: { [MISSING_COSIGNATURES]: MISSING } },
    },
    refuses: [...REFUSALS.reading, "ENCODING_INVALID", "NOT_FOUND", "NOT_ANCHORED_YET"],
    handle: showBundle,
  },
  {
    method: "get",
    path: "/v1/records/{id}/contract-proof",
    name: "showContractProof",
    tag: "records",
    summary: "Get the proof of a record for other contracts",
    description:
      "Against the present head of the anchor contract, for its function `verifyInclusion`. It holds until the next " +
      "anchor; ask again right before the transaction is sent.",
    params: idPath,
    answers: { "200": json("The proof.", contractProofSchema, EXAMPLES.contractProof) },
    refuses: [...REFUSALS.reading, ...REFUSALS.chain, "ENCODING_INVALID", "NOT_FOUND", "NOT_ANCHORED_YET"],
    handle: ({ ledger }) => showContractProof(ledger),
  },
];
