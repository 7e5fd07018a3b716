/**
 * The source's signature, as far as a bundle shows it. The body says whether the source signed, and over what, also while
 * claims stay shut: `signed` is a commitment to the signed bytes under the salt of the signature's own opening.
 *
 * Invariant: striking an opening never makes a signature look wrong, and no body makes an unsigned record look signed.
 */
import type { Body } from "../core/body.ts";
import type { Opening } from "../core/disclosure.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import {
  checkSourceSignature,
  signatureCommitment,
  sourceSignatureIn,
  type Record,
  type SourceSignature,
} from "../core/record.ts";

/** What is shown; `key` is the signing key as the record names it, base64. */
export type Signing =
  | { readonly state: "verified" | "partly-shown"; readonly key: string }
  | { readonly state: "not-shown" | "none" | "unknown" };

/**
 * How a record is signed.
 * @param body `null` when it is withheld
 * @param openings those of the body that are shown
 * @throws SOURCE_SIGNATURE_INVALID and what the form of a signature is refused with, when what is shown contradicts itself
 */
export function signingOf(source: string, body: Body | null, openings: readonly Opening[]): Signing {
  if (body === null) return { state: "unknown" };
  const isAllShown = openings.length === body.digests.length;
  const claims = shownClaims(body, openings);
  if (!Object.hasOwn(claims, "evidence")) return hiddenSigning(body, isAllShown);
  if (body.signed === false)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "a signature is shown, and the body says that there is none");
  const record = signedRecord(source, body, claims);
  const { key } = record.evidence as SourceSignature;
  if (typeof body.signed === "string") {
    if (commitmentTo(record, openings) === body.signed) checkSourceSignature(record);
    else if (isAllShown) throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the source signed something else");
    else return { state: "partly-shown", key };
  } else if (!isAllShown) return { state: fits(record) ? "verified" : "partly-shown", key };
  else checkSourceSignature(record);
  return { state: "verified", key };
}

/** Public and opened claims, the signature among them. */
export function shownClaims(body: Body, openings: readonly Opening[]): JsonObject {
  return { ...body.content, ...Object.fromEntries(openings.map(({ name, value }) => [name, value])) };
}

function hiddenSigning({ signed }: Body, isAllShown: boolean): Signing {
  if (typeof signed === "string" && isAllShown)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the body says that the source signed, and holds no signature");
  if (typeof signed === "string") return { state: "not-shown" };
  return { state: signed === false || isAllShown ? "none" : "unknown" };
}

/** The record as its source signed it, if all claims are shown. */
function signedRecord(source: string, body: Body, shown: JsonObject): Record & { readonly seq: number } {
  const { evidence, ...claims } = shown;
  const type = body.vct.split(":")[1] as string;
  return { claims, evidence: sourceSignatureIn(evidence), seq: body.seq, source, type };
}

/** @returns undefined when the signature stands in clear, where no salt belongs to it */
function commitmentTo(record: Record & { readonly seq: number }, openings: readonly Opening[]): string | undefined {
  const opening = openings.find(({ name }) => name === "evidence");
  return opening && signatureCommitment(opening.salt, record);
}

function fits(record: Record): boolean {
  try {
    checkSourceSignature(record);
    return true;
  } catch (error) {
    if (error instanceof WarifuError && error.code === "SOURCE_SIGNATURE_INVALID") return false;
    throw error;
  }
}
