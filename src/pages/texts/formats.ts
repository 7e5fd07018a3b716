/**
 * Times and numbers as the reader's language writes them. A time always has its zone, because reports are read elsewhere.
 */
import { language } from "./language.ts";

/** A time in words, in the reader's own zone, which is named; `zone` names another. */
export function timeInWords(posixSeconds: number, zone?: string): string {
  const format = new Intl.DateTimeFormat(language.value, {
    ...{ dateStyle: "medium", timeStyle: "long" },
    ...(zone !== undefined && { timeZone: zone }),
  });
  return format.format(posixSeconds * 1_000);
}

/** A day in words, in the reader's own zone; POSIX seconds. */
export function dayInWords(posixSeconds: number): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "long" }).format(posixSeconds * 1_000);
}

/** A time as short as the span that it lies in allows, for scales; POSIX seconds. */
export function shortTime(posixSeconds: number, span: number): string {
  const style: Intl.DateTimeFormatOptions =
    span < 36 * 3_600 ? { timeStyle: span < 300 ? "medium" : "short" } : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language.value, style).format(posixSeconds * 1_000);
}

/** A day and an hour without a zone, for lists in which there is little room. */
export function shortTimeOf(posixSeconds: number): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(
    posixSeconds * 1_000,
  );
}

/** The same for machines, in UTC. */
export function timeForMachines(posixSeconds: number): string {
  return new Date(posixSeconds * 1_000).toISOString().replace(".000Z", "Z");
}

/** A number with the separators of the language. */
export function numberInWords(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

/** A number to three significant digits, however small it is. */
export function roundedInWords(value: number): string {
  return new Intl.NumberFormat(language.value, { maximumSignificantDigits: 3 }).format(value);
}

/** A share from 0 to 1, in percent. */
export function percentInWords(share: number): string {
  // Rounded down: what is not all must not read as all.
  const percent = Math.floor(share * 1_000) / 1_000;
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(percent);
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span of time in its largest unit, such as "12 minutes". */
export function spanInWords(seconds: number): string {
  return spanIn(seconds, "long");
}

/** The same for columns of many, such as "12 min". */
export function shortSpan(seconds: number): string {
  return spanIn(seconds, "short");
}

function spanIn(seconds: number, unitDisplay: "long" | "short"): string {
  const [unit, length] = SPANS.find(([, size]) => seconds >= 2 * size) ?? (["second", 1] as const);
  return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay }).format(
    Math.round(seconds / length),
  );
}
