/**
 * What the API takes and gives, as zod schemas: the same ones validate requests and describe them in the OpenAPI
 * document. Answers are described here too; tests hold every real answer against its schema.
 */
import { z } from "zod";
import { ALARMS, type AlarmCode } from "../../alarms/alarms.ts";
import { ROLES } from "../../keys/api-keys.ts";
import { WarifuError, type ErrorCode } from "../../core/errors.ts";
import { profileSchema } from "../../profiles/profile.ts";
import { recordSchema } from "../../write/submitted-record.ts";
import { MAX_PAGE } from "../../read/ledger.ts";
import { VERIFY_STEPS } from "../../verify/verdict.ts";
import { PROBLEM_KINDS } from "../../client/problem.ts";

/** Entries of a page when the request does not say. */
export const DEFAULT_PAGE = 100;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const chainHash = z.string().regex(/^0x[0-9a-f]{64}$/);
const chainBytes = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/)
  .meta({ example: "0x5fbdb2315678afecb367f032d93f642f64180aa3" });
const count = z.int().min(0);
const time = z.iso.datetime().meta({ example: "2026-04-11T13:24:19.000Z" });
const EXAMPLE_NOTE = "santander.example/ledger\n651\nq80=\n\n— santander.example/ledger Az3g…\n";
const note = z.string().meta({
  description: "A checkpoint: a signed note (C2SP tlog-checkpoint).",
  example: EXAMPLE_NOTE,
});
const TILE_PARAMETER = "^(entries|[0-9]|[1-5][0-9]|6[0-3])/(x[0-9]{3}/)*[0-9]{3}(\\.p/[1-9][0-9]{0,2})?$";
const recordId = z.string().meta({
  format: "uuid",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
  description: "UUID of version 7, in lower case.",
  example: "019d8a1e-3c5f-7b21-9f43-0a1b2c3d4e5f",
});

/** A whole number in a query, in its one decimal spelling. */
function decimal(minimum: number, maximum: number, description: string) {
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,15})$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((n) => n >= minimum && n <= maximum, `must be a whole number from ${minimum} to ${maximum}`)
    .meta({
      description,
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: "integer", minimum, maximum });
      },
    });
}

const hex32 = z.string().regex(/^0x[0-9a-f]{64}$/);

const cursor = decimal(
  0,
  Number.MAX_SAFE_INTEGER,
  "Where the page begins: `nextCursor` of the page before.",
).optional();
const limit = decimal(1, MAX_PAGE, "Largest number of items.").default(DEFAULT_PAGE);

/** Query of a list. */
export const pageQuery = z.strictObject({ cursor, limit });
/** Query of the list of records. */
export const recordsQuery = z.strictObject({ cursor, limit, source: recordSchema.shape.source.optional() });
/** Query of the list of sources: each of them costs a look through its numbers. */
export const sourcesQuery = z.strictObject({
  cursor,
  limit: decimal(1, DEFAULT_PAGE, "Largest number of items.").default(DEFAULT_PAGE),
});
/** Query of one source. */
export const sourceQuery = z.strictObject({
  cursor: decimal(
    0,
    Number.MAX_SAFE_INTEGER,
    "The number from which on missing ones are looked for: `nextCursor` of the answer before.",
  ).optional(),
});
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
    rootHash: hex32.meta({ description: "Root hash of that head." }),
    entry: z
      .string()
      .regex(/^0x[0-9a-f]{158}$/)
      .meta({ description: "The log's entry, 79 bytes." }),
    leafHash: hex32.meta({ description: "SHA-256(0x00 ‖ entry)." }),
    leafIndex: z.int(),
    inclusionProof: z.array(hex32).max(63),
  })
  .meta({
    id: "ContractProof",
    description: "Arguments for `verifyInclusion(leafHash, leafIndex, inclusionProof)` of the contract.",
  });

const keyId = z.string().regex(/^[0-9a-f]{16}$/, "must have 16 hexadecimal digits");

