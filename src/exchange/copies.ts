/**
 * Pictures of a record that goes to a partner: the copies that everybody may see, never the originals. Each goes with the bundle
 * of the event that says how it was made, and the partner keeps none that does not fit that event.
 */
import { openClaims, parseBody } from "../core/body.ts";
import { bodyBytes, parseBundle } from "../core/bundle.ts";
import { fromBase64, toBase64, toHex, utf8 } from "../core/bytes.ts";
import { derivationOf, derivedPictureIn, isDerivation, OUT_CLAIM } from "../core/derivation-event.ts";
import { WarifuError } from "../core/errors.ts";
import type { SentPicture } from "../core/exchange-message.ts";
import type { Policy } from "../core/policy.ts";
import { picturesIn } from "../core/picture.ts";
import { formatRecordId } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import type { Proofs } from "../read/proofs.ts";
import { faultOf, type Verify } from "../read/receiving.ts";
import type { OpenLog } from "../write/open-log.ts";
import { entryAt } from "./openings.ts";

export interface CopyParts {
  readonly log: Pick<OpenLog, "store" | "check" | "events">;
  readonly proofs: Pick<Proofs, "bundle">;
}

/**
 * The copies of all pictures of the record at a leaf, in their order.
 * @throws FACES_NOT_HIDDEN one of them has no copy yet; NOT_ANCHORED_YET; STORE_DAMAGED, STORE_FAILED, VAULT_FAILED
 */
export async function copiesOf(record: number, { log, proofs }: CopyParts): Promise<SentPicture[]> {
  const entry = await entryAt(record, log);
  const claims = (await log.check.claimsOf(record, await log.check.bodyOf(entry))) ?? {};
  const copies: SentPicture[] = [];
  for (let n = 0; n < picturesIn(claims).length; n++) {
    const newest = log.events.derivations.newestOf(record, n);
    const made = newest && (await entryAt(newest.leafIndex, log));
    const kept = made && (await log.check.derivedOf(newest.leafIndex, await log.check.bodyOf(made)));
    if (!kept) throw new WarifuError("FACES_NOT_HIDDEN", "a picture of the record has no copy that may be seen yet");
    const { text } = await proofs.bundle(formatRecordId(made.id));
    copies.push({ bundle: text, opening: kept.opening, bytes: toBase64(kept.bytes) });
  }
  return copies;
}

/**
 * The bytes of pictures that came with the record at a leaf of a partner's log, in their order.
 * @throws what does not hold; BUNDLE_INVALID one of them is of another record or place, or is not what the event says
 */
export async function picturesSent(
  sent: readonly SentPicture[],
  record: number,
  policy: Policy,
  verify: Verify,
): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const [at, { bundle, opening, bytes }] of sent.entries()) {
    const fault = await faultOf(bundle, policy, verify);
    if (fault) throw fault;
    const shown = bodyBytes(parseBundle(utf8(bundle)));
    const body = shown && parseBody(shown);
    const derivation = body && isDerivation(body) ? derivationOf(body) : undefined;
    const [opened] = body && derivation ? openClaims(body, [opening]) : [];
    const out = opened?.name === OUT_CLAIM ? derivedPictureIn(opened.value) : undefined;
    const picture = fromBase64(bytes, "picture");
    const isMeant = derivation?.record === record && derivation.picture === at;
    if (!isMeant || out?.sha256 !== toHex(sha256(picture)))
      throw new WarifuError("BUNDLE_INVALID", "a picture is not the one that its event says was made of the record's");
    pictures.push(picture);
  }
  return pictures;
}
