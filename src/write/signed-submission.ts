/**
 * Submissions that are signed as a whole: `{"jws": "…"}`, whose payload is the record, in the place of a record. Verified
 * before it is ingested, and kept as it came.
 */
import { WarifuError } from "../core/errors.ts";
import { isJsonObject, parseJsonBytes, type JsonValue } from "../core/json.ts";
import { fitsKey, parseJws, type Jws } from "../core/jws.ts";
import { isSignedBy, keyThumbprint, type SourceKey } from "../core/source-key.ts";
import type { JwsSignature, RequestSignature } from "../core/source-signature.ts";
import { ReceivedValue } from "./received-value.ts";
import { assertRecord } from "./submitted-record.ts";

/** A value whose signature was verified, and that is not a record's own member. */
export class VerifiedValue {
  readonly value: JsonValue;
  readonly evidence: JwsSignature | RequestSignature;

  constructor(value: JsonValue, evidence: JwsSignature | RequestSignature) {
    this.value = value;
    this.evidence = evidence;
  }
}

/** What may be submitted: a value, one that was verified or received before, or why there is none. */
export type Submitted = JsonValue | VerifiedValue | ReceivedValue | WarifuError;

/** The keys that were ever registered for a source. */
export type KeysOf = (source: string) => Promise<readonly SourceKey[]>;

/** Whether one of these has to be verified before it is ingested. */
export function holdSigned(values: readonly Submitted[]): boolean {
  return values.some(isJws);
}

/** Verifies what is signed as a whole; everything else stays as it is. A refusal takes the place of its value. */
export function openSigned(values: readonly Submitted[], keysOf: KeysOf): Promise<readonly Submitted[]> {
  return Promise.all(
    values.map((value) => (isJws(value) ? openedOrRefused(value.jws, keysOf) : Promise.resolve(value))),
  );
}

async function openedOrRefused(jws: string, keysOf: KeysOf): Promise<Submitted> {
  try {
    return await openJws(jws, keysOf);
  } catch (error) {
    if (error instanceof WarifuError) return error;
    throw error;
  }
}

function isJws(value: Submitted): value is { readonly jws: string } {
  const isTaken = value instanceof WarifuError || value instanceof VerifiedValue || value instanceof ReceivedValue;
  if (isTaken || !isJsonObject(value)) return false;
  return typeof value["jws"] === "string" && Object.keys(value).length === 1;
}

async function openJws(text: string, keysOf: KeysOf): Promise<VerifiedValue> {
  const jws = parseJws(text);
  const value = parseJsonBytes(jws.payload, "payload of the JWS");
  const { source } = assertRecord(value);
  const keys = jws.key ? [jws.key] : named(jws, await keysOf(source));
  if (keys.length === 0)
    throw new WarifuError(
      "SOURCE_KEY_REFUSED",
      "the JWS brings no key, and none is registered for its source: put the public key into its header as `jwk`, or register it",
    );
  for (const key of keys)
    if (fitsKey(jws, key) && (await isSignedBy(key, jws.signingInput, jws.signature)))
      return new VerifiedValue(value, { jws: text, key });
  throw new WarifuError(
    "SOURCE_SIGNATURE_INVALID",
    jws.key ? "the JWS is not signed by the key in its header" : "the JWS is not signed by a key of its source",
  );
}

/** The key that the header names first. */
function named({ kid }: Jws, keys: readonly SourceKey[]): readonly SourceKey[] {
  return kid === undefined
    ? keys
    : keys.toSorted((a, b) => Number(keyThumbprint(b) === kid) - Number(keyThumbprint(a) === kid));
}
