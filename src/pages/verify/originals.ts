/**
 * Originals held against records: is a file the one that a record was made from, one of its pictures, or a reading that says
 * what the record says? A file is only recognised by a record of a bundle that is not refuted.
 */
import { toHex } from "../../core/bytes.ts";
import { canonicalJson, isJsonObject, parseJsonBytes, type JsonObject } from "../../core/json.ts";
import { ownClaims } from "../../core/own-claims.ts";
import { picturesIn, PICTURES_CLAIM } from "../../core/picture.ts";
import { isOriginal, receivedIn } from "../../core/received.ts";
import { sha256 } from "../../core/sha256.ts";
import type { VerifiedRecord } from "../../verify/verdict.ts";
import type { NamedBytes } from "./given.ts";

/** What a file is to a record; `place` counts pictures from 1. */
export type Match =
  | { readonly as: "received" | "reading"; readonly bundle: string }
  | { readonly as: "picture"; readonly bundle: string; readonly place: number };

/** What was found out about a file. */
export interface JudgedOriginal {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly outcome: "holds" | "refuted" | "undecided";
  readonly matches: readonly Match[];
}

/** A record that is not refuted, and where it is from. */
export interface ShownRecord {
  readonly bundle: string;
  readonly record: VerifiedRecord;
}

/** Holds a file against all records. It is refuted only where every record shows what it speaks of, and none of it fits. */
export function judgeOriginal({ name, bytes }: NamedBytes, records: readonly ShownRecord[]): JudgedOriginal {
  const matches = records.flatMap((one) => matchesIn(bytes, one));
  const isOpen = records.length === 0 || records.some(({ record }) => mayStillMatch(record));
  const outcome = matches.length > 0 ? "holds" : isOpen ? "undecided" : "refuted";
  return { name, sha256: toHex(sha256(bytes)), outcome, matches };
}

function matchesIn(bytes: Uint8Array, { bundle, record }: ShownRecord): Match[] {
  const { claims } = record;
  if (!claims) return [];
  const received = receivedIn(claims);
  if (received && isOriginal(bytes, received)) return [{ as: "received", bundle }];
  const hash = toHex(sha256(bytes));
  const place = picturesIn(claims).findIndex((picture) => picture.sha256 === hash);
  if (place !== -1) return [{ as: "picture", bundle, place: place + 1 }];
  return saysTheSame(bytes, claims, record.concealed ?? 0) ? [{ as: "reading", bundle }] : [];
}

/** Whether something that the record does not show could be this file: something unopened, or all of it. */
function mayStillMatch({ claims, concealed = 0 }: VerifiedRecord): boolean {
  if (!claims) return true;
  const isNamed = receivedIn(claims) !== undefined || Object.hasOwn(claims, PICTURES_CLAIM);
  return concealed > 0 && !isNamed;
}

/** A reading, alone or as its record was submitted: all claims that are shown, and no other unless some are concealed. */
function saysTheSame(bytes: Uint8Array, claims: JsonObject, concealed: number): boolean {
  const said = readingIn(bytes);
  const { evidence: _evidence, [PICTURES_CLAIM]: _pictures, ...own } = ownClaims(claims);
  const names = Object.keys(own);
  if (said === undefined || names.length === 0) return false;
  const others = Object.keys(said).filter((name) => !Object.hasOwn(own, name));
  const isSame = (name: string): boolean =>
    Object.hasOwn(said, name) && canonicalJson(said[name] ?? null) === canonicalJson(own[name] ?? null);
  return names.every(isSame) && (others.length === 0 || concealed > 0);
}

function readingIn(bytes: Uint8Array): JsonObject | undefined {
  if (bytes.length > MAX_READING_BYTES) return undefined;
  try {
    const value = parseJsonBytes(bytes, "reading");
    if (!isJsonObject(value)) return undefined;
    const { claims } = value;
    return isJsonObject(claims) ? claims : value;
  } catch {
    return undefined;
  }
}

const MAX_READING_BYTES = 65_536;
