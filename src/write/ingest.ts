/**
 * Stage ingest: a submission becomes a record that its profile allows and whose own signature, if any, verifies. Pure:
 * nothing is stored, so a refusal leaves nothing behind.
 */
import { WarifuError } from "../core/errors.ts";
import type { JsonValue } from "../core/json.ts";
import { nestsDeeper } from "../core/json-depth.ts";
import { profileFor, type Profile, type Profiles } from "../profiles/profile.ts";
import { assertRecord } from "./submitted-record.ts";
import { MAX_CLAIMS_DEPTH, type Record } from "../core/record.ts";
import { checkOwnSignature } from "../core/source-signature.ts";
import { namePictures, PicturedValue, type Picture } from "./pictured-value.ts";
import { ReceivedValue, type Original } from "./received-value.ts";
import { CheckedValue, VerifiedRecord, type SubmittedAlone } from "./signed-submission.ts";

/** A record that may enter the log. */
export interface IngestedRecord {
  readonly record: Record;
  readonly profile: Profile;
  /** The bytes that an adapter made it from. */
  readonly original?: Original | undefined;
  /** The pictures that came with it. */
  readonly pictures?: readonly Picture[] | undefined;
  /** Whose API key sent it; absent if it came without one. */
  readonly sender?: string | undefined;
}

/**
 * Checks a value submitted to the log of that origin.
 * @throws RECORD_INVALID, PROFILE_UNKNOWN, CLAIMS_INVALID, KEY_INVALID, ENCODING_INVALID, SOURCE_SIGNATURE_INVALID
 */
export function ingest(
  submitted: SubmittedAlone | PicturedValue,
  profiles: Profiles,
  origin: string,
  sender?: string,
): IngestedRecord {
  const { value, pictures } =
    submitted instanceof PicturedValue ? submitted : { value: submitted, pictures: undefined };
  const original = value instanceof ReceivedValue ? value.original : undefined;
  const isChecked = value instanceof CheckedValue;
  const given = recordIn(value instanceof ReceivedValue || isChecked ? value.value : value);
  // The log is the source of its own events: nobody else may take numbers from its sequence.
  if (given.source === origin)
    throw new WarifuError("RECORD_INVALID", "source: this name is the log's own, for its events");
  const profile = profileFor(profiles, given.type);
  const record = namePictures(given, profile, pictures ?? []);
  profile.assertClaims(record.claims);
  if (nestsDeeper(record.claims, MAX_CLAIMS_DEPTH))
    throw new WarifuError("CLAIMS_INVALID", `claims nest deeper than ${MAX_CLAIMS_DEPTH} levels`);
  assertRoomFor(record, original, profile);
  if (!isChecked) checkOwnSignature(record);
  return { record, profile, original, pictures, sender };
}

/** Whether a record may repeat an earlier one. Only a store that has all of them can tell. */
export function mayRepeat({ key, seq }: Pick<Record, "key" | "seq">): boolean {
  return key !== undefined || seq !== undefined;
}

function recordIn(submitted: JsonValue | VerifiedRecord): Record {
  if (!(submitted instanceof VerifiedRecord)) return assertRecord(submitted);
  const { record, evidence } = submitted;
  if (record.seq === undefined)
    throw new WarifuError("RECORD_INVALID", "seq: a signed record carries its own, so that nobody can send it twice");
  if (record.evidence !== undefined)
    throw new WarifuError(
      "RECORD_INVALID",
      "evidence: the record is signed as a whole, and holds no signature besides",
    );
  return { ...record, evidence };
}

/** A profile whose schema allows claims that it does not list could conceal more of them than its bodies have room for. */
function assertRoomFor({ claims, evidence }: Record, original: Original | undefined, profile: Profile): void {
  if (profile.digestSlots === 0) return;
  const own = Object.keys(claims).filter((name) => !profile.isPublic(name)).length;
  const concealed = own + (evidence ? 1 : 0) + (original ? 1 : 0);
  if (concealed > profile.digestSlots)
    throw new WarifuError("CLAIMS_INVALID", "the record has more concealed claims than its profile provides for");
}
