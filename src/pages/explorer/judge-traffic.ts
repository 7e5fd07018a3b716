/** What is wrong with what comes from a source, the worst of it. */
import type { SourceTraffic } from "./api-sources.ts";

/** A refusal is shown for an hour; numbers that are missing, until they come. */
const REFUSED_SECONDS = 3_600;
/** The spans in which nothing came from a source that is silent, the present one among them. */
const SILENT_SPANS = 3;

/** @param now POSIX seconds */
export function judgeTraffic(
  { jumps, lastRefusedAt, recent }: Pick<SourceTraffic, "jumps" | "lastRefusedAt" | "recent">,
  now: number,
): "gap" | "refused" | "silent" | "well" {
  if (jumps.length > 0) return "gap";
  if (lastRefusedAt !== null && now - lastRefusedAt < REFUSED_SECONDS) return "refused";
  const before = recent.slice(0, -SILENT_SPANS);
  const isRegular = before.filter((records) => records > 0).length > before.length / 2;
  const isSilent = recent.slice(-SILENT_SPANS).every((records) => records === 0);
  return isRegular && isSilent ? "silent" : "well";
}
