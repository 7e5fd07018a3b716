/**
 * The age from which a person can consent alone, as law data states it. People are asked for an age band, never for a date
 * of birth. Nobody below that age can join alone, whatever a form would accept.
 */
import { z } from "zod";
import { WarifuError } from "../core/errors.ts";
import { LEGAL_BASIS } from "../core/legal-basis.ts";

/** From one age to another, or from one age on. */
const BAND = /^(\d{1,2})(?:-(\d{1,2})|\+)$/;

const provisionId = z.string().regex(LEGAL_BASIS, "is no id of a provision, such as gdpr-8-1");

export const ownConsentSchema = z
  .strictObject({
    fromAge: z.int().min(1).max(21),
    /** Whether the age is the law's own; otherwise it is the operator's. */
    isStatutory: z.boolean(),
    /** Such as `14-17` and `65+`: all ages, in order. */
    bands: z.array(z.string().regex(BAND, "is no band such as 14-17 or 65+")).min(2).max(12),
    provisions: z.array(provisionId).min(1),
    /** The provision on which records are erased when their sender withdraws consent. */
    withdrawn: provisionId,
    note: z.string().min(1),
  })
  .refine(({ bands }) => haveAllAges(bands), "has bands that do not follow each other from 0 on")
  .refine(
    ({ bands, fromAge }) => bands.some((band) => startOf(band) === fromAge),
    "has no band that begins at that age",
  );
export type OwnConsent = z.infer<typeof ownConsentSchema>;

/** Whether people in a band can consent alone. */
export function mayConsentAlone({ bands, fromAge }: OwnConsent, band: string): boolean {
  return bands.includes(band) && startOf(band) >= fromAge;
}

/** Asserts that people in a band can consent alone. @throws REQUEST_INVALID there is no such band; FORBIDDEN they cannot */
export function assertConsentsAlone(own: OwnConsent, band: string): void {
  if (!own.bands.includes(band))
    throw new WarifuError("REQUEST_INVALID", `ageBand: there are the bands ${own.bands.join(", ")}`);
  if (mayConsentAlone(own, band)) return;
  throw new WarifuError(
    "FORBIDDEN",
    `nobody below ${own.fromAge} joins alone: whoever has parental authority can join and post for them`,
  );
}

function startOf(band: string): number {
  return Number(BAND.exec(band)?.[1]);
}

function haveAllAges(bands: readonly string[]): boolean {
  const parts = bands.map((band) => BAND.exec(band));
  let next: number | undefined = 0;
  for (const part of parts) {
    const [, from, to] = part ?? [];
    if (next === undefined || Number(from) !== next || (to !== undefined && Number(to) < Number(from))) return false;
    next = to === undefined ? undefined : Number(to) + 1;
  }
  return next === undefined;
}
