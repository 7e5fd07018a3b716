/**
 * Asks calendars of OpenTimestamps over HTTP, as its standard client does: `POST /digest` submits a hash, and `GET
 * /timestamp/HEX` completes the returned proof once a Bitcoin block commits to it, hours later. The answering server is not
 * trusted: time and size are limited, redirects are not followed, and only calendars that the operator names are asked, not
 * those that a proof names itself.
 */
import { guardedRequest } from "../connectors/guarded-get.ts";
import type { BlockProof } from "../core/bundle.ts";
import { concatBytes, fromBase64, toBase64, toHex } from "../core/bytes.ts";
import { codeOf, WarifuError } from "../core/errors.ts";
import { attestationsFrom, attestationsIn, formatProof, type Attestation } from "../core/open-timestamps.ts";
import { sha256 } from "../core/sha256.ts";

/** A calendar, and how to reach it. */
export interface Calendar {
  readonly url: string;
  readonly timeoutMs: number;
  /** Whether its name may lead into a private network. */
  readonly allowPrivate: boolean;
}

const TIMESTAMP = "application/vnd.opentimestamps.v1";
const DIGEST = "application/octet-stream";
/** The standard client reads this many bytes. */
const MAX_ANSWER_BYTES = 10_000;

type Pending = Attestation & { readonly message: Uint8Array };

/**
 * Submits bytes to a calendar.
 * @returns a proof that the calendar promises a block
 * @throws SERVICE_UNREACHABLE, TOO_LARGE, TIMESTAMP_INVALID
 */
export async function enterInto(
  calendar: Calendar,
  stamped: Uint8Array,
  signal: AbortSignal = new AbortController().signal,
): Promise<BlockProof> {
  const digest = sha256(stamped);
  const question = { body: digest, type: DIGEST, accept: TIMESTAMP };
  const { bytes } = await guardedRequest(addressOf(calendar, "digest"), boundsOf(calendar, signal), question);
  const answer = new Uint8Array(bytes);
  if (!attestationsFrom(answer, digest).some((one) => isPending(one) || isBlock(one)))
    throw new WarifuError("TIMESTAMP_INVALID", "the calendar's answer neither names a block nor promises one");
  return { opentimestamps: toBase64(formatProof(digest, answer)) };
}

/**
 * Asks the calendar for the blocks that a proof about `stamped` is still waiting for.
 * @returns the proof, completed as far as there are blocks; unchanged while there are none
 * @throws SERVICE_UNREACHABLE, TOO_LARGE, TIMESTAMP_INVALID
 */
export async function completedBy(
  calendar: Calendar,
  { opentimestamps }: BlockProof,
  stamped: Uint8Array,
  signal: AbortSignal = new AbortController().signal,
): Promise<BlockProof> {
  let proof = fromBase64(opentimestamps, "OpenTimestamps proof");
  // From the last one to the first, so that the places of those before stay the same.
  for (const pending of attestationsIn(proof, stamped).filter(isPending).toReversed()) {
    const answer = await blocksFor(calendar, pending.message, signal);
    if (answer) proof = concatBytes(proof.subarray(0, pending.start), answer, proof.subarray(pending.end));
  }
  return { opentimestamps: toBase64(proof) };
}

/** Whether a proof about `stamped` leads to a Bitcoin block. @throws TIMESTAMP_INVALID */
export function isInBlock({ opentimestamps }: BlockProof, stamped: Uint8Array): boolean {
  return attestationsIn(fromBase64(opentimestamps, "OpenTimestamps proof"), stamped).some(isBlock);
}

/** @returns `undefined` while the calendar knows of no block */
async function blocksFor(
  calendar: Calendar,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    const url = addressOf(calendar, `timestamp/${toHex(message)}`);
    const { bytes } = await guardedRequest(url, boundsOf(calendar, signal), { accept: TIMESTAMP });
    const answer = new Uint8Array(bytes);
    return attestationsFrom(answer, message).some(isBlock) ? answer : undefined;
  } catch (error) {
    if (codeOf(error) === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** A promise whose bytes can be replaced; calendars give no others. */
function isPending(one: Attestation): one is Pending {
  return one.isPending && one.isLast && one.message !== undefined;
}

function isBlock({ bitcoinBlock, message }: Attestation): boolean {
  return bitcoinBlock !== undefined && message !== undefined;
}

function addressOf({ url }: Calendar, path: string): URL {
  return new URL(path, url.endsWith("/") ? url : `${url}/`);
}

function boundsOf({ timeoutMs, allowPrivate }: Calendar, signal: AbortSignal) {
  return { timeoutMs, maxBytes: MAX_ANSWER_BYTES, allowPrivate, signal };
}
