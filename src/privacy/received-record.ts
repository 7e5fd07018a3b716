/** Turns a verified bundle of another log into a record of this one. */
import { openClaims, parseBody } from "../core/body.ts";
import { bodyBytes, parseBundle } from "../core/bundle.ts";
import { concatBytes, toHex, utf8 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { leafHash } from "../core/merkle.ts";
import { ownClaims } from "../core/own-claims.ts";
import { PICTURES_CLAIM } from "../core/picture.ts";
import { receivedClaim } from "../core/received.ts";
import { formatRecordId, recordIdOf } from "../core/record-id.ts";
import { sha256 } from "../core/sha256.ts";
import { parseTlogProof } from "../core/tlog-proof.ts";
import { PicturedValue, type Picture } from "../write/pictured-value.ts";
import { ReceivedValue } from "../write/received-value.ts";

/** The name and version under which its original is kept. */
const PROVISION_ADAPTER = "warifu-provision/1";

/** A record to submit, and its id and leaf index in the log that it comes from. */
export interface RecordFromBundle {
  readonly id: string;
  readonly leafIndex: number;
  readonly value: ReceivedValue | PicturedValue;
}

/** What a claim of the record refers to in this log. */
export interface LocalMeaning {
  /** Id, in this log, of the record that it is about. */
  readonly about?: string | undefined;
  /** Copies of its pictures, which become this record's pictures. */
  readonly pictures?: readonly Picture[];
}

/** Name of the claim that says which record it is about. */
export const ABOUT_RECORD = "about";

/**
 * The record that a verified bundle shows, with the claims that it opens. The parts that a signature or pictures need stay
 * in the bundle, which is kept as the record's original.
 * @param at POSIX milliseconds
 * @throws BUNDLE_INVALID it shows no record; OPENING_INVALID, OPENING_MISMATCH
 */
export function recordFromBundle(
  text: string,
  source: string,
  at: number,
  { about, pictures = [] }: LocalMeaning = {},
): RecordFromBundle {
  const bytes = utf8(text);
  const bundle = parseBundle(bytes);
  const shown = bodyBytes(bundle);
  const body = shown && parseBody(shown);
  if (body?.contentName !== "record") throw new WarifuError("BUNDLE_INVALID", "the bundle shows no record");
  const opened = openClaims(body, bundle.openings).map(({ name, value }) => [name, value] as const);
  const {
    evidence: _,
    [PICTURES_CLAIM]: __,
    ...claims
  } = ownClaims({ ...body.content, ...Object.fromEntries(opened) });
  const [, type = ""] = body.vct.split(":");
  const key = toHex(sha256(concatBytes(bundle.entry, ...[...bundle.openings].sort().map(utf8))));
  const own = { ...claims, ...(about !== undefined && { [ABOUT_RECORD]: about }) };
  const record: JsonObject = { type, source, claims: own, key };
  const envelope = { adapter: PROVISION_ADAPTER, at, type: "application/json" };
  const id = formatRecordId(recordIdOf(leafHash(bundle.entry), body.iat));
  const { leafIndex } = parseTlogProof(bundle.proof);
  const value = new ReceivedValue(record, { received: receivedClaim(bytes, envelope), bytes });
  return { id, leafIndex, value: pictures.length === 0 ? value : new PicturedValue(value, pictures) };
}
