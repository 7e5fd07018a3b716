/**
 * Asks time-stamping authorities over HTTP (RFC 3161 section 3.4). The answering server is not trusted: time and size are
 * limited, redirects are not followed, and a token counts only once it was checked under the certificates configured for
 * that authority.
 */
import { randomBytes } from "node:crypto";
import { guardedRequest } from "../connectors/guarded-get.ts";
import type { TimestampSeries } from "../core/bundle.ts";
import { concatBytes, fromBase64, toBase64 } from "../core/bytes.ts";
import { WarifuError } from "../core/errors.ts";
import {
  formatTimestampRequest,
  NONCE_BYTES,
  nonceOf,
  TIMESTAMP_QUERY,
  TIMESTAMP_REPLY,
  tokenInReply,
} from "../core/timestamp-request.ts";
import { MAX_TOKEN_BYTES } from "../core/timestamp-token.ts";
import { checkSeries } from "../verify/check-time.ts";
import type { StampedTime } from "../verify/verdict.ts";

/** An authority, and how to reach it. */
export interface TimeAuthority {
  readonly url: string;
  /** Certificates that its tokens are checked under: DER in base64. */
  readonly certificates: readonly string[];
  readonly timeoutMs: number;
  /** Whether its name may lead into a private network. */
  readonly allowPrivate: boolean;
}

/** An authority's answer, after it was checked. */
export interface Stamped {
  readonly series: TimestampSeries;
  readonly time: StampedTime;
}

/** Bytes for the status and whatever else surrounds the token. */
const MAX_REPLY_BYTES = MAX_TOKEN_BYTES + 4_096;

/**
 * Asks for a timestamp of bytes or, given a series, for its renewal.
 * @throws SERVICE_UNREACHABLE, TOO_LARGE, TIMESTAMP_INVALID; TIMESTAMP_MISSING the token is under none of the certificates
 */
export async function stampBy(
  authority: TimeAuthority,
  stamped: Uint8Array,
  before: TimestampSeries = { tokens: [] },
  signal: AbortSignal = new AbortController().signal,
): Promise<Stamped> {
  const { url, certificates, timeoutMs, allowPrivate } = authority;
  const last = before.tokens.at(-1);
  const bytes = last === undefined ? stamped : concatBytes(fromBase64(last, "timestamp token"), stamped);
  const nonce = nonceOf(randomBytes(NONCE_BYTES));
  const question = { body: formatTimestampRequest(bytes, nonce), type: TIMESTAMP_QUERY, accept: TIMESTAMP_REPLY };
  const bounds = { timeoutMs, maxBytes: MAX_REPLY_BYTES, allowPrivate, signal };
  const { bytes: reply } = await guardedRequest(new URL(url), bounds, question);
  const series = { tokens: [...before.tokens, toBase64(tokenInReply(new Uint8Array(reply), nonce))] };
  const time = await checkSeries(series, stamped, certificates);
  if (time === undefined)
    throw new WarifuError("TIMESTAMP_MISSING", "the authority's token is under none of the certificates named for it");
  return { series, time };
}
