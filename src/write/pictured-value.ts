/**
 * Records that came with pictures. Their claim `pictures` names each: the sender states it, wholly or in part, or leaves it
 * to the service, which then states it; what is stated must be true.
 */
import { WarifuError } from "../core/errors.ts";
import type { ContentCredentials } from "../core/content-credentials.ts";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../core/json.ts";
import { picturesIn, PICTURES_CLAIM, type PictureClaim } from "../core/picture.ts";
import type { Record } from "../core/record.ts";
import type { Profile } from "../profiles/profile.ts";
import type { SubmittedAlone } from "./signed-submission.ts";

/** A picture that was inspected, and what its record's claim says about it. */
export interface Picture {
  readonly claim: Omit<PictureClaim, "hide">;
  /** What was found of its content credentials: stated by the log, beside the record's own claims. */
  readonly credentials: ContentCredentials;
  readonly bytes: Uint8Array;
}

/** A value with its pictures, in their order. */
export class PicturedValue {
  readonly value: SubmittedAlone;
  readonly pictures: readonly Picture[];

  constructor(value: SubmittedAlone, pictures: readonly Picture[]) {
    this.value = value;
    this.pictures = pictures;
  }
}

/**
 * The record with its pictures named among its claims.
 * @throws CLAIMS_INVALID records of this type have no pictures; it names others than came with it; it names some that did
 *   not come
 */
export function namePictures(record: Record, profile: Profile, pictures: readonly Picture[]): Record {
  if (profile.document.pictures === undefined) {
    if (pictures.length === 0) return record;
    throw new WarifuError("CLAIMS_INVALID", `records of the type ${profile.document.type} come without pictures`);
  }
  const { [PICTURES_CLAIM]: given, ...others } = record.claims;
  if (given === undefined && pictures.length === 0) return record;
  const named = namedAs(given, pictures);
  // Nothing may be added to what a source has signed.
  if (record.evidence !== undefined && (given === undefined || canonicalJson(given) !== canonicalJson(named)))
    throw new WarifuError("CLAIMS_INVALID", "claims.pictures: a signed record names its pictures itself, and fully");
  return { ...record, claims: { ...others, [PICTURES_CLAIM]: named } };
}

function namedAs(given: JsonValue | undefined, pictures: readonly Picture[]): JsonObject[] {
  const entries = given ?? pictures.map(() => ({}));
  if (!Array.isArray(entries) || entries.length !== pictures.length)
    throw new WarifuError(
      "CLAIMS_INVALID",
      "claims.pictures: has an object for each picture that comes with the record, in their order, or is left out",
    );
  const named = pictures.map(({ claim }, at) => {
    const entry = entries[at] as JsonValue;
    if (!isJsonObject(entry)) throw new WarifuError("CLAIMS_INVALID", `claims.pictures.${at}: must be an object`);
    const wrong = Object.entries(claim).find(([name, value]) => entry[name] !== undefined && entry[name] !== value);
    if (wrong) throw new WarifuError("CLAIMS_INVALID", `claims.pictures.${at}.${wrong[0]}: is not that of the picture`);
    return { ...entry, ...claim };
  });
  if (picturesIn({ [PICTURES_CLAIM]: named }).length < named.length)
    throw new WarifuError(
      "CLAIMS_INVALID",
      "claims.pictures: `hide` lists boxes within the picture, each as left, top, width and height from 0 to 1",
    );
  return named;
}

/** Whether pictures of such a record are published. */
export function hasPublishedPictures({ document }: Profile, claims: JsonObject): boolean {
  return document.pictures !== undefined && document.pictures !== "sealed" && picturesIn(claims).length > 0;
}
