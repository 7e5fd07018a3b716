/**
 * Submissions that are signed: as a whole, `{"jws": "…"}`, whose payload is the record and which is kept as it came; or by a
 * signature among the record's own members. They are verified before they are ingested, many at a time.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes, type JsonObject, type JsonValue } from "../core/json.ts";
import { fitsKey, parseJws, type Jws } from "../core/jws.ts";
import { isSignedBy, keyThumbprint, type SourceKey, type VerifyEd25519Anywhere } from "../core/source-key.ts";
import { checkSourceSignature, type JwsSignature, type RequestSignature } from "../core/source-signature.ts";
import { ConcealedLine } from "./concealed-line.ts";
import { PicturedValue } from "./pictured-value.ts";
import { ReceivedValue, type Original } from "./received-value.ts";
import type { Record } from "../core/record.ts";
import { assertRecord, recordSchema } from "./submitted-record.ts";

/** A record with its verified signature, which is not a member of the record itself. */
export class VerifiedRecord {
  readonly record: Record;
  readonly evidence: JwsSignature | RequestSignature;

  constructor(record: Record, evidence: JwsSignature | RequestSignature) {
    this.record = record;
    this.evidence = evidence;
  }
}

/** A record whose own signature was verified. */
export class CheckedValue {
  readonly value: JsonValue;

  constructor(value: JsonValue) {
    this.value = value;
  }
}

/** A record as it may be submitted: a value, or one already verified or received. */
export type SubmittedAlone = JsonValue | VerifiedRecord | CheckedValue | ReceivedValue;

/** What may be submitted: a record, one with pictures, one that is concealed already, or the reason why there is none. */
export type Submitted = SubmittedAlone | PicturedValue | ConcealedLine | WarifuError;

/**
 * Attaches the received bytes to what was made from them, unless that is signed as a whole: then the signature covers
 * what was sent.
 */
export function withOriginal(value: JsonObject | WarifuError, original: Original): Submitted {
  return value instanceof WarifuError || isJws(value) ? value : new ReceivedValue(value, original);
}

/**
 * The keys that were ever registered for the source of a record. Throws FORBIDDEN if its sender may not send for that
 * source: an error about the signature would tell a stranger whose key it is.
 */
export type KeysOf = (record: Pick<Record, "source" | "type">) => Promise<readonly SourceKey[]>;

/** How signed submissions are verified. */
export interface SignatureChecks {
  readonly keysOf: KeysOf;
  /** On another thread, for many at a time. */
  readonly verifyAside: VerifyEd25519Anywhere;
}

/** If there are fewer signatures than this, they are verified one after the other, right here. */
const WORTH_THREAD = 8;

/** Whether some of these have to be, or are worth being, verified before they are ingested. */
export function holdSigned(values: readonly Submitted[]): boolean {
  if (values.some((value) => isJws(value instanceof PicturedValue ? value.value : value))) return true;
  return values.length >= WORTH_THREAD && values.filter(hasOwnSignature).length >= WORTH_THREAD;
}

/** Verifies what is signed; everything else stays as it is. A refused value is replaced by its error. */
export function openSigned(
  values: readonly Submitted[],
  { keysOf: lookUp, verifyAside }: SignatureChecks,
): Promise<readonly Submitted[]> {
  const keysOf = oncePerSource(lookUp);
  const verify = values.length >= WORTH_THREAD ? verifyAside : undefined;
  return Promise.all(
    values.map((value) => {
      if (value instanceof PicturedValue) return openPictured(value, { keysOf, verifyAside });
      if (isJws(value)) return orRefusal(() => openJws(value.jws, keysOf, verify));
      return hasOwnSignature(value) ? checked(value, verify) : Promise.resolve(value);
    }),
  );
}

async function openPictured({ value, pictures }: PicturedValue, checks: SignatureChecks): Promise<Submitted> {
  const [opened = value] = await openSigned([value], checks);
  const isWhole = opened instanceof WarifuError || opened instanceof PicturedValue || opened instanceof ConcealedLine;
  return isWhole ? opened : new PicturedValue(opened, pictures);
}

/** Asks once for each source: most batches are of few sources. */
function oncePerSource(keysOf: KeysOf): KeysOf {
  const known = new Map<string, ReturnType<KeysOf>>();
  return (record) => {
    const name = `${record.type} ${record.source}`;
    const keys = known.get(name) ?? keysOf(record);
    known.set(name, keys);
    return keys;
  };
}

/** The record with its signature verified; unchanged if anything is wrong, which ingest then finds in its own order. */
async function checked(value: JsonObject, verify: VerifyEd25519Anywhere | undefined): Promise<Submitted> {
  const result = recordSchema.safeParse(value);
  if (!result.success || result.data.evidence === undefined || result.data.seq === undefined) return value;
  const { evidence, seq, ...record } = result.data;
  try {
    await checkSourceSignature({ ...record, seq, evidence }, verify);
    return new CheckedValue(value);
  } catch (error) {
    if (error instanceof WarifuError) return value;
    throw error;
  }
}

async function orRefusal(act: () => Promise<Submitted>): Promise<Submitted> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function isJws(value: Submitted): value is { readonly jws: string } {
  return isPlain(value) && typeof value["jws"] === "string" && Object.keys(value).length === 1;
}

function hasOwnSignature(value: Submitted): value is JsonObject {
  return isPlain(value) && value["evidence"] !== undefined;
}

function isPlain(value: Submitted): value is JsonObject {
  const isTaken =
    value instanceof ConcealedLine ||
    value instanceof WarifuError ||
    value instanceof VerifiedRecord ||
    value instanceof CheckedValue ||
    value instanceof ReceivedValue ||
    value instanceof PicturedValue;
  return !isTaken && isJsonObject(value);
}

async function openJws(
  text: string,
  keysOf: KeysOf,
  verify: VerifyEd25519Anywhere | undefined,
): Promise<VerifiedRecord> {
  const jws = parseJws(text);
  const record = assertRecord(parseJsonBytes(jws.payload, "payload of the JWS"));
  const keys = jws.key ? [jws.key] : named(jws, await keysOf(record));
  if (keys.length === 0)
    throw new WarifuError(
      "SOURCE_KEY_REFUSED",
      "the JWS brings no key, and none is registered for its source: put the public key into its header as `jwk`, or register it",
    );
  for (const key of keys)
    if (fitsKey(jws, key) && (await isSignedBy(key, jws.signingInput, jws.signature, verify)))
      return new VerifiedRecord(record, { jws: text, key });
  throw new WarifuError(
    "SOURCE_SIGNATURE_INVALID",
    jws.key ? "the JWS is not signed by the key in its header" : "the JWS is not signed by a key of its source",
  );
}

/** The keys, with the one that the header names in front. */
function named({ kid }: Jws, keys: readonly SourceKey[]): readonly SourceKey[] {
  return kid === undefined || keys.length < 2
    ? keys
    : keys.toSorted((a, b) => Number(keyThumbprint(b) === kid) - Number(keyThumbprint(a) === kid));
}
