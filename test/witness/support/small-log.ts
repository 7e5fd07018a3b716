// A log of a few made-up entries and the requests that it sends to witnesses. Its tree and proofs are the referee's
// (test/reference), its signatures node:crypto's: nothing of what is under test takes part. Logs of one `history` share
// their entries; another history forks off at an index that the test chooses.

import { toBase64, utf8 } from "../../../src/core/bytes.ts";
import { verifierKey, type VerifierKey } from "../../../src/core/note.ts";
import type { ListedLog } from "../../../src/core/tlog-list.ts";
import {
  naiveConsistencyProof,
  naiveEmptyRoot,
  naiveLeafHash,
  naiveRangeHash,
  type RangeHash,
} from "../../reference/naive-merkle.ts";
import { signingKey, type SigningKey } from "../../support/signing-key.ts";

export const ORIGIN = "log.example/one";

/** How a log differs from the usual one. */
export type SmallLogOptions = {
  readonly origin?: string;
  /** Seed of the log's key. */
  readonly seed?: number;
  /** From this leaf on, the entries are other ones. */
  readonly forkAt?: number;
};

/** A log. */
export type SmallLog = {
  readonly key: VerifierKey;
  readonly pair: SigningKey;
  /** As a witness knows it. */
  readonly listed: ListedLog;
  readonly root: (size: number) => Uint8Array;
  readonly rangeHash: RangeHash;
  readonly proof: (oldSize: number, size: number) => Uint8Array[];
  /** The text of a checkpoint's note. */
  readonly text: (size: number) => string;
  /** The signed checkpoint of a size. */
  readonly note: (size: number) => string;
  /** Body of a request to cosign `size`, from `oldSize`. */
  readonly request: (oldSize: number, size: number, change?: RequestChange) => Uint8Array;
};

export type RequestChange = { readonly proof?: readonly Uint8Array[]; readonly note?: string };

const MAX_SIZE = 128;

/** Makes a log. */
export function smallLog({ origin = ORIGIN, seed = 41, forkAt = MAX_SIZE }: SmallLogOptions = {}): SmallLog {
  const pair = signingKey(seed);
  const key = verifierKey(origin, pair.publicKey);
  const leaves = Array.from({ length: MAX_SIZE }, (_, at) =>
    naiveLeafHash(Buffer.from(`${at < forkAt ? "entry" : "another entry"} ${at}`)),
  );
  const rangeHash = naiveRangeHash(leaves);
  const root = (size: number): Uint8Array => (size === 0 ? naiveEmptyRoot() : rangeHash(0, size));
  const proof = (oldSize: number, size: number): Uint8Array[] =>
    oldSize === 0 ? [] : naiveConsistencyProof(rangeHash, oldSize, size);
  const text = (size: number): string => `${origin}\n${size}\n${toBase64(root(size))}\n`;
  const note = (size: number): string => signedNote(text(size), key, pair);
  const request: SmallLog["request"] = (oldSize, size, change = {}) =>
    requestBody(oldSize, change.proof ?? proof(oldSize, size), change.note ?? note(size));
  return { key, pair, listed: { origin, keys: [key] }, root, rangeHash, proof, text, note, request };
}

/** A note signed with a key that may be anybody's. */
export function signedNote(text: string, key: VerifierKey, pair: SigningKey): string {
  const blob = Buffer.concat([key.keyId, pair.sign(utf8(text))]);
  return `${text}\n\u2014 ${key.name} ${blob.toString("base64")}\n`;
}

/** A request, written out by hand. */
export function requestBody(oldSize: number | string, proof: readonly Uint8Array[], note: string): Uint8Array {
  return utf8(`old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${note}`);
}
