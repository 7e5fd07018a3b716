/**
 * POST /v1/verify: the verdict on a bundle under the policy of this service. A convenience: to check the operator, people
 * use their own verifier, under their own policy.
 */
import type { RequestHandler } from "express";
import { MAX_BUNDLE_BYTES } from "../../core/bundle.ts";
import { toHex } from "../../core/bytes.ts";
import { ByteBudget } from "../../serve/byte-budget.ts";
import { collectBody, mediaTypeOf } from "../../serve/request-body.ts";
import { z } from "zod";
import { hash, chainHash, address, count, codes } from "../handling/values.ts";
import { json } from "../handling/answers.ts";
import { EXAMPLES } from "../handling/examples.ts";
import { REFUSALS } from "../handling/problems.ts";
import type { Route, RouteParts } from "../handling/route.ts";
import { TIME_STEP, VERIFY_STEPS } from "../../verify/verdict.ts";
import { bundleSchema } from "./proofs.ts";

/** For the bundles of everybody who asks, since anybody may: their bodies leave room for those of senders who are known. */
const BUNDLE_BYTES = new ByteBudget(67_108_864);

/** Verifies the bundle in the body. A refuted bundle is a verdict, not an error. */
function verifyBundles({ policy, verifier }: RouteParts): RequestHandler {
  return async (request, response) => {
    mediaTypeOf(request, ["application/json"]);
    const bundle = await collectBody(request, MAX_BUNDLE_BYTES, BUNDLE_BYTES);
    const { record, ...verdict } = await verifier.verify(bundle, policy());
    const shown = record && { ...record, anchor: { ...record.anchor, rootHash: toHex(record.anchor.rootHash) } };
    response.json({ ...verdict, record: shown });
  };
}

const knownBlock = z.strictObject({
  blockNumber: count,
  blockHash: chainHash,
  time: count.meta({ description: "POSIX seconds." }),
  checked: z.boolean().meta({ description: "False: claimed by the bundle, not checked against the chain." }),
});

/** What the verifier says. */
const verdictSchema = z
  .strictObject({
    outcome: z.enum(["holds", "refuted", "undecided"]),
    steps: z.array(
      z.strictObject({
        step: z.enum([...VERIFY_STEPS, TIME_STEP]),
        outcome: z.enum(["holds", "refuted", "unchecked"]).meta({
          description:
            "`unchecked`: nobody was asked, or there is nothing to check; with a code: the policy asks for it.",
        }),
        fact: z
          .looseObject({ id: z.string() })
          .meta({ description: "What was found, as data: an `id`, and the values that the sentence names." }),
        detail: z.string().meta({ description: "The same as an English sentence." }),
        code: z.enum(codes).optional(),
      }),
    ),
    record: z
      .strictObject({
        kind: z.string(),
        leafIndex: count,
        leafHash: hash,
        source: z.string(),
        seq: count,
        signature: z
          .enum(["verified", "partly-shown", "not-shown", "none", "unknown"])
          .optional()
          .meta({ description: "What is shown of the source's signature; absent for events of the log itself." }),
        claims: z.record(z.string(), z.unknown()).optional(),
        concealed: z.int().optional(),
        receivedAt: count.optional(),
        vct: z.string().optional(),
        after: knownBlock
          .optional()
          .meta({ description: "The record is newer than this block; absent when the bundle has no beacon." }),
        before: knownBlock.meta({ description: "The record is older than this block, the anchor's." }),
        stamped: z
          .array(
            z.union([
              z.strictObject({ tsa: z.string(), time: count, until: count }),
              z.strictObject({ bitcoinBlock: count, time: count }),
            ]),
          )
          .optional()
          .meta({
            description:
              "What time-stamping authorities and Bitcoin blocks of the policy say; absent where it names none.",
          }),
        anchor: z.strictObject({
          chainId: count,
          contract: address,
          blockHash: chainHash,
          blockNumber: count,
          blockTime: count,
          transactionHash: chainHash,
          treeSize: count,
          rootHash: hash,
          previousSize: count,
        }),
      })
      .optional(),
  })
  .meta({ id: "Verdict" });

/** The routes. */
export const verifyRoutes: readonly Route[] = [
  {
    method: "post",
    path: "/v1/verify",
    name: "verifyBundle",
    tag: "records",
    summary: "Verify a bundle under this service's policy",
    description:
      "A convenience. Who checks the operator uses a verifier of their own (`warifu verify`, or the library " +
      "`warifu/verify`) under a policy that they hold themselves.",
    body: { required: true, content: { "application/json": { schema: bundleSchema, example: EXAMPLES.bundle } } },
    answers: { "200": json("The verdict; a refuted bundle is one too.", verdictSchema, EXAMPLES.verdict) },
    refuses: [...REFUSALS.body, "STOPPED"],
    handle: verifyBundles,
  },
];