/** Body of a request for a new API key. */
export const newKeyBody = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,63}$/,
        "must be 1 to 64 of the characters A-Z a-z 0-9 . _ : / @ - and space, beginning with a letter or digit",
      )
      .meta({ description: "What the key is for, 1 to 64 characters. Never a person's name.", example: "gateway-7" }),
    role: z.enum(ROLES).meta({ description: "What the key allows." }),
    sources: z
      .array(
        z
          .string()
          .regex(
            /^(?:\*|[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\*?)$/,
            'must be the name of a source, a prefix with * at its end such as "santander/*", or "*" for all',
          ),
      )
      .min(1)
      .max(256)
      .transform((sources) => (sources.includes("*") ? null : sources))
      .optional()
      .meta({
        description:
          "Sources that the key may send, list or open: names, prefixes with `*` at their end, or `*` for all. " +
          "Needed for a submitter; others are for all when it is left out.",
        example: ["santander/*"],
      }),
    types: z
      .array(recordSchema.shape.type)
      .min(1)
      .max(256)
      .optional()
      .meta({ description: "Types of record that it may send; all when left out.", example: ["sensor-reading"] }),
    expiresAt: z.iso
      .datetime()
      .transform((text) => Date.parse(text))
      .optional()
      .meta({ description: "From when on it is refused; never when left out.", example: "2027-04-11T00:00:00Z" }),
    ratePerMinute: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .meta({ description: "Records and other requests a minute; as many as anybody when left out." }),
    replaces: keyId.optional().meta({
      description:
        "Id of the key in whose place this one comes: what is left out is as it was there, and what that key sent can be " +
        "sent again with this one.",
    }),
  })
  .refine(({ role, sources, replaces }) => role !== "submitter" || sources !== undefined || replaces !== undefined, {
    path: ["sources"],
    message: 'a submitter\'s key must say which sources it may send, such as ["santander/*"], or ["*"] for all',
  })
  .meta({ id: "NewKey" });

/** Body of the repair of a source. */
export const repairBody = z
  .strictObject({
    from: z
      .int()
      .min(0)
      .meta({ description: "The number from which numbering goes on; not used yet.", example: 1_000 }),
  })
  .meta({ id: "Repair" });

/** Path of a source. */
export const sourcePath = z.object({ name: recordSchema.shape.source });

/** Path parameters. */
export const idPath = z.object({ id: recordId });
export const keyIdPath = z.object({ keyId });
export const tilePathParameter = z.object({
  tile: z.string().meta({
    description:
      "Level and number of a tile as C2SP tlog-tiles spells them: `0/x001/234`, `0/000.p/17`, `entries/000`.",
    pattern: TILE_PARAMETER,
    example: "0/000.p/17",
  }),
});
export const addendumPath = z.object({
  s0: z
    .string()
    .regex(/^[0-9a-f]{2}$/)
    .meta({ description: "First byte of the digest." }),
  s1: z
    .string()
    .regex(/^[0-9a-f]{2}$/)
    .meta({ description: "Second byte of the digest." }),
  digest: hash.meta({ description: "SHA-256 of the body." }),
});

const codes = Object.keys(PROBLEM_KINDS) as [ErrorCode, ...ErrorCode[]];

/** The profiles in force. */
export const profilesSchema = z
  .strictObject({
    items: z.array(
      profileSchema.extend({
        claims: z.looseObject({}).meta({ description: "JSON Schema (2020-12) of the claims." }),
      }),
    ),
  })
  .meta({ id: "Profiles" });

