/**
 * Stage ingest: a submission becomes a record that its profile allows and whose own signature, if any, verifies. Pure:
 * nothing is stored, so a refusal leaves nothing behind.
 */
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import type { Profile } from "../core/profile.ts";
import { assertRecord, checkSourceSignature, type Record } from "../core/record.ts";

/** The profiles in force, by record type. */
export type Profiles = ReadonlyMap<string, Profile>;

/** A record that may enter the log. */
export interface IngestedRecord {
  readonly record: Record;
  readonly profile: Profile;
}

/**
 * Checks a submitted JSON value.
 * @throws RECORD_INVALID, PROFILE_UNKNOWN, CLAIMS_INVALID, KEY_INVALID, ENCODING_INVALID, SOURCE_SIGNATURE_INVALID
 */
export function ingest(value: JsonValue, profiles: Profiles): IngestedRecord {
  const record = assertRecord(value);
  const profile = profiles.get(record.type);
  if (!profile)
    throw new WarifuError(
      "PROFILE_UNKNOWN",
      `there is no profile for type "${record.type}": the types in force are ${[...profiles.keys()].join(", ")}`,
    );
  profile.assertClaims(record.claims);
  checkSourceSignature(record);
  return { record, profile };
}
