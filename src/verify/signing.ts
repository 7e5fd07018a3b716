/**
 * The source's signature, as far as a bundle shows it. Even while claims stay concealed, the body says whether the source
 * signed, and what: `signed` is a commitment to the signed bytes under the salt of the signature's own opening.
 *
 * Invariant: removing an opening never makes a signature look wrong, and no body makes an unsigned record look signed.
 */
import type { Body } from "../core/body.ts";
import type { Opening } from "../core/opening.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import {
  checkSourceSignature,
  keyOfSignature,
  recordIn,
  signatureCommitment,
  sourceSignatureIn,
  type SignedPart,
  type SignedRecord,
} from "../core/source-signature.ts";
import { ownClaims } from "../core/own-claims.ts";
import type { SourceKey } from "../core/source-key.ts";

/** What a bundle shows; `key` is the signing key as the record names it. */
export type Signing =
  | { readonly state: "verified" | "partly-shown"; readonly key: SourceKey }
  | { readonly state: "not-shown" | "none" | "unknown" };

/**
 * What a bundle shows of its source's signature.
 * @param body `null` if it is withheld
 * @param openings those of the body that are shown
 * @throws SOURCE_SIGNATURE_INVALID if what is shown contradicts itself; the error for a malformed signature
 */
export async function signingOf(source: string, body: Body | null, openings: readonly Opening[]): Promise<Signing> {
  if (body === null) return { state: "unknown" };
  const isAllShown = openings.length === body.digests.length;
  const claims = shownClaims(body, openings);
  if (!Object.hasOwn(claims, "evidence")) return hiddenSigning(body, isAllShown);
  if (body.signed === false)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "a signature is shown, and the body says that there is none");
  const record = signedRecord(source, body, claims);
  const key = keyOfSignature(record.evidence);
  const said = recordIn(record.evidence);
  const state = said
    ? await stateOfSaid(record, said, { commitment: commitmentTo(record, openings), body, isAllShown })
    : await stateOfForm(record, { commitment: commitmentTo(record, openings), body, isAllShown });
  return { state, key };
}

/** The public and the opened claims, including the signature. */
export function shownClaims(body: Body, openings: readonly Opening[]): JsonObject {
  return { ...body.content, ...Object.fromEntries(openings.map(({ name, value }) => [name, value])) };
}

interface Shown {
  /** `undefined` when the signature is a public claim, which has no salt. */
  readonly commitment: string | undefined;
  readonly body: Body;
  readonly isAllShown: boolean;
}

type ShownState = "verified" | "partly-shown";

/** State of a signature over the record's canonical form: it can be checked only if everything it covers is shown. */
async function stateOfForm(record: SignedRecord, { commitment, body, isAllShown }: Shown): Promise<ShownState> {
  if (typeof body.signed === "string") {
    if (commitment === body.signed) await checkSourceSignature(record);
    else if (isAllShown) throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the source signed something else");
    else return "partly-shown";
  } else if (!isAllShown) return (await fits(record)) ? "verified" : "partly-shown";
  else await checkSourceSignature(record);
  return "verified";
}

/** State of a signature that contains what it covers: it can always be checked, and must agree with the body. */
async function stateOfSaid(record: SignedRecord, said: SignedPart, shown: Shown): Promise<ShownState> {
  await checkSourceSignature(record);
  const { commitment, body, isAllShown } = shown;
  if (typeof body.signed === "string" && commitment !== body.signed)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the source signed something else");
  const { claims, ...rest } = said;
  const isSame =
    canonicalJson(rest) === canonicalJson({ seq: record.seq, source: record.source, type: record.type }) &&
    Object.entries(record.claims).every(
      ([name, value]) =>
        Object.hasOwn(claims, name) && canonicalJson(claims[name] as JsonObject) === canonicalJson(value),
    );
  const isWhole = Object.keys(claims).length === Object.keys(record.claims).length;
  if (!isSame || (isAllShown && !isWhole))
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "what the source signed says something else than the record");
  return isWhole ? "verified" : "partly-shown";
}

function hiddenSigning({ signed }: Body, isAllShown: boolean): Signing {
  if (typeof signed === "string" && isAllShown)
    throw new WarifuError("SOURCE_SIGNATURE_INVALID", "the body says that the source signed, and holds no signature");
  if (typeof signed === "string") return { state: "not-shown" };
  return { state: signed === false || isAllShown ? "none" : "unknown" };
}

/** The record as its source signed it. Precondition: all its claims are shown. */
function signedRecord(source: string, body: Body, shown: JsonObject): SignedRecord {
  // Sources do not sign what the log adds.
  const { evidence, ...claims } = ownClaims(shown);
  const type = body.vct.split(":")[1] as string;
  return { claims, evidence: sourceSignatureIn(evidence), seq: body.seq, source, type };
}

function commitmentTo(record: SignedRecord, openings: readonly Opening[]): string | undefined {
  const opening = openings.find(({ name }) => name === "evidence");
  return opening && signatureCommitment(opening.salt, record);
}

async function fits(record: SignedRecord): Promise<boolean> {
  try {
    await checkSourceSignature(record);
    return true;
  } catch (error) {
    if (codeOf(error) === "SOURCE_SIGNATURE_INVALID") return false;
    throw error;
  }
}
