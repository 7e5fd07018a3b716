/**
 * How often a client may ask: draft-8 RateLimit headers (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/),
 * and Retry-After once the limit is reached.
 */
import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { WarifuError } from "../core/errors.ts";

const MINUTE_MS = 60_000;

/** Passes on RATE_LIMITED if one address sends more than this many requests per minute. */
export function limitRate(ratePerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: ratePerMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // The library's own checks of the set-up write to the console.
    validate: false,
    handler: (_request, _response, next) =>
      next(new WarifuError("RATE_LIMITED", `a client may make ${ratePerMinute} requests a minute`)),
  });
}