/** An error. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: "`urn:warifu:error:` and the code in lower case with hyphens." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional().meta({ description: "A sentence for people. Never quotes what was sent." }),
    code: z.enum(codes).optional().meta({ description: "What a program decides on; absent for an internal error." }),
    instance: z.string().optional().meta({ description: "Names this refusal in the operator's log." }),
  })
  .meta({
    id: "Problem",
    description: "RFC 9457 problem details.",
    example: {
      type: "urn:warifu:error:idempotency-conflict",
      title: "The key was used for other content",
      status: 409,
      detail: "this source used the same key for a record with other content",
      code: "IDEMPOTENCY_CONFLICT",
      instance: "urn:uuid:0d5f2e0e-6c8f-4a57-9f0a-0a5f7c1e2b34",
    },
  });

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
export const resultSchema = z
  .union([acknowledgementSchema, z.strictObject({ error: problemSchema })])
  .meta({ id: "Result", description: "How one record of a batch fared." });

/** A record as it is shown to everybody. */
export const recordViewSchema = z
  .strictObject({
    id: recordId,
    leafIndex: count,
    leafHash: hash,
    kind: z.string().meta({ example: "record" }),
    source: z.string(),
    seq: count,
    state: z
      .enum(["pending", "submitted", "included", "finalized", "orphaned"])
      .meta({ description: "State of its anchor." }),
    vct: z
      .string()
      .optional()
      .meta({ description: "Absent once the body is erased.", example: "warifu:sensor-reading:2" }),
    receivedAt: count.optional().meta({ description: "POSIX seconds." }),
    claims: z.record(z.string(), z.unknown()).optional().meta({ description: "Public claims." }),
    concealed: count.optional().meta({ description: "Number of digests, decoys included; 0: nothing is concealed." }),
    signed: z
      .boolean()
      .optional()
      .meta({ description: "Whether the source signed; absent where the body does not say." }),
  })
  .meta({ id: "RecordView" });

/** A record of a list. */
export const listedRecordSchema = z
  .union([recordViewSchema, z.strictObject({ id: recordId.optional(), leafIndex: count, error: problemSchema })])
  .meta({ id: "ListedRecord", description: "A record, or where one stands that is damaged in the store." });

/** A published checkpoint. */
export const checkpointSchema = z
  .strictObject({ treeSize: count, rootHash: hash, checkpoint: note })
  .meta({ id: "Checkpoint" });

/** An anchor. */
export const anchorSchema = z
  .strictObject({
    anchorId: count,
    treeSize: count,
    rootHash: hash,
    checkpoint: note,
    chainId: count,
    contract: address,
    transactionHash: chainHash,
    state: z.enum(["pending", "submitted", "included", "finalized", "orphaned"]),
    blockNumber: count.nullable(),
    blockHash: chainHash.nullable(),
    createdAt: time,
  })
  .meta({ id: "Anchor" });

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  const nextCursor = z.string().nullable().meta({ description: "Cursor of the next page; null on the last one." });
  return z.strictObject({ items: z.array(item), nextCursor }).meta({ id });
}

/** A proof bundle; its form is fixed by `warifu-bundle/1`. */
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
  })
  .meta({ id: "Bundle", description: "Everything that shows where one record stands. Keep the file as it is." });

const knownBlock = z.strictObject({
  blockNumber: count,
  blockHash: chainHash,
  time: count.meta({ description: "POSIX seconds." }),
  checked: z.boolean().meta({ description: "False: claimed by the bundle, not checked against the chain." }),
});

