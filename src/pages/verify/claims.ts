/** Claims that records of the shipped types may conceal, so that what is not shown can be named. */
import type { VerifiedRecord } from "../../verify/verdict.ts";

/** By type: the claims of its profile that are not public, in their order. */
export const CONCEALED: Readonly<Partial<Record<string, readonly string[]>>> = {
  "citizen-report": [
    ...["text", "language", "reportedAt", "latitude", "longitude", "address", "pictures"],
    ...["reporterName", "reporterEmail", "reporterPhone", "reporterId", "requestId", "status", "updatedAt", "details"],
  ],
};

/** The claims that this record may conceal; none if nothing of it is left unopened. */
export function struckClaims({ vct, claims, concealed = 0 }: VerifiedRecord): readonly string[] {
  const type = vct?.split(":")[1] ?? "";
  if (!claims || concealed === 0 || !Object.hasOwn(CONCEALED, type)) return [];
  return (CONCEALED[type] ?? []).filter((name) => !Object.hasOwn(claims, name));
}
