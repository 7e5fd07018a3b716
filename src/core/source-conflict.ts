/**
 * Two different records that a source signed under one number: the first is in the log; the second was refused, and is kept
 * whole as the concealed claim of an event (source-event.ts). Opened, it proves that the key it names signed it. Somebody
 * must vouch for whose key that is, because a log could make one up.
 */
import { WarifuError } from "./errors.ts";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { ObjectReader } from "./object-reader.ts";
import type { SeqConflict } from "./source-event.ts";
import { checkSourceSignature, recordIn, sourceSignatureIn, type SignedRecord } from "./source-signature.ts";

/** The second record, as the claim holds it. */
export function conflictClaim({ claims, evidence, seq, source, type }: SignedRecord): JsonObject {
  return { claims, evidence, seq, source, type };
}

/**
 * The second record in the claim of an event. Its signature is verified: by the key it names, over that very record.
 * @throws SOURCE_SIGNATURE_INVALID, RECORD_INVALID, and the errors of a malformed signature
 */
export async function openConflict(
  claim: JsonValue,
  { name, seq }: Pick<SeqConflict, "name" | "seq">,
): Promise<SignedRecord> {
  const record = readClaim(claim);
  if (record.source !== name || record.seq !== seq)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the conflicting record is not of that source and number");
  await checkSourceSignature(record);
  const { evidence, ...part } = record;
  const said = recordIn(evidence);
  if (said !== undefined && canonicalJson(said) !== canonicalJson(part))
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "what the source signed says something else than the record");
  return record;
}

function readClaim(claim: JsonValue): SignedRecord {
  const reader = new ObjectReader(claim, "record", "RECORD_INVALID");
  const value = reader.value("claims");
  const claims = isJsonObject(value) ? value : reader.fail("claims", "is no object");
  const [type, source, seq] = [reader.string("type"), reader.string("source"), reader.count("seq")];
  const evidence = sourceSignatureIn(reader.value("evidence"));
  reader.end();
  return { claims, evidence, seq, source, type };
}