/** What the verifier says. */
export const verdictSchema = z
  .strictObject({
    outcome: z.enum(["holds", "refuted", "undecided"]),
    steps: z.array(
      z.strictObject({
        step: z.enum(VERIFY_STEPS),
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

/** The answer of what is up. */
export const upSchema = z.strictObject({ ok: z.literal(true) }).meta({ id: "Up" });

/** Whether the service does what it promises. */
export const healthSchema = z
  .strictObject({
    ok: z.boolean(),
    reasons: z.array(z.string()).meta({ description: "What makes it unhealthy." }),
    alarms: z
      .array(
        z.strictObject({
          code: z.enum(Object.keys(ALARMS) as [AlarmCode, ...AlarmCode[]]),
          severity: z.enum(["red", "warning"]),
          message: z.string(),
          since: time,
        }),
      )
      .meta({ description: "Everything that is wrong at present, the oldest first." }),
  })
  .meta({ id: "Health" });

const wei = z.string().regex(/^\d+$/).meta({ description: "Wei, decimal." });

/** How the anchoring side stands. */
const anchoringSchema = z
  .strictObject({
    account: address,
    balanceWei: wei.nullable(),
    spentTodayWei: wei.nullable(),
    height: count.nullable(),
    finalizedHeight: count.nullable(),
    outstanding: count.meta({
      description: "Anchors on their way to finality, without those that a larger final one has overtaken.",
    }),
    lastFinal: z.strictObject({ treeSize: count, blockNumber: count.nullable(), at: time }).nullable(),
    lagSeconds: z
      .number()
      .min(0)
      .meta({ description: "How long the oldest entry without a final anchor has waited; 0 when none waits." }),
    endpoints: z.array(
      z.strictObject({
        name: z.string(),
        ok: z.boolean(),
        failures: count.meta({ description: "Questions in a row without an answer." }),
        lastAnswerAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
    witnesses: z.array(
      z.strictObject({
        name: z.string(),
        lastSize: count.nullable(),
        lastSuccessAt: time.nullable(),
        lastError: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Anchoring" });

/** How the service stands. */
export const statusSchema = z
  .strictObject({
    origin: z.string(),
    vkey: z.string().meta({ description: "Key of the log (C2SP signed-note verifier key)." }),
    chainId: count,
    contract: address,
    treeSize: count,
    rootHash: z.union([hash, z.literal("")]).meta({ description: "Empty before the first checkpoint." }),
    finalizedSize: count,
    pendingEntries: count,
    queueLength: count,
    lastChainAnswerAt: time.nullable(),
    anchoring: anchoringSchema,
    health: healthSchema,
  })
  .meta({ id: "Status" });

/** An API key without its secret. */
export const keySchema = z
  .strictObject({
    keyId: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    sources: z.array(z.string()).nullable().meta({ description: "Null: all." }),
    types: z.array(z.string()).nullable().meta({ description: "Null: all." }),
    ratePerMinute: count.nullable().meta({ description: "Null: as many as anybody." }),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().meta({ description: "Kept for a restart only now and then." }),
    revokedAt: time.nullable(),
  })
  .meta({ id: "Key" });

/** Which numbers a source has used and left out. */
export const sourceSchema = z
  .strictObject({
    name: z.string(),
    records: count,
    firstSeq: count,
    lastSeq: count,
    missing: count.meta({ description: "How many of the numbers from 0 to `lastSeq` the log does not have." }),
    ranges: z
      .array(z.tuple([count, count]))
      .meta({ description: "The lowest missing ranges, both ends included; five at most in a list." }),
    nextCursor: z.string().nullable().meta({
      description: "`cursor` of `GET /v1/sources/{name}` that goes on with the ranges; null when these are the last.",
    }),
  })
  .meta({ id: "Source" });

/** The entry of a repair. */
export const repairSchema = z
  .strictObject({ id: recordId, leafIndex: count, leafHash: hash, name: z.string(), from: count })
  .meta({ id: "RepairEntered" });

/** A new API key: the only time that it is shown. */
export const issuedKeySchema = z
  .strictObject({ keyId: z.string(), name: z.string(), role: z.enum(ROLES), key: z.string() })
  .meta({ id: "IssuedKey" });

/**
 * The value of `schema` in something that came with a request.
 * @throws REQUEST_INVALID naming what is wrong (names that the schema knows, never what was sent)
 */
export function parseRequest<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const reasons = result.error.issues.slice(0, 5).map(reasonOf);
  throw new WarifuError("REQUEST_INVALID", `the request is not valid: ${reasons.join("; ")}`);
}

function reasonOf({ code, path, message }: z.core.$ZodIssue): string {
  if (code === "unrecognized_keys") return "it has a member or parameter that is not known here";
  return `${path.join(".") || "body"}: ${message}`;
}
